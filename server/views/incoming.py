"""What points at a thing, by the property it points with."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from server.solutions import Solution, Term
from server.views.facts import Value
from server.views.terms import IS_DEFINED_BY, kcg
from server.vocabulary import Vocabulary, preferred

LIMIT = 300
"""How many statements a page shows; the query asks for one more."""

_SHOWN_ELSEWHERE = frozenset({kcg("about"), kcg("claimedBy"), kcg("reportedIn"), IS_DEFINED_BY})


@dataclass(frozen=True, slots=True)
class Pointing:
    """The things that point with one property."""

    predicate: str
    name: str
    things: tuple[Value, ...]


@dataclass(frozen=True, slots=True)
class Incoming:
    """All of them; `complete` is false where there are more than a page shows."""

    pointing: tuple[Pointing, ...]
    complete: bool


def incoming(rows: Iterable[Solution], vocabulary: Vocabulary) -> Incoming:
    """Read the rows of `incoming.rq`."""
    listed = list(rows)
    labels: dict[Term, list[Term]] = {}
    found: dict[str, dict[Term, None]] = {}
    for row in listed:
        labels.setdefault(row["s"], []).extend([row["label"]] if "label" in row else [])
        found.setdefault(row["p"].value, {})[row["s"]] = None
    chosen = {term: _label(term, known, vocabulary) for term, known in labels.items()}
    pointing = [
        Pointing(iri, vocabulary.name(iri), _sorted(Value(term, chosen[term]) for term in things))
        for iri, things in found.items()
        if iri not in _SHOWN_ELSEWHERE
    ]
    statements = {(row["s"], row["p"]) for row in listed}
    return Incoming(tuple(sorted(pointing, key=lambda each: each.name)), len(statements) <= LIMIT)


def _label(term: Term, labels: list[Term], vocabulary: Vocabulary) -> Term:
    return preferred(labels) or Term("literal", vocabulary.name(term.value))


def _sorted(values: Iterable[Value]) -> tuple[Value, ...]:
    return tuple(sorted(values, key=lambda each: (each.label.value, each.term.value)))
