"""The web process's part: lends connections to the sessions of the release in use, and has them back.

All of it runs in the one thread of the event loop.
"""

from __future__ import annotations

import asyncio
import contextlib
import socket
import time
from collections.abc import Callable
from dataclasses import dataclass
from enum import Enum

from kg import wire
from server.lending.board import PLACES, Board, Note, State
from server.lending.hello import Hello
from server.lending.refusals import Refusals
from server.lending.request import LARGEST, is_whole
from server.lending.session import KEPT, NUDGE

STALLED = 0.1
"""Seconds after which a session is taken to be held up: what else it has is called back."""

TICK = 0.01
"""Seconds between two looks at the boards, while anything is lent."""

IDLE = 5.0
"""Seconds after which a lent connection is called back if nothing came over it."""

_REST, _LONGEST_REST = 0.1, 0.4
"""Seconds for which nothing is lent after a session ended: twice as long each time, if it had just begun."""

_SOUND = 1.0
"""Seconds after which a session that ends had not just begun."""

Back = Callable[[socket.socket, bool, float], None]
"""What is called with a connection that is back, whether what it asks now is to be answered elsewhere, and
since when that has waited, in monotonic time; 0 if nothing may be waiting."""


class Chance(Enum):
    """What came of a wish to lend."""

    LENT = "lent"
    NONE = "none"
    """What is asked is not for sessions, or there are none."""

    LATER = "later"
    """No session is free, or all have ended and are being replaced."""


@dataclass
class _Loan:
    """A connection that is lent; `since` it was, or the last answer over it, in monotonic time.

    Over it have gone so many `answers`; what it asks has waited since `begun`, unless that has been answered.
    """

    client: socket.socket
    since: float
    answers: int
    begun: float


class _Link:
    """The way to one session."""

    def __init__(self, path: str, hello: Hello) -> None:
        self.since = time.monotonic()
        self.board = Board()
        self.lent: dict[int, _Loan] = {}
        self.known = 0
        self.received = b""
        self.control = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        try:
            self.control.setblocking(False)
            self.control.connect(path)
            socket.send_fds(self.control, [hello.written()], [self.board.descriptor])
        except OSError:
            self.close()
            raise

    def close(self) -> None:
        self.control.close()
        self.board.close()

    def free_place(self) -> int | None:
        """Give a place for one more connection."""
        if len(self.lent) >= PLACES:
            return None
        return next((place for place in range(PLACES) if self.board[place] == State.FREE), None)

    @property
    def is_stalled(self) -> bool:
        since = self.board.busy_since
        return 0 < since < time.monotonic() - STALLED

    def recall(self, idle: float = 0.0) -> list[_Loan]:
        """Take back what the session does not look at now, and has not answered for `idle` seconds."""
        latest = time.monotonic() - idle
        back = []
        with self.board:
            self.see()
            for place, loan in list(self.lent.items()):
                if loan.since <= latest and self.board[place] == State.LENT:
                    self.board[place] = State.RECALLED
                    del self.lent[place]
                    back.append(loan)
        if back:
            with contextlib.suppress(OSError):  # it has ended, which is read next
                self.control.send(NUDGE)
        return back

    def notes(self) -> list[Note]:
        """Give what was answered since the last time."""
        self.known, notes = self.board.read(self.known)
        if notes:
            self.see()
        return notes

    def see(self) -> None:
        """Note over which connections something was answered since the last time."""
        now = time.monotonic()
        for place, loan in self.lent.items():
            answers = self.board.answers(place)
            if answers != loan.answers:
                loan.answers, loan.since, loan.begun = answers, now, 0.0


@dataclass
class _Way:
    """Where a session listens; the link to it, and from when on, in monotonic time, one may be made.

    It is not there if nobody listens; while one session is replaced by another, there is only no answer.
    """

    path: str
    link: _Link | None = None
    is_there: bool = True
    not_before: float = 0.0
    seconds: float = _REST

    def rest(self, lived: float) -> None:
        """Let some time pass: whoever ends sessions again and again, closes the way."""
        self.seconds = _REST if lived > _SOUND else min(2 * self.seconds, _LONGEST_REST)
        self.not_before = time.monotonic() + self.seconds


class Lender:
    """Lends to `sessions` sessions beside the workers at `address`, of the release that `hello` tells of.

    `back` is called with what comes back; `count` with each answer that a session has given; `end` once, when
    `close` has been called and all is back.
    """

    def __init__(
        self,
        address: str,
        sessions: int,
        hello: Hello,
        back: Back,
        count: Callable[[list[Note]], None],
        end: Callable[[], None],
    ) -> None:
        self._loop = asyncio.get_running_loop()
        self._hello = hello
        self._back = back
        self._count = count
        self._end = end
        self._closing = False
        self.is_over = False
        self._refusals = Refusals()
        self._ways = [_Way(wire.session_path(address, number)) for number in range(sessions)]

    @property
    def lends(self) -> bool:
        """Whether anything is lent now."""
        return any(link.lent for link in self._links)

    @property
    def _links(self) -> list[_Link]:
        return [way.link for way in self._ways if way.link]

    def lend(self, client: socket.socket, data: bytes, begun: float) -> Chance:
        """Lend a connection over which `data` have come, if there is a session that may answer.

        They have waited since `begun`, in monotonic time.
        """
        if self._closing or data in self._refusals:
            return Chance.NONE
        self._connect()
        for link in sorted(self._links, key=lambda link: len(link.lent)):
            place = None if link.is_stalled else link.free_place()
            if place is not None and self._put(link, place, client, begun):
                return Chance.LENT
        return Chance.LATER if any(way.is_there for way in self._ways) else Chance.NONE

    def tend(self) -> None:
        """Count what was answered, call back what waits behind a query that takes long, or is idle."""
        for way in self._ways:
            link = way.link
            if link is None:
                continue
            notes = link.notes()
            if notes:
                self._count(notes)
            for loan in link.recall(0.0 if self._closing or link.is_stalled else IDLE):
                self._back(loan.client, False, loan.begun)
            if self._closing and not link.lent:
                self._lose(way, link)
        if self._closing and not self._links and not self.is_over:
            self.is_over = True
            self._end()

    def close(self) -> None:
        """Lend no more, and have all back as soon as the sessions have answered what they look at."""
        self._closing = True
        self.tend()

    def _connect(self) -> None:
        """Open the ways that are not there: to a session that was just forked, for example."""
        now = time.monotonic()
        for way in self._ways:
            if way.link is None and way.not_before <= now:
                try:
                    way.link = _Link(way.path, self._hello)
                except OSError:
                    way.is_there = False
                    way.rest(0.0)
                    continue
                way.is_there = True
                self._loop.add_reader(way.link.control, self._hear, way, way.link)

    def _put(self, link: _Link, place: int, client: socket.socket, begun: float) -> bool:
        link.board[place] = State.LENT
        try:
            socket.send_fds(link.control, [bytes((place,))], [client.fileno()])
        except OSError:
            link.board[place] = State.FREE
            return False
        link.lent[place] = _Loan(client, time.monotonic(), link.board.answers(place), begun)
        return True

    def _hear(self, way: _Way, link: _Link) -> None:
        """Take what a session returns; if it has ended, everything."""
        try:
            said = link.control.recv(4096)
        except BlockingIOError:
            return
        except OSError:
            said = b""
        if not said:
            way.rest(time.monotonic() - link.since)
            self._lose(way, link)
            return
        link.see()
        said = link.received + said
        link.received = said[len(said) & ~1 :]
        for place, why in zip(said[::2], said[1::2], strict=False):
            loan = link.lent.pop(place)
            link.board[place] = State.FREE
            if bytes((why,)) == KEPT:
                self._refused(loan)
            else:
                loan.client.close()

    def _refused(self, loan: _Loan, ended: bool = False) -> None:
        """Take back what a session did not answer, or ended at, and remember it, if all of it had come."""
        try:
            data = loan.client.recv(LARGEST, socket.MSG_PEEK | socket.MSG_DONTWAIT)
        except OSError:
            data = b""
        refused = is_whole(data) or len(data) == LARGEST
        if refused:
            self._refusals.add(data, ended)
        self._back(loan.client, refused, loan.begun if refused else 0.0)

    def _lose(self, way: _Way, link: _Link) -> None:
        self._loop.remove_reader(link.control)
        way.link = None
        link.see()
        for place, loan in link.lent.items():
            match link.board[place]:
                case State.ANSWERING:  # part of the answer may be gone
                    loan.client.close()
                case State.TAKEN:
                    loan.begun = loan.begun or link.board.busy_since
                    self._refused(loan, ended=True)
                case _:
                    self._back(loan.client, False, loan.begun)
        link.close()
