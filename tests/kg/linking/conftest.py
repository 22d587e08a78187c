"""A small world with links, and a real SPARQL server with a small slice in Wikidata's shape."""

from __future__ import annotations

import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from urllib.error import URLError
from urllib.request import Request, urlopen

import pyoxigraph as ox
import pytest

from kg.linking.endpoint import Endpoint
from kg.store import MemoryStore

DATA = Path(__file__).parents[2] / "data" / "linking"


@pytest.fixture(scope="session")
def world() -> MemoryStore:
    graph = ox.NamedNode("https://w3id.org/kcg/graph/reference")
    triples = ox.parse(path=DATA / "world.ttl", format=ox.RdfFormat.TURTLE)
    return MemoryStore.from_quads(ox.Quad(t.subject, t.predicate, t.object, graph) for t in triples)


@pytest.fixture(scope="session")
def served() -> Iterator[str]:
    """The address of an Oxigraph server that holds the slice."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        address = f"127.0.0.1:{free.getsockname()[1]}"
    command = [Path(sys.executable).with_name("oxigraph"), "serve", "--bind", address]
    with subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) as process:
        slice_ = (DATA / "slice.ttl").read_bytes()
        request = Request(
            f"http://{address}/store?default", slice_, {"Content-Type": "text/turtle"}, method="PUT"
        )
        _patiently(request)
        yield f"http://{address}/query"
        process.terminate()


def _patiently(request: Request) -> None:
    for _ in range(100):
        try:
            with urlopen(request, timeout=10):
                return
        except URLError:
            time.sleep(0.1)
    raise AssertionError("the server does not start")


@pytest.fixture
def endpoint(served: str) -> Endpoint:
    return Endpoint(served, pause=0.0)
