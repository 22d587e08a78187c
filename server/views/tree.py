"""The tree of events: what an event is part of, and what its parts are, in the order of time."""

from __future__ import annotations

from dataclasses import dataclass

from server.description import Description
from server.solutions import Term
from server.views.facts import Value
from server.views.terms import kcg

_DEEPEST = 12


@dataclass(frozen=True, slots=True)
class Branch:
    """An event in the tree, with the parts below it."""

    event: Value
    when: tuple[str, ...]
    is_this: bool
    parts: tuple[Branch, ...]


@dataclass(frozen=True, slots=True)
class Tree:
    """The way down from the widest event, and all below this one."""

    roots: tuple[Branch, ...]

    @property
    def is_bare(self) -> bool:
        """Whether the event stands alone."""
        return all(root.is_this and not root.parts for root in self.roots)


def tree(iri: str, own: Description, around: Description) -> Tree:
    """Read the rows of `tree.rq` together with what is said of the event itself."""
    parts: dict[str, set[str]] = {}
    for subject in around.subjects:
        for whole in around.values(subject, kcg("partOf")):
            parts.setdefault(whole.key, set()).add(subject)
    for whole in own.values(iri, kcg("partOf")):
        parts.setdefault(whole.key, set()).add(iri)
    below = {part for found in parts.values() for part in found}
    roots = sorted((set(parts) | {iri}) - below)
    return Tree(tuple(_branch(each, iri, own, around, parts, 0) for each in roots))


def _branch(
    subject: str, iri: str, own: Description, around: Description, parts: dict[str, set[str]], depth: int
) -> Branch:
    told = own if subject == iri else around
    term = Term("uri", subject)
    below = parts.get(subject, set()) if depth < _DEEPEST else set()
    ordered = sorted(below, key=lambda each: _begin(own if each == iri else around, each))
    return Branch(
        Value(term, told.label(term)),
        tuple(each.value for each in told.values(subject, kcg("when"))),
        subject == iri,
        tuple(_branch(each, iri, own, around, parts, depth + 1) for each in ordered),
    )


def _begin(told: Description, subject: str) -> tuple[str, str]:
    return (told.text(subject, kcg("earliestBegin")) or "9999", subject)
