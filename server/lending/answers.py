"""The answers of a session: to plain queries, if they are small."""

from __future__ import annotations

import time
from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, NamedTuple

from cachetools import LRUCache

from kg import sparql
from kg.store import Answer, Formats, Store
from server import compression
from server.direct import Direct
from server.lending import request
from server.lending.board import Note
from server.lending.hello import Hello
from server.lending.request import Response
from server.reply import coded, send
from server.request_id import request_id
from server.wsgi import Started

if TYPE_CHECKING:
    from kg.terms import OxTerm

LARGEST = 1 << 17
"""Bytes of an answer that a session writes; larger ones are for those who keep and compress them."""


class Answered(NamedTuple):
    """The bytes of a response, whether the connection stays open, and what is to be noted."""

    response: bytes
    stays: bool
    note: Note


class ReturnedError(Exception):
    """The request is for others to answer."""


class _Small:
    """The store, for answers of which nothing is cut."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self.seconds = -1.0

    def query(
        self,
        text: str,
        formats: Formats,
        *,
        substitutions: Mapping[str, OxTerm] | None = None,
        default_graphs: Iterable[str] = (),
        named_graphs: Iterable[str] = (),
    ) -> Answer:
        """Ask the store; see `kg.store.Store.query`. Raises `ReturnedError` if the answer is not small."""
        sparql.check(text)
        begin = time.perf_counter()
        answer = self._store.query(
            text,
            formats,
            substitutions=substitutions,
            default_graphs=default_graphs,
            named_graphs=named_graphs,
        )
        if answer.truncated:
            raise ReturnedError
        self.seconds = time.perf_counter() - begin
        return answer


class Answers:
    """Answers from `store` for the web process that sent `hello`.

    They are kept by the very bytes of the request, which need not be read then.
    """

    def __init__(self, store: Store, hello: Hello) -> None:
        self._kept: LRUCache[bytes, Response] = LRUCache(hello.cache << 20, lambda kept: kept.size)
        self._small = _Small(store)
        self._most = hello.body
        fixed = hello.before, hello.after
        self._direct = Direct(lambda: fixed, self._small, rows=hello.results, size=LARGEST)

    def kept(self, data: bytes) -> Answered | None:
        """Give the answer to the request that `data` is, if it is kept."""
        begin = time.perf_counter()
        response = self._kept.get(data)
        if response is None:
            return None
        written = response.written("hit", request_id(""))
        return Answered(
            written, response.stays, Note(response.status, "hit", time.perf_counter() - begin, -1.0)
        )

    def made(self, data: bytes) -> Answered | None:
        """Make the answer; `None` if it is for others to make."""
        found = request.read(data)
        if found is None:
            return None
        environ, stays = found
        if int(environ.get("CONTENT_LENGTH") or 0) > self._most:
            return None
        begin = time.perf_counter()
        try:
            reply = self._direct.reply(environ)
        except ReturnedError:
            return None
        if reply is None:
            return None
        started = Started()
        reply = coded(reply, compression.chosen(environ.get("HTTP_ACCEPT_ENCODING", "")))
        body = send(reply, "miss", environ, started)
        response = Response(started.status, started.headers, body, stays=stays)
        sent = environ.get("HTTP_X_REQUEST_ID", "")
        if not sent and response.size < self._kept.maxsize:
            self._kept[data] = response
        note = Note(response.status, "miss", time.perf_counter() - begin, self._small.seconds)
        return Answered(response.written("miss", request_id(sent)), stays, note)
