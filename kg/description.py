"""Describe the data set in its own graph: VoID, DCAT and SPARQL service description, counted from the data.

See https://www.w3.org/TR/void/ and https://www.w3.org/TR/vocab-dcat-3/. What people write about the data
set (title, licence, version) stands in `data/dataset.ttl`; this module adds what can be counted.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

import pyoxigraph as ox
from rdflib import RDF, VOID, XSD

from kg import iris
from kg.errors import DataError, Location
from kg.iris import Iris
from kg.namespaces import KCG, SD
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

    Raises `DataError` naming what is missing.
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
    return Dataset(**{name: values[iri] for name, iri in _REQUIRED.items()})


def describe(quads: Iterable[ox.Quad], names: Iris) -> list[ox.Quad]:
    """Give the quads of the description graph that can be counted from all other quads."""
    listed = list(quads)
    graph = ox.NamedNode(names.graph("description"))
    dataset = names.dataset
    triples = [
        *_totals(listed, dataset, names),
        *_partitions(listed, dataset),
        *_graphs(listed, dataset),
    ]
    total = len({_triple(quad) for quad in listed}) + len(triples) + 1
    triples.append(_count(dataset, str(VOID.triples), total))
    return [ox.Quad(*triple, graph) for triple in triples]


Triple = tuple[ox.NamedNode, ox.NamedNode, ox.NamedNode | ox.Literal]


def _totals(quads: list[ox.Quad], dataset: str, names: Iris) -> Iterator[Triple]:
    entities = {
        iri_of(quad.subject)
        for quad in quads
        if names.is_entity(iri_of(quad.subject)) and "#" not in iri_of(quad.subject)
    }
    types = {iri_of(quad.object) for quad in quads if quad.predicate == TYPE}
    yield _count(dataset, str(VOID.entities), len(entities))
    yield _count(dataset, str(VOID.classes), len(types))
    yield _count(dataset, str(VOID.properties), len({quad.predicate for quad in quads}))
    for vocabulary in sorted({str(KCG), *(_namespace(iri) for iri in types)}):
        yield _link(dataset, str(VOID.vocabulary), vocabulary)


def _partitions(quads: list[ox.Quad], dataset: str) -> Iterator[Triple]:
    triples = {_triple(quad) for quad in quads}
    classes = Counter(iri_of(obj) for _, predicate, obj in triples if predicate == TYPE)
    for iri, count in sorted(classes.items()):
        node = iris.part(dataset, f"class-{iris.local_name(iri)}", iri)
        yield _link(dataset, str(VOID.classPartition), node)
        yield _link(node, str(VOID["class"]), iri)
        yield _count(node, str(VOID.entities), count)
    properties = Counter(predicate.value for _, predicate, _ in triples)
    for iri, count in sorted(properties.items()):
        node = iris.part(dataset, f"property-{iris.local_name(iri)}", iri)
        yield _link(dataset, str(VOID.propertyPartition), node)
        yield _link(node, str(VOID.property), iri)
        yield _count(node, str(VOID.triples), count)


def _graphs(quads: list[ox.Quad], dataset: str) -> Iterator[Triple]:
    sizes = Counter(iri_of(quad.graph_name) for quad in quads)
    for iri, count in sorted(sizes.items()):
        yield _link(dataset, str(SD.namedGraph), f"{iri}#named-graph")
        yield _link(f"{iri}#named-graph", str(RDF.type), str(SD.NamedGraph))
        yield _link(f"{iri}#named-graph", str(SD.name), iri)
        yield _link(f"{iri}#named-graph", str(SD.graph), iri)
        yield _link(iri, str(RDF.type), str(SD.Graph))
        if not iri.endswith("/description"):
            yield _count(iri, str(VOID.triples), count)


def _namespace(iri: str) -> str:
    return iri[: -len(iris.local_name(iri))]


def _triple(quad: ox.Quad) -> tuple[object, ox.NamedNode, object]:
    return (quad.subject, quad.predicate, quad.object)


def _value(term: object) -> str:
    return iri_of(term) or text_of(term)


def _link(subject: str, predicate: str, target: str) -> Triple:
    return ox.NamedNode(subject), ox.NamedNode(predicate), ox.NamedNode(target)


def _count(subject: str, predicate: str, count: int) -> Triple:
    value = ox.Literal(str(count), datatype=ox.NamedNode(str(XSD.integer)))
    return ox.NamedNode(subject), ox.NamedNode(predicate), value
