"""Whole responses: run, judged fit to be kept, and sent, with strong tags and 304."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, replace
from hashlib import sha256
from typing import TYPE_CHECKING

from werkzeug.datastructures import Headers, ResponseCacheControl
from werkzeug.http import parse_cache_control_header, parse_etags

from server import compression
from server.wsgi import Started

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment

FRESHNESS = "public, max-age=60"
"""How long other caches may keep an answer without asking again: a new release shows after that."""

STATE = "X-Cache"
"""The header that says `hit`, `miss`, or `shared`: asked at the same time by somebody else."""

_HIDDEN = (
    "HTTP_COOKIE",
    "HTTP_IF_NONE_MATCH",
    "HTTP_IF_MODIFIED_SINCE",
    "HTTP_IF_MATCH",
    "HTTP_IF_UNMODIFIED_SINCE",
    "HTTP_ACCEPT_ENCODING",
)
_OF_BODY = frozenset({"content-length", "content-type", "content-encoding"})
OF_THE_SEAL = frozenset({"etag", "cache-control", "vary", "content-length"})
"""The headers that `sealed` writes, in small letters."""

_KEPT = frozenset({200, 303})
_OVERHEAD = 2048


@dataclass(frozen=True, slots=True)
class Reply:
    """A whole response; `etag` is its strong tag in quotes, empty where it is not to be kept."""

    status: str
    headers: tuple[tuple[str, str], ...]
    body: bytes
    etag: str = ""

    @property
    def size(self) -> int:
        """About how many bytes it takes, for headers of the usual size."""
        return _OVERHEAD + len(self.body)

    @property
    def code(self) -> int:
        """The status as a number."""
        return int(self.status[:3])


def run(app: WSGIApplication, environ: WSGIEnvironment) -> Reply:
    """Ask for the whole representation: no conditions, nothing of one client, GET where HEAD was asked."""
    asked = dict(environ)
    for name in _HIDDEN:
        asked.pop(name, None)
    if asked["REQUEST_METHOD"] == "HEAD":
        asked["REQUEST_METHOD"] = "GET"
    started = Started()
    chunks = app(asked, started)
    try:
        started.written.extend(chunks)
    finally:
        close = getattr(chunks, "close", None)
        if close is not None:
            close()
    return Reply(started.status, tuple(started.headers), b"".join(started.written))


def sealed(reply: Reply) -> Reply:
    """Give what may be kept its strong tag and the headers for other caches."""
    values: dict[str, str] = {}  # not werkzeug's Headers, which take longer than a small query
    for name, value in reply.headers:
        known = values.get(name.lower())
        values[name.lower()] = value if known is None else f"{known}, {value}"
    if reply.code not in _KEPT or not _is_cacheable(values):
        return reply
    own = values.get("etag", "")
    etag = own if own.startswith('"') else f'"{sha256(reply.body).hexdigest()[:32]}"'
    headers = (
        *(each for each in reply.headers if each[0].lower() not in OF_THE_SEAL),
        ("ETag", etag),
        ("Cache-Control", values.get("cache-control", FRESHNESS)),
        ("Vary", "Accept, Accept-Encoding"),
        ("Content-Length", str(len(reply.body))),
    )
    return replace(reply, headers=headers, etag=etag)


def _is_cacheable(values: Mapping[str, str]) -> bool:
    control = parse_cache_control_header(values.get("cache-control"), cls=ResponseCacheControl)
    varies = {part.strip().lower() for part in values.get("vary", "").split(",")}
    return (
        "set-cookie" not in values
        and "content-encoding" not in values
        and not (control.no_store or control.private)
        and varies <= {"", "accept", "accept-encoding"}
    )


def is_shareable(reply: Reply) -> bool:
    """Tell whether others who asked the same may have it: what can be kept, and what went wrong with it."""
    wrong = reply.code == 400 or reply.code >= 500
    return bool(reply.etag) or (wrong and "Set-Cookie" not in Headers(reply.headers))


def with_id(reply: Reply, identifier: str) -> Reply:
    """Put the id of this request in the place of the other's in problem details."""
    headers = Headers(reply.headers)
    if not headers.get("Content-Type", "").startswith("application/problem+json") or not identifier:
        return reply
    document = json.loads(reply.body) | {"id": identifier}
    body = (json.dumps(document, ensure_ascii=False, indent=2) + "\n").encode()
    headers["Content-Length"] = str(len(body))
    return replace(reply, headers=tuple(headers), body=body)


def coded(reply: Reply, coding: str) -> Reply:
    """Give the reply in a coding, with its own tag; as it is where it is not kept, or gets no smaller."""
    if not coding or not reply.etag:
        return reply
    kind = next((value for name, value in reply.headers if name.lower() == "content-type"), "")
    if not compression.is_compressible(kind, reply.body):
        return reply
    body = compression.CODERS[coding](reply.body)
    etag = f'{reply.etag[:-1]}-{coding}"'
    headers = Headers(reply.headers)
    headers["ETag"] = etag
    headers["Content-Encoding"] = coding
    headers["Content-Length"] = str(len(body))
    return replace(reply, headers=tuple(headers), body=body, etag=etag)


def send(reply: Reply, state: str, environ: WSGIEnvironment, start_response: StartResponse) -> list[bytes]:
    """Send the reply, or 304 where the client has it, and no body to who asked for the head."""
    headers = [*reply.headers, (STATE, state)]
    condition = "" if environ["REQUEST_METHOD"] == "POST" else environ.get("HTTP_IF_NONE_MATCH", "")
    if condition and reply.etag and reply.code == 200 and _matches(condition, reply.etag):
        start_response("304 NOT MODIFIED", [each for each in headers if each[0].lower() not in _OF_BODY])
        return []
    start_response(reply.status, headers)
    return [] if environ["REQUEST_METHOD"] == "HEAD" else [reply.body]


def _matches(condition: str, etag: str) -> bool:
    return condition == etag or parse_etags(condition).contains_weak(etag.strip('"'))
