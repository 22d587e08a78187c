"""Describe the data set in its own graph: VoID, DCAT and SPARQL service description, counted from the data.

See https://www.w3.org/TR/void/ and https://www.w3.org/TR/vocab-dcat-3/. What people write about the data
set (title, licence, version) stands in `data/dataset.ttl`; this module adds what can be counted.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

import pyoxigraph as ox
from rdflib import RDF, VOID

from kg.errors import DataError, Location
from kg.iris import Iris, local_name
from kg.lineage import lineage
from kg.namespaces import KCG, SD
from kg.partitions import Triple, count, link, linksets, partitions, stated
from kg.release import moment_of
from kg.sources import DATASET_FILE, Project, Statement
from kg.terms import TYPE, iri_of, text_of

_DATASET_CLASS = "http://www.w3.org/ns/dcat#Dataset"
_REQUIRED = {
    "title": "http://purl.org/dc/terms/title",
    "license": "http://purl.org/dc/terms/license",
    "version": "http://www.w3.org/ns/dcat#version",
    "base": "http://rdfs.org/ns/void#uriSpace",
    "identifier": "http://purl.org/dc/terms/identifier",
    "modified": "http://purl.org/dc/terms/modified",
}


@dataclass(frozen=True, slots=True)
class Dataset:
    """What `dataset.ttl` says.

    `base` is the base IRI, `identifier` names the dump files, `modified` is the day (or
    moment) of this version.
    """

    title: str
    license: str
    version: str
    base: str
    identifier: str
    modified: str


def read_dataset(statements: Iterable[Statement], project: Project) -> Dataset:
    """Take the title, licence, version, base IRI, identifier and date from the statements of `dataset.ttl`.

    Raises `DataError` naming what is missing, or a date that is none.
    """
    where = Location(project.data / DATASET_FILE)
    quads = [each.quad for each in statements]
    subjects = [
        quad.subject
        for quad in quads
        if quad.predicate == TYPE and quad.object == ox.NamedNode(_DATASET_CLASS)
    ]
    if len(subjects) != 1:
        raise DataError(
            f"There must be exactly one dcat:Dataset, but there are {len(subjects)}.",
            where=where,
            mend="Describe the data set there: see docs/data.md.",
        )
    values = {quad.predicate.value: _value(quad.object) for quad in quads if quad.subject == subjects[0]}
    missing = [name for name, iri in _REQUIRED.items() if iri not in values]
    if missing:
        raise DataError(
            f"The data set lacks its {', '.join(missing)}.",
            where=where,
            mend=f"Add: {', '.join(f'<{_REQUIRED[name]}>' for name in missing)}.",
        )
    moment_of(values[_REQUIRED["modified"]])
    return Dataset(**{name: values[iri] for name, iri in _REQUIRED.items()})


def describe(quads: Iterable[ox.Quad], names: Iris, version: str) -> list[ox.Quad]:
    """Give the quads of the description graph that follow from all others: counted, and how they came."""
    listed = list(quads)
    graph = ox.NamedNode(names.graph("description"))
    dataset = names.dataset
    said = stated(listed)
    triples = list(
        dict.fromkeys(
            (
                *_totals(listed, dataset, names),
                *partitions(dataset, said, {}, nested=False),
                *_graphs(listed, dataset, names),
                *linksets(dataset, stated(_outside_links(listed, names)), names),
                *lineage(listed, names, version),
            )
        )
    )
    total = len({_triple(quad) for quad in listed} | set(triples)) + 1
    triples.append(count(dataset, VOID.triples, total))
    return [ox.Quad(*triple, graph) for triple in triples]


def _outside_links(quads: list[ox.Quad], names: Iris) -> Iterator[ox.Quad]:
    """Leave out the graphs of mapping sets, which describe themselves as sets of links."""
    for quad in quads:
        if not iri_of(quad.graph_name).startswith(names.graph("link/")):
            yield quad


def _totals(quads: list[ox.Quad], dataset: str, names: Iris) -> Iterator[Triple]:
    typed = [quad for quad in quads if quad.predicate == TYPE]
    entities = {iri for quad in typed if names.is_entity(iri := iri_of(quad.subject)) and "#" not in iri}
    yield count(dataset, VOID.entities, len(entities))
    for vocabulary in sorted({str(KCG), *(_namespace(iri_of(quad.object)) for quad in typed)}):
        yield link(dataset, VOID.vocabulary, vocabulary)


def _graphs(quads: list[ox.Quad], dataset: str, names: Iris) -> Iterator[Triple]:
    """Describe each named graph as a data set of its own, with the properties of each class in it."""
    types = _types(quads)
    found: dict[str, list[ox.Quad]] = defaultdict(list)
    for quad in quads:
        found[iri_of(quad.graph_name)].append(quad)
    for iri, inside in sorted(found.items()):
        yield link(dataset, SD.namedGraph, f"{iri}#named-graph")
        yield link(f"{iri}#named-graph", RDF.type, str(SD.NamedGraph))
        yield link(f"{iri}#named-graph", SD.name, iri)
        yield link(f"{iri}#named-graph", SD.graph, iri)
        yield link(iri, RDF.type, str(SD.Graph))
        if iri != names.graph("description"):
            yield link(dataset, VOID.subset, iri)
            yield link(iri, RDF.type, str(VOID.Dataset))
            yield count(iri, VOID.triples, len(set(inside)))
            yield from partitions(iri, stated(inside), types, nested=True)


def _types(quads: list[ox.Quad]) -> dict[str, set[str]]:
    """Give the classes of everything: those of the ontology where it has any, which imply the others."""
    every: dict[str, set[str]] = defaultdict(set)
    for quad in quads:
        if quad.predicate == TYPE:
            every[iri_of(quad.subject)].add(iri_of(quad.object))
    return {iri: {each for each in found if each.startswith(KCG)} or found for iri, found in every.items()}


def _namespace(iri: str) -> str:
    return iri[: len(iri) - len(local_name(iri))]


def _triple(quad: ox.Quad) -> tuple[object, ox.NamedNode, object]:
    return (quad.subject, quad.predicate, quad.object)


def _value(term: object) -> str:
    return iri_of(term) or text_of(term)
