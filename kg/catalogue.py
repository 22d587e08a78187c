"""The files of a release as DCAT distributions, with sizes and checksums: https://www.w3.org/TR/vocab-dcat-3/.

These stand outside the data set: a dump cannot hold its own checksum. They are made from the manifest, for
the addresses at which the files are to be had, and go with the description where that is served (docs/adr).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from mimetypes import guess_type

import pyoxigraph as ox
from rdflib import DCTERMS, FOAF, RDF, VOID, XSD

from kg.downloads import COMPRESSIONS
from kg.formats import RDF_FORMATS
from kg.iris import Iris, part
from kg.namespaces import DCAT, SPDX
from kg.partitions import Triple, link

_RDF = frozenset(each.media_type for each in RDF_FORMATS)

IANA = "https://www.iana.org/assignments/media-types/"

_PROTOCOL = "https://www.w3.org/TR/sparql11-protocol/"


@dataclass(frozen=True, slots=True)
class File:
    """A file to download: its path below `dumps/`, where it is, its size, media type and SHA-256."""

    name: str
    url: str
    bytes: int
    media_type: str
    sha256: str


@dataclass(frozen=True, slots=True)
class About:
    """What the files are of: names, licence, version, and the prose of the data set."""

    iris: Iris
    version: str
    title: str
    license: str
    description: str = ""
    publisher: str = ""
    publisher_name: str = ""


def catalogue(about: About, files: Iterable[File], page: str, endpoint: str) -> Iterator[Triple]:
    """Describe the catalogue, its service and its files; `page` is where the files are listed for people."""
    dataset = about.iris.dataset
    node = part(dataset, "catalogue")
    yield link(node, RDF.type, str(DCAT.Catalog))
    yield from _prose(node, about)
    yield link(node, DCAT.dataset, dataset)
    yield link(node, DCAT.service, endpoint)
    if about.publisher_name:
        yield link(about.publisher, RDF.type, str(FOAF.Agent))
        yield ox.NamedNode(about.publisher), ox.NamedNode(str(FOAF.name)), ox.Literal(about.publisher_name)
    yield from _service(endpoint, about)
    for each in files:
        yield from _distribution(each, about, page)


def _prose(node: str, about: About) -> Iterator[Triple]:
    yield _text(node, DCTERMS.title, about.title)
    yield _text(node, DCTERMS.description, about.description or about.title)
    if about.publisher:
        yield link(node, DCTERMS.publisher, about.publisher)


def _service(endpoint: str, about: About) -> Iterator[Triple]:
    yield link(endpoint, RDF.type, str(DCAT.DataService))
    yield _text(endpoint, DCTERMS.title, f"SPARQL endpoint of {about.title}")
    yield link(endpoint, DCAT.endpointURL, endpoint)
    yield link(endpoint, DCAT.servesDataset, about.iris.dataset)
    yield link(endpoint, DCTERMS.conformsTo, _PROTOCOL)
    yield link(_PROTOCOL, RDF.type, str(DCTERMS.Standard))
    yield link(about.iris.dataset, VOID.sparqlEndpoint, endpoint)


def _distribution(file: File, about: About, page: str) -> Iterator[Triple]:
    """Describe one file: of the whole, or of a named graph."""
    media_type, compression = _types(file)
    release = about.iris.release(about.version)
    node = part(release, f"file-{file.name.replace('/', '-')}")
    yield from _holder(node, file, about)
    yield link(node, RDF.type, str(DCAT.Distribution))
    yield _text(node, DCTERMS.title, file.name)
    yield link(node, DCAT.accessURL, page)
    yield link(node, DCAT.downloadURL, file.url)
    yield from _media_type(node, DCAT.mediaType, media_type)
    if compression:
        yield from _media_type(node, DCAT.compressFormat, compression)
    yield _typed(node, DCAT.byteSize, str(file.bytes), XSD.nonNegativeInteger)
    if about.license:
        yield link(node, DCTERMS.license, about.license)
        yield link(about.license, RDF.type, str(DCTERMS.LicenseDocument))
    if file.sha256:
        checksum = part(node, "checksum")
        yield link(node, SPDX.checksum, checksum)
        yield link(checksum, RDF.type, str(SPDX.Checksum))
        yield link(checksum, SPDX.algorithm, str(SPDX.checksumAlgorithm_sha256))
        yield _typed(checksum, SPDX.checksumValue, file.sha256, XSD.hexBinary)


def _media_type(node: str, predicate: str, media_type: str) -> Iterator[Triple]:
    yield link(node, predicate, f"{IANA}{media_type}")
    yield link(f"{IANA}{media_type}", RDF.type, str(DCTERMS.MediaType))


def _holder(node: str, file: File, about: About) -> Iterator[Triple]:
    """Tie a file to what it holds: the data set and its release, or one of its graphs."""
    holders = [about.iris.dataset, about.iris.release(about.version)]
    if file.name.startswith("graph/"):
        name = file.name.removeprefix("graph/").partition(".")[0]
        holders = [about.iris.graph(name)]
        yield link(holders[0], RDF.type, str(DCAT.Dataset))
        yield _text(holders[0], DCTERMS.title, f"{about.title}: graph {name}")
        yield _text(holders[0], DCTERMS.description, f"The named graph {name} of the data set.")
        yield link(holders[0], DCTERMS.isPartOf, about.iris.dataset)
    for holder in holders:
        yield link(holder, DCAT.distribution, node)
        if _types(file)[0] in _RDF:
            yield link(holder, VOID.dataDump, file.url)


def _types(file: File) -> tuple[str, str]:
    """Give the media type of the data in a file, and that of its compression, empty if there is none."""
    for suffix, compression, _ in COMPRESSIONS:
        if file.name.endswith(suffix):
            return _inside(file.name.removesuffix(suffix)), compression
    return file.media_type, ""


def _inside(name: str) -> str:
    """Give the media type that the extension of an unpacked file tells."""
    known = (each.media_type for each in RDF_FORMATS if name.endswith(each.extension))
    return next(known, guess_type(name)[0] or "application/octet-stream")


def _text(subject: str, predicate: str, text: str) -> Triple:
    return ox.NamedNode(subject), ox.NamedNode(str(predicate)), ox.Literal(text, language="en")


def _typed(subject: str, predicate: str, text: str, datatype: str) -> Triple:
    value = ox.Literal(text, datatype=ox.NamedNode(str(datatype)))
    return ox.NamedNode(subject), ox.NamedNode(str(predicate)), value
