"""A release is loaded into an engine graph by graph, by either protocol, and a failure says how to go on."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import pyoxigraph as ox
import pytest
from click.testing import CliRunner

from kg.cli import commands
from kg.errors import OutputError, StoreUnavailableError
from kg.release import Release
from kg.upload import GRAPH_STORE, PROTOCOLS, Target, graphs_of, upload
from tests.engines import OXIGRAPH, Engine, oxigraph

needs_oxigraph = pytest.mark.skipif(not OXIGRAPH.exists(), reason="Oxigraph's server is not here")


@pytest.fixture(scope="module")
def engine(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Engine]:
    with oxigraph(tmp_path_factory.mktemp("oxigraph")) as running:
        yield running


def run(*arguments: object) -> Any:
    return CliRunner().invoke(commands, ["publish", *map(str, arguments)])


def test_the_graphs_of_a_release_hold_all_its_quads(islands: Release) -> None:
    graphs = graphs_of(islands)
    assert sum(map(len, graphs.values())) == islands.manifest.counts["quads"]
    assert len(graphs) == islands.manifest.counts["graphs"]
    assert list(graphs) == sorted(graphs)


@needs_oxigraph
@pytest.mark.parametrize("protocol", PROTOCOLS)
def test_a_release_is_loaded_and_counted(islands: Release, engine: Engine, protocol: str) -> None:
    address = engine.graphs if protocol == GRAPH_STORE else engine.update
    for _ in range(2):  # the second time everything is replaced
        result = run(
            "--to", address, "--protocol", protocol, "--release", islands.path, "--check", engine.query
        )
        assert result.exit_code == 0, result.output
    quads = islands.manifest.counts["quads"]
    assert (
        f"Loaded {quads:,} triples in {islands.manifest.counts['graphs']} graphs, counted." in result.output
    )
    assert f"{quads:,} of {quads:,} triples" in result.stderr


@needs_oxigraph
def test_what_differs_from_the_release_is_said(islands: Release, engine: Engine) -> None:
    first, *_, last = graphs_of(islands)
    stray = ox.Triple(ox.NamedNode("http://e/a"), ox.NamedNode("http://e/b"), ox.Literal("c"))
    upload({first: [stray]}, Target(engine.graphs))
    result = run("--to", engine.graphs, "--release", islands.path, "--from", last, "--check", engine.query)
    assert isinstance(result.exception, OutputError)
    assert f"{first}: " in result.stderr
    assert "1 in the engine" in result.stderr


def test_a_large_graph_goes_in_pieces_and_one_with_blank_nodes_in_one(flaky: str) -> None:
    predicate = ox.NamedNode("http://e/p")
    many = [ox.Triple(predicate, predicate, ox.Literal(number)) for number in range(45_000)]
    sizes: list[int] = []
    upload({"http://e/g": many}, Target(flaky), sizes.append)
    assert sizes == [20_000, 20_000, 5_000]
    assert [method for method, *_ in Flaky.taken] == ["PUT", "POST", "POST"]
    sizes.clear()
    upload(
        {"http://e/g": [*many, ox.Triple(ox.BlankNode(), predicate, predicate)]}, Target(flaky), sizes.append
    )
    assert sizes == [45_001]


class Flaky(BaseHTTPRequestHandler):
    """Takes what it is sent, after as many failures as `failures` says."""

    failures: list[int] = []  # noqa: RUF012
    taken: list[tuple[str, str]] = []  # noqa: RUF012

    def do_PUT(self) -> None:
        self.rfile.read(int(self.headers["Content-Length"]))
        status = self.failures.pop() if self.failures else 204
        if status == 204:
            self.taken.append((self.command, self.path))
        self.send_response(status)
        self.send_header("Content-Length", "0")
        self.end_headers()

    do_POST = do_PUT  # noqa: N815

    def log_message(self, *_: Any) -> None:
        pass


@pytest.fixture
def flaky() -> Iterator[str]:
    Flaky.failures.clear()
    Flaky.taken.clear()
    server = ThreadingHTTPServer(("127.0.0.1", 0), Flaky)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}/store"
    server.shutdown()
    server.server_close()


TRIPLE = ox.Triple(ox.NamedNode("http://e/a"), ox.NamedNode("http://e/b"), ox.Literal("c"))


def test_what_is_busy_for_a_moment_is_tried_again(flaky: str) -> None:
    Flaky.failures[:] = [503, 429]
    upload({"http://e/g": [TRIPLE]}, Target(flaky))
    assert Flaky.taken == [("PUT", "/store?graph=http%3A%2F%2Fe%2Fg")]


def test_a_refusal_says_with_which_graph_to_go_on(flaky: str) -> None:
    Flaky.failures[:] = [403, 204]
    with pytest.raises(OutputError, match=r"403.*--from http://e/h"):
        upload({"http://e/g": [TRIPLE], "http://e/h": [TRIPLE], "http://e/i": [TRIPLE]}, Target(flaky))


def test_an_engine_that_is_not_there_is_said_so() -> None:
    with pytest.raises(StoreUnavailableError, match="does not answer"):
        upload({"http://e/g": [TRIPLE]}, Target("http://127.0.0.1:9/store"))


@pytest.mark.parametrize(
    ("arguments", "words"),
    [(["--to", "nowhere"], "no web address"), (["--to", "http://e/", "--from", "http://e/none"], "no graph")],
)
def test_wrong_use_is_said(islands: Release, arguments: list[str], words: str) -> None:
    result = run(*arguments, "--release", islands.path)
    assert words in str(result.exception)
