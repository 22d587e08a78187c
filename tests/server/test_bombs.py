"""Queries that mean harm, against a running server: each gets a reply in time, and costs nobody else."""

from __future__ import annotations

import json
import os
import signal
import socket
import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from urllib.parse import quote

import pytest

from tests.load.bombs import BOMBS, GRACE, data, drop
from tests.load.served import Health, Served, served

pytestmark = [
    pytest.mark.alone,
    pytest.mark.skipif(not Path("/proc/self/smaps_rollup").exists(), reason="needs /proc"),
]

DEADLINE = 1.0

POINT = "SELECT ?o { <http://e/7> <http://e/p> ?o }"


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    path = data(tmp_path_factory.mktemp("bombs"))
    with served(
        "--load", str(path), deadline=DEADLINE, memory=300, queue=2, cache=0, results=1000
    ) as running:
        yield running


def test_bombs(site: Served) -> None:
    """All of them once. The brief times of a busy test machine are not held against the server."""
    health = Health(site)
    health.start()
    with ThreadPoolExecutor(2) as threads:
        results = list(threads.map(lambda name: drop(site, name), BOMBS))
    health.stop()
    assert len(BOMBS) >= 50
    assert [(name, wrong) for name, _, _, wrong in results if wrong] == []
    times = sorted(seconds for _, _, seconds, _ in results)
    assert times[int(0.95 * len(times))] < DEADLINE + GRACE
    assert times[-1] < DEADLINE + 3 * GRACE
    assert (health.failed, health.percentile(0.95) < 0.2) == (0, True)
    assert site.web == frozenset(site.web_processes())
    assert site.ask(POINT)[0] == 200
    for line in site.said.read_text().splitlines():
        assert json.loads(line)["event"] == "query worker ended"


def test_one_too_many_is_told_at_once(site: Served) -> None:
    bomb = BOMBS["cross product counted"]
    with ThreadPoolExecutor(24) as threads:
        replies = list(threads.map(lambda n: site.ask(f"{bomb} # {n}"), range(24)))
    refused = [reply for reply in replies if reply[0] == 503 and reply[3] < 0.5 * DEADLINE]
    assert len(refused) >= 16  # of each of two web processes, two are put to the workers and two wait
    assert all(headers["Retry-After"] for status, headers, _, _ in replies if status == 503)
    assert {status for status, *_ in replies} <= {503, 504}
    assert max(seconds for *_, seconds in replies) < DEADLINE + 3 * GRACE


def test_results_are_cut(site: Served) -> None:
    status, headers, body, _ = site.ask("SELECT * { ?a ?b ?c . ?d ?e ?f }")
    assert (status, headers["X-KG-Truncated"]) == (200, "rows=1000")
    assert len(json.loads(body)["results"]["bindings"]) == 1000


def test_a_killed_worker_and_a_killed_engine_are_replaced(site: Served) -> None:
    def children(pid: int) -> list[int]:
        return [int(each) for each in Path(f"/proc/{pid}/task/{pid}/children").read_text().split()]

    def engines() -> list[int]:
        tasks = Path(f"/proc/{site.pid}/task").iterdir()
        found = [int(pid) for task in tasks for pid in (task / "children").read_text().split()]
        return [pid for pid in found if b"kg.workers" in Path(f"/proc/{pid}/cmdline").read_bytes()]

    (engine,) = engines()
    workers = children(engine)
    for worker in workers:
        os.kill(worker, signal.SIGKILL)
    end = time.monotonic() + 20
    while set(workers) & set(children(engine)) and time.monotonic() < end:
        time.sleep(0.05)
    assert site.ask(POINT)[0] == 200
    os.kill(engine, signal.SIGKILL)
    # Each web process sees by itself that there is another engine: 200 from one is not yet all.
    end, status, in_a_row = time.monotonic() + 40, 0, 0
    while (in_a_row < 10 or engine in engines()) and time.monotonic() < end:
        time.sleep(0.1)
        status = site.ask(POINT)[0]
        in_a_row = in_a_row + 1 if status == 200 else 0
        assert status in {200, 503}
    assert status == 200
    assert in_a_row >= 10
    assert site.web == frozenset(site.web_processes())


def by_get(site: Served, length: int) -> tuple[int, bytes]:
    connection = site.connect()
    try:
        connection.request("GET", f"/sparql?query={quote(POINT)}%23{'x' * length}")
        response = connection.getresponse()
        return response.status, response.read()
    finally:
        connection.close()


def test_a_long_query_by_get(site: Served) -> None:
    """Beyond 64 KiB it is 414, as documented; the same query by POST is no longer one."""
    assert by_get(site, 60_000)[0] == 200
    for length in (66_000, 90_000, 500_000):
        status, body = by_get(site, length)
        assert (status, json.loads(body)["status"]) == (414, 414)
    assert site.ask(f"{POINT}#{'x' * 90_000}")[0] == 200


def test_a_long_query_by_get_under_granian(tmp_path: Path) -> None:
    with served("--load", str(data(tmp_path)), server="granian") as site:
        assert by_get(site, 60_000)[0] == 200
        assert by_get(site, 90_000)[0] == 414
        assert by_get(site, 500_000)[0] in {413, 414, 431}
        assert site.ask(f"{POINT}#{'x' * 90_000}")[0] == 200


CALLS = [
    "SELECT * {{ SERVICE <{url}> {{ ?s ?p ?o }} }}",
    "SELECT * {{ SERVICE SILENT <{url}> {{ ?s ?p ?o }} }}",
    "SELECT * {{ service<{url}>{{?s ?p ?o}} }}",
    "SELECT * {{ SeRvIcE\n\t#comment\n<{url}> {{ ?s ?p ?o }} }}",
    "SELECT * {{ SERVICE#<\n<{url}> {{ ?s ?p ?o }} }}",
    "PREFIX x: <{url}> SELECT * {{ SERVICE x: {{ ?s ?p ?o }} }}",
    "PREFIX x: <{url}> SELECT * {{ SERVICEx:{{ ?s ?p ?o }} }}",
    "PREFIX x: <{url}> SELECT * {{ SERVICESILENTx:{{ ?s ?p ?o }} }}",
    "BASE <{url}> SELECT * {{ SERVICE <a> {{ ?s ?p ?o }} }}",
    "BASE <{url}> SELECT * {{ SERVICE <> {{ ?s ?p ?o }} }}",
    "SELECT * {{ BIND(<{url}> AS ?u) SERVICE ?u {{ ?s ?p ?o }} }}",
    "SELECT * {{ VALUES ?u {{ <{url}> }} SERVICE SILENT ?u {{ ?s ?p ?o }} }}",
    "SELECT * {{ BIND(IRI('{url}') AS ?u) SERVICE ?u {{ ?s ?p ?o }} }}",
    "SELECT * {{ \\u0053ERVICE <{url}> {{ ?s ?p ?o }} }}",
    "SELECT * {{ S\\U00000045RVICE SILENT <{url}> {{ ?s ?p ?o }} }}",
    "SELECT * {{ FILTER(?a<'x>')SERVICE <{url}> {{ ?s ?p ?o }} }}",
    "SELECT * {{ ?s ?p '''\n'''. SERVICE <{url}> {{ ?s ?p ?o }} }}",
    "ASK {{ FILTER EXISTS {{ SERVICE <{url}> {{ ?s ?p ?o }} }} }}",
    "ASK {{ OPTIONAL {{ SERVICE SILENT <{url}> {{ }} }} }}",
    "ASK {{ {{}} MINUS {{ SERVICE <{url}> {{ ?s ?p ?o }} }} }}",
    "ASK {{ {{ SELECT * {{ SERVICE <{url}> {{ ?s ?p ?o }} }} }} }}",
    "CONSTRUCT {{ ?s ?p ?o }} {{ SERVICE <{url}> {{ ?s ?p ?o }} }}",
    "DESCRIBE ?s {{ SERVICE <{url}> {{ ?s ?p ?o }} }}",
    "SELECT * FROM <{url}> {{ ?s ?p ?o }}",
    "SELECT * FROM NAMED <{url}> {{ GRAPH ?g {{ ?s ?p ?o }} }}",
    "SELECT * {{ GRAPH <{url}> {{ ?s ?p ?o }} }}",
    "DESCRIBE <{url}>",
    "LOAD <{url}>",
    "LOAD SILENT <{url}> INTO GRAPH <urn:g>",
    "PREFIX x: <urn:x> LOAD <{url}>",
    "INSERT {{ ?s ?p ?o }} WHERE {{ SERVICE <{url}> {{ ?s ?p ?o }} }}",
]


def test_no_query_makes_the_server_call_out(site: Served) -> None:
    """Every way that we know; the canary would take any connection."""
    assert len(CALLS) >= 25
    with socket.create_server(("127.0.0.1", 0)) as canary:
        canary.setblocking(False)
        url = f"http://127.0.0.1:{canary.getsockname()[1]}/x"
        for call in CALLS:
            status, _, body, _ = site.ask(call.format(url=url))
            assert status in {200, 400, 403}, call
            assert status == 403 or "SERVICE" not in call.upper(), call
            assert status != 403 or json.loads(body)["mend"], call
        for address in (
            f"/sparql?query=ASK%7B%3Fs%20%3Fp%20%3Fo%7D&default-graph-uri={quote(url, '')}",
            f"/sparql?query=ASK%7B%3Fs%20%3Fp%20%3Fo%7D&named-graph-uri={quote(url, '')}",
            f"/graph-store?graph={quote(url, '')}",
            f"/sparql?update=LOAD%20%3C{quote(url, '')}%3E",
        ):
            connection = site.connect()
            connection.request("GET", address)
            assert connection.getresponse().status in {200, 403, 404}
            connection.close()
        with pytest.raises(BlockingIOError):
            canary.accept()


class Elsewhere(BaseHTTPRequestHandler):
    """An endpoint that answers at `/sparql` and sends on to itself from elsewhere; it remembers who came."""

    def do_POST(self) -> None:
        self.server.seen.append(self.path)  # type: ignore[attr-defined]
        self.rfile.read(int(self.headers["Content-Length"] or 0))
        head = 200 if self.path == "/sparql" else 307 if "keep" in self.path else 302
        self.send_response(head)
        self.send_header("Location", "/sparql")
        self.send_header("Content-Type", "application/sparql-results+json")
        body = b'{"head":{"vars":["x"]},"results":{"bindings":[{"x":{"type":"literal","value":"there"}}]}}'
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def do_GET(self) -> None:
        self.do_POST()

    def log_message(self, *_: object) -> None:
        pass


@pytest.mark.parametrize("store", ["memory", "disk"])
def test_an_allowed_endpoint_is_called_and_no_other(tmp_path: Path, store: str) -> None:
    """Nor is one that it sends on to: whoever is allowed cannot make the server go further."""
    with ThreadingHTTPServer(("127.0.0.1", 0), Elsewhere) as there:
        there.seen = []  # type: ignore[attr-defined]
        threading.Thread(target=there.serve_forever, daemon=True).start()
        root = f"http://127.0.0.1:{there.server_port}"
        allowed = f"{root}/sparql {root}/moved {root}/keep-moved"
        with served("--load", str(data(tmp_path)), service_allow=allowed, store=store) as site:
            asked = "SELECT * {{ SERVICE {}<{}> {{ ?x ?p ?o }} }}"
            status, _, body, _ = site.ask(asked.format("", f"{root}/sparql"))
            assert (status, b"there" in body) == (200, True)
            for path in ("moved", "keep-moved"):
                assert site.ask(asked.format("", f"{root}/{path}"))[0] == 400
                assert b"there" not in site.ask(asked.format("SILENT ", f"{root}/{path}"))[2]
            for path in ("", "sparql/", "sparql?x=1", "other"):
                status, _, body, _ = site.ask(asked.format("SILENT ", f"{root}/{path}"))
                assert status == 403
                assert f"{root}/sparql" in json.loads(body)["detail"]
        assert set(there.seen) == {"/sparql", "/moved", "/keep-moved"}  # type: ignore[attr-defined]
        assert there.seen.count("/sparql") == 1  # type: ignore[attr-defined]
        there.shutdown()
