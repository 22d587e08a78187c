"""What is made while nobody asks is what visitors are then given."""

from __future__ import annotations

import os
import time
import urllib.request
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

import pytest
from werkzeug.test import Client

from kg.release import open_release
from kg.store import MemoryStore
from server import Publication, Settings, ahead
from server.ahead import Ahead, Pulse
from server.metrics import Metrics
from server.stack import cached_app
from tests.load.served import served


class Counted:
    """A WSGI application whose site map lists three pages."""

    def __init__(self) -> None:
        self.asked: list[str] = []

    def __call__(self, environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
        root = f"{environ['wsgi.url_scheme']}://{environ['HTTP_HOST']}{environ['SCRIPT_NAME']}"
        path = environ["PATH_INFO"].encode("latin-1").decode()
        self.asked.append(f"{root}{path}")
        start_response("200 OK", [])
        if path != "/sitemap.xml":
            return [b"x" * 1000]
        pages = "".join(f"<url><loc>{root}/page/{name}</loc></url>" for name in ("a", "b%C3%A9"))
        home = f"<url><loc>{root}/</loc></url>"
        return [
            f'<urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">{home}{pages}</urlset>'.encode()
        ]


def all_of(making: Ahead) -> int:
    return sum(1 for _ in iter(making.step, False))


def test_pages_come_first_then_data_at_the_address_that_visitors_used() -> None:
    app = Counted()
    pulse = Pulse(app)
    making = Ahead(app, pulse, lambda: 1, 1 << 20)
    assert not making.step(), "nobody has asked, so the address is not known"
    Client(pulse).get("/page/a", base_url="http://a.example/below/")
    app.asked.clear()
    assert all_of(making) == 6
    root = "http://a.example/below"
    names = ["page/a", "page/bé", "data/a.ttl", "data/bé.ttl", "data/a.jsonld", "data/bé.jsonld"]
    assert app.asked == [f"{root}/sitemap.xml", *(f"{root}/{name}" for name in names)]


@pytest.mark.parametrize(("number", "names"), [(0, ["a", "bé"]), (1, ["bé", "a"])])
def test_processes_begin_at_different_places(number: int, names: list[str]) -> None:
    app = Counted()
    pulse = Pulse(app)
    making = Ahead(app, pulse, lambda: 1, 1 << 20, processes=2)
    making._number = number
    Client(pulse).get("/")
    app.asked.clear()
    all_of(making)
    pages = [address.rpartition("/page/")[2] for address in app.asked if "/page/" in address]
    assert pages == names


def test_each_process_has_its_place() -> None:
    pulse = Pulse(Counted())
    making = Ahead(pulse, pulse, lambda: 1, 0, processes=2)
    places = []
    for _ in range(3):
        making.start()
        places.append(making._number)
    assert places == [0, 1, 0]


def test_only_the_two_addresses_that_are_used_most() -> None:
    pulse = Pulse(Counted())
    for host, times in (("a", 1), ("b", 3), ("c", 2)):
        for _ in range(times):
            Client(pulse).get("/page/a", base_url=f"http://{host}.example")
    assert [dict(zip(ahead._OF_THE_ADDRESS, base, strict=True))["HTTP_HOST"] for base in pulse.bases] == [
        "b.example",
        "c.example",
    ]
    again = {"X-Forwarded-For": "192.0.2.7"}  # another visitor, the same address of the site
    Client(pulse).get("/", base_url="http://b.example", headers=again)
    assert len(pulse._bases) == 3
    for number in range(99):  # a visitor can make them up
        Client(pulse).get("/", base_url=f"http://{number}.example")
    assert len(pulse._bases) == ahead._MOST_BASES


@pytest.mark.filterwarnings("ignore:This process:DeprecationWarning")  # the child only asks, and ends
def test_processes_tell_each_other_the_address_that_is_used_most() -> None:
    pulse = Pulse(Counted())
    child = os.fork()
    if child == 0:
        Client(pulse).get("/", base_url="http://a.example")
        os._exit(0)
    os.waitpid(child, 0)
    assert [base[ahead._OF_THE_ADDRESS.index("HTTP_HOST")] for base in pulse.bases] == ["a.example"]
    assert pulse.quiet_for < ahead.QUIET + 1


def test_it_ends_where_there_is_no_room_and_begins_anew_with_another_release() -> None:
    app = Counted()
    pulse = Pulse(app)
    Client(pulse).get("/")
    release = [1]
    making = Ahead(app, pulse, lambda: release[0], 7000)
    assert all_of(making) == 3
    release[0] = 2
    assert all_of(making) == 3


def test_nothing_is_made_while_somebody_asks() -> None:
    pulse = Pulse(Counted())
    Client(pulse).get("/health")
    assert pulse.quiet_for < ahead.QUIET
    assert pulse.bases == []


@pytest.mark.parametrize(
    "path", ["/page/event/border-clash", "/data/event/border-clash.ttl", "/data/event/border-clash.jsonld"]
)
def test_a_visitor_gets_the_same_whether_it_was_made_ahead_or_not(
    release: Path, store: MemoryStore, path: str
) -> None:
    def application() -> Any:
        publication = Publication.of_release(open_release(release))
        return cached_app(Settings(release=release), store, publication, Metrics())

    fresh = Client(application()).get(path, headers={"Accept": "*/*"})
    app = application()
    pulse = Pulse(app)
    Client(pulse).get("/")
    all_of(Ahead(app, pulse, lambda: 1, 48 << 20))
    for accept in ("*/*", "text/html,application/xhtml+xml;q=0.9", "text/turtle"):
        kept = Client(pulse).get(path, headers={"Accept": accept})
        assert kept.headers["X-Cache"] == "hit"
        assert (kept.status_code, kept.data) == (fresh.status_code, fresh.data)


def test_a_running_server_makes_them_and_does_not_count_the_queries(release: Path) -> None:
    with served("--release", str(release), ahead="on", processes=1) as site:

        def get(path: str) -> tuple[str, bytes]:
            with urllib.request.urlopen(site.url.rstrip("/") + path) as reply:
                return reply.headers["X-Cache"] or "", reply.read()

        def queries() -> list[bytes]:
            return [line for line in get("/metrics")[1].splitlines() if line.startswith(b"kg_queries_total")]

        get("/")
        time.sleep(0.5)  # what sessions have answered is added up now and then
        before = queries()
        end = time.monotonic() + 30
        while time.monotonic() < end and b"kg_cache_bytes 0" in get("/metrics")[1]:
            time.sleep(0.5)
        time.sleep(3)
        assert get("/page/event/border-clash")[0] == "hit"
        assert queries() == before
