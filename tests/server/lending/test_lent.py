"""Queries over connections that are lent, against a running server."""

from __future__ import annotations

import http.client
import json
import os
import re
import signal
import socket
import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from urllib.parse import quote

import pytest

from tests.load.served import Served, served

DEADLINE = 2.0
LABELS = "SELECT ?s ?o { ?s <http://e/label> ?o } ORDER BY ?s LIMIT 5"
ALL = "SELECT ?s ?p ?o { ?s ?p ?o } ORDER BY ?s ?p"
BOMB = "SELECT (COUNT(*) AS ?n) { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i . ?j ?k ?l }"
QUERIES = {"Content-Type": "application/sparql-query"}
FORM = {"Content-Type": "application/x-www-form-urlencoded"}


OPEN: list[http.client.HTTPConnection] = []


@pytest.fixture(autouse=True)
def _closed() -> Iterator[None]:
    """Close what a test has opened."""
    yield
    while OPEN:
        OPEN.pop().close()


def connect(site: Served) -> http.client.HTTPConnection:
    connection = site.connect()
    OPEN.append(connection)
    return connection


@pytest.fixture(scope="module")
def data(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("data") / "graph.nq"
    rows = [
        f'<http://e/s{n}> <http://e/label> "Thing {n} \\u00e9"@en <http://e/g{n % 2}> .' for n in range(3000)
    ]
    path.write_text("\n".join(rows) + "\n")
    return path


@pytest.fixture(scope="module")
def lending(data: Path) -> Iterator[Served]:
    with served("--load", str(data), deadline=DEADLINE) as site:
        yield site


@pytest.fixture(scope="module")
def plain(data: Path) -> Iterator[Served]:
    with served("--load", str(data), deadline=DEADLINE, lend="off") as site:
        yield site


def get(query: str, **more: str) -> str:
    rest = "".join(f"&{name.replace('_', '-')}={quote(value)}" for name, value in more.items())
    return f"/sparql?query={quote(query)}{rest}"


REQUESTS: dict[str, tuple[str, str, str | None, dict[str, str]]] = {
    "a select": ("GET", get(LABELS), None, {}),
    "as csv": ("GET", get(LABELS), None, {"Accept": "text/csv"}),
    "as xml, by name": ("GET", get(LABELS, format="xml"), None, {}),
    "a q-value": ("GET", get(LABELS), None, {"Accept": "text/csv;q=0.5, text/tab-separated-values"}),
    "an ask": ("GET", get("ASK { ?s ?p 'nobody' }"), None, {}),
    "a construct": ("GET", get("CONSTRUCT WHERE { <http://e/s1> ?p ?o }"), None, {"Accept": "text/turtle"}),
    "a head": ("HEAD", get(LABELS), None, {}),
    "one graph": (
        "GET",
        get("SELECT (COUNT(*) AS ?n) { ?s ?p ?o }", default_graph_uri="http://e/g1"),
        None,
        {},
    ),
    "beyond ASCII": ("GET", get("SELECT ?s { ?s ?p 'Thing 7 é'@en }"), None, {}),
    "a post": ("POST", "/sparql", LABELS, QUERIES),
    "a form": ("POST", "/sparql", f"query={quote(LABELS)}", FORM),
    "a script's origin": ("GET", get(LABELS), None, {"Origin": "https://example.org"}),
    "gzip": ("GET", get(ALL + " LIMIT 100"), None, {"Accept-Encoding": "gzip"}),
    "unknown parameters": ("GET", get(LABELS, whatever="x"), None, {}),
    "a page": ("GET", get(LABELS), None, {"Accept": "text/html"}),
    "large": ("GET", get(ALL), None, {}),
    "no SPARQL": ("GET", get("SELECT nothing"), None, {}),
    "an update": ("POST", "/sparql", "update=DELETE%20WHERE%20%7B%7D", FORM),
    "a service": ("GET", get("SELECT * { SERVICE <http://127.0.0.1:9/> { ?s ?p ?o } }"), None, {}),
    "nothing acceptable": ("GET", get(LABELS), None, {"Accept": "image/png"}),
    "two queries": ("GET", f"{get(LABELS)}&query=ASK%7B%7D", None, {}),
    "no query": ("GET", "/sparql?format=json", None, {}),
    "an unknown release": ("GET", get(LABELS, release="1999.1.0"), None, {}),
    "a media type that is none of it": ("POST", "/sparql", LABELS, {"Content-Type": "text/plain"}),
    "options": ("OPTIONS", "/sparql", None, {"Origin": "https://example.org"}),
}
OF_ONE_ANSWER = {"date", "x-request-id", "server", "connection", "x-cache"}


def ask(connection: http.client.HTTPConnection, name: str) -> tuple[int, dict[str, str], bytes]:
    method, path, body, headers = REQUESTS[name]
    connection.request(method, path, body, headers)
    response = connection.getresponse()
    found = re.sub(rb'"id": "[0-9a-f]{32}"', b"", response.read())
    fields = {key.lower(): value for key, value in response.getheaders() if key.lower() not in OF_ONE_ANSWER}
    if b"<html" in found:  # it names the port
        found = found.replace(f":{connection.port}".encode(), b"")
        fields = {key: value for key, value in fields.items() if key not in {"etag", "content-length"}}
    if "allow" in fields:
        fields["allow"] = " ".join(sorted(fields["allow"].split(", ")))
    return response.status, fields, found


@pytest.mark.parametrize("name", REQUESTS)
def test_lending_changes_no_answer(lending: Served, plain: Served, name: str) -> None:
    """Neither the first nor those that come again, over the same connection or another."""
    expected = ask(connect(plain), name)
    connection = connect(lending)
    assert [ask(connection, name) for _ in range(3)] == [expected] * 3
    assert ask(connect(lending), name) == expected


def test_any_order_over_one_connection(lending: Served, plain: Served) -> None:
    one, other = connect(lending), connect(plain)
    for name in [*REQUESTS, *reversed(REQUESTS)]:
        assert ask(one, name) == ask(other, name), name


def headers(site: Served, **sent: str) -> http.client.HTTPMessage:
    connection = connect(site)
    connection.request(
        "GET", get(LABELS + " #headers"), headers={k.replace("_", "-"): v for k, v in sent.items()}
    )
    response = connection.getresponse()
    response.read()
    return response.headers


def test_what_is_kept_is_told_and_each_answer_has_its_id(lending: Served) -> None:
    found = [headers(lending, Accept="text/csv") for _ in range(8)]
    assert "hit" in {each["X-Cache"] for each in found}
    assert len({each["X-Request-ID"] for each in found}) == 8
    assert headers(lending, X_Request_ID="mine")["X-Request-ID"] == "mine"


def test_who_has_an_answer_is_told_so(lending: Served) -> None:
    etag = headers(lending)["ETag"]
    connection = connect(lending)
    for _ in range(2):
        connection.request("GET", get(LABELS + " #headers"), headers={"If-None-Match": etag})
        response = connection.getresponse()
        assert (response.status, response.read()) == (304, b"")


def raw(site: Served) -> socket.socket:
    host, _, port = site.url.removeprefix("http://").rstrip("/").partition(":")
    return socket.create_connection((host, int(port)), timeout=10)


def test_a_request_that_comes_in_pieces(lending: Served) -> None:
    request = f"GET {get(LABELS)} HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n".encode()
    with raw(lending) as client:
        for begin in range(0, len(request), 20):
            client.sendall(request[begin : begin + 20])
            time.sleep(0.005)
        assert client.makefile("rb").read().startswith(b"HTTP/1.1 200 OK")


def test_requests_one_behind_another(lending: Served) -> None:
    wanted = [f"SELECT ?o {{ <http://e/s{number}> ?p ?o }}" for number in range(20)]
    lines = [f"GET {get(query)} HTTP/1.1\r\nHost: x\r\nAccept: text/csv\r\n\r\n" for query in wanted]
    with raw(lending) as client:
        client.sendall("".join(lines).encode())
        said = ""
        while f"Thing {len(wanted) - 1} " not in said:
            said += client.recv(65536).decode()
    assert re.findall(r"Thing (\d+) ", said) == [str(number) for number in range(20)]


def test_a_client_that_goes_away_harms_nobody(lending: Served) -> None:
    for number in range(50):
        client = raw(lending)
        client.sendall(f"GET {get(ALL + f' # {number}')} HTTP/1.1\r\nHost: x\r\n\r\n".encode())
        client.close()
    assert lending.ask(LABELS)[0] == 200


def sessions(site: Served) -> list[int]:
    """The two processes of the engine that were forked last: sessions, once they have been killed."""
    engines = [pid for pid in children(site.pid) if b"kg.workers" in command(pid)]
    found = [worker for engine in engines for worker in children(engine)]
    return sorted(found, key=started)[-2:]


def children(pid: int) -> list[int]:
    tasks = Path(f"/proc/{pid}/task").iterdir()
    return [int(child) for task in tasks for child in (task / "children").read_text().split()]


def command(pid: int) -> bytes:
    return Path(f"/proc/{pid}/cmdline").read_bytes()


def started(pid: int) -> tuple[int, int]:
    return int(Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[19]), pid


def test_no_request_is_lost_when_processes_are_killed(data: Path) -> None:
    """Whatever looks at a request dies again and again: the request is still there, and answered."""
    with served("--load", str(data), deadline=DEADLINE) as site:
        over = threading.Event()

        def client(which: int) -> list[int]:
            connection, found = connect(site), []
            while not over.is_set():
                connection.request("GET", get(f"{LABELS} # {which} {len(found)}"))
                response = connection.getresponse()
                response.read()
                found.append(response.status)
            return found

        with ThreadPoolExecutor(8) as threads:
            running = [threads.submit(client, which) for which in range(8)]
            for _ in range(10):
                time.sleep(0.2)
                for pid in sessions(site):
                    os.kill(pid, signal.SIGSTOP)  # in the middle of whatever it does
                    held = Path(f"/proc/{pid}/syscall").read_text().split()[0]
                    os.kill(pid, signal.SIGKILL if held != "running" else signal.SIGCONT)
            over.set()
            statuses = [status for each in running for status in each.result()]
        assert len(statuses) > 100
        assert set(statuses) == {200}


def test_a_bomb_ends_at_its_deadline_and_small_queries_go_on(lending: Served) -> None:
    seconds: list[float] = []
    with ThreadPoolExecutor(2) as threads:
        bombs = [threads.submit(lending.ask, f"{BOMB} # {number}") for number in range(2)]
        while not all(bomb.done() for bomb in bombs):
            status, _, _, took = lending.ask(f"{LABELS} # {len(seconds)}")
            assert status in {200, 503}
            seconds.append(took)
    for bomb in bombs:
        status, _, _, took = bomb.result()
        assert status == 504
        assert took < DEADLINE + 1.0
    assert seconds


def test_what_sessions_answer_is_counted(data: Path) -> None:
    with served("--load", str(data)) as site:
        connection = connect(site)
        for number in range(200):
            connection.request("GET", get(f"{LABELS} # {number // 2}"))
            connection.getresponse().read()
        end = time.monotonic() + 10
        found: dict[str, float] = {}
        while found.get('kg_responses_total{status="200"}', 0) < 200 and time.monotonic() < end:
            time.sleep(0.5)
            connection.request("GET", "/metrics")
            numbers = connection.getresponse().read().decode()
            lines = (line.rpartition(" ") for line in numbers.splitlines() if not line.startswith("#"))
            found = {name: float(value) for name, _, value in lines}
    assert found['kg_responses_total{status="200"}'] >= 200
    assert 100 <= found['kg_queries_total{outcome="ok"}'] <= 110
    assert found['kg_cache_requests_total{state="hit"}'] >= 100


def test_it_stops_with_connections_lent_and_open(data: Path) -> None:
    with served("--load", str(data)) as site:
        connections = [connect(site) for _ in range(20)]
        for connection in connections:
            connection.request("GET", get(LABELS))
            assert connection.getresponse().read()
        begin = time.monotonic()
        os.kill(site.pid, signal.SIGTERM)
        for connection in connections:
            assert connection.sock.recv(1) == b""
        assert time.monotonic() - begin < 4


def test_more_connections_than_can_be_lent(lending: Served) -> None:
    connections = [connect(lending) for _ in range(300)]
    for _ in range(2):
        for number, connection in enumerate(connections):
            connection.request(
                "GET", get(f"SELECT ?o {{ <http://e/s{number}> ?p ?o }}"), headers={"Accept": "text/csv"}
            )
        for number, connection in enumerate(connections):
            assert connection.getresponse().read().decode().split()[2] == str(number)


def test_nobody_is_let_in_without_a_setting(plain: Served) -> None:
    assert len(sessions(plain)) == 2  # the workers, and nothing beside them
    engine = next(pid for pid in children(plain.pid) if b"kg.workers" in command(pid))
    assert len(children(engine)) == 2
    assert json.loads(plain.ask("ASK {}")[2]) == {"head": {}, "boolean": True}
