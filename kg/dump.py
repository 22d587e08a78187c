"""Write a dataset, or one graph of it, in any RDF syntax.

Input is the sorted N-Quads of a release, which is its truth; a store would rewrite literals. The same
quads always give the same bytes.
"""

from __future__ import annotations

import gzip
import os
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import IO

import pyoxigraph as ox
import zstandard

from kg.errors import NotFoundError, OutputError
from kg.formats import Format
from kg.terms import TYPE, iri_of

GZIP_LEVEL = 6
ZSTD_LEVEL = 9


def read_nquads(path: Path) -> list[ox.Quad]:
    """Give the quads of an N-Quads file."""
    return list(ox.parse(path=path, format=ox.RdfFormat.N_QUADS))


def sorted_nquads(quads: Iterable[ox.Quad]) -> bytes:
    """Give canonical N-Quads, sorted by code point, each quad once.

    There are no blank nodes in a release, so this is its RDFC-1.0 form
    (https://www.w3.org/TR/rdf-canon/).
    """
    return "".join(f"{line} .\n" for line in sorted({str(quad) for quad in quads})).encode()


def serialise(
    quads: Iterable[ox.Quad],
    syntax: Format,
    prefixes: Mapping[str, str],
    *,
    graph: str | None = None,
) -> bytes:
    """Give `quads` in `syntax`: of one named graph, or of all.

    A syntax without named graphs gets the union, each triple once. Types stand first in a description.
    Raises `NotFoundError` if there is no such graph.
    """
    chosen = [quad for quad in quads if graph is None or iri_of(quad.graph_name) == graph]
    if graph is not None and not chosen:
        raise NotFoundError(
            f"There is no graph <{graph}>.", mend="`kg stats` lists the graphs of the release."
        )
    ordered = sorted(set(chosen), key=_reading_order)
    used = _used(prefixes, ordered) if syntax.rdf in _WITH_PREFIXES else None
    rows = ordered if syntax.dataset and graph is None else _triples(ordered)
    return ox.serialize(rows, format=syntax.rdf, prefixes=used) or b""


_WITH_PREFIXES = (ox.RdfFormat.TURTLE, ox.RdfFormat.TRIG, ox.RdfFormat.RDF_XML)


def _reading_order(quad: ox.Quad) -> tuple[str, str, bool, str, str]:
    return (
        str(quad.graph_name),
        str(quad.subject),
        quad.predicate != TYPE,
        str(quad.predicate),
        str(quad.object),
    )


def _triples(quads: list[ox.Quad]) -> list[ox.Triple]:
    ordered = sorted(quads, key=lambda quad: _reading_order(quad)[1:])
    return list(dict.fromkeys(ox.Triple(q.subject, q.predicate, q.object) for q in ordered))


def _used(prefixes: Mapping[str, str], quads: list[ox.Quad]) -> dict[str, str]:
    text = "\n".join({str(term) for quad in quads for term in (quad.subject, quad.predicate)})
    text += "\n".join({str(quad.object) for quad in quads})
    return {prefix: iri for prefix, iri in prefixes.items() if iri in text}


def gzipped(content: bytes) -> bytes:
    """Compress with gzip, without a time stamp (RFC 1952), so that the bytes depend on nothing else."""
    return gzip.compress(content, compresslevel=GZIP_LEVEL, mtime=0)


def zstandardised(content: bytes) -> bytes:
    """Compress with Zstandard (RFC 8878)."""
    return zstandard.ZstdCompressor(level=ZSTD_LEVEL).compress(content)


@contextmanager
def replacing(path: Path) -> Iterator[IO[bytes]]:
    """Open `path` for writing so that it is replaced whole or not at all.

    Raises `OutputError` if it cannot be written; what was there is then untouched.
    """
    partial = path.with_name(f".{path.name}.{os.getpid()}.partial")
    try:
        with partial.open("wb") as output:
            yield output
            output.flush()
            os.fsync(output.fileno())
        partial.replace(path)
    except OSError as error:
        raise cannot_write(path, error) from None
    finally:
        partial.unlink(missing_ok=True)


def cannot_write(path: Path, error: OSError) -> OutputError:
    """Give the error that says why `path` could not be written and what to do."""
    return OutputError(
        f"{path} cannot be written: {error.strerror or error}. What was there is unchanged.",
        mend="Free some space, or choose a folder that you may write to.",
    )
