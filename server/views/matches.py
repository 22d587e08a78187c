"""Which things elsewhere are this one, nearly so, or not to be taken for it, and by what evidence."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from urllib.parse import urlsplit

from kg.iris import fragment
from server.description import Description
from server.solutions import Term
from server.views.facts import Value
from server.views.terms import (
    ANNOTATED_PROPERTY,
    ANNOTATED_SOURCE,
    ANNOTATED_TARGET,
    COMMENT,
    CONFIDENCE,
    OTHER,
    PREDICATE_MODIFIER,
    SEE_ALSO,
)


@dataclass(frozen=True, slots=True)
class Page:
    """A page at which evidence can be followed; `name` says where it is."""

    address: str
    name: str


@dataclass(frozen=True, slots=True)
class Match:
    """One mapping (https://mapping-commons.github.io/sssom/spec/), as it stands in a mapping set."""

    iri: str
    label: Term
    how: Value
    denied: bool
    target: Term
    confidence: str
    evidence: tuple[str, ...]
    pages: tuple[Page, ...]
    notes: tuple[Term, ...]

    @property
    def anchor(self) -> str:
        """Its identifier within the page about the thing."""
        return fragment(self.iri)


def matches(own: Description, subject: str) -> tuple[Match, ...]:
    """Give the mappings of `subject`: what it is before what it is not, then by the other's address."""
    found = (_match(own, each) for each in own.having(ANNOTATED_SOURCE, subject))
    return tuple(sorted(found, key=lambda each: (each.denied, each.target.value)))


def stated(own: Description, subject: str, found: Collection[Match]) -> frozenset[str]:
    """Give the predicates all of whose values are among the mappings: they need no other place on a page."""
    shown = {(each.how.term.value, each.target.value) for each in found if not each.denied}
    return frozenset(
        predicate
        for predicate in {name for name, _ in shown}
        if all((predicate, term.value) in shown for term in own.values(subject, predicate))
    )


def _match(own: Description, node: str) -> Match:
    how = own.one(node, ANNOTATED_PROPERTY) or Term("literal", "")
    return Match(
        iri=node,
        label=own.label(Term("uri", node)),
        how=Value(how, own.label(how)),
        denied=bool(own.values(node, PREDICATE_MODIFIER)),
        target=own.one(node, ANNOTATED_TARGET) or Term("literal", ""),
        confidence=own.text(node, CONFIDENCE),
        evidence=tuple(_separate(term.value for term in own.values(node, OTHER))),
        pages=tuple(Page(term.value, _place(term.value)) for term in own.values(node, SEE_ALSO)),
        notes=tuple(own.values(node, COMMENT)),
    )


def _separate(texts: Iterable[str]) -> list[str]:
    """Give the members of a slot with several: https://mapping-commons.github.io/sssom/spec-formats-tsv/."""
    return [part.strip() for text in texts for part in text.split("|") if part.strip()]


def _place(address: str) -> str:
    """Give the host, the first steps of the path, which tell whose page it is, and its end."""
    parts = urlsplit(address)
    steps = parts.path.strip("/").split("/")
    end = "#".join(filter(None, (steps[-1], parts.fragment)))
    shown = [parts.netloc, *steps[:2], *(["…"] if len(steps) > 3 else []), *([end] if len(steps) > 2 else [])]
    return "/".join(filter(None, shown))
