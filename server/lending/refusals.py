"""What a web process has learned not to lend, by the bytes of the requests."""

from __future__ import annotations

import time

from cachetools import LRUCache, TTLCache

HELD_AGAINST = 30.0
"""Seconds for which nothing is lent that is like what a session has ended at."""

_REMEMBERED = 4096
_DIGITS = b"0123456789"


class Refusals:
    """Requests that sessions have returned, and such as are like those that sessions have ended at.

    Alike are those that differ in numbers only, as the requests of one program often do. What is returned
    costs little, and its like may well be answered, with a smaller limit, say: it is held against none.
    """

    def __init__(self) -> None:
        self._returned: LRUCache[int, None] = LRUCache(_REMEMBERED)
        self._ended_at: TTLCache[int, None] = TTLCache(_REMEMBERED, HELD_AGAINST, _now)

    def __contains__(self, data: bytes) -> bool:
        """Tell whether a request is not to be lent."""
        return hash(data) in self._returned or _likeness(data) in self._ended_at

    def add(self, data: bytes, ended: bool) -> None:
        """Remember a request; `ended`: the session that had it has ended."""
        self._returned[hash(data)] = None
        if ended:
            self._ended_at[_likeness(data)] = None


def _likeness(data: bytes) -> int:
    return hash(data.translate(None, _DIGITS))


def _now() -> float:
    return time.monotonic()  # looked up each time, so that a test can turn the clock
