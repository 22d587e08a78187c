from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Iterator
from typing import Any

import pytest

from kg.errors import StoreUnavailableError
from kg.formats import RESULTS_JSON, TURTLE
from kg.pooled import PooledStore
from kg.store import Formats
from server.asgi import Threaded, environ_of
from server.cache import KEPT_ONLY, NotKeptError
from server.wsgi import BEGUN
from tests.loops import finish


def scope(**given: Any) -> dict[str, Any]:
    return {
        "type": "http",
        "http_version": "1.1",
        "method": "GET",
        "scheme": "http",
        "path": "/",
        "raw_path": b"/",
        "query_string": b"",
        "root_path": "",
        "headers": [],
        "client": ("192.0.2.1", 4711),
        "server": ("192.0.2.2", 8000),
    } | given


def test_an_environment() -> None:
    headers = [
        (b"host", b"example.org"),
        (b"accept", b"text/csv"),
        (b"accept", b"text/html"),
        (b"cookie", b"a=1"),
        (b"cookie", b"b=2"),
        (b"content-type", b"text/plain"),
        (b"content-length", b"3"),
        (b"x-name", "é".encode("latin-1")),
        (b"x_forwarded_host", b"evil.example"),
    ]
    environ = environ_of(
        scope(raw_path=b"/a%2Fb%FF%C3%A9", query_string=b"x=%41", headers=headers, method="POST")
    )
    assert environ["PATH_INFO"] == "/a/b\xff\xc3\xa9"
    assert environ["QUERY_STRING"] == "x=%41"
    assert environ["REQUEST_METHOD"] == "POST"
    assert environ["HTTP_HOST"] == "example.org"
    assert environ["HTTP_ACCEPT"] == "text/csv,text/html"
    assert environ["HTTP_COOKIE"] == "a=1; b=2"
    assert environ["CONTENT_TYPE"] == "text/plain"
    assert environ["CONTENT_LENGTH"] == "3"
    assert environ["HTTP_X_NAME"] == "é"
    assert "HTTP_X_FORWARDED_HOST" not in environ
    assert environ["REMOTE_ADDR"] == "192.0.2.1"
    assert (environ["SERVER_NAME"], environ["SERVER_PORT"]) == ("192.0.2.2", "8000")


def asked(
    app: Any, pieces: Iterable[bytes] = (b"",), most: int = 10, **given: Any
) -> tuple[list[dict[str, Any]], int]:
    """Give what is sent, and how many pieces of the body were read."""
    sent: list[dict[str, Any]] = []
    waiting = list(pieces)
    count = len(waiting)

    async def receive() -> dict[str, Any]:
        return {"type": "http.request", "body": waiting.pop(0), "more_body": bool(waiting)}

    async def send(message: dict[str, Any]) -> None:
        sent.append(message)

    finish(Threaded(app, 2, most)(scope(**given), receive, send))
    return sent, count - len(waiting)


def echo(environ: dict[str, Any], start: Callable[..., Any]) -> list[bytes]:
    body = environ["wsgi.input"].read()
    start("200 OK", [("Content-Length", str(len(body))), ("X-Length", environ.get("CONTENT_LENGTH", "none"))])
    return [body]


def test_what_has_waited_before_it_came_here_is_known_to_who_puts_a_query(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    until: list[float] = []

    def put(store: PooledStore, header: dict[str, Any], _: float) -> None:
        until.append(header["until"] - store.deadline)
        raise StoreUnavailableError("not here")

    def app(environ: dict[str, Any], start: Callable[..., Any]) -> list[bytes]:
        with pytest.raises(StoreUnavailableError):
            PooledStore("nowhere").query("ASK {}", Formats(RESULTS_JSON, TURTLE))
        return echo(environ, start)

    monkeypatch.setattr(PooledStore, "_put", put)
    begun = time.monotonic() - 1
    asked(app, state={BEGUN: begun})
    asked(app, state={})
    asked(app)
    assert until[0] == begun
    assert min(until[1:]) > begun + 1


def test_a_body_is_read_whole() -> None:
    headers = [(b"content-length", b"6")]
    sent, read = asked(echo, [b"abc", b"def"], headers=headers, method="POST")
    assert sent == [
        {
            "type": "http.response.start",
            "status": 200,
            "headers": [(b"content-length", b"6"), (b"x-length", b"6")],
        },
        {"type": "http.response.body", "body": b"abcdef"},
    ]
    assert read == 2


def test_what_says_that_it_is_too_large_is_not_read() -> None:
    sent, read = asked(echo, [b"x" * 11], headers=[(b"content-length", b"11")], method="POST")
    assert sent[1]["body"] == b""
    assert read == 0


def test_of_what_does_not_say_so_no_more_is_read_than_shows_it() -> None:
    headers = [(b"transfer-encoding", b"chunked")]
    sent, read = asked(echo, [b"x" * 6] * 5, headers=headers, method="POST")
    assert sent[1]["body"] == b"x" * 11
    assert read == 2


def test_nothing_is_read_where_nothing_was_sent() -> None:
    assert asked(echo)[1] == 0


class Streamed:
    """Begins its response late, and notes that it is closed."""

    def __init__(self, start: Callable[..., Any], pieces: int) -> None:
        self.start = start
        self.pieces = pieces
        self.closed = 0

    def __iter__(self) -> Iterator[bytes]:
        self.start("200 OK", [("X-Late", "yes")])
        for number in range(self.pieces):
            yield bytes([number]) * 100_000

    def close(self) -> None:
        self.closed += 1


@pytest.mark.parametrize("pieces", [0, 1, 7])
def test_a_stream(pieces: int) -> None:
    made: list[Streamed] = []

    def app(environ: dict[str, Any], start: Callable[..., Any]) -> Streamed:
        made.append(Streamed(start, pieces))
        return made[0]

    sent, _ = asked(app)
    assert sent[0]["headers"] == [(b"x-late", b"yes")]
    assert b"".join(each["body"] for each in sent[1:]) == b"".join(
        bytes([n]) * 100_000 for n in range(pieces)
    )
    assert [each.get("more_body", False) for each in sent[1:]] == [True] * (len(sent) - 2) + [False]
    assert made[0].closed == 1


@pytest.mark.parametrize("path", ["/page/event/x", "/data/event/x.ttl", "/id/event/x", "/"])
def test_what_is_kept_is_asked_for_first(path: str) -> None:
    asked_for: list[bool] = []

    def app(environ: dict[str, Any], start: Callable[..., Any]) -> list[bytes]:
        asked_for.append(KEPT_ONLY in environ)
        if KEPT_ONLY in environ:
            raise NotKeptError
        return echo(environ, start)

    assert asked(app, raw_path=path.encode())[0][0]["status"] == 200
    assert asked_for == [True, False]


@pytest.mark.parametrize(
    ("method", "path"), [("GET", "/sparql"), ("GET", "/dumps/"), ("POST", "/page/event/x")]
)
def test_what_is_not_often_kept_is_made_at_once(method: str, path: str) -> None:
    def app(environ: dict[str, Any], start: Callable[..., Any]) -> list[bytes]:
        assert KEPT_ONLY not in environ
        return echo(environ, start)

    assert asked(app, raw_path=path.encode(), method=method)[0][0]["status"] == 200


class _Failing:
    """Pieces of a body, the last of which cannot be made."""

    def __init__(self, pieces: list[bytes]) -> None:
        self.pieces = iter(pieces)
        self.closed = 0

    def __iter__(self) -> Iterator[bytes]:
        return self

    def __next__(self) -> bytes:
        for piece in self.pieces:
            return piece
        raise OSError

    def close(self) -> None:
        self.closed += 1


@pytest.mark.parametrize("pieces", [[], [b"x" * (1 << 18)]], ids=["at once", "halfway"])
def test_what_fails_is_closed(pieces: list[bytes]) -> None:
    body = _Failing(pieces)

    def app(environ: dict[str, Any], start: Callable[..., Any]) -> _Failing:
        start("200 OK", [])
        return body

    with pytest.raises(OSError):
        asked(app)
    assert body.closed == 1
