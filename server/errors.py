"""The one place where exceptions become HTTP statuses.

Machines get problem details (https://www.rfc-editor.org/rfc/rfc9457), people a page; both say what is
wrong and how to mend it. Nothing is answered with 200 and an error inside, nothing shows a traceback.
"""

from __future__ import annotations

import json
import logging
from dataclasses import dataclass
from http import HTTPStatus

from flask import Flask, Response, make_response, render_template, request
from werkzeug.exceptions import HTTPException, MethodNotAllowed, RequestedRangeNotSatisfiable

from kg import errors as kg
from server.negotiation import PROBLEM, Preference
from server.request_id import ENVIRON_KEY

STATUSES: dict[type[kg.KgError], HTTPStatus] = {
    kg.KgError: HTTPStatus.INTERNAL_SERVER_ERROR,
    kg.UsageError: HTTPStatus.BAD_REQUEST,
    kg.QueryError: HTTPStatus.BAD_REQUEST,
    kg.QuerySyntaxError: HTTPStatus.BAD_REQUEST,
    kg.QueryRefusedError: HTTPStatus.FORBIDDEN,
    kg.QueryTooLargeError: HTTPStatus.REQUEST_ENTITY_TOO_LARGE,
    kg.QueryTimeoutError: HTTPStatus.GATEWAY_TIMEOUT,
    # The server could not do it with what it has. That is no fault of the client's (4xx), and trying
    # again does not help (no Retry-After).
    kg.QueryResourceError: HTTPStatus.SERVICE_UNAVAILABLE,
    kg.StoreUnavailableError: HTTPStatus.SERVICE_UNAVAILABLE,
    kg.NotAcceptableError: HTTPStatus.NOT_ACCEPTABLE,
    kg.NotFoundError: HTTPStatus.NOT_FOUND,
    kg.GoneError: HTTPStatus.GONE,
}
"""The status of each class; a class that is not named has that of its nearest ancestor."""

RETRY_AFTER = "2"
"""Seconds after which a store that is busy or starting is worth another try."""

_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Problem:
    """What went wrong, as RFC 9457 has it; `line` and `column` are of the query, 0 if not known.

    `successors` stand in the place of what was withdrawn.
    """

    status: int
    title: str
    detail: str
    mend: str = ""
    kind: str = "about:blank"
    line: int = 0
    column: int = 0
    successors: tuple[str, ...] = ()

    def document(self) -> dict[str, object]:
        """Give the members of the JSON document; those that say nothing are left out."""
        members: dict[str, object] = {
            "type": self.kind,
            "title": self.title,
            "status": self.status,
            "detail": self.detail,
            "instance": request.full_path.rstrip("?"),
        }
        optional = {
            "id": request.environ.get(ENVIRON_KEY, ""),
            "mend": self.mend,
            "line": self.line,
            "column": self.column,
            "successors": list(self.successors),
        }
        return members | {name: value for name, value in optional.items() if value}


def status_of(error: kg.KgError) -> HTTPStatus:
    """Give the status of the nearest class that the table names."""
    return next(STATUSES[cls] for cls in type(error).__mro__ if cls in STATUSES)


def install(app: Flask) -> None:
    """Let `app` answer every exception in this way."""
    app.register_error_handler(kg.KgError, _answer_kg)
    app.register_error_handler(HTTPException, _answer_http)
    app.register_error_handler(Exception, _answer_unforeseen)


def _answer_kg(error: kg.KgError) -> Response:
    status = status_of(error)
    if status is HTTPStatus.INTERNAL_SERVER_ERROR:
        return _answer_unforeseen(error)
    problem = Problem(
        status,
        status.phrase,
        error.what,
        error.mend,
        f"urn:kcg:problem:{type(error).__name__.removesuffix('Error')}",
        getattr(error, "line", 0),
        getattr(error, "column", 0),
        getattr(error, "successors", ()),
    )
    response = _respond(problem)
    for successor in problem.successors:
        response.headers.add("Link", f'<{successor}>; rel="successor-version"')
    if isinstance(error, kg.StoreUnavailableError):
        response.headers["Retry-After"] = RETRY_AFTER
    return response


def _answer_http(error: HTTPException) -> Response:
    if error.code is None or error.code < HTTPStatus.BAD_REQUEST:
        # Routing answers some requests with a redirection, which is no error.
        return make_response(error.get_response())
    response = _respond(Problem(error.code, error.name, error.description or error.name))
    if isinstance(error, MethodNotAllowed) and error.valid_methods:
        response.headers["Allow"] = ", ".join(sorted(error.valid_methods))
    if isinstance(error, RequestedRangeNotSatisfiable) and error.length is not None:
        response.headers["Content-Range"] = f"bytes */{error.length}"
    return response


def _answer_unforeseen(error: Exception) -> Response:
    _log.error("unforeseen, at %s", request.path, exc_info=error)
    status = HTTPStatus.INTERNAL_SERVER_ERROR
    detail = "The server met something it did not foresee. It is written in its log."
    return _respond(Problem(status, status.phrase, detail))


def _respond(problem: Problem) -> Response:
    if Preference.read(request.headers.get("Accept")).prefers_html:
        return make_response(render_template("error.html", problem=problem), problem.status)
    body = json.dumps(problem.document(), ensure_ascii=False, indent=2) + "\n"
    return Response(body, problem.status, content_type=PROBLEM.content_type)
