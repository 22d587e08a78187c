from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import Any

import pytest
import uvloop

from server import slow_readers
from server.slow_readers import SlowReaders
from tests.clock import Clock
from tests.loops import finish


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Clock:
    found = Clock()
    monkeypatch.setattr(slow_readers, "time", found)
    return found


class Transport:
    """A connection over which `size` bytes wait to be read."""

    def __init__(self, size: int) -> None:
        self.size = size
        self.aborted = False

    def get_write_buffer_size(self) -> int:
        return self.size

    def abort(self) -> None:
        self.aborted = True


def watched(readers: SlowReaders, *sizes: int) -> list[Any]:
    transports: list[Any] = [Transport(size) for size in sizes]
    for transport in transports:
        readers.watch(transport)
    return transports


def test_who_reads_nothing_is_ended(clock: Clock) -> None:
    readers = SlowReaders(patience=10)
    idle, slow, quick = watched(readers, 100, 100, 100)
    for _ in range(12):
        clock.now += 1
        slow.size -= 1
        quick.size = 0
        readers.sweep()
    assert [each.aborted for each in (idle, slow, quick)] == [True, False, False]


def test_what_is_written_after_something_was_read_counts_as_read(clock: Clock) -> None:
    readers = SlowReaders(patience=10)
    (streamed,) = watched(readers, 100)
    for _ in range(12):
        clock.now += 1
        streamed.size += 1
        readers.sweep()
    assert not streamed.aborted


def test_who_has_read_nothing_for_the_longest_time_makes_room(clock: Clock) -> None:
    readers = SlowReaders(most=250, patience=10)
    first, second = watched(readers, 100, 100)
    clock.now += 2
    first.size = 90
    readers.sweep()
    (third,) = watched(readers, 100)
    assert [each.aborted for each in (first, second, third)] == [False, True, False]


def test_one_that_takes_more_than_all_may(clock: Clock) -> None:
    readers = SlowReaders(most=50)
    (large,) = watched(readers, 100)
    assert large.aborted
    (small,) = watched(readers, 50)
    assert not small.aborted


def test_where_nothing_waits_nothing_is_watched(clock: Clock) -> None:
    readers = SlowReaders(patience=10)
    (late,) = watched(readers, 0)
    late.size = 5
    clock.now += 20
    readers.sweep()
    assert not late.aborted


@pytest.mark.parametrize("loop", [asyncio.new_event_loop, uvloop.new_event_loop], ids=["asyncio", "uvloop"])
@pytest.mark.parametrize("closed", [False, True], ids=["open", "being closed"])
def test_a_real_connection(loop: Callable[[], asyncio.AbstractEventLoop], closed: bool) -> None:
    """Also one that has been closed, and waits for its last bytes to be read."""

    async def run() -> None:
        made, lost = asyncio.Event(), asyncio.Event()
        readers = SlowReaders(patience=-1)

        class Server(asyncio.Protocol):
            def connection_made(self, transport: Any) -> None:
                transport.write(b"x" * 10_000_000)
                if closed:
                    transport.close()
                readers.watch(transport)
                made.set()

            def connection_lost(self, exc: Exception | None) -> None:
                lost.set()

        async with await asyncio.get_running_loop().create_server(Server, "127.0.0.1") as server:
            _, writer = await asyncio.open_connection(*server.sockets[0].getsockname(), limit=100)
            await asyncio.wait_for(made.wait(), 5)
            assert not lost.is_set()
            readers.sweep()
            await asyncio.wait_for(lost.wait(), 5)
            writer.close()

    finish(run(), loop)
