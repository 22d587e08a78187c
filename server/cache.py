"""Whole responses, kept in front of Flask: a release never changes, so neither does an answer from it.

What is kept is told apart by everything that a body here can depend on (`key`); nothing is canonicalised
but the coding, since pages and problems show a request as it was sent. One cache serves one release and is
dropped with it. Clients that ask at once what is not kept yet are answered by one run.
"""

from __future__ import annotations

import io
import threading
from collections.abc import Callable, Iterable
from concurrent.futures import Future
from hashlib import sha256
from typing import TYPE_CHECKING

from cachetools import LRUCache

from server import compression
from server.negotiation import split_extension
from server.reply import Reply, coded, is_shareable, run, sealed, send, with_id
from server.request_id import ENVIRON_KEY
from server.stock import Stock, is_stocked

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment

Key = tuple[str | None, ...]

_NEVER = ("/releases", "/dataset/", "/timegate/", "/timemap/", "/dumps/", "/static/", "/health", "/metrics")
OF_THE_ADDRESS = ("wsgi.url_scheme", "HTTP_HOST", "SERVER_NAME", "SERVER_PORT", "SCRIPT_NAME")
"""What of a request says at which address the site is."""

FORWARDED = (
    "HTTP_X_FORWARDED_HOST",
    "HTTP_X_FORWARDED_PROTO",
    "HTTP_X_FORWARDED_PREFIX",
    "HTTP_X_FORWARDED_PORT",
)
"""What a proxy says of that."""

KEPT_ONLY = "kcg.kept_only"
"""The key, in an environment, of a wish: the answer if it is kept, else `NotKeptError` at once."""

_QUERY_PATH = "/sparql"
_LARGEST_SHARE = 4


class NotKeptError(Exception):
    """The answer would have to be made."""


def key(release: str, environ: WSGIEnvironment, body: bytes = b"", *, forwarded: bool = False) -> Key:
    """Give what tells requests apart that could be answered differently; codings aside.

    `forwarded`: a proxy is trusted, so what it says of the address counts.
    """
    get = environ.get
    path = get("PATH_INFO", "")
    return (
        release,
        sha256(body).hexdigest() if environ["REQUEST_METHOD"] == "POST" else "",
        "*" if "HTTP_ORIGIN" in environ else "",
        *map(get, OF_THE_ADDRESS),
        path,
        get("QUERY_STRING"),
        None if _names_its_format(path) else get("HTTP_ACCEPT"),
        get("CONTENT_TYPE"),
        *(map(get, FORWARDED) if forwarded else ()),
    )


def _names_its_format(path: str) -> bool:
    """Tell whether what comes from an address is the same whatever is accepted (errors are not kept)."""
    return path.startswith("/page/") or (path.startswith("/data/") and split_extension(path)[1] is not None)


def _is_personal(environ: WSGIEnvironment) -> bool:
    get = environ.get
    return bool(get("HTTP_AUTHORIZATION") or get("HTTP_RANGE") or get("HTTP_TRANSFER_ENCODING"))


class ResultCache:
    """WSGI middleware; `size` is in bytes, `sized` is told how many are taken whenever that changes.

    `direct` may have a sealed reply without the application (`server.direct`); `stock` is what other web
    processes have made.
    """

    def __init__(
        self,
        app: WSGIApplication,
        *,
        release: str,
        size: int,
        direct: Callable[[WSGIEnvironment], Reply | None] = lambda _: None,
        stock: Stock | None = None,
        body_limit: int = 1 << 18,
        forwarded: bool = False,
        sized: Callable[[float], object] = lambda _: None,
    ) -> None:
        self._app = app
        self._direct = direct
        self._stock = stock
        self._release = release
        self._size = size
        self._body_limit = body_limit
        self._forwarded = forwarded
        self._sized = sized
        self._lock = threading.Lock()
        self._kept: LRUCache[tuple[Key, str], Reply] = LRUCache(size, getsizeof=lambda reply: reply.size)
        self._pending: dict[tuple[Key, str | None], Future[Reply]] = {}

    def __call__(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        """Answer from what is kept, or ask the application.

        Raises `NotKeptError` instead of asking where `KEPT_ONLY` is in the environment.
        """
        found = self._key(environ)
        if found is None:
            _may_ask(environ)
            return self._app(environ, start_response)
        coding = compression.chosen(environ.get("HTTP_ACCEPT_ENCODING", ""))
        with self._lock:
            reply = self._kept.get((found, coding))
        state = "hit"
        if reply is None:
            _may_ask(environ)
            reply, state = self._ask(found, environ)
            plain, reply = reply, coded(reply, coding)
            if reply is not plain:
                self._keep(found, coding, reply)
        return send(reply, state, environ, start_response)

    def _key(self, environ: WSGIEnvironment) -> Key | None:
        """Give the key of a request that may be answered from here; `None` for others."""
        method, path = environ["REQUEST_METHOD"], environ.get("PATH_INFO", "")
        if path.startswith(_NEVER) or _is_personal(environ):
            return None
        length = environ.get("CONTENT_LENGTH") or "0"
        if method in {"GET", "HEAD"}:
            return key(self._release, environ, forwarded=self._forwarded) if length == "0" else None
        if (
            method != "POST"
            or not path.startswith(_QUERY_PATH)
            or not length.isascii()
            or not length.isdigit()
        ):
            return None
        if not 0 < int(length) <= self._body_limit:
            return None
        body = _read(environ, int(length))
        return (
            key(self._release, environ, body, forwarded=self._forwarded) if len(body) == int(length) else None
        )

    def _ask(self, wanted: Key, environ: WSGIEnvironment) -> tuple[Reply, str]:
        """Give the uncoded reply: kept, from whoever asks the same now, or from the application."""
        # What goes wrong is told as each accepts it, whatever the key has of that.
        asked = (wanted, environ.get("HTTP_ACCEPT"))
        with self._lock:
            reply = self._kept.get((wanted, compression.IDENTITY))
            if reply is not None:
                return reply, "hit"
            future = self._pending.get(asked)
            if future is None:
                leading = self._pending[asked] = Future()
        if future is None:
            try:
                return self._lead(wanted, environ, leading)
            finally:
                with self._lock:
                    del self._pending[asked]
        reply = future.result()
        if not is_shareable(reply):
            return run(self._app, environ), "miss"
        return with_id(reply, environ.get(ENVIRON_KEY, "")), "shared"

    def _lead(self, wanted: Key, environ: WSGIEnvironment, future: Future[Reply]) -> tuple[Reply, str]:
        try:
            reply, state = self._made(wanted, environ)
            self._keep(wanted, compression.IDENTITY, reply)
            future.set_result(reply)
        except BaseException as error:
            future.set_exception(error)
            raise
        return reply, state

    def _made(self, wanted: Key, environ: WSGIEnvironment) -> tuple[Reply, str]:
        """Give what another process has made, or make it."""
        stock = self._stock if is_stocked(environ) else None
        if stock and (found := stock.take(wanted)):
            return found, "hit"
        reply = self._direct(environ) or sealed(run(self._app, environ))
        if stock and reply.etag:
            stock.add(wanted, reply)
        return reply, "miss"

    def _keep(self, wanted: Key, coding: str, reply: Reply) -> None:
        if not reply.etag or reply.size > self._size // _LARGEST_SHARE:
            return
        with self._lock:
            self._kept[(wanted, coding)] = reply
            taken = self._kept.currsize
        self._sized(taken)


def _may_ask(environ: WSGIEnvironment) -> None:
    if KEPT_ONLY in environ:
        raise NotKeptError


def _read(environ: WSGIEnvironment, length: int) -> bytes:
    body: bytes = environ["wsgi.input"].read(length)
    environ["wsgi.input"] = io.BytesIO(body)
    return body
