"""The WSGI application alone, for servers that are started by their own commands."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from kg.workers import PooledStore
from server import Settings, publication_of
from server.metrics import Metrics
from server.request_log import RequestLog
from server.stack import cached_app

if TYPE_CHECKING:
    from _typeshed.wsgi import WSGIApplication

SOCKET = "LOAD_SOCKET"


def make() -> WSGIApplication:
    """Give the application whose pool is behind the socket that the environment names."""
    settings = Settings.from_environment()
    metrics = Metrics()
    store = PooledStore(os.environ[SOCKET])
    return RequestLog(cached_app(settings, store, publication_of(settings), metrics), metrics)
