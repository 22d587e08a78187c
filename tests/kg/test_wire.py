"""Messages between clients and workers: one is received, and whether leave was taken behind it."""

from __future__ import annotations

import socket
import time

import pytest

from kg import wire

BODIES = [b"", b"{}", b"x" * 300_000]


@pytest.mark.parametrize("body", BODIES, ids=len)
def test_a_worker_may_take_leave_right_behind_its_answer(body: bytes) -> None:
    client, worker = socket.socketpair()
    with client, worker:
        worker.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, 1 << 20)
        wire.send(worker, {"form": "boolean"}, body)
        worker.sendall(wire.FAREWELL)
        until = time.monotonic() + 5
        header, found, left = wire.receive(client, until)
        assert (header, found) == ({"form": "boolean"}, body)
        if not left:
            with pytest.raises(wire.LeftError):
                wire.receive(client, until)


def test_what_is_cut_off_is_no_message() -> None:
    client, worker = socket.socketpair()
    with client, worker:
        wire.send(worker, {"form": "boolean"}, b"whole")
        whole = client.recv(100)
        worker.sendall(whole[:-1])
        with pytest.raises(TimeoutError):
            wire.receive(client, time.monotonic() + 0.05)
    client, worker = socket.socketpair()
    with client:
        worker.sendall(whole[:-1])
        worker.close()
        with pytest.raises(wire.ClosedError):
            wire.receive(client, time.monotonic() + 5)
