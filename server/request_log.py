"""The outermost layer: gives each request its id, counts it, and writes a line about it if that is wished."""

from __future__ import annotations

import sys
import time
from collections.abc import Callable, Iterable, Sequence
from typing import TYPE_CHECKING, Any, TextIO

import structlog

from server.cache import NotKeptError
from server.metrics import PATH, Metrics
from server.reply import STATE
from server.request_id import ENVIRON_KEY, HEADER, request_id

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment

_LONGEST = 200

Headers = Sequence[tuple[str, str]]


def logger(form: str, stream: TextIO | None = None) -> Any:
    """Give a structlog logger that writes one line per event, or `None` for `off`: see `LOG_FORMS`."""
    if form == "off":
        return None
    stream = stream or sys.stderr
    as_text = form == "text" or (form == "auto" and stream.isatty())
    shown = (
        structlog.dev.ConsoleRenderer(colors=stream.isatty())
        if as_text
        else structlog.processors.JSONRenderer()
    )
    return structlog.wrap_logger(
        structlog.WriteLogger(stream),
        processors=[structlog.processors.add_log_level, structlog.processors.TimeStamper("iso"), shown],
        wrapper_class=structlog.BoundLogger,
    )


class RequestLog:
    """WSGI middleware; `metrics` are also answered here, at their path, where `exposed`."""

    def __init__(
        self, app: WSGIApplication, metrics: Metrics, log: Any = None, *, exposed: bool = True
    ) -> None:
        self._app = app
        self._metrics = metrics
        self._log = log
        self._exposed = exposed

    def __call__(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        """Pass the request on."""
        begin = time.perf_counter()
        identifier = environ[ENVIRON_KEY] = request_id(environ.get("HTTP_X_REQUEST_ID", ""))
        seen: list[Any] = ["500", ()]

        def start(status: str, headers: list[tuple[str, str]], *rest: Any) -> Callable[[bytes], object]:
            seen[:] = [status[:3], headers]
            return start_response(status, [*headers, (HEADER, identifier)], *rest)

        is_asked_again = False
        try:
            if self._exposed and environ.get("PATH_INFO") == PATH:
                return self._metrics.respond(environ, start)
            return self._app(environ, start)
        except NotKeptError:
            is_asked_again = True
            raise
        finally:
            if not is_asked_again:
                self._write(environ, identifier, seen[0], seen[1], time.perf_counter() - begin)

    def _write(
        self, environ: WSGIEnvironment, identifier: str, status: str, headers: Headers, seconds: float
    ) -> None:
        cache = _last(headers, STATE)
        self._metrics.observe(status, cache, seconds)
        if self._log is not None:
            self._log.info(
                "request",
                id=identifier,
                method=environ["REQUEST_METHOD"],
                path=environ.get("PATH_INFO", "")[:_LONGEST],
                status=int(status),
                ms=round(seconds * 1000, 2),
                cache=cache,
                bytes=int(_last(headers, "Content-Length") or 0),
                client=environ.get("REMOTE_ADDR", ""),
            )


def _last(headers: Headers, name: str) -> str:
    """Give a header; what the cache says was added last, so it is found at once."""
    return next((value for each, value in reversed(headers) if each == name), "")
