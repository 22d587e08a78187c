"""Facts: what the graph says of a thing, predicate by predicate, with its parts nested."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

from kg.iris import fragment
from server.description import Description
from server.solutions import Term
from server.views.terms import BOUNDS, IS_DEFINED_BY, LABEL, TYPE, kcg

_DEPTH = 4
_HIDDEN = frozenset({LABEL, TYPE, IS_DEFINED_BY, *BOUNDS})


@dataclass(frozen=True, slots=True)
class Value:
    """One value: the term, what it is called, and for a part the facts about it."""

    term: Term
    label: Term
    anchor: str = ""
    """The fragment by which links lead to it, where it is a part of what the page is about."""
    parts: tuple[Fact, ...] = ()
    members: tuple[Value, ...] = ()


@dataclass(frozen=True, slots=True)
class Fact:
    """One predicate with its values."""

    predicate: str
    name: str
    values: tuple[Value, ...]


def facts(
    description: Description, subject: str, hidden: Collection[str] = (), depth: int = 0
) -> tuple[Fact, ...]:
    """Give the facts about `subject`, but for predicates that the page shows in another place."""
    shown = (each for each in description.predicates(subject) if each not in _HIDDEN and each not in hidden)
    return tuple(
        Fact(
            predicate,
            description.vocabulary.name(predicate),
            tuple(
                value(description, term, subject, depth) for term in description.values(subject, predicate)
            ),
        )
        for predicate in shown
    )


def value(description: Description, term: Term, parent: str = "", depth: int = 0) -> Value:
    """Give `term` as it is shown: a part of `parent` brings its own facts with it."""
    label = description.label(term)
    if depth >= _DEPTH or term.is_literal:
        return Value(term, label)
    if description.is_list(term):
        members = (value(description, each) for each in description.members(term))
        return Value(term, label, members=tuple(members))
    whole = parent.partition("#")[0]
    is_part = whole and term.value.startswith(f"{whole}#")
    # The terms of an ontology have the form of parts, but each stands for itself.
    is_part = is_part and not description.values(term.key, IS_DEFINED_BY)
    if term.kind == "bnode" or is_part:
        anchor = fragment(term.value) if is_part else ""
        return Value(term, label, anchor, facts(description, term.key, depth=depth + 1))
    return Value(term, label)


def labelled(description: Description, terms: Collection[Term]) -> tuple[Value, ...]:
    """Give `terms` with what they are called, without parts."""
    return tuple(Value(term, description.label(term)) for term in terms)


def linked(description: Description, subject: str, name: str) -> tuple[Value, ...]:
    """Give the values of the ontology's property `name` with what they are called."""
    return labelled(description, description.values(subject, kcg(name)))
