"""Clients that read their answers slowly, or not at all: what waits for them takes memory.

The operating system holds a little of an answer that a client has not read yet, the transport all the rest.
"""

from __future__ import annotations

import time
from asyncio import Transport
from dataclasses import dataclass

PATIENCE = 30.0
"""Seconds in which a client has to read something of what waits for it."""

MOST = 512 << 20
"""Bytes that may wait in one web process, for all its clients together."""

_PAUSE = 1.0


@dataclass
class _Unread:
    """How many bytes wait for a client, and since when so many, in monotonic time."""

    size: int
    since: float


class SlowReaders:
    """Ends the connections of who reads nothing for `patience` seconds.

    Where more than `most` bytes wait, those are ended first that have read nothing for the longest time.
    """

    def __init__(self, most: int = MOST, patience: float = PATIENCE) -> None:
        self._most = most
        self._patience = patience
        self._unread: dict[Transport, _Unread] = {}
        self._next = 0.0

    def watch(self, transport: Transport) -> None:
        """Take note of a connection if something waits to be read over it."""
        size = transport.get_write_buffer_size()
        if size and transport not in self._unread:
            self._unread[transport] = _Unread(size, time.monotonic())
            self._limit()

    def sweep(self) -> None:
        """See who has read what; to be called again and again, about once a second."""
        now = time.monotonic()
        if now < self._next:
            return
        self._next = now + _PAUSE
        for transport, unread in list(self._unread.items()):
            size = transport.get_write_buffer_size()
            if not size:
                del self._unread[transport]
            elif size != unread.size:  # more is written only once something was read
                unread.size, unread.since = size, now
            elif now > unread.since + self._patience:
                self._end(transport)
        self._limit()

    def _limit(self) -> None:
        total = sum(unread.size for unread in self._unread.values())
        for transport, unread in sorted(self._unread.items(), key=lambda each: each[1].since):
            if total <= self._most:
                return
            total -= unread.size
            self._end(transport)

    def _end(self, transport: Transport) -> None:
        del self._unread[transport]
        transport.abort()
