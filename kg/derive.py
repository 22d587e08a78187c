"""What follows from the curated graph: date bounds, then the SPARQL rules of `ontology/rules`.

The rules are CONSTRUCT queries, run in order of file name over the union of all graphs, so that each sees
what the earlier ones gave. Steps on the way (effective bounds of a number, who is tied to whom) are
triples whose predicate lies in `WORK`; later rules read them and nobody ever publishes them.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator
from datetime import date
from pathlib import Path

import pyoxigraph as ox
from rdflib import DCTERMS, RDF, XSD

from kg.dates import Bounds, bounds
from kg.errors import DataError, InvalidDateError, Location, MissingInputError, ProblemsError
from kg.namespaces import EDTF, KCG

WORK = "https://w3id.org/kcg/ontology/rules/work#"
"""Namespace of what the rules hand to each other; never published."""

_POSITION = re.compile(r"error at (\d+):(\d+)")
_PUBLISHED = ("earliestBegin", "latestBegin", "earliestEnd", "latestEnd")


def derive(
    quads: Iterable[ox.Quad],
    rules_folder: Path,
    derived_graph: str,
    *,
    progress: Callable[[str], None] = lambda step: None,
) -> list[ox.Quad]:
    """Give what follows from `quads`: sorted, all in `derived_graph`, nothing that is stated elsewhere.

    What `quads` hold in `derived_graph` is left aside: it is always derived afresh, so that deriving
    twice gives the same. `progress` is told the name of each step before it runs.

    Raises `MissingInputError` if there are no rules, `InvalidDateError` for a date that is not EDTF
    (`ProblemsError` for several), and `DataError` naming the file for a rule that cannot be used.
    """
    graph = ox.NamedNode(derived_graph)
    store = ox.Store()
    store.extend(quad for quad in quads if quad.graph_name != graph)
    rules = _rule_files(rules_folder)
    progress("date bounds")
    _add(store, graph, _date_triples(store))
    for path in rules:
        progress(path.stem)
        _add(store, graph, _run(store, path))
    found = store.quads_for_pattern(None, None, None, graph)
    return sorted((quad for quad in found if not quad.predicate.value.startswith(WORK)), key=str)


def _rule_files(folder: Path) -> list[Path]:
    files = sorted(folder.glob("*.rq"))
    if not files:
        raise MissingInputError(
            "There are no rules (*.rq) here.",
            where=Location(folder),
            mend="Point to the folder ontology/rules.",
        )
    return files


def _add(store: ox.Store, graph: ox.NamedNode, triples: Iterable[ox.Triple]) -> None:
    new = (triple for triple in triples if not _is_known(store, triple))
    store.extend([ox.Quad(new_.subject, new_.predicate, new_.object, graph) for new_ in new])


def _is_known(store: ox.Store, triple: ox.Triple) -> bool:
    known = store.quads_for_pattern(triple.subject, triple.predicate, triple.object, None)
    return next(known, None) is not None


def _run(store: ox.Store, path: Path) -> list[ox.Triple]:
    try:
        answer = store.query(path.read_text(encoding="utf-8"), use_default_graph_as_union=True)
    except SyntaxError as error:
        raise _syntax_error(path, error) from error
    if not isinstance(answer, ox.QueryTriples):
        raise DataError("This rule is no CONSTRUCT query.", where=Location(path))
    triples = list(answer)
    if any(isinstance(end, ox.BlankNode) for each in triples for end in (each.subject, each.object)):
        raise DataError(
            "This rule derives blank nodes.",
            where=Location(path),
            mend="Mint IRIs with IRI(CONCAT(...)), and leave out subjects and objects that have none.",
        )
    return triples


def _syntax_error(path: Path, error: SyntaxError) -> DataError:
    match = _POSITION.search(str(error))
    line, column = (int(match[1]), int(match[2])) if match else (0, 0)
    return DataError(
        f"This rule is not SPARQL 1.1: {error}.",
        where=Location(path, line, column),
        mend="Correct the query there.",
    )


def _date_triples(store: ox.Store) -> list[ox.Triple]:
    found: list[ox.Triple] = []
    problems: list[InvalidDateError] = []
    for name, value, to_triples in _dated(store):
        try:
            found += to_triples(name, value, bounds(value))
        except InvalidDateError as error:
            problems.append(InvalidDateError(f"<{name.value}>: {error.what}", mend=error.mend))
    if len(problems) > 1:
        raise ProblemsError(problems)
    if problems:
        raise problems[0]
    return found


_ToTriples = Callable[[ox.NamedNode, str, Bounds], list[ox.Triple]]
_Dated = tuple[ox.NamedNode, str, _ToTriples]


def _dated(store: ox.Store) -> Iterator[_Dated]:
    """Give every date with its node and what is made of it.

    A claim without `kcg:when` whose value is a date speaks of that time.
    """
    when = set(_edtf(store, str(KCG.when)))
    values = set(_edtf(store, str(KCG.value)))
    has_when = {name for name, _ in when}
    spoken_of = {each for each in values if each[0] not in has_when}
    issued = set(_edtf(store, str(DCTERMS.issued))) & set(_of_sources(store))
    for name, value in when | spoken_of | issued:
        yield name, value, _bound_triples
    for name, value in values:
        yield name, value, _value_triples
    for name, value in set(_edtf(store, str(KCG.asOf))):
        yield name, value, _as_of_triples


def _edtf(store: ox.Store, predicate: str) -> Iterator[tuple[ox.NamedNode, str]]:
    for quad in store.quads_for_pattern(None, ox.NamedNode(predicate), None, None):
        subject, value = quad.subject, quad.object
        if isinstance(subject, ox.NamedNode) and isinstance(value, ox.Literal) and _is_typed(value):
            yield subject, value.value


def _is_typed(literal: ox.Literal) -> bool:
    # EDTF, EDTF-level0, EDTF-level1 and EDTF-level2 are types of one namespace.
    return literal.datatype.value.startswith(str(EDTF))


def _of_sources(store: ox.Store) -> Iterator[tuple[ox.NamedNode, str]]:
    source, is_a = ox.NamedNode(str(KCG.Source)), ox.NamedNode(str(RDF.type))
    for name, value in _edtf(store, str(DCTERMS.issued)):
        if next(store.quads_for_pattern(name, is_a, source, None), None):
            yield name, value


def _bound_triples(name: ox.NamedNode, _: str, found: Bounds) -> list[ox.Triple]:
    days = (found.earliest_begin, found.latest_begin, found.earliest_end, found.latest_end)
    return [
        _day(name, str(KCG[term]), day) for term, day in zip(_PUBLISHED, days, strict=True) if day is not None
    ]


def _value_triples(name: ox.NamedNode, value: str, found: Bounds) -> list[ox.Triple]:
    text = ox.Triple(name, ox.NamedNode(f"{WORK}valueText"), ox.Literal(value))
    return [text, *_extent(name, "value", found)]


def _as_of_triples(name: ox.NamedNode, _: str, found: Bounds) -> list[ox.Triple]:
    return _extent(name, "asOf", found)


def _extent(name: ox.NamedNode, what: str, found: Bounds) -> list[ox.Triple]:
    # An open side gets the last day there is, so that rules can compare without asking for bounds.
    return [
        _day(name, f"{WORK}{what}First", found.earliest_begin or date.min),
        _day(name, f"{WORK}{what}Last", found.latest_end or date.max),
    ]


def _day(name: ox.NamedNode, predicate: str, day: date) -> ox.Triple:
    value = ox.Literal(day.isoformat(), datatype=ox.NamedNode(str(XSD.date)))
    return ox.Triple(name, ox.NamedNode(predicate), value)
