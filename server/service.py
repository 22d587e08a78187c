"""The endpoint's description of itself: https://www.w3.org/TR/sparql11-service-description/."""

from __future__ import annotations

from collections.abc import Iterator

import pyoxigraph as ox
from flask import url_for

from kg.formats import FORMATS, Format
from kg.namespaces import SD
from server.site import current_site
from server.views.terms import TYPE


def service_description(syntax: Format) -> bytes:
    """Describe the service in the RDF syntax `syntax`."""
    prefixes = {"sd": str(SD)}
    return ox.serialize(_triples(), format=syntax.rdf, prefixes=prefixes) or b""


def _triples() -> Iterator[ox.Triple]:
    endpoint = ox.NamedNode(url_for("sparql.sparql", _external=True))
    yield ox.Triple(endpoint, ox.NamedNode(TYPE), _sd("Service"))
    yield ox.Triple(endpoint, _sd("endpoint"), endpoint)
    yield ox.Triple(endpoint, _sd("supportedLanguage"), _sd("SPARQL11Query"))
    yield ox.Triple(endpoint, _sd("feature"), _sd("UnionDefaultGraph"))
    for entry in FORMATS:
        yield ox.Triple(endpoint, _sd("resultFormat"), ox.NamedNode(entry.iri))
    dataset = ox.NamedNode(current_site().iris.dataset)
    yield ox.Triple(endpoint, _sd("defaultDataset"), dataset)
    yield ox.Triple(dataset, ox.NamedNode(TYPE), _sd("Dataset"))


def _sd(name: str) -> ox.NamedNode:
    return ox.NamedNode(str(SD[name]))
