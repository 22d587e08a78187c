"""Plain queries are answered here, in front of Flask, which takes several times what a small query does.

Pages, errors and all that is not plain are Flask's. What it would add to an answer is asked of it once.
"""

from __future__ import annotations

from collections.abc import Iterable
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
from server.settings import Settings

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIEnvironment

_PATHS = frozenset({"/sparql", "/sparql/"})
_CONDITIONAL = ("HTTP_RANGE", "HTTP_IF_NONE_MATCH", "HTTP_IF_MATCH", "HTTP_IF_MODIFIED_SINCE")
_OWN = frozenset({"content-length", "content-type"})

Headers = list[tuple[str, str]]


class Direct:
    """WSGI middleware around the application that it stands in for."""

    def __init__(self, app: Flask, store: Store, settings: Settings) -> None:
        self._app = app
        self._store = store
        self._settings = settings

    def __call__(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        """Answer a plain query, or let the application answer."""
        read = self._read(environ) if _may_be_plain(environ) else None
        if read is not None:
            try:
                answer = answer_of(self._store, *read, self._settings)
            except KgError as error:
                environ[FAILURE] = error
            else:
                start_response("200 OK", self._headers(answer))
                return [answer.body]
        return self._app(environ, start_response)

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

    def _headers(self, answer: Answer) -> Headers:
        own = [
            ("Content-Type", answer.format.content_type),
            ("Content-Length", str(len(answer.body))),
            ("ETag", f'"{generate_etag(answer.body)}"'),
        ]
        if answer.truncated:
            own.append((TRUNCATED, answer.truncated))
        return own + self._fixed

    @cached_property
    def _fixed(self) -> Headers:
        """The headers that the application gives every answer, whoever asks."""
        with self._app.test_request_context("/sparql"):
            response = self._app.process_response(Response())
        return [(name, value) for name, value in response.headers if name.lower() not in _OWN]


def _asked(environ: WSGIEnvironment) -> QueryRequest | None:
    if environ["REQUEST_METHOD"] == "GET":
        return read_plain(environ["QUERY_STRING"])
    return read_request(Request(environ, populate_request=False))


def _may_be_plain(environ: WSGIEnvironment) -> bool:
    if environ.get("PATH_INFO") not in _PATHS or any(name in environ for name in _CONDITIONAL):
        return False
    if environ["REQUEST_METHOD"] == "GET":
        return "query=" in environ.get("QUERY_STRING", "")
    # A body that has been read already can be read again.
    return environ["REQUEST_METHOD"] == "POST" and isinstance(environ.get("wsgi.input"), BytesIO)
