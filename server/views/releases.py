"""Releases as RDF: versions of the data set with their distributions (https://www.w3.org/TR/vocab-dcat-3/)."""

from __future__ import annotations

from collections.abc import Iterator

import pyoxigraph as ox
from rdflib import DCTERMS, PROV, RDF, VOID, XSD

from kg.history import History
from kg.namespaces import DCAT, SPDX
from kg.release import DUMPS, Release
from server.memento import address_of, site_root

_MEDIA_TYPES = "http://www.iana.org/assignments/media-types/"
_SHA256 = str(SPDX.checksumAlgorithm_sha256)


def catalogue(history: History) -> Iterator[ox.Triple]:
    """Describe the data set and each release of it."""
    for release in history.releases:
        dataset, version = (_iri(each) for each in (release.iris.dataset, version_iri(release, history)))
        yield _triple(dataset, RDF.type, DCAT.Dataset)
        yield _triple(dataset, DCAT.hasVersion, version.value)
        yield from described(release, history, with_files=False)
    if history.releases:
        newest = version_iri(history.latest, history)
        yield _triple(_iri(history.latest.iris.dataset), DCAT.hasCurrentVersion, newest)


def described(release: Release, history: History, *, with_files: bool = True) -> Iterator[ox.Triple]:
    """Describe one release; `with_files` also what can be downloaded."""
    manifest = release.manifest
    version = _iri(version_iri(release, history))
    yield _triple(version, RDF.type, DCAT.Dataset)
    yield _triple(version, DCAT.isVersionOf, release.iris.dataset)
    yield _triple(version, DCTERMS.license, manifest.license)
    yield _literal(version, DCTERMS.title, f"{manifest.title}, release {manifest.version}")
    yield _literal(version, DCAT.version, manifest.version)
    yield _literal(version, DCTERMS.identifier, manifest.id)
    dated = XSD.dateTime if "T" in manifest.modified else XSD.date
    yield _literal(version, DCTERMS.issued, manifest.modified, str(dated))
    yield _literal(version, VOID.triples, str(manifest.counts.get("triples", 0)), str(XSD.integer))
    yield _triple(version, VOID.sparqlEndpoint, f"{_address(release, history)}/sparql")
    before = history.before(release)
    if before is not None:
        yield _triple(version, DCAT.previousVersion, version_iri(before, history))
        yield _triple(version, PROV.wasRevisionOf, version_iri(before, history))
    if with_files:
        yield from _files(version, release, history)


def version_iri(release: Release, history: History) -> str:
    """Give the IRI of a release: by its version once it is sealed, else by its id."""
    return release.iris.release(address_of(release, history))


def _files(version: ox.NamedNode, release: Release, history: History) -> Iterator[ox.Triple]:
    for entry in release.manifest.files:
        if not entry.path.startswith(f"{DUMPS}/"):
            continue
        url = f"{_address(release, history)}/{entry.path}"
        node = _iri(f"{url}#distribution")
        checksum = _iri(f"{url}#checksum")
        yield _triple(version, DCAT.distribution, node.value)
        yield _triple(node, RDF.type, DCAT.Distribution)
        yield _triple(node, DCAT.downloadURL, url)
        yield _triple(node, DCAT.mediaType, _MEDIA_TYPES + entry.media_type)
        yield _triple(node, DCTERMS.license, release.manifest.license)
        yield _literal(node, DCAT.byteSize, str(entry.bytes), str(XSD.nonNegativeInteger))
        yield _triple(node, SPDX.checksum, checksum.value)
        yield _triple(checksum, RDF.type, SPDX.Checksum)
        yield _triple(checksum, SPDX.algorithm, _SHA256)
        yield _literal(checksum, SPDX.checksumValue, entry.sha256, str(XSD.hexBinary))


def _address(release: Release, history: History) -> str:
    return f"{site_root()}/release/{address_of(release, history)}"


def _iri(iri: str) -> ox.NamedNode:
    return ox.NamedNode(iri)


def _triple(subject: ox.NamedNode, predicate: object, target: object) -> ox.Triple:
    return ox.Triple(subject, _iri(str(predicate)), _iri(str(target)))


def _literal(subject: ox.NamedNode, predicate: object, text: str, datatype: str = "") -> ox.Triple:
    value = ox.Literal(text, datatype=_iri(datatype)) if datatype else ox.Literal(text)
    return ox.Triple(subject, _iri(str(predicate)), value)
