"""The web processes, started and watched by gunicorn, run from code: see docs/adr/0016."""

from __future__ import annotations

import os
import signal
import socket
from typing import TYPE_CHECKING, Any

from gunicorn.app.base import BaseApplication

from kg.orphans import die_with
from server.settings import Settings
from server.signals import stop_children_at_once
from server.stack import Stack
from server.takeover import Keeper

if TYPE_CHECKING:
    from _typeshed.wsgi import WSGIApplication

    from server.takeover import AnyStore

_KEEP_ALIVE = 5
"""Seconds for which a connection stays open after an answer."""

_GRACE = 5
"""Seconds that requests under way have to finish when the server is told to stop."""


class Web(BaseApplication):  # type: ignore[misc]  # gunicorn has no types
    """Serves on a socket that listens already, until SIGTERM or SIGINT."""

    def __init__(self, settings: Settings, keeper: Keeper, store: AnyStore, listener: socket.socket) -> None:
        self.settings = settings
        # gunicorn takes the descriptor over and closes it.
        self._descriptor = listener.detach()
        self._master = os.getpid()
        self.stack = Stack(settings, keeper, store)
        super().__init__()

    def load_config(self) -> None:
        """Set what differs from gunicorn's defaults: https://gunicorn.org/reference/settings/."""
        for name, value in self._configuration().items():
            self.cfg.set(name, value)

    def load(self) -> WSGIApplication:
        """Give the WSGI application."""
        return self.stack.app

    def _ready(self) -> None:
        # At SIGINT gunicorn has its processes drop all; where there are several, one may not, and is killed.
        signal.signal(signal.SIGINT, lambda *_: os.kill(os.getpid(), signal.SIGTERM))
        stop_children_at_once()
        self.stack.watch()

    def _enter(self) -> None:
        die_with(self._master)
        self.stack.enter()

    def _configuration(self) -> dict[str, Any]:
        return {
            "bind": f"fd://{self._descriptor}",
            "worker_class": "server.http_worker.HttpWorker",
            "workers": self.settings.processes,
            "preload_app": True,
            "control_socket_disable": True,
            "graceful_timeout": _GRACE,
            "keepalive": _KEEP_ALIVE,
            "loglevel": "warning",
            "when_ready": lambda arbiter: self._ready(),
            "post_fork": lambda arbiter, worker: self._enter(),
            "child_exit": lambda arbiter, worker: self.stack.metrics.forget(worker.pid),
        }
