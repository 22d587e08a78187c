"""The web processes: granian, run from code, so that `python -m server` is all that is needed.

Why granian, and gunicorn (`server.web`) as an option: see docs/adr/0009-result-cache-and-server.md.
"""

from __future__ import annotations

import os
import socket
from typing import TYPE_CHECKING, Any

from granian._granian import SocketHolder
from granian.constants import Interfaces
from granian.server.mp import MPServer

from kg.orphans import die_with
from server.settings import Settings
from server.stack import Stack
from server.takeover import Keeper

if TYPE_CHECKING:
    from _typeshed.wsgi import WSGIApplication

    from server.takeover import AnyStore

_GRACE = 5
_BACKLOG = 2048


class GranianWeb(MPServer):
    """Serves on a socket that listens already, until SIGTERM or SIGINT."""

    def __init__(self, settings: Settings, keeper: Keeper, store: AnyStore, listener: socket.socket) -> None:
        self._listener = listener
        self._stack = Stack(settings, keeper, store)
        self._master = os.getpid()
        host, port = listener.getsockname()[:2]
        super().__init__(
            "server",
            address=host,
            port=port,
            interface=Interfaces.WSGI,
            workers=settings.processes,
            blocking_threads=settings.threads,
            websockets=False,
            log_enabled=False,
            respawn_failed_workers=True,
            workers_kill_timeout=_GRACE,
        )
        self.on_startup(self._stack.watch)

    def run(self) -> None:
        """Serve."""
        self.serve(target_loader=self._load, wrap_loader=False)

    def _load(self) -> WSGIApplication:
        """Give the application, in the web process."""
        die_with(self._master)
        self._stack.enter()
        return self._stack.app

    def _init_shared_socket(self) -> None:
        # granian would bind a socket of its own with SO_REUSEPORT, and share a port that is taken.
        held: Any = SocketHolder(self._listener.detach(), False, _BACKLOG)  # type: ignore[call-arg]
        self._shd = held
        self._sfd = held.get_fd()
        self._ssp = self._sso = None
