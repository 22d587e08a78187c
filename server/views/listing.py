"""Lists of entities of one kind, a page at a time."""

from __future__ import annotations

from dataclasses import dataclass

from kg.iris import KINDS
from server.site import Site
from server.solutions import Solution, Term
from server.views.facts import Value
from server.views.terms import kcg
from server.vocabulary import preferred

PAGE = 200
"""Entities on one page of a list; the query asks for one more."""

PLURALS = {
    "actor": "Actors",
    "place": "Places",
    "event": "Events",
    "agreement": "Agreements",
    "situation": "Situations",
    "claim": "Claims",
    "source": "Sources",
    "name": "Names",
}
"""Headings of the lists."""

MEANINGS = {
    "actor": "people, organisations, states, unrecognised polities, armed forces",
    "place": "with every name that is used for them",
    "event": "wars, clashes, talks, statements, as a tree",
    "agreement": "cease-fires, declarations, and what each obliges",
    "situation": "who controlled, claimed, recognised, governed what, and when",
    "claim": "who says what, in which document and passage",
    "source": "the documents, with their claims in reading order",
    "name": "in which language and script, used by whom, and when",
}
"""What a reader finds behind each."""


@dataclass(frozen=True, slots=True)
class Entry:
    """One entity with its dates."""

    thing: Value
    when: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Listing:
    """One page of a list; `after` is the slug to go on from, empty on the last page."""

    kind: str
    entries: tuple[Entry, ...]
    after: str


def listing(site: Site, kind: str, after: str) -> Listing:
    """Ask for the entities of `kind` whose IRIs come after that of `after`."""
    start = site.iris.entity(kind, after)
    rows = site.select("entities", **{"class": _class(kind), "after": start})
    entries = _entries(site, rows)
    more = len(entries) > PAGE
    last = entries[PAGE - 1].thing.term.value if more else ""
    return Listing(kind, entries[:PAGE], last.removeprefix(site.iris.entity(kind, "")))


def kinds() -> tuple[tuple[str, str, str], ...]:
    """Give each kind with its heading and what a reader finds there."""
    return tuple((kind, PLURALS[kind], MEANINGS[kind]) for kind in KINDS)


def _class(kind: str) -> str:
    return kcg(kind.capitalize())


def _entries(site: Site, rows: tuple[Solution, ...]) -> tuple[Entry, ...]:
    found: dict[Term, tuple[dict[Term, None], dict[str, None]]] = {}
    for row in rows:
        labels, when = found.setdefault(row["thing"], ({}, {}))
        if "label" in row:
            labels[row["label"]] = None
        if "when" in row:
            when[row["when"].value] = None
    return tuple(
        Entry(Value(term, preferred(labels) or _plain(site, term)), tuple(when))
        for term, (labels, when) in found.items()
    )


def _plain(site: Site, term: Term) -> Term:
    return Term("literal", site.vocabulary.name(term.value))
