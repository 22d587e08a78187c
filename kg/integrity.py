"""Checks on what was read, before anything is derived: terms, references, duplicates, dates.

Each finding names the file and the line. These are not SHACL shapes because they need what only the files
know: where a statement stands, and which file describes what.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
from difflib import get_close_matches
from pathlib import Path

import pyoxigraph as ox

from kg.dates import bounds
from kg.errors import (
    DanglingReferenceError,
    DuplicateIriError,
    InvalidDateError,
    KgError,
    Location,
    ProblemsError,
    UnknownTermError,
)
from kg.iris import Iris, local_name
from kg.namespaces import CONCEPT, EDTF, KCG
from kg.sources import Statement
from kg.terms import TYPE, iri_of

Uses = dict[tuple[str, Location], None]

_VOCABULARIES = (str(KCG), str(CONCEPT))


def check_integrity(statements: Iterable[Statement], iris: Iris) -> None:
    """Check skolemised statements of data and vocabulary together.

    Raises `ProblemsError` with everything found, sorted by file and line.
    """
    listed = list(statements)
    subjects = [(iri_of(each.quad.subject), each.quad.predicate) for each in listed]
    defined = {iri for iri, predicate in subjects if predicate == TYPE or "#" in iri}
    uses = _first_uses(listed)
    problems: list[KgError] = [
        *_unknown_terms(uses, defined),
        *_dangling(uses, defined, iris),
        *_duplicates(listed),
        *_invalid_dates(listed),
    ]
    if problems:
        raise ProblemsError(sorted(problems, key=_order))


def _order(problem: KgError) -> tuple[Location, str]:
    return (problem.where or Location(Path()), problem.what)


def _iris_in(statement: Statement) -> Iterator[str]:
    quad = statement.quad
    for term in (quad.predicate, quad.object):
        if isinstance(term, ox.NamedNode):
            yield term.value
    if isinstance(quad.object, ox.Literal) and quad.object.datatype.value.startswith(str(KCG)):
        yield quad.object.datatype.value


def _first_uses(statements: list[Statement]) -> Uses:
    """Give each IRI that is used, once for each line it stands on."""
    return dict.fromkeys((iri, each.where) for each in statements for iri in _iris_in(each))


def _unknown_terms(uses: Uses, defined: set[str]) -> Iterator[KgError]:
    known = sorted(iri for iri in defined if iri.startswith(_VOCABULARIES))
    for iri, where in uses:
        if iri.startswith(_VOCABULARIES) and iri not in defined:
            yield UnknownTermError(
                f"<{iri}> is not defined in the ontology or its code lists.",
                where=where,
                mend=_nearest(iri, known) or "Define it there, or use a term that is defined.",
            )


def _dangling(uses: Uses, defined: set[str], iris: Iris) -> Iterator[KgError]:
    known = sorted(iri for iri in defined if iris.is_entity(iri) and "#" not in iri)
    for iri, where in uses:
        if iris.is_entity(iri) and iri not in defined:
            yield DanglingReferenceError(
                f"<{iri}> is used here, but no file describes it.",
                where=where,
                mend=_nearest(iri, known) or "Describe it (it needs an rdf:type) or mend the IRI.",
            )


def _nearest(iri: str, known: list[str]) -> str:
    """Suggest a term of the same namespace with a similar name, or else any similar IRI."""
    name = local_name(iri)
    namespace = iri[: -len(name)] if name else iri
    beside = [local_name(each) for each in known if each == namespace + local_name(each)]
    found = [namespace + each for each in get_close_matches(name, beside, n=1, cutoff=0.7)]
    found = found or get_close_matches(iri, known, n=1, cutoff=0.95)
    return f"Did you mean <{found[0]}>?" if found else ""


def _duplicates(statements: list[Statement]) -> Iterator[KgError]:
    described: dict[str, list[Location]] = defaultdict(list)
    for each in statements:
        if each.quad.predicate == TYPE:
            described[iri_of(each.quad.subject)].append(each.where)
    for iri, places in described.items():
        first = places[0]
        other = next((place for place in places if place.path != first.path), None)
        if other:
            yield DuplicateIriError(
                f"<{iri}> is described here and in {first}.",
                where=other,
                mend="Keep one description, or give the second thing another IRI.",
            )


def _invalid_dates(statements: list[Statement]) -> Iterator[KgError]:
    for each in statements:
        value = each.quad.object
        if isinstance(value, ox.Literal) and value.datatype.value == str(EDTF.EDTF):
            try:
                bounds(value.value)
            except InvalidDateError as problem:
                yield InvalidDateError(problem.what, where=each.where, mend=problem.mend)
