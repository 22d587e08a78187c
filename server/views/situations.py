"""Situations a thing is in: control, claims to sovereignty, recognition, relations, tenures."""

from __future__ import annotations

from dataclasses import dataclass

from server.description import Description
from server.solutions import Term
from server.views.dates import Dates, dates
from server.views.facts import Value, linked
from server.views.terms import TYPE


@dataclass(frozen=True, slots=True)
class Situation:
    """One situation, dated; it says nothing about any other."""

    iri: Term
    label: Term
    types: tuple[str, ...]
    kinds: tuple[Value, ...]
    actors: tuple[Value, ...]
    towards: tuple[Value, ...]
    dates: Dates


def situations(description: Description) -> tuple[Situation, ...]:
    """Give every situation described, in the order of its begin."""
    found = [_situation(description, Term("uri", subject)) for subject in description.subjects]
    return tuple(sorted(found, key=lambda each: (each.dates.earliest_begin, each.label.value)))


def _situation(description: Description, iri: Term) -> Situation:
    classes = [term.value for term in description.values(iri.key, TYPE)]
    vocabulary = description.vocabulary
    return Situation(
        iri,
        description.label(iri),
        tuple(vocabulary.name(each) for each in vocabulary.narrowest(classes)),
        (*linked(description, iri.key, "kind"), *linked(description, iri.key, "office")),
        linked(description, iri.key, "actor"),
        (
            *linked(description, iri.key, "object"),
            *linked(description, iri.key, "territory"),
        ),
        dates(description, iri.key),
    )
