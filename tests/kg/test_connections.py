"""Turns are handed out in order, and nobody is given a connection that the other side has left."""

from __future__ import annotations

import os
import socket
import threading
import time
from collections.abc import Callable

import pytest

from kg.connections import Connections, CrowdedError


def pair() -> tuple[socket.socket, socket.socket]:
    return socket.socketpair(socket.AF_UNIX)


def until(condition: Callable[[], bool]) -> None:
    end = time.monotonic() + 10
    while not condition():
        assert time.monotonic() < end
        time.sleep(0.001)


def test_there_are_as_many_turns_as_workers() -> None:
    connections = Connections(2)
    assert connections.take(1) is None
    assert connections.take(1) is None
    start = time.monotonic()
    with pytest.raises(TimeoutError):
        connections.take(0.05)
    assert time.monotonic() - start < 5
    connections.give(None)
    assert connections.take(0.05) is None


def test_what_is_left_is_taken_up_again() -> None:
    connections = Connections(2)
    ours, theirs = pair()
    with theirs:
        connections.take(1)
        connections.give(ours)
        time.sleep(0.02)  # so long idle that it is looked at
        assert connections.take(1) is ours
        connections.give(ours)
        del connections
    assert ours.fileno() == -1


@pytest.mark.parametrize("farewell", [b"", b"\0" * 12])
def test_what_the_other_side_has_left_is_closed(farewell: bytes) -> None:
    connections = Connections(1)
    ours, theirs = pair()
    connections.take(1)
    connections.give(ours)
    theirs.sendall(farewell)
    theirs.close()
    time.sleep(0.02)
    assert connections.take(1) is None
    assert ours.fileno() == -1


def test_first_come_first_served() -> None:
    connections = Connections(1)
    connections.take(1)
    served: list[int] = []

    def ask(number: int) -> None:
        connections.take(10)
        served.append(number)
        connections.give(None)

    threads = [threading.Thread(target=ask, args=(number,)) for number in range(8)]
    for count, thread in enumerate(threads, 1):
        thread.start()
        until(lambda count=count: len(connections._waiting) == count)  # type: ignore[misc]
    connections.give(None)
    for thread in threads:
        thread.join()
    assert served == list(range(8))


def test_only_so_many_wait() -> None:
    connections = Connections(1, queue=1)
    connections.take(1)
    waiting = threading.Thread(target=connections.take, args=(10,))
    waiting.start()
    until(lambda: len(connections._waiting) == 1)
    with pytest.raises(CrowdedError):
        connections.take(10)
    connections.give(None)
    waiting.join()


def test_a_forked_process_begins_without() -> None:
    connections = Connections(1)
    ours, theirs = pair()
    with theirs:
        connections.take(1)
        connections.give(ours)
        child = os.fork()
        if child == 0:
            os._exit(0 if connections.take(1) is None else 1)
        assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 0
        assert connections.take(1) is ours
        ours.close()
