"""The servers that are compared, each started over a file of N-Quads; who is not there is left out."""

from __future__ import annotations

import contextlib
import shutil
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from tests.engines import ISQL, OXIGRAPH, VIRTUOSO, free_port, virtuoso
from tests.load.served import served

ROOT = Path(__file__).parents[2]
RDFLIB_ENDPOINT = ROOT / "build" / "bench" / "bin" / "rdflib-endpoint"
_VERSION = "rdflib-endpoint[cli]==0.6.3"
_PATIENCE = 240.0


class AbsentError(Exception):
    """This peer cannot take part; the message says why."""


@dataclass(frozen=True)
class Peer:
    """One server; `serve` gives the address of its endpoint.

    `kinds` are `cold` and, for who keeps answers, `cached`; graphs above `largest` quads are not put to it.
    """

    name: str
    serve: Callable[[Path], contextlib.AbstractContextManager[str]]
    kinds: tuple[str, ...] = ("cold",)
    largest: int = 10_000_000


@contextmanager
def _ours(data: Path) -> Iterator[str]:
    with served("--load", str(data), deadline=20) as site:
        yield f"{site.url.rstrip('/')}/sparql"


@contextmanager
def _oxigraph(data: Path) -> Iterator[str]:
    if not OXIGRAPH.exists():
        raise AbsentError("the package oxigraph is not installed")
    with tempfile.TemporaryDirectory() as folder:
        load = [OXIGRAPH, "load", "--location", folder, "--file", data]
        subprocess.run(load, check=True, capture_output=True, timeout=_PATIENCE)
        subprocess.run([OXIGRAPH, "optimize", "--location", folder], capture_output=True, timeout=_PATIENCE)
        port = free_port()
        command = [OXIGRAPH, "serve-read-only", "--location", folder, "--bind", f"127.0.0.1:{port}"]
        with _process([*command, "--union-default-graph"], f"http://127.0.0.1:{port}/query") as address:
            yield address


@contextmanager
def _virtuoso(data: Path) -> Iterator[str]:
    if not (VIRTUOSO and ISQL):
        raise AbsentError("virtuoso-t and isql-vt are not installed (Debian: virtuoso-opensource-7)")
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        shutil.copy(data, folder / "graph.nq")
        with virtuoso(folder, buffers=60_000) as engine:
            load = f"ld_dir('{folder}', '*.nq', 'urn:graph');\nrdf_loader_run();\ncheckpoint;\n"
            command = [ISQL, f"127.0.0.1:{engine.sql}", "dba", "dba"]
            subprocess.run(command, input=load, text=True, check=True, capture_output=True, timeout=_PATIENCE)
            yield engine.query


@contextmanager
def _rdflib_endpoint(data: Path) -> Iterator[str]:
    if not RDFLIB_ENDPOINT.exists():
        _install()
    port = free_port()
    command = [RDFLIB_ENDPOINT, "serve", "--host", "127.0.0.1", "--port", str(port), str(data)]
    with _process(command, f"http://127.0.0.1:{port}/") as address:
        yield address


PEERS = (
    Peer("ours", _ours, ("cold", "cached")),
    Peer("oxigraph serve", _oxigraph),
    Peer("Virtuoso 7", _virtuoso),
    Peer("rdflib-endpoint", _rdflib_endpoint, largest=200_000),
)


def _install() -> None:
    """Put rdflib-endpoint into an environment of its own: it is a peer, not a dependency."""
    home = RDFLIB_ENDPOINT.parents[1]
    try:
        subprocess.run([sys.executable, "-m", "venv", home], check=True, capture_output=True)
        install = [home / "bin" / "pip", "install", "--quiet", _VERSION]
        subprocess.run(install, check=True, capture_output=True, timeout=_PATIENCE)
    except (OSError, subprocess.SubprocessError) as error:
        raise AbsentError(f"{_VERSION} could not be installed: {error}") from error


@contextmanager
def _process(command: list[str | Path], address: str) -> Iterator[str]:
    """Run a server until it answers, and to the end of the block."""
    with subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) as process:
        try:
            end = time.monotonic() + _PATIENCE
            while not _answers(address):
                if process.poll() is not None or time.monotonic() > end:
                    raise AbsentError("it did not start in time")
                time.sleep(0.2)
            yield address
        finally:
            process.kill()


def _answers(address: str) -> bool:
    try:
        with urllib.request.urlopen(f"{address}?query=ASK%7B%7D", timeout=5) as reply:
            return bool(reply.status == 200)
    except OSError:
        return False
