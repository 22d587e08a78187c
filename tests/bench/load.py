"""Puts one query to one server: once to see what comes, then as fast as it can with wrk."""

from __future__ import annotations

import json
import subprocess
import time
import urllib.error
import urllib.request
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import quote

import pyoxigraph as ox

QUERIES = sorted(
    (Path(__file__).parent / "queries").glob("*.rq"), key=lambda path: int(path.stem.split("-")[0])
)
CONNECTIONS = (1, 8, 32)
PATIENCE = 20.0
"""Seconds that one answer may take before a query counts as not answered."""

_SCRIPT = Path(__file__).with_name("query.lua")
_SLOW, _LONG = 2.0, 0.1


@dataclass(frozen=True)
class Cell:
    """What was measured: milliseconds and answers per second; `why` says what there is instead."""

    median: float = 0.0
    p99: float = 0.0
    rate: float = 0.0
    why: str = ""


def accept(query: str) -> str:
    return "text/turtle" if "CONSTRUCT" in query else "application/sparql-results+json"


def probe(address: str, query: str, *, again: bool = False) -> tuple[int, float, str]:
    """Give the number of rows or triples, the seconds it took, and what went wrong.

    `again`: as wrk asks for what is cached; else as nobody has asked before.
    """
    url = f"{address}?query={quote(query if again else f'{query}# {time.time()}', safe='')}"
    start = time.perf_counter()
    try:
        asked = urllib.request.Request(url, headers={"Accept": accept(query)})
        with urllib.request.urlopen(asked, timeout=PATIENCE) as reply:
            body = reply.read()
    except urllib.error.HTTPError as error:
        return 0, 0.0, f"status {error.code}"
    except (OSError, ValueError) as error:
        return 0, 0.0, "no answer in time" if "timed out" in str(error) else f"{error}"
    seconds = time.perf_counter() - start
    try:
        return _count(body, query), seconds, ""
    except (ValueError, SyntaxError, KeyError):
        return 0, seconds, "not the format asked for"


def _count(body: bytes, query: str) -> int:
    if "CONSTRUCT" in query:
        return len(set(ox.parse(body, format=ox.RdfFormat.TURTLE)))
    rows = json.loads(body)["results"]["bindings"]
    return int(rows[0]["triples"]["value"]) if "?triples" in query else len(rows)


def measure(address: str, query: str, kind: str, connections: int, took: float) -> Cell:
    """Ask for a second over so many connections, longer where one answer `took` long.

    `kind` is `cold` or `cached`; what is asked for from the cache is there when the time begins.
    """
    seconds = 1 if kind == "cached" or took < _LONG else 3
    if kind == "cached":
        probe(address, query, again=True)
    root, _, path = address.removeprefix("http://").partition("/")
    command = [
        "wrk",
        "-t1",
        f"-c{connections}",
        f"-d{seconds}s",
        f"--timeout={PATIENCE:g}s",
        "-s",
        str(_SCRIPT),
    ]
    arguments = [f"/{path}?query=", quote(query, safe=""), accept(query), kind]
    try:
        run = subprocess.run(
            [*command, f"http://{root}/", "--", *arguments],
            capture_output=True,
            text=True,
            timeout=90,
        )
    except subprocess.TimeoutExpired:
        return Cell(why="wrk did not end")
    line = next((line for line in run.stdout.splitlines() if line.startswith("RESULT ")), "")
    if not line:
        return Cell(why="wrk failed")
    requests, duration, failed, median, p99 = map(int, line.split()[1:])
    if failed or not requests:
        return Cell(why=f"{failed} of {requests + failed} failed" if failed else "none in time")
    return Cell(median / 1e3, p99 / 1e3, requests / duration * 1e6)


def is_slow(seconds: float) -> bool:
    """Whether a query takes so long that a single run has to do."""
    return seconds > _SLOW
