"""What a release offers for download: the whole and each named graph in every syntax, with checksums.

dumps/{identifier}.{ttl,nt,jsonld,rdf,trig,nq}   the whole; syntaxes without named graphs hold the union
dumps/graph/{name}.{...}                         one named graph; TriG, N-Quads and JSON-LD keep its name
dumps/....gz  dumps/....zst                      the same, compressed
dumps/SHA256SUMS                                 for `sha256sum --check`
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from hashlib import sha256

import pyoxigraph as ox

from kg.dump import Arranged, gzipped, sorted_nquads, written, zstandardised
from kg.formats import N_QUADS, N_TRIPLES, RDF_FORMATS, Format
from kg.iris import Iris
from kg.release import DUMPS, Files
from kg.terms import iri_of

CHECKSUMS = "SHA256SUMS"

COMPRESSIONS = ((".gz", "application/gzip", gzipped), (".zst", "application/zstd", zstandardised))
"""Extension, media type (RFC 6713, RFC 8878) and how it is done."""


def dumps(quads: list[ox.Quad], identifier: str, iris: Iris, prefixes: Mapping[str, str]) -> Files:
    """Give the dumps of a dataset and of each of its graphs, plain and compressed.

    Raises `DataError` if a syntax cannot hold what there is, since all hold the same.
    """
    files: Files = {}
    for name, part in _parts(quads, identifier, iris):
        arranged = Arranged.of(part)
        for syntax in RDF_FORMATS:
            content = _content(arranged, syntax, prefixes)
            files[f"{DUMPS}/{name}{syntax.extension}"] = (content, syntax.media_type)
    return files | _compressed(files)


def listed(files: Files) -> Files:
    """Add the list of checksums, in the form of `sha256sum`."""
    folder = f"{DUMPS}/"
    lines = [
        f"{sha256(content).hexdigest()}  {path.removeprefix(folder)}\n"
        for path, (content, _) in sorted(files.items())
    ]
    return files | {f"{folder}{CHECKSUMS}": ("".join(lines).encode(), "text/plain")}


def _parts(quads: list[ox.Quad], identifier: str, iris: Iris) -> Iterator[tuple[str, list[ox.Quad]]]:
    graphs: dict[str, list[ox.Quad]] = {}
    for quad in quads:
        graphs.setdefault(iri_of(quad.graph_name), []).append(quad)
    yield identifier, quads
    yield from ((iris.path(graph), part) for graph, part in sorted(graphs.items()))


def _content(arranged: Arranged, syntax: Format, prefixes: Mapping[str, str]) -> bytes:
    if syntax is N_QUADS:
        return sorted_nquads(arranged.quads)
    return sorted_nquads(arranged.triples) if syntax is N_TRIPLES else written(arranged, syntax, prefixes)


def _compressed(files: Files) -> Files:
    return {
        path + suffix: (compress(content), media_type)
        for path, (content, _) in files.items()
        for suffix, media_type, compress in COMPRESSIONS
    }
