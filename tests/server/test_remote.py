"""The same pages, data and answers from an engine elsewhere; when it is gone, 503 and never half a page."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from urllib.error import HTTPError
from urllib.parse import quote
from urllib.request import Request, urlopen

import pyoxigraph as ox
import pytest

from kg.release import open_release
from kg.upload import Target, graphs_of, upload
from tests.engines import OXIGRAPH, oxigraph

pytestmark = pytest.mark.skipif(
    not OXIGRAPH.exists(), reason="Oxigraph's server is not here: pip install oxigraph"
)


@contextmanager
def served(store: str, release: Path, folder: Path) -> Iterator[str]:
    command = [sys.executable, "-m", "server", "--port", "0", "--release", str(release)]
    environment = {**os.environ, "KG_STORE": store, "KG_CACHE": "0", "KG_DEADLINE": "2"}
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True, env=environment, cwd=folder) as process:
        assert process.stdout is not None
        url = re.search(r"http://\S+/", process.stdout.readline())
        assert url
        try:
            yield url[0]
        finally:
            process.terminate()


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("remote")


@pytest.fixture(scope="module")
def servers(release: Path, folder: Path) -> Iterator[dict[str, str]]:
    """Addresses of a site from memory, one from an engine, one from an engine that then goes away."""
    with ExitStack() as stack:
        for name in ("stays", "goes"):
            (folder / name).mkdir()
        engine = stack.enter_context(oxigraph(folder / "stays"))
        upload(graphs_of(open_release(release)), Target(engine.graphs))
        found = {
            "memory": stack.enter_context(served("memory", release, folder)),
            "remote": stack.enter_context(served(engine.query, release, folder)),
            "bare": stack.enter_context(served(engine.query, folder / "no-release", folder)),
        }
        with oxigraph(folder / "goes") as leaving:
            found["gone"] = stack.enter_context(served(leaving.query, release, folder))
        yield found


def get(address: str, accept: str = "text/html") -> str:
    with urlopen(Request(address, headers={"Accept": accept})) as response:
        body: str = response.read().decode()
        return body


PATHS = ["", "page/event/border-clash", "page/ontology", "entities/event", "sparql", "dumps/"]


@pytest.mark.parametrize("path", PATHS)
def test_pages_are_the_same(servers: dict[str, str], path: str) -> None:
    local, remote = (get(f"{servers[name]}{path}") for name in ("memory", "remote"))
    assert remote.replace(servers["remote"], "/") == local.replace(servers["memory"], "/")


def test_data_and_graphs_are_the_same(servers: dict[str, str]) -> None:
    graph = quote("https://w3id.org/kcg/graph/reference")
    for path in ("data/event/border-clash.nt", f"graph-store?graph={graph}"):
        local, remote = (
            set(
                ox.parse(
                    get(f"{servers[name]}{path}", "application/n-triples"), format=ox.RdfFormat.N_TRIPLES
                )
            )
            for name in ("memory", "remote")
        )
        assert remote == local
        assert len(local) > 10


def test_queries_have_the_same_answers(servers: dict[str, str]) -> None:
    query = quote("SELECT DISTINCT ?type (COUNT(*) AS ?n) { ?s a ?type } GROUP BY ?type ORDER BY ?type")
    local, remote = (
        json.loads(get(f"{servers[name]}sparql?query={query}", "application/sparql-results+json"))
        for name in ("memory", "remote")
    )
    assert remote["results"] == local["results"]
    assert len(local["results"]["bindings"]) > 5


def test_without_a_release_here_pages_and_queries_work(servers: dict[str, str]) -> None:
    assert "The graph at 127.0.0.1:" in get(servers["bare"])
    page = get(f"{servers['memory']}page/event/border-clash")
    heading = re.search(r"<h1.*?</h1>", page, re.DOTALL)
    assert heading
    assert heading[0] in get(f"{servers['bare']}page/event/border-clash")


def test_service_and_updates_are_refused_still(servers: dict[str, str]) -> None:
    for query in ("SELECT * { SERVICE <http://127.0.0.1/> { ?s ?p ?o } }", "DROP ALL"):
        with pytest.raises(HTTPError) as caught:
            get(f"{servers['remote']}sparql?query={quote(query)}")
        assert caught.value.code == 403
        caught.value.close()


@pytest.mark.parametrize(
    "path", [*PATHS[:4], "data/event/border-clash.ttl", "health?deep", "sparql?query=ASK%7B%7D"]
)
def test_an_engine_that_is_gone_is_503_with_a_time_to_come_back(servers: dict[str, str], path: str) -> None:
    with pytest.raises(HTTPError) as caught:
        get(f"{servers['gone']}{path}", "*/*")
    with caught.value as error:
        assert error.code == 503
        assert int(error.headers["Retry-After"]) > 0
        assert "Traceback" not in error.read().decode()


def test_health_and_dumps_need_no_engine(servers: dict[str, str]) -> None:
    assert json.loads(get(f"{servers['gone']}health"))["status"] == "ok"
    assert get(f"{servers['gone']}dumps/kcg.ttl", "*/*")


def test_a_query_that_takes_too_long_is_504(servers: dict[str, str]) -> None:
    product = " ".join(f"?a{n} ?b{n} ?c{n} ." for n in range(8))
    query = quote(f"SELECT (COUNT(*) AS ?n) {{ {product} FILTER(?a1 != ?c7) }}")
    with pytest.raises(HTTPError) as caught:
        get(f"{servers['remote']}sparql?query={query}", "application/sparql-results+json")
    assert caught.value.code == 504
    caught.value.close()


def test_an_address_that_is_none_is_said_so(release: Path) -> None:
    command = [sys.executable, "-m", "server", "--port", "0", "--release", str(release)]
    environment = {**os.environ, "KG_STORE": "http://"}
    result = subprocess.run(command, capture_output=True, text=True, env=environment, timeout=60)
    assert result.returncode == 2
    assert "no address of an engine" in result.stderr
