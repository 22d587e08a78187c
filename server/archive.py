"""Old releases, whole: `/release/{name}/...` is the site as it was with that release.

Each has an application of its own in a web process, made when somebody first asks, with its own cache. Its
queries run in a pool that the master starts on demand (`server.shelf`).
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable, Iterable
from threading import Lock
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qs, quote

from werkzeug.middleware.proxy_fix import ProxyFix

from kg.errors import NotFoundError
from kg.history import LATEST, History
from kg.release import Release

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment

ROOT = "kg.root"
"""In the environment of a request to an old release: the root of the whole site."""

PINNED = "release="
"""What stands in the query string of a request for a certain release."""

_PREFIX = "/release/"
_DATED = ("/page/", "/data/", "/id/")
"""What there are mementos of."""

_MOST = 8
"""Applications kept in a web process; they are small, but for their caches."""


class Archive:
    """WSGI middleware: leads to the application of an old release, and everything else to that in use.

    `make` gives the application of a release, `history` the releases that there are.
    """

    def __init__(
        self,
        app: WSGIApplication,
        history: Callable[[], History],
        make: Callable[[Release], WSGIApplication],
        proxies: int = 0,
    ) -> None:
        self._app = app
        self._history = history
        self._make = make
        self._proxies = proxies
        self._lock = Lock()
        self._kept: OrderedDict[str, WSGIApplication] = OrderedDict()

    def __call__(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        """Answer, from the release that the address names."""
        path = environ.get("PATH_INFO", "")
        if path.startswith(_PREFIX):
            name, slash, rest = path.removeprefix(_PREFIX).partition("/")
            if slash and name != LATEST:
                return self._old(name, f"/{rest}", environ, start_response)
        name = _pinned(path, environ)
        if name:
            return self._old(name, path, environ, start_response)
        if path.startswith(_DATED):
            if environ.get("HTTP_ACCEPT_DATETIME"):
                return self._app({**environ, "PATH_INFO": f"/timegate{path}"}, start_response)
            start_response = _varying(start_response)
        return self._app(environ, start_response)

    def _old(
        self, name: str, path: str, environ: WSGIEnvironment, start_response: StartResponse
    ) -> Iterable[bytes]:
        try:
            release = self._history().find(name)
        except NotFoundError:  # the application in use says so
            return self._app({**environ, "PATH_INFO": f"{_PREFIX}{name}{path}"}, start_response)
        app = _Below(f"{_PREFIX}{quote(name)}", path, self._application(release))
        count = self._proxies
        if count:
            return ProxyFix(app, count, count, x_host=count, x_prefix=count)(environ, start_response)
        return app(environ, start_response)

    def _application(self, release: Release) -> WSGIApplication:
        identifier = release.manifest.id
        with self._lock:
            if identifier not in self._kept:
                self._kept[identifier] = self._make(release)
            self._kept.move_to_end(identifier)
            while len(self._kept) > _MOST:
                self._kept.popitem(last=False)
            return self._kept[identifier]


class _Below:
    """Puts an application below the root of the site, after proxies have said where that is."""

    def __init__(self, below: str, path: str, app: WSGIApplication) -> None:
        self._below = below
        self._path = path
        self._app = app

    def __call__(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        root = environ.get("SCRIPT_NAME", "")
        moved = {**environ, ROOT: root, "SCRIPT_NAME": root + self._below, "PATH_INFO": self._path}
        return self._app(moved, start_response)


def _pinned(path: str, environ: WSGIEnvironment) -> str:
    """Give the release that `/sparql?release=` or `/cite?release=` names; nothing if there is none."""
    query = environ.get("QUERY_STRING", "")
    if PINNED not in query or not path.startswith(("/sparql", "/cite")):
        return ""
    return next(iter(parse_qs(query).get("release", [])), "")


def _varying(start_response: StartResponse) -> StartResponse:
    """Say that what is given depends on `Accept-Datetime` (https://www.rfc-editor.org/rfc/rfc7089#section-2.1.2)."""

    def start(status: str, headers: list[tuple[str, str]], *rest: Any) -> Any:
        joined = ", ".join(value for name, value in headers if name.lower() == "vary")
        kept = [(name, value) for name, value in headers if name.lower() != "vary"]
        return start_response(status, [*kept, ("Vary", f"{joined}, Accept-Datetime".lstrip(", "))], *rest)

    return start
