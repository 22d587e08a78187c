"""What every web process runs, whatever server it runs in: log, release in use, cache, queries, Flask."""

from __future__ import annotations

import ctypes
import sys
from typing import TYPE_CHECKING

from kg.store import Store
from server import create_app, publication_of
from server.cache import ResultCache
from server.direct import Direct
from server.metrics import Metrics, ObservedStore
from server.publication import Publication
from server.rate import RateLimit
from server.request_log import RequestLog, logger
from server.settings import Settings
from server.takeover import Exchange, Generation, Keeper

if TYPE_CHECKING:
    from _typeshed.wsgi import WSGIApplication

    from server.takeover import AnyStore

_M_MMAP_THRESHOLD = -3
_LARGE = 256 << 10


def cached_app(
    settings: Settings, store: Store, publication: Publication, metrics: Metrics
) -> WSGIApplication:
    """Give the application for one release, with its cache in front."""
    observed = ObservedStore(store, metrics)
    return ResultCache(
        Direct(create_app(settings, observed, publication), observed, settings),
        release=publication.id,
        size=settings.cache << 20,
        body_limit=settings.body,
        forwarded=settings.proxies > 0,
        sized=metrics.cache_bytes.set,
    )


class Stack:
    """Made once in the master; each web process calls `enter` before it answers.

    `store` is that of the keeper's first pool; those of later ones differ by their address only.
    """

    def __init__(self, settings: Settings, keeper: Keeper, store: AnyStore) -> None:
        self._settings = settings
        self._store = store
        self.watch = keeper.watch
        self.metrics = _metrics(settings, keeper)
        exchange = Exchange(keeper.state, self._make)
        self._enter = exchange.enter
        self.app: WSGIApplication = RequestLog(
            RateLimit.around(exchange, settings), self.metrics, logger(settings.log), exposed=settings.metrics
        )

    def enter(self) -> None:
        """Begin, in a web process."""
        # glibc keeps what large answers took, unless blocks of that size are always its own mappings.
        if sys.platform == "linux":
            ctypes.CDLL(None).mallopt(_M_MMAP_THRESHOLD, _LARGE)
        self._enter()

    def _make(self, generation: Generation) -> WSGIApplication:
        settings = generation.settings(self._settings)
        store = self._store.at(generation.address)
        return cached_app(settings, store, publication_of(settings), self.metrics)


def _metrics(settings: Settings, keeper: Keeper) -> Metrics:
    if settings.processes == 1:
        return Metrics(settings.workers)
    folder = keeper.folder / "metrics"
    folder.mkdir()
    return Metrics(settings.workers, folder)
