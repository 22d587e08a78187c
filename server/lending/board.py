"""What a web process and a session see of each other: memory that they share.

For each connection that can be lent one byte of state, which only changes hands under a lock; since when the
session has been busy with one; and a ring of notes on what was answered, for the numbers at `/metrics`.
"""

from __future__ import annotations

import fcntl
import mmap
import os
import struct
from enum import IntEnum
from types import TracebackType
from typing import NamedTuple

PLACES = 64
"""How many connections one web process may lend to one session."""

_NOTES = 4096
_BUSY = struct.Struct("=d")
_WRITTEN = struct.Struct("=Q")
_NOTE = struct.Struct("=HBBff")
_STATES_AT = 64
_ANSWERS_AT = _STATES_AT + PLACES
_NOTES_AT = _ANSWERS_AT + PLACES
_SIZE = _NOTES_AT + _NOTES * _NOTE.size
_CACHE = ("", "hit", "miss", "shared")


class State(IntEnum):
    """Whose a place on the board is."""

    FREE = 0
    LENT = 1
    TAKEN = 2
    """The session looks at a request; the web process waits."""

    ANSWERING = 3
    """It has taken the request from the socket and writes the answer."""

    RECALLED = 4
    """The web process has the connection again; the session has yet to close its copy."""

    RETURNED = 5
    """The session has closed its copy and said so."""


class Note(NamedTuple):
    """One answer: seconds in all, and seconds of the query, or less than 0 if none was run."""

    status: int
    cache: str
    seconds: float
    query_seconds: float


class Board:
    """One for each pair of a web process, which makes it, and a session, which opens it by its descriptor."""

    def __init__(self, descriptor: int | None = None) -> None:
        if descriptor is None:
            descriptor = os.memfd_create("kg-board", os.MFD_CLOEXEC)
            os.ftruncate(descriptor, _SIZE)
        self.descriptor = descriptor
        self._memory = mmap.mmap(descriptor, _SIZE)

    def close(self) -> None:
        """Let go of the memory."""
        self._memory.close()
        os.close(self.descriptor)

    def __enter__(self) -> None:
        """Lock it. The kernel drops the lock of a process that ends."""
        fcntl.lockf(self.descriptor, fcntl.LOCK_EX)

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """Unlock it."""
        fcntl.lockf(self.descriptor, fcntl.LOCK_UN)

    def __getitem__(self, place: int) -> int:
        """Give the state of a place, one of `State`."""
        return self._memory[_STATES_AT + place]

    def __setitem__(self, place: int, state: State) -> None:
        """Set it; from `LENT` only under the lock."""
        self._memory[_STATES_AT + place] = state

    @property
    def busy_since(self) -> float:
        """The monotonic time since when the session looks at one request; 0 if at none."""
        since: float = _BUSY.unpack_from(self._memory)[0]
        return since

    @busy_since.setter
    def busy_since(self, since: float) -> None:
        _BUSY.pack_into(self._memory, 0, since)

    def answers(self, place: int) -> int:
        """Give how many answers went over the connection at a place, but for multiples of 256."""
        return self._memory[_ANSWERS_AT + place]

    def write(self, place: int, note: Note) -> None:
        """Note an answer."""
        self._memory[_ANSWERS_AT + place] = (self.answers(place) + 1) % 256
        written = self._written
        at = _NOTES_AT + written % _NOTES * _NOTE.size
        status, cache, seconds, query_seconds = note
        _NOTE.pack_into(self._memory, at, status, _CACHE.index(cache), 0, seconds, query_seconds)
        _WRITTEN.pack_into(self._memory, _BUSY.size, written + 1)

    def read(self, known: int) -> tuple[int, list[Note]]:
        """Give how many notes have been written, and those after the first `known` that are still there."""
        written = self._written
        found = []
        for number in range(max(known, written - _NOTES), written):
            at = _NOTES_AT + number % _NOTES * _NOTE.size
            status, cache, _, seconds, query_seconds = _NOTE.unpack_from(self._memory, at)
            found.append(Note(status, _CACHE[cache], seconds, query_seconds))
        return written, found

    @property
    def _written(self) -> int:
        written: int = _WRITTEN.unpack_from(self._memory, _BUSY.size)[0]
        return written
