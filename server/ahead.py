"""Pages and data of things are made while nobody asks, so that few visitors wait for one to be made.

A page takes 10 to 50 ms to make and less than one to send. In each web process a thread asks the
application for what the site map lists, at the address that visitors used, whenever no request has come to
any process for a moment. What it gets stays in the cache of answers, up to a share of it. Each process begins
at another place of the list, and then finds what the others have made (`server.stock`).
"""

from __future__ import annotations

import json
import logging
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from contextlib import AbstractContextManager, nullcontext
from functools import lru_cache
from multiprocessing import Array, RawValue, Value
from typing import TYPE_CHECKING, Any
from urllib.parse import unquote_to_bytes, urlsplit
from xml.etree.ElementTree import fromstring

from werkzeug.test import create_environ

from server.cache import FORWARDED, OF_THE_ADDRESS
from server.reply import Reply, run

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment

QUIET = 0.1
"""Seconds without a request after which nobody is asking."""

SHARE = 0.75
"""How much of the cache may be filled so."""

_BASES = 2
"""At how many addresses of the site: a visitor can make up any `Host`."""

_MOST_BASES = 16
_LONGEST = 2048
_SITE_MAP = "/sitemap.xml"
_READ = ("/page/", "/id/")
_DATA = (".ttl", ".jsonld")
_OF_THE_ADDRESS = (*OF_THE_ADDRESS, *FORWARDED)

_log = logging.getLogger(__name__)

Base = tuple[str | None, ...]


class Pulse:
    """WSGI middleware that knows when somebody last asked, and at which address of the site.

    Make it before the web processes are forked: they share the time, and the address that is used most.
    """

    def __init__(self, app: WSGIApplication) -> None:
        self._app = app
        self._last = RawValue("d", 0.0)
        self._most_used: Any = Array("c", _LONGEST)
        self._bases: Counter[Base] = Counter()

    def __call__(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        """Pass the request on."""
        self.beat()
        path = environ.get("PATH_INFO", "")
        if path == "/" or path.startswith(_READ):
            self._note(tuple(map(environ.get, _OF_THE_ADDRESS)))
        return self._app(environ, start_response)

    def beat(self) -> None:
        """Note that somebody asks."""
        self._last.value = time.monotonic()

    @property
    def quiet_for(self) -> float:
        """Seconds since the last request to any of the processes."""
        return time.monotonic() - float(self._last.value)

    @property
    def bases(self) -> list[Base]:
        """The addresses at which pages were asked for, first what another process has most visitors at."""
        said = self._most_used.value
        shared = [tuple(json.loads(said))] if said else []
        own = [base for base, _ in self._bases.most_common(_BASES)]
        return list(dict.fromkeys([*shared, *own]))[:_BASES]

    def _note(self, base: Base) -> None:
        if base not in self._bases and len(self._bases) >= _MOST_BASES:
            return
        self._bases[base] += 1
        if self._bases[base] == max(self._bases.values()):
            said = _encoded(base)
            if said != self._most_used.value and len(said) < _LONGEST:
                self._most_used.value = said


@lru_cache(maxsize=_MOST_BASES)
def _encoded(base: Base) -> bytes:
    """Write an address for other processes: each page that is asked for may have to be compared."""
    return json.dumps(base).encode()


def _environ(base: Base) -> dict[str, str]:
    """Give what a request at an address has in its WSGI environment."""
    return {name: value for name, value in zip(_OF_THE_ADDRESS, base, strict=True) if value is not None}


class Ahead:
    """Makes what the site map lists, one at a time, while `pulse` is quiet.

    `app` is asked; `generation` tells which release it has, and when that changes all begins anew; `room` is
    how many bytes of answers may be made; `unseen` is what is entered so that the questions are not counted.
    Make it before the web processes are forked: they share out where each of `processes` begins.
    """

    def __init__(
        self,
        app: WSGIApplication,
        pulse: Pulse,
        generation: Callable[[], object],
        room: int,
        unseen: Callable[[], AbstractContextManager[None]] = nullcontext,
        processes: int = 1,
    ) -> None:
        self._app = app
        self._pulse = pulse
        self._generation = generation
        self._room = room
        self._unseen = unseen
        self._processes = processes
        self._entered = Value("i", 0)
        self._number = 0
        self._begin()

    def start(self) -> None:
        """Begin, in a thread, if there is room for anything."""
        with self._entered.get_lock():
            self._number = self._entered.value % self._processes
            self._entered.value += 1
        if self._room > 0:
            threading.Thread(target=self._work, name="ahead", daemon=True).start()

    def step(self) -> bool:
        """Make one more answer; give whether there was one to make."""
        if self._generation() != self._of:
            self._begin()
        for base in self._pulse.bases:
            if base not in self._plans and len(self._plans) < _BASES:
                self._plans[base] = self._addresses(base)
        for base, plan in self._plans.items():
            address = next(plan, None) if self._taken < self._room else None
            if address is not None:
                self._taken += self._ask(base, address).size
                return True
        return False

    def _begin(self) -> None:
        self._of = self._generation()
        self._plans: dict[Base, Iterator[str]] = {}
        self._taken = 0

    def _work(self) -> None:
        pause = threading.Event()
        while True:
            try:
                while self._pulse.quiet_for >= QUIET and self.step():
                    pass
            except Exception:  # visitors are told what is wrong when they ask
                _log.exception("a page could not be made ahead")
            pause.wait(QUIET)

    def _addresses(self, base: Base) -> Iterator[str]:
        """Give the paths to ask for: all pages, then the data of each thing in one syntax after another."""
        listed = fromstring(self._ask(base, _SITE_MAP).body)  # noqa: S314  # our own
        root = _environ(base).get("SCRIPT_NAME", "")
        places = (urlsplit(each.text or "").path.removeprefix(root) for each in listed.iterfind(".//{*}loc"))
        pages = [place for place in places if place.startswith("/page/")]
        begin = len(pages) * self._number // self._processes
        pages = pages[begin:] + pages[:begin]
        yield from pages
        for extension in _DATA:
            yield from (f"/data/{page.removeprefix('/page/')}{extension}" for page in pages)

    def _ask(self, base: Base, address: str) -> Reply:
        environ = create_environ() | _environ(base)
        # https://peps.python.org/pep-3333/#unicode-issues
        environ["PATH_INFO"] = unquote_to_bytes(address).decode("latin-1")
        with self._unseen():
            return run(self._app, environ)
