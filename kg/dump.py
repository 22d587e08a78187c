"""Write a dataset, or one graph of it, in any RDF syntax.

Input is the sorted N-Quads of a release, which is its truth; a store would rewrite literals. The same
quads always give the same bytes.
"""

from __future__ import annotations

import gzip
import os
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from operator import itemgetter
from pathlib import Path
from typing import IO

import pyoxigraph as ox
import zstandard

from kg.errors import NotFoundError, cannot_write
from kg.formats import Format
from kg.layout import refuse_unwritable, spread, with_line_ends
from kg.terms import TYPE, iri_of

GZIP_LEVEL = 6
ZSTD_LEVEL = 9


def read_nquads(path: Path) -> list[ox.Quad]:
    """Give the quads of an N-Quads file."""
    return list(ox.parse(path=path, format=ox.RdfFormat.N_QUADS))


def sorted_nquads(quads: Iterable[ox.Quad | ox.Triple]) -> bytes:
    """Give canonical N-Quads (or N-Triples), sorted by code point, each once.

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
    Raises `NotFoundError` if there is no such graph, `DataError` if RDF/XML cannot hold them.
    """
    chosen = [quad for quad in quads if graph is None or iri_of(quad.graph_name) == graph]
    if graph is not None and not chosen:
        raise NotFoundError(
            f"There is no graph <{graph}>.", mend="`kg stats` lists the graphs of the release."
        )
    return written(Arranged.of(chosen), syntax, prefixes, named=graph is None)


@dataclass(frozen=True, slots=True)
class Arranged:
    """A dataset in the order of reading, by graph and subject, types first: sorted once, written often."""

    quads: list[ox.Quad]
    triples: list[ox.Triple]
    """The union of the graphs, each triple once."""
    text: str
    """Everything that a prefix can shorten."""

    @classmethod
    def of(cls, quads: Iterable[ox.Quad]) -> Arranged:
        """Arrange `quads`, each once."""
        keyed = sorted(((_reading_order(quad), quad) for quad in set(quads)), key=itemgetter(0))
        union = {order: quad.triple for order, quad in keyed}
        terms = {term for order, _ in keyed for term in (order[0], order[2], order[3])}
        return cls(
            [quad for _, quad in sorted(keyed, key=lambda pair: str(pair[1].graph_name))],
            list(union.values()),
            "\n".join(terms),
        )


def written(arranged: Arranged, syntax: Format, prefixes: Mapping[str, str], *, named: bool = True) -> bytes:
    """Give what was arranged in `syntax`; without `named` or named graphs, the union of the graphs.

    Raises `DataError` if RDF/XML cannot hold it.
    """
    rows = arranged.quads if syntax.dataset and named else arranged.triples
    used = {prefix: iri for prefix, iri in prefixes.items() if iri in arranged.text}
    if syntax.rdf != ox.RdfFormat.RDF_XML:
        shortened = used if syntax.rdf in _FOR_READING else None
        content = ox.serialize(rows, format=syntax.rdf, prefixes=shortened) or b""
        return spread(content) if syntax.rdf in _FOR_READING else content
    refuse_unwritable(rows)
    return with_line_ends(ox.serialize(rows, format=syntax.rdf, prefixes=used) or b"")


_FOR_READING = (ox.RdfFormat.TURTLE, ox.RdfFormat.TRIG)


def _reading_order(quad: ox.Quad) -> tuple[str, bool, str, str]:
    # By IRI, not by `<IRI>`, so that a thing stands before its `#parts`.
    subject = iri_of(quad.subject) or str(quad.subject)
    return (subject, quad.predicate != TYPE, str(quad.predicate), str(quad.object))


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
