"""What points at a thing, by the property it points with."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from server.solutions import Solution, Term
from server.views.facts import Value
from server.views.terms import HAS_TARGET, IS_DEFINED_BY, kcg
from server.vocabulary import Vocabulary

LIMIT = 300
"""How many statements a page shows; the query asks for one more."""

_SHOWN_ELSEWHERE = frozenset(
    {
        *(kcg(name) for name in ("about", "claimedBy", "reportedIn", "respondsTo")),
        IS_DEFINED_BY,
        HAS_TARGET,
    }
)

_TAKES_PART = frozenset(kcg(name) for name in ("actor", "broker", "guarantor", "party"))


@dataclass(frozen=True, slots=True)
class Pointer:
    """A thing that points here, with its dates."""

    thing: Value
    when: tuple[str, ...]
    begin: str


@dataclass(frozen=True, slots=True)
class Pointing:
    """The things that point with one property."""

    predicate: str
    name: str
    pointers: tuple[Pointer, ...]

    @property
    def things(self) -> tuple[Value, ...]:
        """The things without their dates."""
        return tuple(each.thing for each in self.pointers)


@dataclass(frozen=True, slots=True)
class Incoming:
    """All of them; `complete` is false where there are more than a page shows."""

    pointing: tuple[Pointing, ...]
    complete: bool

    def happenings(self) -> tuple[tuple[Pointer, str], ...]:
        """Give the events and agreements that point here, in the order of time, with how they do."""
        found = {
            (pointer.thing.term, each.name): (pointer, each.name)
            for each in self.pointing
            if each.predicate in _TAKES_PART
            for pointer in each.pointers
            if "/id/event/" in pointer.thing.term.value or "/id/agreement/" in pointer.thing.term.value
        }
        return tuple(sorted(found.values(), key=lambda each: (each[0].begin or "9999", each[1])))


def incoming(rows: Iterable[Solution], vocabulary: Vocabulary) -> Incoming:
    """Read the rows of `incoming.rq`."""
    listed = list(rows)
    labels: dict[Term, list[Term]] = {}
    found: dict[str, dict[Term, None]] = {}
    dates: dict[Term, tuple[dict[str, None], str]] = {}
    for row in listed:
        labels.setdefault(row["s"], []).extend([row["label"]] if "label" in row else [])
        found.setdefault(row["p"].value, {})[row["s"]] = None
        when, begin = dates.get(row["s"], ({}, ""))
        when.update({row["when"].value: None} if "when" in row else {})
        dates[row["s"]] = (when, row["begin"].value if "begin" in row else begin)
    chosen = {term: vocabulary.label(term.value, known) for term, known in labels.items()}
    pointing = [
        Pointing(
            iri, vocabulary.name(iri), _sorted(_pointer(Value(each, chosen[each]), dates) for each in things)
        )
        for iri, things in found.items()
        if iri not in _SHOWN_ELSEWHERE
    ]
    statements = {(row["s"], row["p"]) for row in listed}
    return Incoming(tuple(sorted(pointing, key=lambda each: each.name)), len(statements) <= LIMIT)


def _pointer(thing: Value, dates: dict[Term, tuple[dict[str, None], str]]) -> Pointer:
    when, begin = dates[thing.term]
    return Pointer(thing, tuple(when), begin)


def _sorted(pointers: Iterable[Pointer]) -> tuple[Pointer, ...]:
    return tuple(sorted(pointers, key=lambda each: (each.thing.label.value, each.thing.term.value)))
