"""One request on a connection: read without being taken from the socket, and its answer written.

https://www.rfc-editor.org/rfc/rfc9112. httptools reads; what is not one whole, plain request for `/sparql` is
left to the web server.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from email.utils import formatdate
from functools import lru_cache
from io import BytesIO
from time import time
from typing import TYPE_CHECKING

import httptools

from server.archive import PINNED
from server.reply import STATE
from server.request_id import HEADER
from server.wsgi import FIXED, header_key

if TYPE_CHECKING:
    from _typeshed.wsgi import WSGIEnvironment

LARGEST = 1 << 16
"""Bytes of a request that is looked at, body included."""

BEGINNINGS = (b"GET /sparql?", b"POST /sparql HTTP/1.1\r\n", b"HEAD /sparql?")
"""What a request begins with that may be a plain query."""

_LEFT = frozenset(
    {
        *("HTTP_EXPECT", "HTTP_UPGRADE", "HTTP_TRANSFER_ENCODING", "HTTP_TRAILER", "HTTP_TE"),
        *("HTTP_AUTHORIZATION", "HTTP_RANGE"),
    }
)
_LINE = re.compile(
    rb"(?P<method>GET|HEAD) /sparql\?(?P<query>[\w\-.~!$&'()*+,;=:@/?%]*+) HTTP/1\.1\r\n", re.ASCII
)
"""The first line of most requests: https://www.rfc-editor.org/rfc/rfc9112#name-request-line."""

_LONGEST_REMEMBERED = 1 << 11
_FIXED = FIXED | {"SERVER_PROTOCOL": "HTTP/1.1", "wsgi.url_scheme": "http", "wsgi.multithread": False}


class _Reader:
    """What httptools calls; `requests` counts how many begin in `data`.

    Raises `httptools.HttpParserError` for what is no request.
    """

    def __init__(self, data: bytes) -> None:
        self.environ: WSGIEnvironment = dict(_FIXED)
        self.target = b""
        self.body = b""
        self.requests = 0
        self.is_whole = False
        self.is_plain = True
        self.stays = False
        self.parser = httptools.HttpRequestParser(self)
        self.parser.feed_data(data)

    def on_message_begin(self) -> None:
        self.requests += 1

    def on_url(self, piece: bytes) -> None:
        self.target += piece

    def on_header(self, name: bytes, value: bytes) -> None:
        key = header_key(name)
        if key in self.environ or b"_" in name:
            self.is_plain = False
        self.environ[key] = value.decode("latin-1")

    def on_body(self, piece: bytes) -> None:
        self.body += piece

    def on_message_complete(self) -> None:
        self.is_whole = True
        self.stays = self.parser.should_keep_alive()


def read(data: bytes) -> tuple[WSGIEnvironment, bool] | None:
    """Give the WSGI environment of the one request that `data` is, and whether the connection stays open.

    `None` if it is anything else: not whole, several, malformed, or something in it needs more care.
    What stands below the first line is the same again and again over a connection, and is remembered.
    """
    line = _LINE.match(data)
    if line is None or len(data) - line.end() > _LONGEST_REMEMBERED:
        return _read(data)
    found = _remembered(data[line.end() :])
    query = line["query"].decode("ascii")
    if found is None or PINNED in query:
        return None
    method = line["method"].decode("ascii")
    environ = {**found[0], "REQUEST_METHOD": method, "QUERY_STRING": query, "wsgi.input": BytesIO()}
    return environ, found[1]


@lru_cache(maxsize=256)
def _remembered(rest: bytes) -> tuple[WSGIEnvironment, bool] | None:
    return _read(b"GET /sparql? HTTP/1.1\r\n" + rest)


def _read(data: bytes) -> tuple[WSGIEnvironment, bool] | None:
    try:
        reader = _Reader(data)
    except (httptools.HttpParserError, httptools.HttpParserUpgrade):
        return None
    environ = reader.environ
    if not (reader.is_whole and reader.is_plain and reader.requests == 1 and "HTTP_HOST" in environ):
        return None
    if reader.parser.get_http_version() != "1.1" or not _LEFT.isdisjoint(environ):
        return None
    path, _, query = reader.target.decode("latin-1").partition("?")
    if PINNED in query:
        return None
    method = environ["REQUEST_METHOD"] = reader.parser.get_method().decode("ascii")
    if reader.body and method != "POST":
        return None
    environ["PATH_INFO"] = path
    environ["QUERY_STRING"] = query
    environ["wsgi.input"] = BytesIO(reader.body)
    return environ, reader.stays


def is_whole(data: bytes) -> bool:
    """Tell whether a request has come to its end, or is none; a GET ends where its headers do."""
    if data.startswith(b"GET "):
        return data.endswith(b"\r\n\r\n")
    try:
        return _Reader(data).is_whole
    except (httptools.HttpParserError, httptools.HttpParserUpgrade):
        return True


class Response:
    """A response whose headers tell its length; `stays`: the connection stays open after it.

    `status` is the line's end, as `200 OK`; of `headers` all but the date and what is of one answer.
    """

    __slots__ = ("_before", "_behind", "size", "status", "stays")

    def __init__(
        self, status: str, headers: Iterable[tuple[str, str]], body: Iterable[bytes], *, stays: bool
    ) -> None:
        lines = [f"{name}: {value}\r\n" for name, value in headers if name != STATE]
        if not stays:
            lines.append("Connection: close\r\n")
        self._before = f"HTTP/1.1 {status}\r\n{''.join(lines)}Date: ".encode("latin-1")
        self._behind = b"".join((b"\r\n\r\n", *body))
        self.size = len(self._before) + len(self._behind)
        self.status = int(status[:3])
        self.stays = stays

    def written(self, state: str, identifier: str) -> bytes:
        """Give the bytes, dated now, with what the cache says and the id of the request."""
        between = f"{_date(int(time()))}\r\n{STATE}: {state}\r\n{HEADER}: {identifier}".encode("latin-1")
        return b"".join((self._before, between, self._behind))


@lru_cache(maxsize=2)
def _date(second: int) -> str:
    return formatdate(second, usegmt=True)
