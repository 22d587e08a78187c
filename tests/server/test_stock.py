"""What one web process has made, the others need not make."""

from __future__ import annotations

import stat
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from werkzeug.test import Client

from server.cache import ResultCache
from server.reply import Reply
from server.stock import Stock
from tests.server.test_cache import Application

KEY = ("release", "", None, "/page/a")
REPLY = Reply("200 OK", (("Content-Type", "text/html; charset=utf-8"),), b"<p>a", '"tag"')


@pytest.fixture
def stock(tmp_path: Path) -> Stock:
    return Stock(tmp_path / "1.stock", 1 << 20)


@given(
    st.binary(),
    st.lists(st.tuples(st.text(), st.text())),
    st.lists(st.none() | st.text(), max_size=4),
)
def test_what_is_added_is_what_another_takes(
    tmp_path_factory: pytest.TempPathFactory, body: bytes, headers: Any, key: list[str | None]
) -> None:
    folder = tmp_path_factory.getbasetemp() / "round.stock"
    reply = Reply("200 OK", tuple(headers), body, '"é"')
    Stock(folder, 1 << 20).add(key, reply)
    other = Stock(folder, 1 << 20)
    assert other.take(key) == reply
    assert other.take([*key, "more"]) is None


def test_it_is_for_nobody_else_to_read(stock: Stock, tmp_path: Path) -> None:
    assert stat.S_IMODE((tmp_path / "1.stock").stat().st_mode) == 0o700


def test_there_is_an_end_to_the_room(tmp_path: Path) -> None:
    small = Stock(tmp_path / "1.stock", 250)
    for number in range(9):
        small.add((str(number),), REPLY)
    held = [path.stat().st_size for path in (tmp_path / "1.stock").iterdir()]
    assert held
    assert sum(held) <= 250


def test_a_folder_that_is_gone_is_no_error(stock: Stock, tmp_path: Path) -> None:
    (tmp_path / "1.stock").rmdir()
    stock.add(KEY, REPLY)
    assert stock.take(KEY) is None


def cached(app: Application, stock: Stock) -> Client:
    return Client(ResultCache(app, release="r", size=1 << 20, stock=stock))


@pytest.mark.parametrize("method", ["GET", "HEAD"])
@pytest.mark.parametrize("path", ["/page/event/x", "/data/event/x.ttl"])
def test_another_process_is_not_asked_again(stock: Stock, path: str, method: str) -> None:
    first, second = Application(), Application()
    made = cached(first, stock).open(path, method=method)
    found = cached(second, stock).get(path)
    assert (first.asked, second.asked) == (1, 0)
    assert (made.headers["X-Cache"], found.headers["X-Cache"]) == ("miss", "hit")
    assert found.data == b"x" * 2000
    assert made.headers["ETag"] == found.headers["ETag"]
    assert (
        cached(second, stock).get(path, headers={"If-None-Match": found.headers["ETag"]}).status_code == 304
    )


@pytest.mark.parametrize(
    "path", ["/sparql?query=ASK%7B%7D", "/page/event/x?asof=2020-01-01", "/search?q=x", "/", "/id/event/x"]
)
def test_what_visitors_make_up_does_not_fill_it(stock: Stock, tmp_path: Path, path: str) -> None:
    cached(Application(), stock).get(path)
    assert list((tmp_path / "1.stock").iterdir()) == []


@pytest.mark.parametrize(
    "app",
    [
        Application("404 NOT FOUND"),
        Application("503 SERVICE UNAVAILABLE"),
        Application(Cache_Control="no-store"),
        Application(Set_Cookie="a=b"),
    ],
)
def test_what_is_not_kept_is_not_passed_on(stock: Stock, tmp_path: Path, app: Application) -> None:
    cached(app, stock).get("/page/event/x")
    assert list((tmp_path / "1.stock").iterdir()) == []


def test_other_hosts_are_other_answers(stock: Stock) -> None:
    app = Application()
    for host in ("a.example", "b.example"):
        cached(app, stock).get("/page/event/x", base_url=f"http://{host}")
    assert app.asked == 2
