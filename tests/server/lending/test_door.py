from __future__ import annotations

import asyncio
import socket
import time
from collections.abc import Awaitable, Callable
from typing import Any, ClassVar

import pytest

from server.lending import door
from server.lending.door import Door
from server.lending.lender import Chance
from tests.loops import finish

QUERY = b"GET /sparql?query=ASK%7B%7D HTTP/1.1\r\nHost: x\r\n\r\n"
PAGE = b"GET / HTTP/1.1\r\nHost: x\r\n\r\n"


class FakeLender:
    """Answers what is lent to it at once, and that is all."""

    def __init__(self, *chances: Chance) -> None:
        self.chances = list(chances)
        self.asked = 0
        self.lent: list[socket.socket] = []

    def lend(self, client: socket.socket, data: bytes, begun: float) -> Chance:
        self.asked += 1
        chance = self.chances.pop(0) if len(self.chances) > 1 else self.chances[0]
        if chance is Chance.LENT:
            assert client.recv(len(data)) == data
            client.sendall(b"lent")
            client.shutdown(socket.SHUT_RDWR)
            self.lent.append(client)
        return chance


class Served(asyncio.Protocol):
    """Says that it is the web server; `told` is what it is told of those who wait."""

    told: ClassVar[list[float]] = []

    def __init__(self, begun: float) -> None:
        self.told.append(begun)

    def connection_made(self, transport: Any) -> None:
        self.transport = transport

    def data_received(self, data: bytes) -> None:
        self.transport.write(b"served")
        self.transport.close()


def at_a_door(
    visit: Callable[[Door, asyncio.StreamReader, asyncio.StreamWriter], Awaitable[bytes]], lender: Any = None
) -> bytes:
    async def run() -> bytes:
        with socket.create_server(("127.0.0.1", 0)) as listener:
            opened = Door([listener], Served, lambda: lender, lambda: 0.1)
            reader, writer = await asyncio.open_connection(*listener.getsockname())
            try:
                return await asyncio.wait_for(visit(opened, reader, writer), 10)
            finally:
                writer.close()
                opened.close()

    try:
        return finish(run())
    finally:
        for client in lender.lent if lender else ():
            client.close()


def saying(*pieces: bytes) -> Callable[[Door, asyncio.StreamReader, asyncio.StreamWriter], Awaitable[bytes]]:
    async def visit(opened: Door, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> bytes:
        for piece in pieces:
            writer.write(piece)
            await asyncio.sleep(0.02)
        return await reader.read()

    return visit


def test_a_query_is_lent() -> None:
    assert at_a_door(saying(QUERY), FakeLender(Chance.LENT)) == b"lent"


def test_a_query_in_pieces_is_lent_once_it_is_whole() -> None:
    lender = FakeLender(Chance.LENT)
    assert at_a_door(saying(QUERY[:20], QUERY[20:40], QUERY[40:]), lender) == b"lent"
    assert lender.asked == 1


@pytest.mark.parametrize("data", [PAGE, QUERY[:5], b"\x16\x03\x01"], ids=["a page", "a few bytes", "no HTTP"])
def test_all_else_is_for_the_web_server(data: bytes) -> None:
    lender = FakeLender(Chance.LENT)
    assert at_a_door(saying(data), lender) == b"served"
    assert not lender.asked


def test_a_query_whose_rest_does_not_come_is_for_the_web_server() -> None:
    assert at_a_door(saying(QUERY[:20]), FakeLender(Chance.LENT)) == b"served"


def test_what_is_not_for_sessions_is_for_the_web_server() -> None:
    assert at_a_door(saying(QUERY), FakeLender(Chance.NONE)) == b"served"
    assert at_a_door(saying(QUERY)) == b"served"


def test_a_session_is_waited_for_but_not_long() -> None:
    lender = FakeLender(Chance.LATER, Chance.LATER, Chance.LENT)
    assert at_a_door(saying(QUERY), lender) == b"lent"
    assert lender.asked == 3
    begun = time.monotonic()
    assert at_a_door(saying(QUERY), FakeLender(Chance.LATER)) == b"served"
    assert begun < Served.told[-1] < time.monotonic() - 0.1
    assert at_a_door(saying(PAGE), FakeLender(Chance.LATER)) == b"served"
    assert Served.told[-1] == 0.0


def test_who_says_nothing_is_shown_out(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(door, "SILENCE", 0.1)
    monkeypatch.setattr(door, "_SWEEP", 0.05)
    assert at_a_door(saying()) == b""


@pytest.mark.parametrize(("elsewhere", "said"), [(True, b"served"), (False, b"lent")])
def test_what_comes_back(elsewhere: bool, said: bytes) -> None:
    async def visit(opened: Door, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> bytes:
        ours, theirs = socket.socketpair()
        ours.setblocking(False)
        theirs.sendall(QUERY)
        opened.back(ours, elsewhere)
        other, other_writer = await asyncio.open_connection(sock=theirs)
        try:
            return await other.read()
        finally:
            other_writer.close()

    assert at_a_door(visit, FakeLender(Chance.LENT)) == said


def test_as_it_closes_what_has_come_is_served_and_the_silent_are_shown_out() -> None:
    async def silent(opened: Door, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> bytes:
        await asyncio.sleep(0.05)
        opened.close()
        return await reader.read()

    async def asking(opened: Door, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> bytes:
        writer.write(QUERY)
        await asyncio.sleep(0.05)
        opened.close()
        return await reader.read()

    assert at_a_door(silent) == b""
    assert at_a_door(asking, FakeLender(Chance.LATER)) == b"served"
