"""Counts the solutions in a serialised result: pyoxigraph serialises them but does not count."""

from __future__ import annotations

import re

import pyoxigraph as ox

from kg.formats import Format

# Only a solution that follows another has a key here; a text that ends so has a comma or a brace.
_JSON_NEXT = re.compile(rb'\},\{(?="[^"\\]*":)')
_JSON_STRING = re.compile(rb'"(?:[^"\\]|\\.)*+"', re.DOTALL)


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


def _count_in_json(body: bytes) -> int:
    if body.endswith(b"[]}}"):
        return 0
    if b"{}" not in body:  # no solution without bindings, nor a text that looks like one
        return sum(1 for _ in _JSON_NEXT.finditer(body)) + 1
    return _JSON_STRING.sub(b"", body).count(b"},{") + 1
