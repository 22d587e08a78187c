"""The WSGI application behind an ASGI server: bodies are read first, then a thread answers.

https://asgi.readthedocs.io/en/latest/specs/www.html, https://peps.python.org/pep-3333/.
"""

from __future__ import annotations

import asyncio
import sys
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from io import BytesIO
from typing import TYPE_CHECKING, Any
from urllib.parse import unquote_to_bytes

from kg.pooled import asked
from server.cache import KEPT_ONLY, NotKeptError
from server.wsgi import BEGUN, FIXED, Started, header_key

if TYPE_CHECKING:
    from _typeshed.wsgi import WSGIApplication, WSGIEnvironment

_PIECE = 1 << 18
_OFTEN = ("/page/", "/data/", "/id/")
"""What is often kept."""

Scope = dict[str, Any]
Receive = Callable[[], Any]
Send = Callable[[dict[str, Any]], Any]

_Answer = tuple[int, list[tuple[bytes, bytes]], bytes | Iterator[bytes], Callable[[], object]]
"""Status, headers, the body or its pieces, and what is to be called at the end."""


class Threaded:
    """An ASGI application that runs `app` in one of so many threads; `most` bytes of a body are read."""

    def __init__(self, app: WSGIApplication, threads: int, most: int) -> None:
        self._app = app
        self._most = most
        self._threads = ThreadPoolExecutor(threads, "answers")

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request."""
        environ = environ_of(scope)
        environ["wsgi.input"] = BytesIO(await self._body(environ, receive))
        loop = asyncio.get_running_loop()
        answer = self._kept(environ)
        if answer is None:
            answer = await loop.run_in_executor(self._threads, self._run, environ)
        status, headers, pieces, close = answer
        await send({"type": "http.response.start", "status": status, "headers": headers})
        if isinstance(pieces, bytes):
            await send({"type": "http.response.body", "body": pieces})
            return
        try:
            while piece := await loop.run_in_executor(self._threads, _next, pieces):
                await send({"type": "http.response.body", "body": piece, "more_body": True})
            await send({"type": "http.response.body", "body": b""})
        finally:
            await loop.run_in_executor(self._threads, close)

    async def _body(self, environ: WSGIEnvironment, receive: Receive) -> bytes:
        """Read what was sent; of what is too large, no more than shows that it is."""
        length = environ.get("CONTENT_LENGTH", "")
        if not length and "HTTP_TRANSFER_ENCODING" not in environ:
            return b""
        if length.isdigit() and int(length) > self._most:
            return b""
        body = b""
        while len(body) <= self._most:
            message = await receive()
            body += message.get("body", b"")
            if not message.get("more_body"):
                break
        return body[: self._most + 1]

    def _kept(self, environ: WSGIEnvironment) -> _Answer | None:
        """Give an answer that is there already: to hand it to a thread would take several times as long."""
        path = environ["PATH_INFO"]
        if environ["REQUEST_METHOD"] not in {"GET", "HEAD"} or not (path == "/" or path.startswith(_OFTEN)):
            return None
        try:
            return self._run({**environ, KEPT_ONLY: True})
        except NotKeptError:
            return None

    def _run(self, environ: WSGIEnvironment) -> _Answer:
        started = Started()
        with asked(environ.get(BEGUN, 0.0)):
            chunks = self._app(environ, started)
        close: Callable[[], object] = getattr(chunks, "close", lambda: None)
        pieces: bytes | Iterator[bytes]
        if isinstance(chunks, list):
            pieces = b"".join([*started.written, *chunks])
        else:
            pieces = iter(chunks)
            try:
                first = _next(pieces)  # the application may begin its response only now
            except BaseException:
                close()
                raise
            pieces = _with(b"".join([*started.written, first]), pieces)
        headers = [
            (name.lower().encode("latin-1"), value.encode("latin-1")) for name, value in started.headers
        ]
        return int(started.status[:3]), headers, pieces, close


def environ_of(scope: Scope) -> WSGIEnvironment:
    """Give the WSGI environment of a request, but for its input."""
    server = scope.get("server") or ("", 0)
    environ: WSGIEnvironment = {
        **FIXED,
        "REQUEST_METHOD": scope["method"],
        # https://peps.python.org/pep-3333/#unicode-issues
        "PATH_INFO": unquote_to_bytes(scope["raw_path"]).decode("latin-1"),
        "QUERY_STRING": scope["query_string"].decode("latin-1"),
        "SERVER_NAME": str(server[0]),
        "SERVER_PORT": str(server[1]),
        "SERVER_PROTOCOL": f"HTTP/{scope['http_version']}",
        "REMOTE_ADDR": (scope.get("client") or ("",))[0],
        "wsgi.url_scheme": scope["scheme"],
        "wsgi.errors": sys.stderr,
        "wsgi.multithread": True,
        "wsgi.input_terminated": True,
    }
    if begun := scope.get("state", {}).get(BEGUN):
        environ[BEGUN] = begun
    for name, value in scope["headers"]:
        _add(environ, name, value.decode("latin-1"))
    return environ


def _add(environ: WSGIEnvironment, name: bytes, value: str) -> None:
    if b"_" in name:  # it would be taken for the one with a hyphen, which a proxy may have set
        return
    key = header_key(name)
    known = environ.get(key)
    environ[key] = value if known is None else f"{known}{'; ' if name == b'cookie' else ','}{value}"


def _next(pieces: Iterator[bytes]) -> bytes:
    """Give the next pieces together; nothing at the end."""
    found: list[bytes] = []
    size = 0
    for piece in pieces:
        found.append(piece)
        size += len(piece)
        if size >= _PIECE:
            break
    return b"".join(found)


def _with(first: bytes, rest: Iterable[bytes]) -> Iterator[bytes]:
    yield first
    yield from rest
