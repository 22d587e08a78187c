"""A new release is taken over while clients ask, and none of them notices but by the release's id."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator
from http.client import HTTPConnection
from pathlib import Path
from urllib.parse import quote, urlsplit

import pytest

from kg.release import Manifest
from server.settings import SERVERS

ENVIRONMENT = {name: value for name, value in os.environ.items() if not name.startswith("KG_")}
QUERY = "/sparql?query=" + quote("SELECT ?o WHERE { <urn:which> <urn:is> ?o }")
PATIENCE = 30.0

pytestmark = pytest.mark.skipif(not Path("/proc/self/stat").exists(), reason="needs /proc")


def publish(out: Path, name: str) -> None:
    """Make a release that says its name, and let `current` lead to it."""
    folder = out / "releases" / name
    folder.mkdir(parents=True)
    (folder / "graph.nq").write_text(f'<urn:which> <urn:is> "{name}" <urn:g> .\n')
    manifest = Manifest(name, "1", "https://w3id.org/kcg/", f"Release {name}", "urn:l", {}, {})
    (folder / "manifest.json").write_text(manifest.to_json())
    point(out, name)


def point(out: Path, name: str) -> None:
    link = out / ".current"
    link.symlink_to(Path("releases") / name)
    link.replace(out / "current")


class Server:
    """A running server."""

    def __init__(self, out: Path, **environment: str) -> None:
        self.process = subprocess.Popen(
            [sys.executable, "-m", "server", "--port", "0", "--release", str(out)],
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            env=ENVIRONMENT | environment,
        )
        assert self.process.stdout
        address = urlsplit(self.process.stdout.readline().split()[-1])
        self.address = (address.hostname or "", address.port)

    def get(self, path: str, connection: HTTPConnection | None = None) -> tuple[int, bytes]:
        own = connection or HTTPConnection(*self.address, timeout=PATIENCE)
        try:
            own.request("GET", path)
            response = own.getresponse()
            return response.status, response.read()
        finally:
            if connection is None:
                own.close()

    @property
    def release(self) -> str:
        return str(json.loads(self.get("/health")[1])["release"])

    def engines(self) -> list[int]:
        """Process ids of the engines: children of the master that run kg.workers, without their workers."""
        found = []
        for stat in Path("/proc").glob("[0-9]*/stat"):
            try:
                parent, state = int(stat.read_text().rpartition(")")[2].split()[1]), stat.read_text()
                line = (stat.parent / "cmdline").read_bytes()
            except OSError:
                continue
            if parent == self.process.pid and b"kg.workers" in line and ") Z" not in state:
                found.append(int(stat.parent.name))
        return found

    def stop(self) -> str:
        self.process.send_signal(signal.SIGTERM)
        _, error = self.process.communicate(timeout=60)
        assert self.process.returncode == 0
        return error


def until(condition: Callable[[], bool]) -> None:
    deadline = time.monotonic() + PATIENCE
    while not condition():
        assert time.monotonic() < deadline
        time.sleep(0.05)


@pytest.fixture
def out(tmp_path: Path) -> Path:
    publish(tmp_path, "one")
    return tmp_path


@pytest.fixture
def started() -> Iterator[list[Server]]:
    servers: list[Server] = []
    yield servers
    for server in servers:
        if server.process.poll() is None:
            server.process.kill()
        server.process.communicate()


class Clients:
    """Threads that ask without a pause, half of them over one connection, and note what they get."""

    def __init__(self, server: Server) -> None:
        self.server = server
        self.seen: Counter[tuple[int, str]] = Counter()
        self.failures: list[Exception] = []
        self.done = threading.Event()
        self.threads = [threading.Thread(target=self.ask, args=[number]) for number in range(4)]

    def __enter__(self) -> Clients:
        for thread in self.threads:
            thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.done.set()
        for thread in self.threads:
            thread.join()

    def ask(self, number: int) -> None:
        kept = HTTPConnection(*self.server.address, timeout=PATIENCE) if number % 2 else None
        count = 0
        while not self.done.is_set():
            count += 1
            try:
                # Each third request is one that the cache has not seen.
                path = f"{QUERY}&n={number}.{count}" if count % 3 == 0 else QUERY
                status, body = self.server.get(path, kept)
            except Exception as error:
                self.failures.append(error)
                return
            (name,) = [each for each in ("one", "two", "three", "?") if each.encode() in body + b"?"][:1]
            self.seen[status, name] += 1
        if kept is not None:
            kept.close()


@pytest.mark.parametrize("processes", ["1", "2"])
@pytest.mark.parametrize("kind", SERVERS)
def test_no_request_fails_while_releases_change(
    out: Path, started: list[Server], kind: str, processes: str
) -> None:
    server = Server(out, KG_PROCESSES=processes, KG_SERVER=kind)
    started.append(server)
    assert server.release == "one"
    with Clients(server) as clients:
        for name in ("two", "three"):
            time.sleep(0.3)
            publish(out, name)
            until(lambda: all(server.release == name for _ in range(10)))  # noqa: B023
        time.sleep(0.3)
    assert clients.failures == []
    assert {status for status, _ in clients.seen} == {200}
    assert {name for _, name in clients.seen} == {"one", "two", "three"}
    until(lambda: len(server.engines()) == 1)
    assert b"three" in server.get(QUERY)[1]
    assert server.stop() == ""


def test_what_processes_make_for_each_other_goes_with_the_release(
    out: Path, started: list[Server], tmp_path_factory: pytest.TempPathFactory
) -> None:
    folder = tmp_path_factory.mktemp("serving")
    server = Server(out, KG_PROCESSES="2", TMPDIR=str(folder))
    started.append(server)

    def stocks() -> list[str]:
        return [path.name for path in folder.glob("kg-serving-*/*.stock")]

    until(lambda: stocks() == ["1.stock"])
    publish(out, "two")
    until(lambda: stocks() == ["2.stock"])
    assert server.stop() == ""
    assert stocks() == []


def test_a_broken_release_is_not_taken_over(out: Path, started: list[Server]) -> None:
    server = Server(out)
    started.append(server)
    broken = out / "releases" / "broken"
    broken.mkdir()
    (broken / "manifest.json").write_text((out / "current" / "manifest.json").read_text())
    (broken / "graph.nq").write_text("not RDF\n")
    point(out, "broken")
    time.sleep(2.5)
    assert server.release == "one"
    assert b"one" in server.get(f"{QUERY}&uncached")[1]
    publish(out, "two")
    until(lambda: server.release == "two")
    assert "is not taken over" in server.stop()


def test_it_can_be_switched_off(out: Path, started: list[Server]) -> None:
    server = Server(out, KG_RELOAD="off")
    started.append(server)
    publish(out, "two")
    time.sleep(2.5)
    assert server.release == "one"
    assert server.stop() == ""


@pytest.mark.parametrize("kind", SERVERS)
def test_an_engine_that_was_killed_is_started_anew(out: Path, started: list[Server], kind: str) -> None:
    server = Server(out, KG_SERVER=kind)
    started.append(server)
    (engine,) = server.engines()
    os.kill(engine, signal.SIGKILL)
    until(lambda: server.get(f"{QUERY}&n={time.monotonic()}")[0] == 200)
    assert engine not in server.engines()
    server.stop()


def test_a_query_under_way_is_answered_by_the_release_that_it_was_put_to(
    out: Path, started: list[Server]
) -> None:
    values = " ".join(f"({number})" for number in range(60))
    slow = "/sparql?query=" + quote(
        f"SELECT (COUNT(*) AS ?n) (SAMPLE(?o) AS ?which) WHERE {{ VALUES (?a) {{{values}}} "
        f"VALUES (?b) {{{values}}} VALUES (?c) {{{values}}} "
        f"VALUES (?d) {{ (1) (2) (3) (4) (5) }} <urn:which> <urn:is> ?o }}"
    )
    server = Server(out)
    started.append(server)
    answers: list[tuple[int, bytes]] = []
    thread = threading.Thread(target=lambda: answers.append(server.get(slow)))
    thread.start()
    time.sleep(0.05)
    publish(out, "two")
    thread.join()
    until(lambda: server.release == "two")
    assert answers[0][0] == 200
    assert b"one" in answers[0][1]
