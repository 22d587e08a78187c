"""Writes the triples of a result: distinct, sorted, within limits.

They stay lines of N-Triples, as the engine writes them, until their syntax is written: each as an object of
Python costs ten times as much.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from io import BytesIO

import pyoxigraph as ox

from kg.errors import UnknownFormatError
from kg.formats import Format

_LINES = frozenset({ox.RdfFormat.N_TRIPLES, ox.RdfFormat.N_QUADS})


def distinct_triples(
    triples: ox.QueryTriples | Iterable[ox.Triple], rows: int, size: int
) -> tuple[list[bytes], str]:
    """Give the distinct triples up to the limits as sorted lines of N-Triples, and which limit was met.

    `rows` is the most triples, `size` about the most bytes; 0 is no limit. Nothing is evaluated beyond.
    """
    sink = _Sink(rows, size)
    try:
        if isinstance(triples, ox.QueryTriples):
            triples.serialize(sink, format=ox.RdfFormat.N_TRIPLES)
        else:
            ox.serialize(triples, sink, format=ox.RdfFormat.N_TRIPLES)
    except _FullError:
        pass
    return sorted(sink.found), sink.full


def write_triples(lines: Iterable[bytes], syntax: Format, prefixes: Mapping[str, str]) -> bytes:
    """Serialise lines of N-Triples, with those `prefixes` that shorten something.

    Raises `UnknownFormatError` if `syntax` holds no triples.
    """
    if syntax.rdf is None:
        raise UnknownFormatError(f"{syntax.label} cannot hold triples.")
    body = b"".join(lines)
    if syntax.rdf in _LINES:
        return body
    triples = ox.parse(body, format=ox.RdfFormat.N_TRIPLES, lenient=True)
    return ox.serialize(triples, format=syntax.rdf, prefixes=_used(body, prefixes)) or b""


def _used(body: bytes, prefixes: Mapping[str, str]) -> dict[str, str]:
    """Give the prefixes of the namespaces that an IRI in `body` has, sorted."""
    return {name: iri for name, iri in sorted(prefixes.items()) if _shortens(iri.encode(), body)}


def _shortens(namespace: bytes, body: bytes) -> bool:
    # To look for the bytes first is many times faster where there are none.
    opening = b"<" + namespace
    return opening in body and re.search(re.escape(opening) + rb"[^/#<>\s]*>", body) is not None


class _FullError(Exception):
    """A limit was passed."""


class _Sink(BytesIO):
    """A file that pyoxigraph writes lines to, in pieces of some kilobytes."""

    def __init__(self, rows: int, size: int) -> None:
        self.found: set[bytes] = set()
        self.full = ""
        self._rows, self._size = rows, size
        self._taken = 0
        self._rest = b""

    def write(self, data: bytes) -> int:  # type: ignore[override]
        """Take a piece; raise `_FullError` once a limit is passed."""
        if self.full:  # pyoxigraph tries again what it has left
            return len(data)
        *lines, self._rest = (self._rest + data).split(b"\n")
        for line in lines:
            self._take(line + b"\n")
        return len(data)

    def flush(self) -> None:
        """Do nothing: all is in memory."""

    def _take(self, line: bytes) -> None:
        if line in self.found:
            return
        self._taken += len(line)
        if len(self.found) == self._rows > 0:
            self.full = f"triples={self._rows}"
        elif self._taken > self._size > 0:
            self.full = f"bytes={self._size}"
        if self.full:
            raise _FullError
        self.found.add(line)
