from __future__ import annotations

import asyncio
import json
import socket
from collections.abc import Callable, Coroutine, Mapping
from types import SimpleNamespace
from typing import Any

import pytest
import uvicorn
from uvicorn.server import ServerState

from server import http_worker
from server.http_worker import LONGEST_HEAD, HttpProtocol
from tests.loops import finish


async def _app(scope: dict[str, Any], receive: Any, send: Any) -> None:
    await send({"type": "http.response.start", "status": 200, "headers": [(b"content-length", b"2")]})
    await send({"type": "http.response.body", "body": b"ok"})


def talk(
    conversation: Callable[[asyncio.StreamReader, asyncio.StreamWriter], Coroutine[Any, Any, bytes]],
    back: Callable[[socket.socket], None] | None = None,
    state: Mapping[str, Any] = {},
    app: Any = _app,
) -> bytes:
    """Let `conversation` talk to the protocol, give what it gives."""

    async def run() -> bytes:
        loop = asyncio.get_running_loop()
        config = uvicorn.Config(app, ws="none", lifespan="off", log_config=None, interface="asgi3")

        def protocol() -> HttpProtocol:
            made = HttpProtocol(config, ServerState(), dict(state), loop)
            made.back = back
            return made

        async with await loop.create_server(protocol, "127.0.0.1") as server:
            reader, writer = await asyncio.open_connection(*server.sockets[0].getsockname()[:2])
            try:
                return await asyncio.wait_for(conversation(reader, writer), 10)
            finally:
                writer.close()

    return finish(run())


def sending(
    data: bytes,
) -> Callable[[asyncio.StreamReader, asyncio.StreamWriter], Coroutine[Any, Any, bytes]]:
    async def conversation(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> bytes:
        writer.write(data)
        return await reader.read()

    return conversation


def test_what_is_said_of_the_first_request_is_not_said_of_the_next() -> None:
    said: list[dict[str, Any]] = []

    async def app(scope: dict[str, Any], receive: Any, send: Any) -> None:
        said.append(scope["state"])
        await _app(scope, receive, send)

    talk(sending(b"GET / HTTP/1.1\r\n\r\nGET / HTTP/1.1\r\nConnection: close\r\n\r\n"), None, {"a": 1}, app)
    assert said == [{"a": 1}, {}]


@pytest.mark.parametrize(
    ("deadline", "wait", "seconds"), [(10, False, 0.5), (10, True, 2.0), (2, False, 0.25), (2, True, 0.5)]
)
def test_patience_with_sessions_is_part_of_the_deadline(deadline: float, wait: bool, seconds: float) -> None:
    loans: Any = SimpleNamespace(others_wait=lambda: wait)
    config = uvicorn.Config(_app, ws="none", lifespan="off", log_config=None, interface="asgi3")
    assert http_worker._Server(config, loans, deadline)._patience() == seconds


def test_an_answer() -> None:
    assert talk(sending(b"GET / HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n")).endswith(b"\r\n\r\nok")


@pytest.mark.parametrize(
    ("data", "status"),
    [
        (b"GET /?" + b"x" * 70_000 + b" HTTP/1.1\r\nHost: x\r\n\r\n", 414),
        (b"GET /?" + b"x" * 70_000, 414),
        (b"GET / HTTP/1.1\r\nX-A: " + b"x" * (LONGEST_HEAD + 1), 431),
        (b"GET / HTTP/1.1\r\n" + b"X-A: y\r\n" * (LONGEST_HEAD // 8 + 1), 431),
        (b"\x16\x03\x01\x02\x00 no HTTP\r\n\r\n", 400),
        (b"GET / HTTP/1.1\r\nNo header\r\n\r\n", 400),
    ],
    ids=["address", "address without end", "header without end", "headers", "no HTTP", "no header"],
)
def test_what_is_refused(data: bytes, status: int) -> None:
    head, _, body = talk(sending(data)).partition(b"\r\n\r\n")
    assert head.startswith(b"HTTP/1.1 %d " % status)
    assert b"application/problem+json" in head
    problem = json.loads(body)
    assert problem["status"] == status
    assert problem["mend"]


def test_who_is_too_slow_is_not_waited_for(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(http_worker, "SLOWEST", 0.2)
    assert talk(sending(b"GET / HTTP/1.1\r\nHost: ")) == b""
    assert (
        talk(sending(b"POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 5\r\n\r\nab")).count(b"HTTP/1.1 200")
        == 1
    )


def test_a_connection_is_given_back_after_a_query() -> None:
    given: list[bytes] = []

    def back(client: socket.socket) -> None:
        given.append(client.getpeername()[0].encode())
        client.sendall(b"from another")
        client.close()

    said = talk(sending(b"GET /sparql?query=x HTTP/1.1\r\nHost: x\r\n\r\n"), back)
    assert said.endswith(b"\r\n\r\nokfrom another")
    assert given == [b"127.0.0.1"]


@pytest.mark.parametrize(
    "data",
    [
        b"GET /page HTTP/1.1\r\nHost: x\r\n\r\n",
        b"GET /sparql HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n",
    ],
    ids=["no query", "closed"],
)
def test_when_it_is_not_given_back(data: bytes) -> None:
    def back(client: socket.socket) -> None:
        raise AssertionError("given back")

    async def conversation(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> bytes:
        writer.write(data)
        return await reader.readuntil(b"ok")

    assert talk(conversation, back).endswith(b"ok")


def test_requests_one_behind_another_are_answered_first() -> None:
    given: list[socket.socket] = []
    request = b"GET /sparql?query=x HTTP/1.1\r\nHost: x\r\n\r\n"

    async def conversation(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> bytes:
        writer.write(request * 3)
        said = b""
        while said.count(b"\r\n\r\nok") < 3:
            said += await reader.read(1000)
        await asyncio.sleep(0.1)
        return said

    assert talk(conversation, given.append).count(b"HTTP/1.1 200") == 3
    assert len(given) == 1
    given[0].close()


REQUEST = b"GET /sparql?query=x HTTP/1.1\r\nHost: x\r\n\r\n"


@pytest.mark.parametrize("data", [REQUEST, REQUEST * 3], ids=["one", "one behind another"])
def test_who_has_said_all_it_will_has_its_answers(data: bytes) -> None:
    async def conversation(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> bytes:
        writer.write(data)
        writer.write_eof()
        return await reader.read()

    assert talk(conversation).count(b"HTTP/1.1 200") == data.count(b"GET")


@pytest.mark.parametrize(
    "data",
    [b"", b"GET / HT", b"POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 5\r\n\r\nab"],
    ids=["nothing", "half a head", "half a body"],
)
def test_who_has_said_half_of_it_is_not_waited_for(data: bytes) -> None:
    async def conversation(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> bytes:
        writer.write(data)
        writer.write_eof()
        return await reader.read()

    said = talk(conversation)
    assert said.count(b"HTTP/1.1") == data.count(b"POST")  # the application here answers before all has come


def test_what_is_no_request_ends_the_connection_after_the_answers_to_those_that_were() -> None:
    said = talk(sending(REQUEST + b"nonsense\r\n\r\n"))
    assert said.count(b"HTTP/1.1") == 1
    assert said.endswith(b"\r\n\r\nok")
