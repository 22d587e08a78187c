"""Counts and cuts serialised results: pyoxigraph serialises them but neither counts nor stops."""

from __future__ import annotations

import re
from collections.abc import Iterator
from io import BytesIO
from itertools import islice

import pyoxigraph as ox

from kg.errors import QueryResourceError
from kg.formats import Format

# Only a solution that follows another has a key here; a text that ends so has a comma or a brace.
_JSON_NEXT = re.compile(rb'\},\{(?="[^"\\]*":)')
_JSON_STRING = re.compile(rb'"[^"\\]*+(?:\\.[^"\\]*+)*"', re.DOTALL)
# Where solutions without bindings stand among others: strings are stepped over, cut ones too.
_JSON_STEP = re.compile(rb'"[^"\\]*+(?:\\.[^"\\]*+)*(?:"|\Z)|\},(?=\{)', re.DOTALL)
_JSON_HEAD = b']},"results":{"bindings":['
_JSON_TAIL = b"]}}"
_XML_HEAD, _XML_TAIL = b"<results>", b"</results></sparql>"
_XML_END = re.compile(rb"</result>")
_CSV_ROW = re.compile(rb'[^"\n]*+(?:"[^"]*+"[^"\n]*+)*\n')
_ROUGH = {
    ox.QueryResultsFormat.JSON: b"},{",
    ox.QueryResultsFormat.XML: b"</result>",
    ox.QueryResultsFormat.CSV: b"\n",
    ox.QueryResultsFormat.TSV: b"\n",
}


def count_solutions(body: bytes, syntax: Format) -> int:
    """Count the solutions in a serialised result: the engine serialises but does not count.

    Exact for the compact documents that pyoxigraph writes, not for those of others.
    """
    match syntax.results:
        case ox.QueryResultsFormat.XML:
            return body.count(b"<result>")
        case ox.QueryResultsFormat.TSV:
            return body.count(b"\n") - 1
        case ox.QueryResultsFormat.CSV:
            return sum(part.count(b"\n") for part in body.split(b'"')[::2]) - 1
        case _:
            return _count_in_json(body)


def write_solutions(solutions: ox.QuerySolutions, syntax: Format, rows: int, size: int) -> tuple[bytes, str]:
    """Serialise at most `rows` solutions in about `size` bytes; tell what cut it, as `rows=100`.

    0 is no limit. What is cut ends after a whole solution and is a well-formed document. Serialising
    stops where a limit is passed, so a giant result costs no more than what is kept of it. Raises
    `QueryResourceError` if not even the names of the variables fit.
    """
    sink = _Sink(syntax, rows, size)
    try:
        solutions.serialize(sink, format=syntax.results)
    except _FullError as full:
        body = bytes(sink.body)
        return _cut(body, syntax, rows), str(full)
    body = bytes(sink.body)
    if sink.may_have(rows) and body.count(_mark(syntax)) >= rows and _has_more(body, syntax, rows):
        return _cut(body, syntax, rows), f"rows={rows}"
    return body, ""


class _FullError(Exception):
    """What is written passed the limit that the message names."""


def _mark(syntax: Format) -> bytes:
    """Give what stands at the end of each row but the last, and in texts too."""
    return _ROUGH[syntax.results] if syntax.results else b"\n"


class _Sink(BytesIO):
    """A file that pyoxigraph writes to, in pieces of some kilobytes."""

    def __init__(self, syntax: Format, rows: int, size: int) -> None:
        self.body = bytearray()
        self._syntax, self._rows, self._size = syntax, rows, size
        self._mark = _mark(syntax)
        self._marks, self._counted, self._look_at = 0, 0, rows + 1
        self._full = ""

    def may_have(self, rows: int) -> bool:
        """Tell whether so many rows can be in so few bytes; False for 0, which is no limit."""
        return 0 < rows * len(self._mark) <= len(self.body)

    def write(self, data: bytes) -> int:  # type: ignore[override]
        """Take a piece; raise `_FullError` once a limit is passed."""
        if self._full:  # pyoxigraph tries again what it has left
            return len(data)
        self.body += data
        if self.may_have(self._rows) and self._enough():
            self._full = f"rows={self._rows}"
        elif len(self.body) > self._size > 0:
            self._full = f"bytes={self._size}"
        if self._full:
            raise _FullError(self._full)
        return len(data)

    def _enough(self) -> bool:
        self._marks += self.body.count(self._mark, self._counted)
        self._counted = len(self.body)
        if self._marks <= self._look_at:
            return False
        self._look_at = self._marks + self._rows  # texts may hold marks too
        return _has_more(bytes(self.body), self._syntax, self._rows)

    def flush(self) -> None:
        """Do nothing: all is in memory."""


def _has_more(body: bytes, syntax: Format, rows: int) -> bool:
    return sum(1 for _ in islice(_row_ends(body, syntax), rows + 1)) > rows


def _cut(body: bytes, syntax: Format, rows: int) -> bytes:
    """Keep the head and the first `rows` whole solutions (0: all that are whole)."""
    head, tail = _head(body, syntax), b""
    if syntax.results == ox.QueryResultsFormat.JSON:
        tail = _JSON_TAIL
    elif syntax.results == ox.QueryResultsFormat.XML:
        tail = _XML_TAIL
    if not head:
        raise QueryResourceError("Not even the first row of the result fits into what one may have.")
    end = max(islice(_row_ends(body, syntax), rows or None), default=head)
    return body[:end] + tail


def _head(body: bytes, syntax: Format) -> int:
    """Give where the solutions begin; 0 if that is not in `body`."""
    match syntax.results:
        case ox.QueryResultsFormat.JSON:
            mark = _JSON_HEAD
        case ox.QueryResultsFormat.XML:
            mark = _XML_HEAD
        case _:
            mark = b"\n"
    return body.find(mark) + len(mark) if mark in body else 0


def _row_ends(body: bytes, syntax: Format) -> Iterator[int]:
    """Give the end of each whole solution, in order."""
    position = _head(body, syntax)
    match syntax.results:
        case ox.QueryResultsFormat.JSON:
            yield from _json_ends(body, position)
        case ox.QueryResultsFormat.XML:
            yield from (match.end() for match in _XML_END.finditer(body, position))
        case ox.QueryResultsFormat.CSV:
            while match := _CSV_ROW.match(body, position):
                yield (position := match.end())
        case _:
            while position := body.find(b"\n", position) + 1:
                yield position


def _json_ends(body: bytes, position: int) -> Iterator[int]:
    if b"{}" in body:
        for match in _JSON_STEP.finditer(body, position):
            if match[0] == b"},":
                yield match.start() + 1
    else:
        for match in _JSON_NEXT.finditer(body, position):
            yield match.start() + 1
    if body.endswith(b"}" + _JSON_TAIL):
        yield len(body) - len(_JSON_TAIL)


def _count_in_json(body: bytes) -> int:
    if body.endswith(b"[]}}"):
        return 0
    if b"{}" not in body:  # no solution without bindings, nor a text that looks like one
        return sum(1 for _ in _JSON_NEXT.finditer(body)) + 1
    return _JSON_STRING.sub(b"", body).count(b"},{") + 1
