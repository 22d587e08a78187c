"""Compare servers for the WSGI application: `.venv/bin/python -m tests.load.servers`.

Needs `wrk` (Debian) and a build; granian and gunicorn_h1c are taken if they can be imported. Everything
runs on loopback and is bounded. Prints a table; see docs/adr/0009-result-cache-and-server.md.
"""

from __future__ import annotations

import argparse
import importlib.util
import os
import re
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from http.client import HTTPConnection
from pathlib import Path
from statistics import median
from urllib.parse import quote

from kg.release import open_release
from kg.workers import WorkerPool
from tests.load.app import SOCKET

QUERY = "/sparql?query=" + quote("SELECT ?p ?o { <https://w3id.org/kcg/id/actor/armenia> ?p ?o }")
UNCACHED = 'request = function() return wrk.format("GET", "%s&n=" .. math.random(1, 1e12)) end\n'
SEED = 'init = function() math.randomseed(os.time() + tonumber(tostring({}):match("0x(%x+)"), 16)) end\n'


@dataclass(frozen=True)
class Figures:
    """What one run of wrk found: requests a second, latencies in milliseconds, answers that were errors."""

    rate: float
    median: float
    p99: float
    errors: int


def servers(threads: int) -> dict[str, list[str]]:
    """Give the commands, but for the port, of the servers that are there."""
    gunicorn = ["gunicorn", "-k", "gthread", "-w", "1", "--threads", str(threads), "--log-level", "warning"]
    gunicorn += ["--no-control-socket", "--preload", "tests.load.app:make()", "-b"]
    found = {"gunicorn": [*gunicorn, "127.0.0.1:{port}", "--http-parser", "python"]}
    if importlib.util.find_spec("gunicorn_h1c"):
        found["gunicorn, C parser"] = [*gunicorn, "127.0.0.1:{port}", "--http-parser", "fast"]
    if importlib.util.find_spec("granian"):
        granian = ["granian", "--interface", "wsgi", "--no-ws", "--factory", "--log-level", "error"]
        granian += ["--blocking-threads", str(threads), "tests.load.app:make", "--port", "{port}"]
        found["granian"] = granian
    return found


@contextmanager
def running(command: list[str], path: str) -> Iterator[int]:
    """Start a server, wait until it answers, and end it."""
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    arguments = [part.format(port=port) for part in command]
    with subprocess.Popen([sys.executable, "-m", *arguments]) as process:
        try:
            _wait(port, path)
            yield port
        finally:
            process.terminate()


def _wait(port: int, path: str) -> None:
    for _ in range(200):
        try:
            connection = HTTPConnection("127.0.0.1", port, timeout=10)
            connection.request("GET", path)
            assert connection.getresponse().status == 200
            return
        except OSError:
            time.sleep(0.1)
    raise TimeoutError(path)


def measure(port: int, path: str, connections: int, seconds: int, script: Path | None = None) -> Figures:
    """Run wrk once."""
    command = ["wrk", "--latency", "-t1", f"-c{connections}", f"-d{seconds}s", "--timeout", "10s"]
    command += ["-s", str(script)] if script else []
    done = subprocess.run(
        [*command, f"http://127.0.0.1:{port}{path}"], capture_output=True, text=True, check=True
    )
    text = done.stdout
    rate = float(re.search(r"Requests/sec:\s+([\d.]+)", text)[1])  # type: ignore[index]
    errors = sum(
        int(each) for each in re.findall(r"(?:Non-2xx or 3xx responses:|timeout|read|write) (\d+)", text)
    )
    return Figures(rate, _milliseconds(text, "50%"), _milliseconds(text, "99%"), errors)


def _milliseconds(text: str, share: str) -> float:
    value, unit = re.search(rf"{share}\s+([\d.]+)(us|ms|s)", text).groups()  # type: ignore[union-attr]
    return float(value) * {"us": 0.001, "ms": 1, "s": 1000}[unit]


def compare(arguments: argparse.Namespace) -> None:
    """Measure every server, cached and uncached, and print the table."""
    release = open_release(arguments.release)
    with (
        WorkerPool(release.nquads, prefixes=release.manifest.prefixes) as pool,
        tempfile.TemporaryDirectory() as folder,
    ):
        os.environ |= {SOCKET: pool.store.socket_path, "KG_RELEASE": str(arguments.release)}
        script = Path(folder, "uncached.lua")
        script.write_text(SEED + UNCACHED % QUERY)
        print("| server | query | connections | requests/s | median ms | p99 ms | errors |")
        print("|---|---|---|---|---|---|---|")
        for name, command in servers(arguments.threads).items():
            with running(command, QUERY) as port:
                for kind, chosen in (("cached", None), ("uncached", script)):
                    for connections in (1, 8, 32):
                        runs = [
                            measure(port, QUERY, connections, arguments.seconds, chosen)
                            for _ in range(arguments.runs)
                        ]
                        print(row(name, kind, connections, runs), flush=True)


def row(name: str, kind: str, connections: int, runs: list[Figures]) -> str:
    """Give the medians of some runs as a row."""
    rate, middle, p99 = (median(getattr(run, each) for run in runs) for each in ("rate", "median", "p99"))
    errors = sum(run.errors for run in runs)
    return f"| {name} | {kind} | {connections} | {rate:,.0f} | {middle:.2f} | {p99:.2f} | {errors} |"


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--release", type=Path, default=Path("build"))
    parser.add_argument("--threads", type=int, default=8)
    parser.add_argument("--seconds", type=int, default=3)
    parser.add_argument("--runs", type=int, default=3)
    compare(parser.parse_args())
