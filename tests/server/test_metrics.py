"""Numbers, ids and log lines."""

from __future__ import annotations

import io
import json
import os
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from http.client import HTTPConnection
from pathlib import Path
from typing import Any
from urllib.parse import quote, urlsplit

import pytest
from hypothesis import given
from hypothesis import strategies as st
from prometheus_client import CollectorRegistry, Histogram, generate_latest
from prometheus_client.parser import text_string_to_metric_families
from werkzeug.test import Client, TestResponse

from kg.errors import QueryTimeoutError
from kg.formats import RESULTS_JSON, TURTLE
from kg.release import open_release
from kg.store import Formats, MemoryStore
from server import Publication, Settings
from server.metrics import _BUCKETS, _MOST_NOTED, Metrics, ObservedStore
from server.request_log import RequestLog, logger
from server.settings import SERVERS
from server.stack import cached_app

Numbers = dict[tuple[str, str], float]


def numbers(text: str) -> Numbers:
    """Give the samples by name and by the values of their labels."""
    return {
        (sample.name, " ".join(sample.labels.values())): sample.value
        for family in text_string_to_metric_families(text)
        for sample in family.samples
    }


class Site:
    """The whole stack with a log in memory."""

    def __init__(self, release: Path, store: MemoryStore, **named: Any) -> None:
        self.lines = io.StringIO()
        metrics = Metrics(workers=3)
        publication = Publication.of_release(open_release(release))
        app = cached_app(Settings(release=release), store, publication, metrics)
        self.client = Client(RequestLog(app, metrics, logger("json", self.lines), **named))

    def ask(self, path: str, **named: Any) -> TestResponse:
        return self.client.open(path, buffered=True, **named)

    def sparql(self, query: str, **named: Any) -> TestResponse:
        return self.ask("/sparql", query_string={"query": query}, **named)

    @property
    def numbers(self) -> Numbers:
        return numbers(self.ask("/metrics").text)

    @property
    def log(self) -> list[dict[str, Any]]:
        return [json.loads(line) for line in self.lines.getvalue().splitlines()]


@pytest.fixture
def site(release: Path, store: MemoryStore) -> Site:
    return Site(release, store)


def test_what_is_counted(site: Site) -> None:
    for _ in range(3):
        assert site.sparql("ASK {}").status_code == 200
    assert site.sparql("ASK {").status_code == 400
    assert site.ask("/health").status_code == 200
    found = site.numbers
    assert found["kg_queries_total", "ok"] == 1
    assert found["kg_queries_total", "QuerySyntax"] == 1
    assert found["kg_query_seconds_count", ""] == 2
    assert found["kg_pool_waiting", ""] == 0
    assert found["kg_pool_size", ""] == 3
    assert found["kg_cache_requests_total", "miss"] == 2
    assert found["kg_cache_requests_total", "hit"] == 2
    assert found["kg_cache_bytes", ""] > 0
    assert found["kg_responses_total", "200"] == 4
    assert found["kg_responses_total", "400"] == 1
    assert found["kg_response_seconds_count", ""] == 5


def test_numbers_are_never_kept(site: Site, release: Path, store: MemoryStore) -> None:
    response = site.ask("/metrics")
    assert response.headers["Cache-Control"] == "no-store"
    assert response.content_type.startswith("text/plain")
    assert site.ask("/metrics", method="HEAD").data == b""
    assert Site(release, store, exposed=False).ask("/metrics").status_code == 404


def test_outcomes_of_queries_that_fail() -> None:
    class Slow:
        def query(self, *_: Any, **__: Any) -> Any:
            raise QueryTimeoutError("Too slow.")

    metrics = Metrics()
    with pytest.raises(QueryTimeoutError):
        ObservedStore(Slow(), metrics).query("ASK {}", Formats(RESULTS_JSON, TURTLE))
    found = numbers(metrics.text().decode())
    assert found["kg_queries_total", "QueryTimeout"] == 1
    assert found["kg_pool_waiting", ""] == 0


@given(st.lists(st.floats(0, 60) | st.sampled_from([0.001, 0.05, 30.0])))
def test_what_is_added_up_later_is_what_is_observed_one_by_one(seconds: list[float]) -> None:
    metrics = Metrics()
    registry = CollectorRegistry()
    expected = Histogram("kg_response_seconds", "Time", buckets=_BUCKETS, registry=registry)
    for each in seconds:
        metrics.observe("200", "", each)
        expected.observe(each)
    found = numbers(metrics.text().decode())
    for name, value in numbers(generate_latest(registry).decode()).items():
        if not name[0].endswith("_created"):
            assert found[name] == pytest.approx(value), name


def test_notes_do_not_pile_up_and_none_is_lost() -> None:
    metrics = Metrics()

    def note(_: int) -> None:
        for number in range(6000):
            metrics.observe("200", "hit", 0.001)
            metrics.count_query("ok", 0.001)
            if number % 1000 == 0:
                metrics.flush()

    with ThreadPoolExecutor(4) as threads:
        list(threads.map(note, range(4)))
    assert len(metrics._noted) <= _MOST_NOTED + 4
    found = numbers(metrics.text().decode())
    assert found["kg_responses_total", "200"] == found["kg_cache_requests_total", "hit"] == 24000
    assert found["kg_queries_total", "ok"] == found["kg_query_seconds_count", ""] == 24000


def test_the_id_stands_in_response_problem_and_log(site: Site) -> None:
    for number in range(2):
        response = site.sparql("ASK {", headers={"X-Request-ID": f"mine-{number}"})
        assert response.headers["X-Request-ID"] == f"mine-{number}"
        assert json.loads(response.data)["id"] == f"mine-{number}"
        assert site.log[-1]["id"] == f"mine-{number}"
    assert site.ask("/health").headers["X-Request-ID"] != site.ask("/health").headers["X-Request-ID"]


def test_those_who_share_a_problem_keep_their_own_ids(site: Site) -> None:
    def one(number: int) -> bool:
        response = site.sparql("ASK {", headers={"X-Request-ID": f"n{number}"})
        return bool(json.loads(response.data)["id"] == response.headers["X-Request-ID"] == f"n{number}")

    with ThreadPoolExecutor(8) as threads:
        assert all(threads.map(one, range(200)))


def test_log_lines(site: Site) -> None:
    for _ in range(2):
        site.sparql("ASK {}")
    first, second = site.log
    assert (first["cache"], second["cache"]) == ("miss", "hit")
    assert first["status"] == 200
    assert first["bytes"] > 0
    assert first["ms"] >= 0
    assert (first["method"], first["path"], first["level"]) == ("GET", "/sparql", "info")
    assert "ASK" not in site.lines.getvalue()


def test_forms_of_the_log() -> None:
    assert logger("off") is None
    for form, is_json in (("text", False), ("json", True), ("auto", True)):
        stream = io.StringIO()
        logger(form, stream).info("request", id="x")
        assert stream.getvalue().startswith("{") is is_json
        assert stream.getvalue().count("\n") == 1


@pytest.mark.parametrize("processes", ["1", "2"])
@pytest.mark.parametrize("server", SERVERS)
def test_numbers_are_those_of_all_web_processes(release: Path, processes: str, server: str) -> None:
    environment = {name: value for name, value in os.environ.items() if not name.startswith("KG_")}
    process = subprocess.Popen(
        [sys.executable, "-m", "server", "--port", "0", "--release", str(release)],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        env=environment | {"KG_PROCESSES": processes, "KG_LOG": "auto", "KG_SERVER": server},
    )
    try:
        assert process.stdout
        address = urlsplit(process.stdout.readline().split()[-1])

        def get(path: str) -> str:
            connection = HTTPConnection(str(address.hostname), address.port, timeout=30)
            connection.request("GET", path, headers={"X-Request-ID": "mine"})
            text = connection.getresponse().read().decode()
            connection.close()
            return text

        for number in range(20):
            get("/sparql?query=" + quote(f"SELECT ({number} AS ?x) {{}}"))
        time.sleep(1)  # each process adds up what it noted four times a second
        for _ in range(4):
            found = numbers(get("/metrics"))
            assert found["kg_queries_total", "ok"] == 20
            assert found["kg_cache_requests_total", "miss"] == 20
            assert found["kg_pool_size", ""] == 2
    finally:
        process.terminate()
        _, error = process.communicate(timeout=60)
    assert process.returncode == 0
    lines = [json.loads(line) for line in error.splitlines()]
    assert len(lines) == 24
    assert {line["id"] for line in lines} == {"mine"}
