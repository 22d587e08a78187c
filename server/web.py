"""The web processes: gunicorn, run from code, so that `python -m server` is all that is needed."""

from __future__ import annotations

import socket
from typing import Any

from flask import Flask
from gunicorn.app.base import BaseApplication

from kg.store import Store
from server import create_app
from server.publication import Publication
from server.settings import Settings

_GRACE = 5
"""Seconds that requests under way have to finish when the server is told to stop."""


class Web(BaseApplication):  # type: ignore[misc]  # gunicorn has no types
    """Serves on a socket that listens already, until SIGTERM or SIGINT."""

    def __init__(
        self, settings: Settings, publication: Publication, store: Store, listener: socket.socket
    ) -> None:
        self._settings = settings
        # gunicorn takes the descriptor over and closes it.
        self._descriptor = listener.detach()
        self._app = create_app(settings, store, publication)
        super().__init__()

    def load_config(self) -> None:
        """Set what differs from gunicorn's defaults: https://gunicorn.org/reference/settings/."""
        for name, value in self._configuration().items():
            self.cfg.set(name, value)

    def load(self) -> Flask:
        """Give the WSGI application."""
        return self._app

    def _configuration(self) -> dict[str, Any]:
        return {
            "bind": f"fd://{self._descriptor}",
            "worker_class": "gthread",
            "workers": self._settings.processes,
            "threads": self._settings.threads,
            "preload_app": True,
            "control_socket_disable": True,
            "graceful_timeout": _GRACE,
            "loglevel": "warning",
            # Long queries are sent by GET too, and a query may be longer than gunicorn's 4094 bytes.
            "limit_request_line": 8190,
            # ProxyFix decides, by the setting `proxies`, what to believe.
            "forwarded_allow_ips": "*" if self._settings.proxies else "127.0.0.1",
        }
