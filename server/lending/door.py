"""Where connections come in: each is lent when a plain query comes over it, else served by the web server.

What comes over a connection is looked at without being taken from the socket, so that either can read it.
"""

from __future__ import annotations

import asyncio
import contextlib
import logging
import socket
import time
from collections.abc import Callable
from dataclasses import dataclass

from server.lending.lender import TICK, Chance, Lender
from server.lending.request import BEGINNINGS, LARGEST, is_whole

SILENCE = 10.0
"""Seconds after which a connection over which nothing comes is closed."""

_EACH = 0.0002
"""Seconds that a look at what waits is later for each that waits: to look takes some hundredths of that."""

_SWEEP = 1.0
_REST = 0.1
"""Seconds for which nothing is accepted where there is no descriptor left."""

_AT_ONCE = 8
"""Connections that are accepted before anything else is done: others may take some too."""

_log = logging.getLogger(__name__)


@dataclass
class _Waiting:
    """A connection over which nothing has come yet, or for which there was no session; monotonic times."""

    client: socket.socket
    closes: float
    begun: float


class Door:
    """Accepts on `listeners`; `protocol` makes what serves a connection that is not lent.

    It is told since when, in monotonic time, a request over it has waited, or 0. `lender` gives whom to ask,
    or `None` where nothing is lent. The rest of a request, or a session, is waited for as many seconds as
    `patience` gives.
    """

    def __init__(
        self,
        listeners: list[socket.socket],
        protocol: Callable[[float], asyncio.Protocol],
        lender: Callable[[], Lender | None],
        patience: Callable[[], float],
    ) -> None:
        self._loop = asyncio.get_running_loop()
        self._listeners = listeners
        self._protocol = protocol
        self._lender = lender
        self._patience = patience
        self._waiting: dict[int, _Waiting] = {}
        self._tasks: set[asyncio.Task[None]] = set()
        self._open = True
        for listener in listeners:
            listener.setblocking(False)
            self._listen(listener)
        self._sweeping = self._loop.call_later(_SWEEP, self._sweep)

    def close(self) -> None:
        """Accept no more; what has nothing to say is closed."""
        self._open = False
        self._sweeping.cancel()
        for listener in self._listeners:
            self._loop.remove_reader(listener)
        for waiting in list(self._waiting.values()):
            self._loop.remove_reader(waiting.client)
            self._look(waiting)

    def back(self, client: socket.socket, elsewhere: bool = False, begun: float = 0.0) -> None:
        """Take a connection again; `elsewhere`: what it asks now is for the web server; see `Back`."""
        if elsewhere:
            self._serve(client, begun)
        else:
            self._wait(client, begun)

    def _listen(self, listener: socket.socket) -> None:
        if self._open:
            self._loop.add_reader(listener, self._accept, listener)

    def _accept(self, listener: socket.socket) -> None:
        for _ in range(_AT_ONCE):
            try:
                client, _ = listener.accept()
            except (BlockingIOError, ConnectionError):
                return
            except OSError as error:
                _log.warning("a connection could not be accepted: %s", error)
                self._loop.remove_reader(listener)
                self._loop.call_later(_REST, self._listen, listener)
                return
            client.setblocking(False)
            client.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            self._wait(client)

    def _wait(self, client: socket.socket, begun: float = 0.0) -> None:
        waiting = _Waiting(client, time.monotonic() + SILENCE, begun)
        self._waiting[client.fileno()] = waiting
        if self._open:
            self._loop.add_reader(client, self._readable, waiting)
        else:
            self._look(waiting)

    def _readable(self, waiting: _Waiting) -> None:
        self._loop.remove_reader(waiting.client)
        self._look(waiting)

    def _look(self, waiting: _Waiting) -> None:
        """See what has come, and decide who answers."""
        client = waiting.client
        if self._waiting.get(client.fileno()) is not waiting:  # decided already, as the door closed
            return
        data = self._come(client)
        if data is None:
            self._loop.add_reader(client, self._readable, waiting)
            return
        is_candidate = self._open and data.startswith(BEGINNINGS)
        chance = self._lend(waiting, data) if is_candidate else Chance.NONE
        if chance is Chance.LATER:
            self._loop.call_later(TICK + _EACH * len(self._waiting), self._look, waiting)
            return
        del self._waiting[client.fileno()]
        if not data:
            client.close()
        elif chance is Chance.NONE:
            self._serve(client, waiting.begun)

    def _come(self, client: socket.socket) -> bytes | None:
        """Give what can be read; nothing where nothing will come any more, `None` where it may."""
        try:
            return client.recv(LARGEST, socket.MSG_PEEK)
        except BlockingIOError:
            return None if self._open else b""
        except OSError:
            return b""

    def _lend(self, waiting: _Waiting, data: bytes) -> Chance:
        lender = self._lender()
        if lender is None or len(data) == LARGEST:
            return Chance.NONE
        now = time.monotonic()
        waiting.begun = waiting.begun or now
        if now > waiting.begun + self._patience():
            return Chance.NONE
        return lender.lend(waiting.client, data, waiting.begun) if is_whole(data) else Chance.LATER

    def _serve(self, client: socket.socket, begun: float) -> None:
        task = self._loop.create_task(self._hand_over(client, begun))
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def _hand_over(self, client: socket.socket, begun: float) -> None:
        with contextlib.suppress(OSError):  # the client is gone
            await self._loop.connect_accepted_socket(lambda: self._protocol(begun), client)

    def _sweep(self) -> None:
        self._sweeping = self._loop.call_later(_SWEEP, self._sweep)
        now = time.monotonic()
        for descriptor, waiting in list(self._waiting.items()):
            if waiting.closes < now and not waiting.begun:
                self._loop.remove_reader(waiting.client)
                del self._waiting[descriptor]
                waiting.client.close()
