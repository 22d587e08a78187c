"""Situations a thing is in: control, claims to sovereignty, recognition, relations, tenures."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from server.description import Description
from server.solutions import Solution, Term
from server.views.dates import Dates, dates
from server.views.facts import Value, linked
from server.views.terms import TYPE


@dataclass(frozen=True, slots=True)
class Situation:
    """One situation, dated; it says nothing about any other."""

    iri: Term
    label: Term
    classes: tuple[str, ...]
    types: tuple[str, ...]
    kinds: tuple[Value, ...]
    actors: tuple[Value, ...]
    towards: tuple[Value, ...]
    territories: tuple[Value, ...]
    dates: Dates
    published: str
    """The day by which the first document was out that tells of it; empty if none is recorded."""


def situations(description: Description, rows: Iterable[Solution]) -> tuple[Situation, ...]:
    """Give every situation described, in the order of its begin; `rows` say when each was first told of."""
    published = {row["s"].key: row["published"].value for row in rows if "published" in row}
    found = [
        _situation(description, Term("uri", subject), published.get(subject, ""))
        for subject in description.subjects
    ]
    return tuple(sorted(found, key=lambda each: (each.dates.earliest_begin, each.label.value)))


def _situation(description: Description, iri: Term, published: str) -> Situation:
    classes = [term.value for term in description.values(iri.key, TYPE)]
    vocabulary = description.vocabulary
    narrowest = vocabulary.narrowest(classes)
    return Situation(
        iri,
        description.label(iri),
        tuple(narrowest),
        tuple(vocabulary.name(each) for each in narrowest),
        (*linked(description, iri.key, "kind"), *linked(description, iri.key, "office")),
        linked(description, iri.key, "actor"),
        (
            *linked(description, iri.key, "object"),
            *linked(description, iri.key, "territory"),
        ),
        linked(description, iri.key, "territory"),
        dates(description, iri.key),
        published,
    )
