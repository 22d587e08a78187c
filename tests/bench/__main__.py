"""`make bench`: run everything, print tables, and with --write keep docs/benchmarks.md and its picture.

What is there is written after each server, so that a run that is stopped leaves what it has measured.
"""

from __future__ import annotations

import argparse
import os
import platform
import shutil
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from kg.release import open_release
from tests.bench import inside, load, page
from tests.bench.growth import grown
from tests.bench.peers import PEERS, AbsentError, Peer

ROOT = Path(__file__).parents[2]
SIZES = (0, 100_000, 1_000_000)
_BUDGET = 240.0
"""Seconds for one server over one graph; what is left then is said to be not measured."""


class Run:
    """One run, with all that it has found."""

    def __init__(self, connections: tuple[int, ...], budget: float, out: Path) -> None:
        self.connections = connections
        self.budget = budget
        self.out = out
        self.results: dict[page.Key, load.Cell] = {}
        self.rows: dict[tuple[int, str, str], int] = {}
        self.notes: list[str] = []
        self.heads: list[str] = []

    def compare(self, size: int, data: Path) -> None:
        """Measure every peer over one graph, one after the other."""
        for peer in PEERS:
            if size > peer.largest:
                self.notes.append(f"{peer.name} is not run over {size:,} quads: it takes too long.")
                continue
            try:
                with peer.serve(data) as address:
                    self._measure(peer, size, address)
            except AbsentError as error:
                self.notes.append(f"{peer.name} took no part ({size:,} quads): {error}.")
            except (OSError, AssertionError, subprocess.SubprocessError) as error:
                self.notes.append(f"{peer.name} failed ({size:,} quads): {type(error).__name__}: {error}.")
            self.write()

    def _measure(self, peer: Peer, size: int, address: str) -> None:
        end = time.monotonic() + self.budget
        for path in load.QUERIES:
            text = path.read_text("utf-8")
            count, took, wrong = load.probe(address, text)
            if not wrong:
                self.rows[size, path.stem, peer.name] = count
            for kind in peer.kinds:
                for connections in self.connections:
                    key = (size, path.stem, peer.name, kind, connections)
                    if wrong or time.monotonic() > end:
                        self.results[key] = load.Cell(why=wrong or "not measured")
                    elif kind == "cold" and load.is_slow(took):
                        once = load.Cell(took * 1e3, took * 1e3, 1 / took)
                        self.results[key] = once if connections == 1 else load.Cell(why="not measured")
                    else:
                        self.results[key] = load.measure(address, text, kind, connections, took)
            print(
                f"{size:>9,} {peer.name:<16} {path.stem:<24} {_line(self.results, size, path.stem, peer)}",
                flush=True,
            )

    def text(self) -> str:
        """Give the page as far as it goes."""
        note = "".join(f"- {each}\n" for each in self.notes)
        return "\n".join([*self.heads, _HEAD, page.tables(self.results, self.rows), note])

    def write(self) -> None:
        """Keep the page and the picture."""
        if self.results:
            self.out.mkdir(parents=True, exist_ok=True)
            kept = page.kept(self.out / "benchmarks.md")
            (self.out / "benchmarks.md").write_text(self.text() + kept, "utf-8")
            (self.out / "images").mkdir(exist_ok=True)
            (self.out / "images" / "benchmarks.svg").write_text(page.picture(self.results), "utf-8")


_HEAD = """
## Side by side

Milliseconds, median / p99, of the same query over HTTP, by wrk on the same machine. "Cold": each request
differs in a comment, so that nothing is answered from a cache; "cached": the same again and again. The others
keep no answers. Ratios are of cold medians: above 1, ours is faster. Larger graphs are the real one with
[generated claims](../tests/bench/growth.py).

![answers per second](images/benchmarks.svg)
"""


def _line(results: page.Results, size: int, query: str, peer: Peer) -> str:
    found = [
        results[size, query, peer.name, kind, n]
        for kind in peer.kinds
        for n in load.CONNECTIONS
        if (size, query, peer.name, kind, n) in results
    ]
    return "  ".join(cell.why or f"{cell.median:.2f}/{cell.p99:.2f}" for cell in found)


def _machine() -> list[str]:
    busy = os.getloadavg()[0]
    return [
        "# Benchmarks",
        "",
        f"Written by `make bench` on {time.strftime('%Y-%m-%d')}: {platform.machine()}, {platform.system()}, "
        f"{os.cpu_count()} processors (load {busy:.1f} when it began), Python {platform.python_version()}.",
        "Absolute times depend on the machine; ratios less so.",
    ]


def main() -> int:
    """Measure; print and keep the page."""
    parser = argparse.ArgumentParser(prog="python -m tests.bench", description=__doc__)
    parser.add_argument("--quick", action="store_true", help="two sizes, short runs: about four minutes")
    parser.add_argument("--write", action="store_true", help="write docs/benchmarks.md and its picture")
    parser.add_argument("--release", type=Path, default=ROOT / "build", help="the release; built if absent")
    chosen = parser.parse_args()
    if shutil.which("wrk") is None:
        print("wrk is not installed (Debian: wrk)", file=sys.stderr)
        return 1
    connections = load.CONNECTIONS[::2] if chosen.quick else load.CONNECTIONS
    out = ROOT / ("docs" if chosen.write else "build/bench/report")
    run = Run(connections, _BUDGET / 4 if chosen.quick else _BUDGET, out)
    run.heads = _machine()
    if not (chosen.release / "current").exists():
        subprocess.run([Path(sys.executable).with_name("kg"), "build", "--out", chosen.release], check=True)
    release = open_release(chosen.release)
    if not chosen.quick:
        run.heads += inside.section(release)
    with tempfile.TemporaryDirectory() as folder:
        for target in SIZES[: 2 if chosen.quick else 3]:
            data = grown(release.nquads, target, Path(folder) / "graph.nq")
            with data.open("rb") as file:
                size = sum(1 for _ in file)
            run.compare(size, data)
    print(run.text())
    return 0


if __name__ == "__main__":
    sys.exit(main())
