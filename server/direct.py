"""Plain queries are answered here, in front of Flask, which takes several times what a small query does.

Pages, errors and all that is not plain are Flask's. What it would add to an answer is asked of it once.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import cached_property
from io import BytesIO
from typing import TYPE_CHECKING

from flask import Flask, Request, Response
from werkzeug.exceptions import HTTPException
from werkzeug.http import generate_etag

from kg.errors import KgError
from kg.store import Answer, Store
from server.query_answer import FAILURE, TRUNCATED, Wanted, answer_of, wanted
from server.query_request import QueryRequest, read_plain, read_request
from server.reply import OF_THE_SEAL, Reply, sealed

if TYPE_CHECKING:
    from _typeshed.wsgi import WSGIEnvironment

_PATHS = frozenset({"/sparql", "/sparql/"})
_GET = frozenset({"GET", "HEAD"})

Headers = tuple[tuple[str, str], ...]


class Direct:
    """What `server.cache` asks before it asks the application; a HEAD is answered like a GET.

    `fixed` gives what `fixed_headers` does; it is called once, when it is first needed. An answer has at most
    `rows` rows and about `size` bytes.
    """

    def __init__(
        self, fixed: Callable[[], tuple[Headers, Headers]], store: Store, *, rows: int, size: int
    ) -> None:
        self._give_fixed = fixed
        self._store = store
        self._rows = rows
        self._size = size

    def reply(self, environ: WSGIEnvironment) -> Reply | None:
        """Give the answer to a plain query, sealed; `None` where the application is to be asked.

        An error of the store is left in `environ`, so that the application need not ask again.
        """
        read = self._read(environ) if _may_be_plain(environ) else None
        if read is None:
            return None
        try:
            answer = answer_of(self._store, *read, self._rows, self._size)
        except KgError as error:
            environ[FAILURE] = error
            return None
        etag = f'"{generate_etag(answer.body)}"'
        return Reply("200 OK", self._headers(answer, etag), answer.body, etag)

    def _read(self, environ: WSGIEnvironment) -> tuple[QueryRequest, Wanted] | None:
        """Give the query and what it is to be answered with; `None` for what is no query, or for a page."""
        try:
            asked = _asked(environ)
            if asked is None:
                return None
            choice = wanted(environ.get("HTTP_ACCEPT"), asked.format_names)
        except (HTTPException, KgError):  # found again, and told, by the application
            return None
        finally:
            if isinstance(environ["wsgi.input"], BytesIO):
                environ["wsgi.input"].seek(0)
        return None if choice.page else (asked, choice)

    def _headers(self, answer: Answer, etag: str) -> Headers:
        before, after = self._fixed
        cut = ((TRUNCATED, answer.truncated),) if answer.truncated else ()
        own = (("ETag", etag), ("Content-Length", str(len(answer.body))))
        return (("Content-Type", answer.format.content_type), *cut, *before, *own, *after)

    @cached_property
    def _fixed(self) -> tuple[Headers, Headers]:
        return self._give_fixed()


def fixed_headers(app: Flask) -> tuple[Headers, Headers]:
    """Give the headers that the application, and the seal, give every answer, whoever asks."""
    with app.test_request_context("/sparql"):
        response = app.process_response(Response())
    reply = sealed(Reply("200 OK", tuple(response.headers), b""))
    named = [(name.lower(), (name, value)) for name, value in reply.headers]
    own = {"content-type", "content-length", "etag"}
    return (
        tuple(each for name, each in named if name not in own | OF_THE_SEAL),
        tuple(each for name, each in named if name in OF_THE_SEAL - own),
    )


def _asked(environ: WSGIEnvironment) -> QueryRequest | None:
    if environ["REQUEST_METHOD"] in _GET:
        return read_plain(environ["QUERY_STRING"])
    return read_request(Request(environ, populate_request=False))


def _may_be_plain(environ: WSGIEnvironment) -> bool:
    if environ.get("PATH_INFO") not in _PATHS:
        return False
    if environ["REQUEST_METHOD"] in _GET:
        return "query=" in environ.get("QUERY_STRING", "")
    # A body that has been read already can be read again.
    return environ["REQUEST_METHOD"] == "POST" and isinstance(environ.get("wsgi.input"), BytesIO)
