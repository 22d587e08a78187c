"""A session: answers small queries on connections that web processes have lent, one at a time.

It runs in a process of its own (`kg.engine`), beside the workers and with their limits. What is not answered
in `LEASH` seconds of work ends it, by the kernel's timer; the engine forks another.
"""

from __future__ import annotations

import contextlib
import os
import resource
import select
import signal
import socket
import time
from collections.abc import Callable

from cachetools import LRUCache

from kg.store import Store
from server.lending.answers import Answered, Answers
from server.lending.board import Board, State
from server.lending.hello import Hello
from server.lending.request import LARGEST

LEASH = 0.05
"""Seconds of the processor's time that one answer may take."""

_LONGEST = 1.0
"""Seconds that it may take on a clock, whatever else the machine does."""

LINGER = 0.0003
"""Seconds for which a session stays awake once it has nothing to do."""

NUDGE = b"\xff"
"""What a web process says when it has recalled connections; else it says a place, and lends a descriptor."""

CLOSED, KEPT = b"c", b"k"
"""What a session says of a connection that it returns: it is at its end; there is something to read."""

_PATIENCE = 1.0
"""Seconds that a client may take to make room for an answer."""

_REMEMBERED = 4096
_HELLO = 1 << 16


def run(listener: socket.socket, store: Store, sealed: bool) -> None:
    """Answer for ever. `sealed`: no descriptor is free while a query runs."""
    _Session(listener, store, sealed).run()


class _Link:
    """The way to one web process: its messages, its board, its answers, its connections by their places."""

    def __init__(self, control: socket.socket, board: Board, answers: Answers) -> None:
        self.control = control
        self.board = board
        self.answers = answers
        self.clients: dict[int, socket.socket] = {}


class _Session:
    """The loop over all that can be read."""

    def __init__(self, listener: socket.socket, store: Store, sealed: bool) -> None:
        self._listener = listener
        self._store = store
        self._poll = select.epoll()
        self._sealed = sealed
        # Descriptors below this are always taken, so none is free while a query runs.
        self._least = self._poll.fileno() + 1
        self._most = resource.getrlimit(resource.RLIMIT_NOFILE)[1]
        self._readable: dict[int, Callable[[], None]] = {}
        self._others: LRUCache[int, None] = LRUCache(_REMEMBERED)
        self._links: list[_Link] = []
        self._room = memoryview(bytearray(LARGEST))
        listener.setblocking(False)
        self._watch(listener, self._accept)
        self._seal()

    def run(self) -> None:
        while True:
            for descriptor, _ in self._ready():
                readable = self._readable.get(descriptor)
                if readable is not None:
                    readable()

    def _ready(self) -> list[tuple[int, int]]:
        """Give what can be read: the next request often comes at once, and to wake up takes long."""
        until = time.monotonic() + LINGER
        while not (found := self._poll.poll(0)) and time.monotonic() < until:
            os.sched_yield()
        return found or self._poll.poll()

    def _watch(self, what: socket.socket, readable: Callable[[], None]) -> None:
        self._readable[what.fileno()] = readable
        self._poll.register(what, select.EPOLLIN)

    def _forget(self, what: socket.socket) -> None:
        self._readable.pop(what.fileno(), None)
        self._poll.unregister(what)
        what.close()

    def _seal(self) -> None:
        if self._sealed:
            resource.setrlimit(resource.RLIMIT_NOFILE, (self._least, self._most))

    def _unseal(self) -> None:
        if self._sealed:
            resource.setrlimit(resource.RLIMIT_NOFILE, (self._most, self._most))

    def _accept(self) -> None:
        """Meet another web process."""
        self._unseal()
        try:
            control, _ = self._listener.accept()
            control.settimeout(_PATIENCE)
            text, descriptors, _, _ = socket.recv_fds(control, _HELLO, 1)
            link = _Link(control, Board(descriptors[0]), Answers(self._store, Hello.read(text)))
        except (OSError, ValueError, LookupError, TypeError):
            return
        finally:
            self._seal()
        control.setblocking(False)
        self._links.append(link)
        self._watch(control, lambda: self._borrow(link))

    def _borrow(self, link: _Link) -> None:
        """Take all connections that are lent, or the end of the web process.

        None is looked at before all are there: else each would wait for all that came before it to ask again.
        """
        self._unseal()
        try:
            while self._take(link):
                pass
        except BlockingIOError:
            return
        except OSError:
            self._leave(link)
        finally:
            self._seal()

    def _take(self, link: _Link) -> bool:
        """Take what a web process says, if it has not ended. Raises `BlockingIOError` if it says nothing."""
        places, descriptors, _, _ = socket.recv_fds(link.control, 1, 1)
        if places == NUDGE:
            self._look_around(link)
        elif places and descriptors:
            place, client = places[0], socket.socket(fileno=descriptors[0])
            link.clients[place] = client
            self._watch(client, lambda: self._look(link, place, client))
        else:
            self._leave(link)
            return False
        return True

    def _leave(self, link: _Link) -> None:
        for client in link.clients.values():
            self._forget(client)
        self._forget(link.control)
        link.board.close()
        self._links.remove(link)

    def _look_around(self, link: _Link) -> None:
        for place, client in list(link.clients.items()):
            if link.board[place] == State.RECALLED:
                self._drop(link, place, client)

    def _look(self, link: _Link, place: int, client: socket.socket) -> None:
        """See what has come over a connection, if it is still ours."""
        board = link.board
        with board:
            if board[place] != State.LENT:
                self._drop(link, place, client)
                return
            board[place] = State.TAKEN
            board.busy_since = time.monotonic()
        self._respond(link, place, client)
        board.busy_since = 0.0

    def _respond(self, link: _Link, place: int, client: socket.socket) -> None:
        board = link.board
        try:
            size = client.recv_into(self._room, LARGEST, socket.MSG_PEEK | socket.MSG_DONTWAIT)
        except BlockingIOError:
            board[place] = State.LENT
            return
        except OSError:
            size = 0
        data = bytes(self._room[:size])
        if not data:
            self._return(link, place, client, CLOSED)
            return
        answer = link.answers.kept(data) or self._made(link, data)
        if answer is None:
            self._return(link, place, client, KEPT)
            return
        response, stays, note = answer
        board.write(place, note)
        board[place] = State.ANSWERING
        try:
            client.recv(len(data), socket.MSG_DONTWAIT)
            _send(client, response)
        except OSError:
            stays = False
        if stays:
            board[place] = State.LENT
        else:
            self._return(link, place, client, CLOSED)

    def _made(self, link: _Link, data: bytes) -> Answered | None:
        """Make an answer, unless that took too long or did not do the last time."""
        known = hash(data)
        if known in self._others:
            return None
        signal.setitimer(signal.ITIMER_PROF, LEASH)
        signal.setitimer(signal.ITIMER_REAL, _LONGEST)
        answer = link.answers.made(data)
        signal.setitimer(signal.ITIMER_PROF, 0)
        signal.setitimer(signal.ITIMER_REAL, 0)
        if answer is None:
            self._others[known] = None
        return answer

    def _return(self, link: _Link, place: int, client: socket.socket, why: bytes) -> None:
        del link.clients[place]
        self._forget(client)
        link.board[place] = State.RETURNED
        with contextlib.suppress(OSError):  # the web process is gone: its end is read next
            link.control.sendall(bytes((place,)) + why)

    def _drop(self, link: _Link, place: int, client: socket.socket) -> None:
        """Close our copy of a connection that was recalled; its place is free then."""
        if link.clients.pop(place, None) is client:
            self._forget(client)
            link.board[place] = State.FREE


def _send(client: socket.socket, response: bytes) -> None:
    """Send all, whether the client reads or not: the system holds it. Raises `TimeoutError` if not."""
    view = memoryview(response)
    until = time.monotonic() + _PATIENCE
    while view:
        try:
            view = view[client.send(view, socket.MSG_DONTWAIT) :]
        except BlockingIOError:
            _make_room(client, len(response))
            poll = select.poll()
            poll.register(client, select.POLLOUT)
            left = until - time.monotonic()
            if left <= 0 or not poll.poll(left * 1000):
                raise TimeoutError from None


def _make_room(client: socket.socket, size: int) -> None:
    """Let the system hold one answer of so many bytes for a client, with what it needs to do so."""
    if client.getsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF) < 2 * size:
        client.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, 2 * size)
