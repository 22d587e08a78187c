"""Content codings, each made once for a response that is kept: https://www.rfc-editor.org/rfc/rfc9110#name-accept-encoding."""

from __future__ import annotations

import gzip
import re
from collections.abc import Callable
from functools import lru_cache

import brotli
import zstandard
from werkzeug.http import parse_accept_header

IDENTITY = ""
LEAST = 512
"""Bytes below which nothing is gained."""

_COMPRESSIBLE = re.compile(
    r"text/|application/(?:[\w.-]+\+)?(?:json|xml|trig|n-triples|n-quads|javascript)\b|image/svg\+xml"
)


def _zstd(body: bytes) -> bytes:
    # A compressor may not be shared by threads; making one costs microseconds.
    return zstandard.ZstdCompressor(level=9).compress(body)


def _br(body: bytes) -> bytes:
    coded: bytes = brotli.compress(body, quality=5)
    return coded


CODERS: dict[str, Callable[[bytes], bytes]] = {
    "zstd": _zstd,
    "br": _br,
    "gzip": lambda body: gzip.compress(body, 6, mtime=0),
}
"""In the order of our preference among those that a client likes equally."""


@lru_cache(maxsize=256)
def chosen(header: str) -> str:
    """Give the coding for an `Accept-Encoding` header: its name, or `IDENTITY`.

    A coding is used only where the client names it or says `*`, and not below identity's weight.
    """
    weights = {name.lower(): weight for name, weight in reversed(list(parse_accept_header(header)))}
    anything = weights.get("*", 0.0)
    best = max(CODERS, key=lambda name: weights.get(name, anything))
    weight = weights.get(best, anything)
    return best if weight > 0 and weight >= weights.get("identity", 0.0) else IDENTITY


def is_compressible(content_type: str, body: bytes) -> bool:
    """Tell whether a body of this type and size gets smaller."""
    return len(body) >= LEAST and _COMPRESSIBLE.match(content_type) is not None
