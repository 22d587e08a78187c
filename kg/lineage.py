"""How a release came to be: from which graphs, by which rules, made by what (https://www.w3.org/TR/prov-o/).

There is no time in it, as the same input gives the same bytes: the day of the release is what
`data/dataset.ttl` says.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from importlib.metadata import PackageNotFoundError
from importlib.metadata import version as installed

import pyoxigraph as ox
from rdflib import DCAT, DCTERMS, PROV, RDF, RDFS, SH

from kg.iris import Iris
from kg.namespaces import DCAT as DCAT3
from kg.partitions import Triple, link
from kg.terms import iri_of

DISTRIBUTION = "karabakh-conflict-graph"
"""The package that builds."""

_MADE = frozenset({"derived", "description"})
"""Graphs that a build makes; the others are what people wrote."""

_COPIED = frozenset(
    str(iri)
    for iri in (
        DCTERMS.title,
        DCTERMS.description,
        DCTERMS.license,
        DCTERMS.issued,
        DCTERMS.publisher,
        DCAT3.version,
    )
)


def lineage(quads: Iterable[ox.Quad], names: Iris, version: str) -> Iterator[Triple]:
    """Describe the release as a version of the data set, and the build that made it."""
    listed = list(quads)
    release, build = names.release(version), f"{names.release(version)}#build"
    yield link(release, RDF.type, str(DCAT.Dataset))
    yield link(release, RDF.type, str(PROV.Entity))
    yield link(release, DCAT3.isVersionOf, names.dataset)
    yield link(names.dataset, DCAT3.hasVersion, release)
    yield link(names.dataset, DCAT3.hasCurrentVersion, release)
    for quad in listed:
        value = quad.object
        copied = iri_of(quad.subject) == names.dataset and quad.predicate.value in _COPIED
        if copied and isinstance(value, ox.NamedNode | ox.Literal):
            yield ox.NamedNode(release), quad.predicate, value
    yield link(release, PROV.wasGeneratedBy, build)
    yield from _build(listed, names, build)


def _build(quads: list[ox.Quad], names: Iris, build: str) -> Iterator[Triple]:
    yield link(build, RDF.type, str(PROV.Activity))
    yield from _labelled(build, "The build of the release")
    made = {names.graph(name) for name in _MADE}
    for graph in sorted({iri_of(quad.graph_name) for quad in quads}):
        predicate = PROV.generated if graph in made else PROV.used
        yield link(build, predicate, graph)
    yield link(build, PROV.generated, names.graph("description"))
    rules = {iri_of(quad.subject) for quad in quads if iri_of(quad.object) == str(SH.SPARQLRule)}
    for rule in sorted(rules):
        yield link(build, PROV.used, rule)
    yield from _maker(build)


def _maker(build: str) -> Iterator[Triple]:
    maker = f"{build}.software"
    yield link(build, PROV.wasAssociatedWith, maker)
    yield link(maker, RDF.type, str(PROV.SoftwareAgent))
    yield from _labelled(maker, f"{DISTRIBUTION} {_version()}".strip())


def _labelled(iri: str, text: str) -> Iterator[Triple]:
    yield ox.NamedNode(iri), ox.NamedNode(str(RDFS.label)), ox.Literal(text, language="en")


def _version() -> str:
    try:
        return installed(DISTRIBUTION)
    except PackageNotFoundError:
        return ""
