"""The web process's part against a session that does what a test says."""

from __future__ import annotations

import asyncio
import os
import socket
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest

from kg import wire
from server.lending import lender as lending
from server.lending.board import PLACES, Board, Note, State
from server.lending.hello import Hello
from server.lending.lender import Chance, Lender
from server.lending.session import CLOSED, KEPT, NUDGE
from tests.clock import Clock
from tests.loops import finish

HELLO = Hello((("X-A", "b"),), (), results=10, cache=1, body=100)
QUERY = b"GET /sparql?query=ASK%7B%7D HTTP/1.1\r\nHost: x\r\n\r\n"
OTHER = QUERY.replace(b"Host: x", b"Host: y")


@dataclass
class Stage:
    """A lender, one session's socket, and what the lender says."""

    lender: Lender
    listener: socket.socket
    back: list[tuple[socket.socket, bool, float]]
    notes: list[Note]
    ends: list[None]
    opened: list[socket.socket] = field(default_factory=list)
    boards: list[Board] = field(default_factory=list)

    def client(self, data: bytes = QUERY) -> socket.socket:
        """Give the server's end of a connection over which `data` have come."""
        ours, theirs = socket.socketpair()
        theirs.sendall(data)
        self.opened += [ours, theirs]
        return ours

    def session(self) -> tuple[socket.socket, Board]:
        """Accept, as a session does."""
        control, _ = self.listener.accept()
        text, descriptors, _, _ = socket.recv_fds(control, 65536, 1)
        assert Hello.read(text) == HELLO
        board = Board(descriptors[0])
        self.opened.append(control)
        self.boards.append(board)
        return control, board

    def borrow(self, control: socket.socket) -> tuple[int, socket.socket]:
        """Take a connection, as a session does."""
        places, descriptors, _, _ = socket.recv_fds(control, 1, 1)
        client = socket.socket(fileno=descriptors[0])
        self.opened.append(client)
        return places[0], client


@pytest.fixture(autouse=True)
def clock(monkeypatch: pytest.MonkeyPatch) -> Clock:
    clock = Clock()
    monkeypatch.setattr(lending, "time", clock)
    return clock


def on_stage(act: Callable[[Stage], Awaitable[None]], folder: Path) -> None:
    async def run() -> None:
        address = os.path.relpath(folder / "s")  # a Unix socket's name is short
        with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as listener:
            listener.bind(wire.session_path(address, 0))
            listener.listen()
            back: list[Any] = []
            notes: list[Note] = []
            ends: list[None] = []

            def end() -> None:
                ends.append(None)

            lender = Lender(address, 1, HELLO, lambda *given: back.append(given), notes.extend, end)
            stage = Stage(lender, listener, back, notes, ends)
            try:
                await asyncio.wait_for(act(stage), 10)
            finally:
                lender.close()
                for each in [*stage.opened, *stage.boards]:
                    each.close()
                await heard()

    finish(run())


async def heard() -> None:
    """Let the event loop read what has been said."""
    await asyncio.sleep(0.02)


def test_a_connection_is_lent_and_what_is_answered_is_counted(tmp_path: Path) -> None:
    async def act(stage: Stage) -> None:
        assert stage.lender.lend(stage.client(), QUERY, 1.0) is Chance.LENT
        control, board = stage.session()
        place, theirs = stage.borrow(control)
        assert board[place] == State.LENT
        assert theirs.recv(1000) == QUERY
        board.write(place, Note(200, "hit", 0.5, -1.0))
        stage.lender.tend()
        assert stage.notes == [Note(200, "hit", 0.5, -1.0)]
        assert stage.lender.lends
        assert not stage.back

    on_stage(act, tmp_path)


def test_what_a_session_returns_is_answered_elsewhere_and_not_lent_again(tmp_path: Path) -> None:
    async def act(stage: Stage) -> None:
        client = stage.client()
        stage.lender.lend(client, QUERY, 1.0)
        control, board = stage.session()
        place, _ = stage.borrow(control)
        board[place] = State.RETURNED
        control.sendall(bytes([place]) + KEPT)
        await heard()
        assert stage.back == [(client, True, 1.0)]
        assert board[place] == State.FREE
        assert stage.lender.lend(stage.client(), QUERY, 1.0) is Chance.NONE
        assert stage.lender.lend(stage.client(), OTHER, 1.0) is Chance.LENT

    on_stage(act, tmp_path)


def test_a_request_whose_rest_is_to_come_is_waited_for(tmp_path: Path) -> None:
    async def act(stage: Stage) -> None:
        client = stage.client(QUERY[:-2])
        stage.lender.lend(client, QUERY, 1.0)
        control, _ = stage.session()
        place, _ = stage.borrow(control)
        control.sendall(bytes([place]) + KEPT)
        await heard()
        assert stage.back == [(client, False, 0.0)]

    on_stage(act, tmp_path)


def test_a_connection_at_its_end_is_closed(tmp_path: Path) -> None:
    async def act(stage: Stage) -> None:
        client = stage.client()
        stage.lender.lend(client, QUERY, 1.0)
        control, _ = stage.session()
        place, _ = stage.borrow(control)
        control.sendall(bytes([place]))  # in two pieces
        await heard()
        assert client.fileno() >= 0
        control.sendall(CLOSED)
        await heard()
        assert client.fileno() < 0
        assert not stage.back

    on_stage(act, tmp_path)


@pytest.mark.parametrize(
    ("state", "back"),
    [(State.LENT, (False, 1.0)), (State.TAKEN, (True, 1.0)), (State.ANSWERING, None)],
    ids=["waiting", "looked at", "half answered"],
)
def test_what_comes_back_from_a_session_that_ends(
    tmp_path: Path, state: State, back: tuple[bool, float] | None
) -> None:
    async def act(stage: Stage) -> None:
        client = stage.client()
        stage.lender.lend(client, QUERY, 1.0)
        control, board = stage.session()
        place, theirs = stage.borrow(control)
        board[place] = state
        control.close()
        theirs.close()
        await heard()
        assert stage.back == ([(client, *back)] if back else [])
        assert (client.fileno() < 0) == (back is None)
        # Nothing is lent for a moment: there may be no session yet.
        assert stage.lender.lend(stage.client(), OTHER, 1.0) is Chance.LATER

    on_stage(act, tmp_path)


def test_what_is_like_what_a_session_ended_at_is_not_lent(tmp_path: Path) -> None:
    async def act(stage: Stage) -> None:
        heavy, like = (QUERY.replace(b"ASK", b"ASK%%23%d" % number) for number in (1, 22))
        stage.lender.lend(stage.client(heavy), heavy, 1.0)
        control, board = stage.session()
        place, theirs = stage.borrow(control)
        board[place] = State.TAKEN
        control.close()
        theirs.close()
        await heard()
        assert stage.lender.lend(stage.client(like), like, 1.0) is Chance.NONE

    on_stage(act, tmp_path)


def test_what_waits_behind_a_query_that_takes_long_comes_back(tmp_path: Path, clock: Clock) -> None:
    async def act(stage: Stage) -> None:
        clients = [stage.client() for _ in range(3)]
        for number, client in enumerate(clients):
            stage.lender.lend(client, QUERY, float(number + 1))
        control, board = stage.session()
        places = [stage.borrow(control)[0] for _ in clients]
        board.write(places[2], Note(200, "hit", 0.0, -1.0))
        board[places[0]] = State.TAKEN
        board.busy_since = clock.now
        clock.now += lending.STALLED
        stage.lender.tend()
        assert not stage.back
        clock.now += 0.001
        stage.lender.tend()
        # Over the last, something was answered since it was lent: nothing may be waiting now.
        assert stage.back == [(clients[1], False, 2.0), (clients[2], False, 0.0)]
        assert [board[place] for place in places] == [State.TAKEN, State.RECALLED, State.RECALLED]
        assert control.recv(1) == NUDGE
        assert stage.lender.lend(stage.client(), QUERY, 1.0) is Chance.LATER

    on_stage(act, tmp_path)


def test_what_is_idle_comes_back(tmp_path: Path, clock: Clock) -> None:
    async def act(stage: Stage) -> None:
        client = stage.client()
        stage.lender.lend(client, QUERY, 1.0)
        control, board = stage.session()
        place, _ = stage.borrow(control)
        clock.now += lending.IDLE - 1
        board.write(place, Note(200, "hit", 0.0, -1.0))
        stage.lender.tend()
        clock.now += lending.IDLE - 1
        stage.lender.tend()
        assert not stage.back
        clock.now += 1
        stage.lender.tend()
        assert stage.back == [(client, False, 0.0)]

    on_stage(act, tmp_path)


def test_no_more_is_lent_than_there_are_places(tmp_path: Path) -> None:
    async def act(stage: Stage) -> None:
        found = [stage.lender.lend(stage.client(), QUERY, 1.0) for _ in range(PLACES + 1)]
        assert found == [Chance.LENT] * PLACES + [Chance.LATER]
        control, _ = stage.session()
        control.sendall(bytes([4]) + CLOSED)
        await heard()
        assert stage.lender.lend(stage.client(), QUERY, 1.0) is Chance.LENT

    on_stage(act, tmp_path)


def test_the_end_comes_once_when_all_is_back(tmp_path: Path) -> None:
    async def act(stage: Stage) -> None:
        clients = [stage.client(), stage.client()]
        for client in clients:
            stage.lender.lend(client, QUERY, 1.0)
        control, board = stage.session()
        place, _ = stage.borrow(control)
        board[place] = State.TAKEN
        stage.lender.close()
        assert [client for client, *_ in stage.back] == clients[1:]
        assert not stage.ends
        assert stage.lender.lend(stage.client(), QUERY, 1.0) is Chance.NONE
        board[place] = State.LENT
        stage.lender.tend()
        assert [client for client, *_ in stage.back] == clients[::-1]
        assert len(stage.ends) == 1
        stage.lender.tend()
        assert len(stage.ends) == 1

    on_stage(act, tmp_path)


def test_nobody_waits_where_there_is_no_session(tmp_path: Path, clock: Clock) -> None:
    async def act(stage: Stage) -> None:
        path = stage.listener.getsockname()
        stage.listener.close()
        Path(path).unlink()
        assert stage.lender.lend(stage.client(), QUERY, 1.0) is Chance.NONE
        with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as listener:
            listener.bind(path)
            listener.listen()
            assert stage.lender.lend(stage.client(), QUERY, 1.0) is Chance.NONE  # not tried again so soon
            clock.now += lending._LONGEST_REST
            assert stage.lender.lend(stage.client(), QUERY, 1.0) is Chance.LENT

    on_stage(act, tmp_path)
