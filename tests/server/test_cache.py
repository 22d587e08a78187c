"""The cache in front of Flask: what it keeps, what it never keeps, and what tells requests apart."""

from __future__ import annotations

import gzip
import threading
import time
from collections.abc import Callable, Iterable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import brotli
import pytest
import zstandard
from hypothesis import given
from hypothesis import strategies as st
from werkzeug.test import Client, EnvironBuilder, TestResponse

from kg.release import open_release
from kg.store import MemoryStore
from server import Publication, Settings
from server.cache import ResultCache, key
from server.compression import chosen
from server.metrics import Metrics
from server.stack import cached_app

QUERY = "SELECT * WHERE { ?s ?p ?o } ORDER BY ?s ?p ?o LIMIT 40"
FORM = "application/x-www-form-urlencoded"


class Application:
    """A WSGI application that counts how often it is asked."""

    def __init__(self, status: str = "200 OK", body: bytes = b"x" * 2000, **headers: str) -> None:
        self.status, self.body, self.asked = status, body, 0
        self.headers = [("Content-Type", "text/plain")]
        self.headers += [(name.replace("_", "-"), value) for name, value in headers.items()]
        self.wait = 0.0

    def __call__(self, environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
        self.asked += 1
        time.sleep(self.wait)
        start_response(self.status, self.headers)
        return [self.body]


def client(application: Any, size: int = 1 << 20) -> Client:
    return Client(ResultCache(application, release="r", size=size))


def ask(client: Client, *arguments: Any, **named: Any) -> TestResponse:
    return client.open(*arguments, buffered=True, **named)


@pytest.fixture(scope="module")
def site(release: Path, store: MemoryStore) -> Client:
    settings = Settings(release=release)
    return Client(cached_app(settings, store, Publication.of_release(open_release(release)), Metrics()))


REAL = [
    ("/sparql", {"query": QUERY}, {}),
    ("/sparql", {"query": QUERY}, {"Accept": "text/csv"}),
    ("/sparql", {"query": QUERY}, {"Accept": "text/html"}),
    ("/page/event/border-clash", {}, {"Accept": "text/html"}),
    ("/data/event/border-clash.ttl", {}, {}),
    ("/id/event/border-clash", {}, {}),
]


@pytest.mark.parametrize(("path", "query", "headers"), REAL)
def test_the_second_answer_is_the_first(
    site: Client, path: str, query: dict[str, str], headers: dict[str, str]
) -> None:
    first = ask(site, path, query_string=query, headers=headers)
    second = ask(site, path, query_string=query, headers=headers)
    assert (first.headers["X-Cache"], second.headers["X-Cache"]) == ("miss", "hit")
    assert first.data == second.data
    assert first.status == second.status
    assert {*first.headers} ^ {*second.headers} == {("X-Cache", "miss"), ("X-Cache", "hit")}
    assert second.headers["Vary"] == "Accept, Accept-Encoding"
    assert second.headers["Cache-Control"].startswith("public")
    assert second.headers["ETag"].startswith('"')
    head = ask(site, path, query_string=query, headers=headers, method="HEAD")
    assert (head.data, head.headers["X-Cache"]) == (b"", "hit")
    assert head.headers["Content-Length"] == str(len(first.data))
    if first.status_code == 200:
        known = headers | {"If-None-Match": f'"other", W/{first.headers["ETag"]}'}
        again = ask(site, path, query_string=query, headers=known)
        assert (again.status_code, again.data) == (304, b"")
        assert again.headers["ETag"] == first.headers["ETag"]
        assert "Content-Type" not in again.headers


@pytest.mark.parametrize(
    ("coding", "decode"),
    [
        ("gzip", gzip.decompress),
        ("br", brotli.decompress),
        ("zstd", lambda body: zstandard.ZstdDecompressor().decompress(body)),
    ],
)
def test_codings(site: Client, coding: str, decode: Callable[[bytes], bytes]) -> None:
    plain = ask(site, "/sparql", query_string={"query": QUERY})
    headers = {"Accept-Encoding": coding}
    for _ in range(2):
        coded = ask(site, "/sparql", query_string={"query": QUERY}, headers=headers)
        assert coded.headers["Content-Encoding"] == coding
        assert coded.headers["ETag"] == f'{plain.headers["ETag"][:-1]}-{coding}"'
        assert decode(coded.data) == plain.data
    known = headers | {"If-None-Match": coded.headers["ETag"]}
    assert ask(site, "/sparql", query_string={"query": QUERY}, headers=known).status_code == 304
    known = headers | {"If-None-Match": plain.headers["ETag"]}
    assert ask(site, "/sparql", query_string={"query": QUERY}, headers=known).status_code == 200


@pytest.mark.parametrize(
    ("header", "coding"),
    [
        ("", ""),
        ("gzip", "gzip"),
        ("GZIP", "gzip"),
        ("gzip, deflate, br, zstd", "zstd"),
        ("gzip;q=1, br;q=0.5", "gzip"),
        ("gzip;q=0", ""),
        ("identity", ""),
        ("gzip;q=0.5, identity", ""),
        ("*", "zstd"),
        ("*;q=0, gzip", "gzip"),
        ("deflate", ""),
        ("nonsense;;;q", ""),
    ],
)
def test_choice_of_coding(header: str, coding: str) -> None:
    assert chosen(header) == coding


def test_what_is_compressed_already_stays_as_it_is(site: Client) -> None:
    answer = ask(site, "/dumps/kcg.nq.gz", headers={"Accept-Encoding": "gzip"})
    assert answer.data == b"\x1f\x8bnot really"
    assert "Content-Encoding" not in answer.headers
    assert "X-Cache" not in answer.headers


@pytest.mark.parametrize(
    "application",
    [
        Application("404 NOT FOUND"),
        Application("400 BAD REQUEST"),
        Application("503 SERVICE UNAVAILABLE"),
        Application("206 PARTIAL CONTENT"),
        Application(Set_Cookie="a=b"),
        Application(Cache_Control="no-store"),
        Application(Cache_Control="private, max-age=3"),
        Application(Vary="Accept-Language"),
        Application(Vary="*"),
        Application(body=b"x" * (1 << 19)),
    ],
    ids=lambda each: f"{each.status} {each.headers[1:]}",
)
def test_never_kept(application: Application) -> None:
    asking = client(application)
    states = [ask(asking, "/sparql").headers["X-Cache"] for _ in range(2)]
    assert (states, application.asked) == (["miss", "miss"], 2)


@pytest.mark.parametrize(
    "named",
    [
        {"path": "/health"},
        {"path": "/metrics"},
        {"path": "/dumps/x"},
        {"path": "/x", "headers": {"Range": "bytes=0-1"}},
        {"path": "/x", "headers": {"Authorization": "Basic x"}},
        {"path": "/x", "method": "OPTIONS"},
        {"path": "/x", "method": "POST", "data": b"x"},
        {"path": "/sparql", "method": "POST"},
        {"path": "/sparql", "method": "POST", "data": b"x" * ((1 << 18) + 1)},
    ],
)
def test_passed_by(named: dict[str, Any]) -> None:
    application = Application()
    asking = client(application)
    assert ["X-Cache" in ask(asking, **named).headers for _ in range(2)] == [False, False]
    assert application.asked == 2


def test_posted_queries() -> None:
    application = Application()
    asking = client(application)
    named = {"method": "POST", "content_type": FORM}
    states = [
        ask(asking, "/sparql", data=body, headers={"If-None-Match": "*"}, **named)
        for body in (b"query=a", b"query=a", b"query=b")
    ]
    assert [each.headers["X-Cache"] for each in states] == ["miss", "hit", "miss"]
    assert [each.status_code for each in states] == [200] * 3


def test_the_body_of_a_posted_query_reaches_the_application(site: Client) -> None:
    for accept in ("text/csv", "text/tab-separated-values"):
        answer = ask(site, "/sparql", method="POST", data={"query": QUERY}, headers={"Accept": accept})
        assert answer.status_code == 200
        assert answer.content_type.startswith(accept)


def test_the_size_is_kept_within_its_bound() -> None:
    sizes: list[float] = []
    application = Application()
    cache = ResultCache(application, release="r", size=20_000, sized=sizes.append)
    for number in range(50):
        ask(Client(cache), f"/x{number}")
    assert sizes
    assert max(sizes) <= 20_000
    assert ask(Client(cache), "/x49").headers["X-Cache"] == "hit"
    assert ask(Client(cache), "/x0").headers["X-Cache"] == "miss"
    assert [ask(client(application, 0), "/").headers["X-Cache"] for _ in range(2)] == ["miss", "miss"]


@pytest.mark.parametrize(
    ("application", "asked"),
    [(Application(), 1), (Application("504 GATEWAY TIMEOUT"), 1), (Application(Set_Cookie="a=b"), 8)],
    ids=["kept", "failed", "personal"],
)
def test_many_who_ask_at_once_are_answered_by_one_run(application: Application, asked: int) -> None:
    application.wait = 0.3
    cache = ResultCache(application, release="r", size=1 << 20)
    barrier = threading.Barrier(8)

    def one(_: int) -> str:
        barrier.wait()
        return ask(Client(cache), "/sparql").headers["X-Cache"]

    with ThreadPoolExecutor(8) as threads:
        states = list(threads.map(one, range(8)))
    assert application.asked == asked
    assert states.count("miss") == asked


def test_an_application_that_breaks_is_asked_again() -> None:
    def broken(environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
        raise ZeroDivisionError

    asking = client(broken)
    for _ in range(2):
        with pytest.raises(ZeroDivisionError):
            ask(asking, "/sparql")


def test_threads_never_get_anothers_answer(site: Client) -> None:
    queries = [f'SELECT ("{number:03}" AS ?x) {{}}' for number in range(20)] * 10

    def one(query: str) -> bool:
        answer = ask(site, "/sparql", query_string={"query": query}, headers={"Accept": "text/csv"})
        return query.split('"')[1] in answer.text

    with ThreadPoolExecutor(8) as threads:
        assert all(threads.map(one, queries))


_TEXT = st.text(st.characters(min_codepoint=33, max_codepoint=126, exclude_characters="#?"), max_size=6)
NAMED = frozenset({"/data/a.ttl", "/page/a"})
"""Addresses at which it does not matter what is accepted."""

_REQUEST = st.fixed_dictionaries(
    {
        "path": st.sampled_from(["/sparql", "/data/a", "/data/a.ttl", "/page/a"]),
        "query_string": st.sampled_from(["", "a=b", "a=B", "a=b&c=d", "c=d&a=b", "a=%62", "a=b&"]) | _TEXT,
        "method": st.sampled_from(["GET", "POST"]),
        "accept": st.sampled_from([None, "", "text/csv", "text/csv;q=0.1", "*/*", "TEXT/csv"]),
        "host": st.sampled_from(["a.example", "b.example"]),
        "root": st.sampled_from(["", "/below"]),
        "type": st.sampled_from([FORM, "application/sparql-query", "application/sparql-update"]),
        "body": st.sampled_from([b"", b"query=a", b"query=b"]),
        "proto": st.sampled_from(["http", "https"]),
    }
)


def environ_of(request: dict[str, Any]) -> dict[str, Any]:
    headers = {"X-Forwarded-Proto": request["proto"]}
    if request["accept"] is not None:
        headers["Accept"] = request["accept"]
    environ = EnvironBuilder(
        path=request["path"],
        query_string=request["query_string"],
        method=request["method"],
        base_url=f"http://{request['host']}{request['root']}",
        headers=headers,
        content_type=request["type"],
    ).get_environ()
    environ["QUERY_STRING"] = request["query_string"]
    return environ


@given(st.text(max_size=3), _REQUEST, st.text(max_size=3), _REQUEST)
def test_requests_that_may_differ_in_their_answers_have_different_keys(
    release: str, one: dict[str, Any], other_release: str, other: dict[str, Any]
) -> None:
    def alike(request: dict[str, Any]) -> dict[str, Any]:
        named = {"accept": None} if request["path"] in NAMED else {}
        return request | named | ({} if request["method"] == "POST" else {"body": b""})

    first = key(release, environ_of(one), one["body"], forwarded=True)
    second = key(other_release, environ_of(other), other["body"], forwarded=True)
    assert (first == second) == ((release, alike(one)) == (other_release, alike(other)))


@given(_REQUEST, st.data())
def test_one_difference_is_enough(one: dict[str, Any], data: st.DataObject) -> None:
    name = data.draw(st.sampled_from(sorted(one)))
    other = one | {name: data.draw(_REQUEST)[name]}
    if (name == "body" and one["method"] == "GET") or (name == "accept" and one["path"] in NAMED):
        return
    first = key("r", environ_of(one), one["body"], forwarded=True)
    second = key("r", environ_of(other), other["body"], forwarded=True)
    assert (first == second) == (one == other)
