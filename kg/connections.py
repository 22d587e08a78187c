"""Connections to the workers that one process keeps, handed out to its threads first come, first served."""

from __future__ import annotations

import os
import socket
import threading
import time
from collections import deque

_SURE = 0.01
"""Seconds for which a connection that was good is taken to be so: looking costs a switch of threads."""


class _Waiter:
    """A thread that waits for its turn."""

    def __init__(self) -> None:
        self.turn = threading.Lock()
        self.turn.acquire()
        self.connection: socket.socket | None = None


class CrowdedError(Exception):
    """As many wait already as may."""


class Connections:
    """As many turns as there are workers, each with the connection that its last holder left, or none.

    A turn is handed to whoever has waited longest, so that nobody is overtaken; at most `queue` may wait
    (`None`: any number). What a process has open is not used by one that was forked from it.
    """

    def __init__(self, turns: int, queue: int | None = None) -> None:
        self._turns = turns
        self._queue = queue
        self._begin()

    def _begin(self) -> None:
        self._process = os.getpid()
        self._lock = threading.Lock()
        self._free: list[tuple[socket.socket | None, float]] = [(None, 0.0)] * self._turns
        self._waiting: deque[_Waiter] = deque()

    def __del__(self) -> None:
        """Close what is idle."""
        for connection, _ in self._free:
            if connection is not None:
                connection.close()

    def take(self, seconds: float) -> socket.socket | None:
        """Wait for a turn; give the connection to use, or `None` where one has to be opened.

        Raises `TimeoutError` if no turn comes in time, `CrowdedError` if too many wait.
        """
        if self._process != os.getpid():
            self._begin()
        with self._lock:
            if self._free:
                return _fresh(*self._free.pop())
            if self._queue is not None and len(self._waiting) >= self._queue:
                raise CrowdedError
            waiter = _Waiter()
            self._waiting.append(waiter)
        if not waiter.turn.acquire(timeout=seconds):
            with self._lock:
                if waiter in self._waiting:  # else the turn came in this very moment
                    self._waiting.remove(waiter)
                    raise TimeoutError
        return waiter.connection

    def give(self, connection: socket.socket | None) -> None:
        """End a turn; leave the connection to the next, or `None` if it is of no use."""
        with self._lock:
            if self._waiting:
                waiter = self._waiting.popleft()
                waiter.connection = connection
                waiter.turn.release()
            else:
                self._free.append((connection, time.monotonic()))


def _fresh(connection: socket.socket | None, left: float) -> socket.socket | None:
    """Give the connection unless its worker has left it: on an idle one, anything to read is the end."""
    if connection is None or time.monotonic() - left < _SURE:
        return connection
    try:
        connection.recv(1, socket.MSG_PEEK | socket.MSG_DONTWAIT)
    except BlockingIOError:
        return connection
    except OSError:
        pass
    connection.close()
    return None
