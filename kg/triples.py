"""Writes the triples of a result: distinct, sorted, within limits.

They stay lines of N-Triples, as the engine writes them, until their syntax is written: each as an object of
Python costs ten times as much.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Set
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
    return [line + b"\n" for line in sorted(sink.found)], sink.full


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
    # Each piece ends where an IRI does; many are the same, so that few are looked at.
    used = {_namespace(piece.rpartition(b"<")[2]) for piece in set(body.split(b">"))}
    return {name: iri for name, iri in sorted(prefixes.items()) if _shortens(iri.encode(), used, body)}


def _namespace(iri: bytes) -> bytes:
    return iri[: max(iri.rfind(b"/"), iri.rfind(b"#")) + 1]


def _shortens(namespace: bytes, used: Set[bytes], body: bytes) -> bool:
    if namespace.endswith((b"/", b"#")):
        return namespace in used
    return re.search(b"<" + re.escape(namespace) + rb"[^/#<>\s]*>", body) is not None


class _FullError(Exception):
    """A limit was passed."""


class _Sink(BytesIO):
    """A file that pyoxigraph writes lines to, in pieces of some kilobytes; `found` are those that differ."""

    def __init__(self, rows: int, size: int) -> None:
        self.found: set[bytes] = set()
        self.full = ""
        self._rows, self._size = rows, size
        self._near = False
        self._taken = 0  # at most so many bytes are in `found`; exactly, once a limit is near
        self._rest = b""

    def write(self, data: bytes) -> int:  # type: ignore[override]
        """Take a piece; raise `_FullError` once a limit is passed."""
        if self.full:  # pyoxigraph tries again what it has left
            return len(data)
        *lines, self._rest = (self._rest + data).split(b"\n")
        if self._has_room(len(lines), len(data)):
            self._taken += len(data)
            self.found.update(lines)
        else:
            for line in lines:
                self._take(line)
        return len(data)

    def flush(self) -> None:
        """Do nothing: all is in memory."""

    def _has_room(self, lines: int, size: int) -> bool:
        """Tell whether so much more passes no limit, even if all of it is new."""
        passed = len(self.found) + lines > self._rows > 0 or self._taken + size > self._size > 0
        if passed and not self._near:
            self._near = True
            self._taken = sum(map(len, self.found)) + len(self.found)
        return not self._near

    def _take(self, line: bytes) -> None:
        if line in self.found:
            return
        self._taken += len(line) + 1
        if len(self.found) == self._rows > 0:
            self.full = f"triples={self._rows}"
        elif self._taken > self._size > 0:
            self.full = f"bytes={self._size}"
        if self.full:
            raise _FullError
        self.found.add(line)
