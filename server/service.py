"""The endpoint's description of itself: https://www.w3.org/TR/sparql11-service-description/."""

from __future__ import annotations

from collections.abc import Iterator

import pyoxigraph as ox
from flask import url_for

from kg.formats import FORMATS, Format
from kg.namespaces import SD
from server.site import current_site
from server.views.terms import TYPE

_VOID = "http://rdfs.org/ns/void#"
_INTEGER = ox.NamedNode("http://www.w3.org/2001/XMLSchema#integer")
_ENTAILMENT = ox.NamedNode("http://www.w3.org/ns/entailment/Simple")

_Node = ox.NamedNode | ox.BlankNode


def service_description(syntax: Format) -> bytes:
    """Describe the service in the RDF syntax `syntax`."""
    prefixes = {"sd": str(SD), "void": _VOID}
    return ox.serialize(service_triples(), format=syntax.rdf, prefixes=prefixes) or b""


def service_triples() -> Iterator[ox.Triple]:
    """Give the triples of the description."""
    endpoint = ox.NamedNode(url_for("sparql.sparql", _external=True))
    dataset = ox.NamedNode(current_site().iris.dataset)
    yield from _typed(endpoint, "Service")
    yield ox.Triple(endpoint, _sd("endpoint"), endpoint)
    yield ox.Triple(endpoint, _sd("supportedLanguage"), _sd("SPARQL11Query"))
    yield ox.Triple(endpoint, _sd("feature"), _sd("UnionDefaultGraph"))
    yield ox.Triple(endpoint, _sd("defaultEntailmentRegime"), _ENTAILMENT)
    for entry in FORMATS:
        yield ox.Triple(endpoint, _sd("resultFormat"), ox.NamedNode(entry.iri))
    yield ox.Triple(endpoint, _sd("defaultDataset"), dataset)
    yield from _dataset(dataset)


def _dataset(dataset: ox.NamedNode) -> Iterator[ox.Triple]:
    """Describe the dataset that a query is put to if it names none."""
    yield from _typed(dataset, "Dataset")
    everything = ox.BlankNode("default")
    yield ox.Triple(dataset, _sd("defaultGraph"), everything)
    total, graphs = current_site().graphs
    yield from _graph(everything, total, url_for("graph_store.graph_store", default="", _external=True))
    for number, (name, triples) in enumerate(graphs):
        entry, content = ox.BlankNode(f"entry{number}"), ox.BlankNode(f"graph{number}")
        yield ox.Triple(dataset, _sd("namedGraph"), entry)
        yield from _typed(entry, "NamedGraph")
        yield ox.Triple(entry, _sd("name"), ox.NamedNode(name))
        yield ox.Triple(entry, _sd("graph"), content)
        address = url_for("graph_store.graph_store", graph=name, _external=True)
        yield from _graph(content, triples, address)


def _graph(graph: ox.BlankNode, triples: int, address: str) -> Iterator[ox.Triple]:
    yield from _typed(graph, "Graph")
    count = ox.Literal(str(triples), datatype=_INTEGER)
    yield ox.Triple(graph, ox.NamedNode(f"{_VOID}triples"), count)
    yield ox.Triple(graph, ox.NamedNode(f"{_VOID}dataDump"), ox.NamedNode(address))


def _typed(node: _Node, kind: str) -> Iterator[ox.Triple]:
    yield ox.Triple(node, ox.NamedNode(TYPE), _sd(kind))


def _sd(name: str) -> ox.NamedNode:
    return ox.NamedNode(str(SD[name]))
