"""The one converter between the term models of rdflib (authoring, SHACL) and pyoxigraph (answering)."""

from __future__ import annotations

from collections.abc import Iterable

import pyoxigraph as ox
import rdflib
from rdflib.term import Node

OxSubject = ox.NamedNode | ox.BlankNode
OxTerm = ox.NamedNode | ox.BlankNode | ox.Literal

TYPE = ox.NamedNode(str(rdflib.RDF.type))
"""`rdf:type`, which so much is picked by."""


def to_ox(term: Node) -> OxTerm:
    """Give the pyoxigraph term for an rdflib IRI, blank node or literal.

    Raises `TypeError` for what is no RDF 1.1 term (a graph, a variable).
    """
    match term:
        case rdflib.URIRef():
            return ox.NamedNode(str(term))
        case rdflib.BNode():
            return ox.BlankNode(str(term))
        case rdflib.Literal(language=str(language)):
            return ox.Literal(str(term), language=language)
        case rdflib.Literal(datatype=rdflib.URIRef() as datatype):
            return ox.Literal(str(term), datatype=ox.NamedNode(str(datatype)))
        case rdflib.Literal():
            return ox.Literal(str(term))
        case _:
            raise TypeError(f"not an RDF 1.1 term: {term!r}")


def to_rdflib(term: object) -> rdflib.URIRef | rdflib.BNode | rdflib.Literal:
    """Give the rdflib term for a pyoxigraph one; lexical forms are kept as they are.

    Raises `TypeError` for what is no RDF 1.1 term (a quoted triple).
    """
    match term:
        case ox.NamedNode():
            return rdflib.URIRef(term.value)
        case ox.BlankNode():
            return rdflib.BNode(term.value)
        case ox.Literal(language=str(language)):
            return rdflib.Literal(term.value, lang=language)
        case ox.Literal() if term.datatype.value == str(rdflib.XSD.string):
            return rdflib.Literal(term.value)
        case ox.Literal():
            return rdflib.Literal(term.value, datatype=term.datatype.value, normalize=False)
        case _:
            raise TypeError(f"not an RDF 1.1 term: {term!r}")


def iri_of(term: object) -> str:
    """Give the IRI of a pyoxigraph term, and "" for anything that is no IRI."""
    return term.value if isinstance(term, ox.NamedNode) else ""


def text_of(term: object) -> str:
    """Give the lexical form of a pyoxigraph literal, and "" for anything that is no literal."""
    return term.value if isinstance(term, ox.Literal) else ""


def to_graph(quads: Iterable[ox.Quad | ox.Triple]) -> rdflib.Graph:
    """Give one rdflib graph with the triples of `quads`; graph names are dropped."""
    graph = rdflib.Graph()
    for quad in quads:
        graph.add((to_rdflib(quad.subject), to_rdflib(quad.predicate), to_rdflib(quad.object)))
    return graph
