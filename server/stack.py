"""What every web process runs, whatever server it runs in: log, release in use, cache, queries, Flask."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING

from kg.memory import give_back_large_blocks
from kg.pooled import PooledStore
from kg.release import Release
from kg.store import Store
from server import create_app, memory, publication_of
from server.ahead import SHARE, Ahead, Pulse
from server.archive import Archive
from server.cache import ResultCache
from server.direct import Direct, fixed_headers
from server.exchange import Exchange
from server.lending.hello import Hello
from server.lending.loans import Loans
from server.metrics import Metrics, ObservedStore
from server.publication import Publication
from server.rate import RateLimit
from server.request_log import RequestLog, logger
from server.settings import Settings
from server.shelf import Shelf, ShelvedStore
from server.stock import Stock
from server.takeover import Generation, Keeper, stock_path
from server.warming import warm

if TYPE_CHECKING:
    from _typeshed.wsgi import WSGIApplication
    from flask import Flask

    from server.takeover import AnyStore

_SHARE = 8
"""The cache of an old release is so much smaller than that of the one in use."""


def cached_app(
    settings: Settings, store: Store, publication: Publication, metrics: Metrics, stock: Stock | None = None
) -> WSGIApplication:
    """Give the application for one release, with its cache in front, and what other processes have made."""
    observed = ObservedStore(store, metrics)
    app = create_app(settings, observed, publication)
    return _cached(app, settings, observed, publication, metrics, stock)


def _cached(
    app: Flask,
    settings: Settings,
    store: ObservedStore,
    publication: Publication,
    metrics: Metrics,
    stock: Stock | None,
) -> WSGIApplication:
    return ResultCache(
        app,
        release=publication.id,
        size=settings.cache << 20,
        direct=Direct(
            partial(fixed_headers, app), store, rows=settings.results, size=settings.size << 20
        ).reply,
        stock=stock,
        body_limit=settings.body,
        forwarded=settings.proxies > 0,
        sized=metrics.takes,
    )


class Stack:
    """Made once in the master; each web process calls `enter` before it answers.

    `store` is that of the keeper's first pool; those of later ones differ by their address only.
    """

    def __init__(self, settings: Settings, keeper: Keeper, store: AnyStore) -> None:
        self._settings = settings
        self._store = self._asked = store
        self._keeper = keeper
        self._shelf = Shelf(keeper.folder / "shelf", settings, keeper.pool)
        self.metrics = _metrics(settings, keeper)
        exchange = Exchange(keeper.state, self._make, self._warm, self.metrics.flush)
        self._enter = exchange.enter
        self._pulse = pulse = Pulse(RateLimit.around(exchange, settings))
        self.loans = Loans(exchange, self._hello, settings.sessions, self.metrics, pulse, self._others_wait)
        self._ahead = Ahead(
            exchange, pulse, exchange.generation, _room(settings), self.metrics.unseen, settings.processes
        )
        self.app: WSGIApplication = RequestLog(
            pulse, self.metrics, logger(settings.log), exposed=settings.metrics
        )

    def watch(self) -> None:
        """Begin, in the master: look for new releases, start pools for old ones when they are asked."""
        self._keeper.watch()
        self._shelf.watch()

    def enter(self) -> None:
        """Begin, in a web process."""
        give_back_large_blocks()
        self._enter()
        self._ahead.start()
        memory.give_back_now_and_then(lambda: self._pulse.quiet_for)

    def _make(self, generation: Generation) -> WSGIApplication:
        settings = generation.settings(self._settings)
        self._asked = store = self._store.at(generation.address)
        publication = publication_of(settings)

        def old(release: Release) -> WSGIApplication:
            current = release.manifest.id == publication.id
            return self._old(settings, release, store if current else None)

        observed = ObservedStore(store, self.metrics)
        flask = create_app(settings, observed, publication)
        app = _cached(flask, settings, observed, publication, self.metrics, self._stock(generation))

        def hello() -> Hello:
            return Hello.of(fixed_headers(flask), settings)

        self._newest: tuple[Generation, Callable[[], Hello]] = (generation, hello)
        return Archive(app, lambda: publication.history, old, settings.proxies)

    def _hello(self, generation: Generation) -> Hello | None:
        """Give what sessions are told of the newest generation; no older application lives on for that."""
        newest, hello = self._newest
        return hello() if newest == generation else None

    def _others_wait(self) -> bool:
        """Tell whether all workers of the newest generation are at a question."""
        return isinstance(self._asked, PooledStore) and self._asked.busy.all

    def _stock(self, generation: Generation) -> Stock | None:
        """Give what the web processes make for each other while a generation is used."""
        if self._settings.processes == 1 or not self._settings.cache:
            return None
        return Stock(stock_path(self._keeper.state, generation.number), self._settings.cache << 20)

    def _warm(self, app: WSGIApplication) -> None:
        """Read what is read once; of loaded files, which may be anything, only when somebody asks."""
        if self._settings.warm and not self._settings.load:
            with self.metrics.unseen():
                warm(app)

    def _old(self, settings: Settings, release: Release, store: Store | None) -> WSGIApplication:
        """Give the application of a release below `/release/`; without a store, one that the shelf gives."""
        own = replace(settings, release=release.path, load=(), proxies=0, cache=settings.cache // _SHARE)
        pooled = PooledStore("", settings.deadline) if settings.is_remote else self._store
        asked = store or ShelvedStore(self._shelf.path, release.manifest.id, pooled)
        return cached_app(own, asked, publication_of(own), self.metrics)


def _room(settings: Settings) -> int:
    """Give how many bytes of answers each web process makes ahead."""
    wanted = settings.ahead and not settings.load and not settings.is_remote
    return int((settings.cache << 20) * SHARE) if wanted else 0


def _metrics(settings: Settings, keeper: Keeper) -> Metrics:
    if settings.processes == 1:
        return Metrics(settings.workers)
    folder = keeper.folder / "metrics"
    folder.mkdir()
    return Metrics(settings.workers, folder)
