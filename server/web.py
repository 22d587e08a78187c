"""The web processes: gunicorn, run from code, so that `python -m server` is all that is needed."""

from __future__ import annotations

import socket
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from gunicorn.app.base import BaseApplication

from kg.store import Store
from kg.workers import PooledStore
from server import create_app, publication_of
from server.cache import ResultCache
from server.http_worker import LONGEST_LINE
from server.metrics import Metrics, ObservedStore
from server.publication import Publication
from server.request_log import RequestLog, logger
from server.settings import Settings
from server.takeover import Exchange, Generation, Keeper

if TYPE_CHECKING:
    from _typeshed.wsgi import WSGIApplication

_GRACE = 5
"""Seconds that requests under way have to finish when the server is told to stop."""


def cached_app(
    settings: Settings, store: Store, publication: Publication, metrics: Metrics
) -> WSGIApplication:
    """Give the application for one release, with its cache in front."""
    return ResultCache(
        create_app(settings, ObservedStore(store, metrics), publication),
        release=publication.id,
        size=settings.cache << 20,
        body_limit=settings.body,
        forwarded=settings.proxies > 0,
        sized=metrics.cache_bytes.set,
    )


class Web(BaseApplication):  # type: ignore[misc]  # gunicorn has no types
    """Serves on a socket that listens already, until SIGTERM or SIGINT.

    `store` is that of the keeper's first pool; those of later ones differ by their socket only.
    """

    def __init__(
        self, settings: Settings, keeper: Keeper, store: PooledStore, listener: socket.socket
    ) -> None:
        self._settings = settings
        self._keeper = keeper
        self._store = store
        # gunicorn takes the descriptor over and closes it.
        self._descriptor = listener.detach()
        self._metrics = self._make_metrics()
        self._exchange = Exchange(keeper.state, self._make)
        log = logger(settings.log)
        self._app = RequestLog(self._exchange, self._metrics, log, exposed=settings.metrics)
        super().__init__()

    def load_config(self) -> None:
        """Set what differs from gunicorn's defaults: https://gunicorn.org/reference/settings/."""
        for name, value in self._configuration().items():
            self.cfg.set(name, value)

    def load(self) -> WSGIApplication:
        """Give the WSGI application."""
        return self._app

    def _make(self, generation: Generation) -> WSGIApplication:
        settings = generation.settings(self._settings)
        store = replace(self._store, socket_path=generation.socket)
        return cached_app(settings, store, publication_of(settings), self._metrics)

    def _make_metrics(self) -> Metrics:
        if self._settings.processes == 1:
            return Metrics(self._settings.workers)
        folder = self._keeper.folder / "metrics"
        folder.mkdir()
        return Metrics(self._settings.workers, folder)

    def _configuration(self) -> dict[str, Any]:
        return {
            "bind": f"fd://{self._descriptor}",
            "worker_class": "server.http_worker.HttpWorker",
            "workers": self._settings.processes,
            "threads": self._settings.threads,
            "preload_app": True,
            "control_socket_disable": True,
            "graceful_timeout": _GRACE,
            "loglevel": "warning",
            # Long queries are sent by GET too.
            "limit_request_line": LONGEST_LINE,
            # ProxyFix decides, by the setting `proxies`, what to believe.
            "forwarded_allow_ips": "*" if self._settings.proxies else "127.0.0.1",
            "when_ready": lambda arbiter: self._keeper.watch(),
            "post_fork": lambda arbiter, worker: self._exchange.enter(),
            "child_exit": lambda arbiter, worker: self._metrics.forget(worker.pid),
        }
