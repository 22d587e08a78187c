"""Puts one query to one server: once to see what comes, then as fast as it can with wrk."""

from __future__ import annotations

import json
import subprocess
import time
import urllib.error
import urllib.request
from collections.abc import Sequence
from dataclasses import dataclass
from math import ceil
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
_SLOW = 2.0
_LONGEST = 20
ANSWERS = 3
"""How many answers over each connection a run should give room for."""

_HITS, _ASKED_MOST = 8, 40


@dataclass(frozen=True)
class Cell:
    """What was measured: milliseconds and answers per second; `why` says what there is instead."""

    median: float = 0.0
    p99: float = 0.0
    rate: float = 0.0
    why: str = ""


def accept(query: str) -> str:
    return "text/turtle" if "CONSTRUCT" in query else "application/sparql-results+json"


def probe(address: str, query: str) -> tuple[int, float, str]:
    """Give the number of rows or triples, the seconds it took, and what went wrong."""
    start = time.perf_counter()
    try:
        asked = _request(address, f"{query}# {time.time()}")
        with urllib.request.urlopen(asked, timeout=PATIENCE) as reply:
            body = reply.read()
    except urllib.error.HTTPError as error:
        return 0, 0.0, f"status {error.code}"
    except (OSError, ValueError) as error:
        return 0, 0.0, "no answer in time" if "timed out" in str(error) else f"{error}"
    took = time.perf_counter() - start
    try:
        return _count(body, query), took, ""
    except (ValueError, SyntaxError, KeyError):
        return 0, took, "not the format asked for"


def _request(address: str, query: str) -> urllib.request.Request:
    url = f"{address}?query={quote(query, safe='')}"
    return urllib.request.Request(url, headers={"Accept": accept(query)})


def _count(body: bytes, query: str) -> int:
    if "CONSTRUCT" in query:
        return len(set(ox.parse(body, format=ox.RdfFormat.TURTLE)))
    rows = json.loads(body)["results"]["bindings"]
    return int(rows[0]["triples"]["value"]) if "?triples" in query else len(rows)


def keep(address: str, query: str) -> None:
    """Ask until the answer is there whichever process is asked; each keeps its own."""
    hits = 0
    for _ in range(_ASKED_MOST):
        try:
            with urllib.request.urlopen(_request(address, query), timeout=PATIENCE) as reply:
                reply.read()
                hits = hits + 1 if reply.headers.get("X-Cache") == "hit" else 0
        except OSError:
            return
        if hits == _HITS:
            return


def seconds(kind: str, connections: int, took: float) -> int:
    """Give how long to ask: a second, or longer where fewer than three answers would come each way."""
    least = ANSWERS * took * connections if kind == "cold" else 0.0
    return max(1, min(_LONGEST, ceil(least)))


def measure(address: str, query: str, kind: str, connections: int, took: float) -> Cell:
    """Ask over so many connections, for a time that depends on how long one answer `took`.

    `kind` is `cold` or `cached`.
    """
    root, _, path = address.removeprefix("http://").partition("/")
    command = [
        "wrk",
        "-t1",
        f"-c{connections}",
        f"-d{seconds(kind, connections, took)}s",
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


def quickest(cells: Sequence[Cell]) -> Cell:
    """Give the one with the least median: what else the machine has to do only adds to it."""
    return min((cell for cell in cells if not cell.why), key=lambda cell: cell.median, default=cells[0])


def is_slow(took: float) -> bool:
    """Whether a query takes so long that a single answer has to do."""
    return took > _SLOW
