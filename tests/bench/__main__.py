"""`make bench`: run everything, print tables, and with --write keep docs/benchmarks.md and its picture.

What is there is written after each query, so that a run that is stopped leaves what it has measured.
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
from contextlib import ExitStack
from pathlib import Path

from kg.release import open_release
from tests.bench import inside, load, page
from tests.bench.growth import grown
from tests.bench.peers import PEERS, AbsentError, Peer
from tests.bench.rounds import Contestant, rounds

ROOT = Path(__file__).parents[2]
SIZES = (0, 100_000, 1_000_000)
ROUNDS = 3
_BUDGET = 300.0
"""Seconds for one server over one graph; what is left then is said to be not measured."""


class Run:
    """One run, with all that it has found."""

    def __init__(self, connections: tuple[int, ...], turns: int, budget: float, out: Path) -> None:
        self.connections = connections
        self.turns = turns
        self.budget = budget
        self.out = out
        self.results: dict[page.Key, load.Cell] = {}
        self.rows: dict[tuple[int, str, str], int] = {}
        self.notes: list[str] = []
        self.heads: list[str] = []

    def compare(self, size: int, data: Path) -> None:
        """Measure over one graph: all peers run, and are asked in turn."""
        with ExitStack() as running:
            contestants = [each for peer in PEERS if (each := self._start(running, peer, size, data))]
            for path in load.QUERIES:
                self._put(size, path, contestants)
                self.write()

    def _start(self, running: ExitStack, peer: Peer, size: int, data: Path) -> Contestant | None:
        if size > peer.largest:
            self.notes.append(f"{peer.name} is not run over {size:,} quads: it takes too long.")
            return None
        try:
            address = running.enter_context(peer.serve(data))
        except AbsentError as error:
            self.notes.append(f"{peer.name} took no part ({size:,} quads): {error}.")
        except (OSError, AssertionError, subprocess.SubprocessError) as error:
            self.notes.append(f"{peer.name} failed ({size:,} quads): {type(error).__name__}: {error}.")
        else:
            return Contestant(peer.name, address, peer.kinds, self.budget)
        return None

    def _put(self, size: int, path: Path, contestants: list[Contestant]) -> None:
        """Put one query to all."""
        text = path.read_text("utf-8")
        for each in contestants:
            each.get_ready(text)
            if not each.wrong:
                self.rows[size, path.stem, each.peer] = each.count
        shown: dict[tuple[str, str], list[str]] = {}
        for connections in self.connections:
            for (peer, kind), cell in rounds(contestants, text, connections, self.turns).items():
                self.results[size, path.stem, peer, kind, connections] = cell
                shown.setdefault((peer, kind), []).append(cell.why or f"{cell.median:.2f}/{cell.p99:.2f}")
        for course, cells in shown.items():
            print(f"{size:>9,} {', '.join(course):<24} {path.stem:<24} {'  '.join(cells)}", flush=True)

    def text(self) -> str:
        """Give the page as far as it goes."""
        head = _HEAD.format(times=self.turns, answers=load.ANSWERS)
        note = "".join(f"- {each}\n" for each in self.notes)
        return "\n".join([*self.heads, head, page.tables(self.results, self.rows), note])

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
keep no answers. All run at the same time and are asked in turn, {times} times for a second, of which the
quickest counts; once, and longer, where that would be less than {answers} answers over each
connection. Ratios are of cold medians: above 1, ours is faster. Larger graphs are the real one with
[generated claims](../tests/bench/growth.py).

![answers per second](images/benchmarks.svg)
"""


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
    parser.add_argument("--quick", action="store_true", help="two sizes, short runs: a quarter of the time")
    parser.add_argument("--sizes", type=int, choices=(1, 2, 3), help="how many graphs, the real one first")
    parser.add_argument("--connections", type=int, nargs="+", metavar="N", help="1 8 32, unless given")
    parser.add_argument("--rounds", type=int, help=f"how often each is asked; {ROUNDS}, unless given")
    parser.add_argument("--write", action="store_true", help="write docs/benchmarks.md and its picture")
    parser.add_argument("--release", type=Path, default=ROOT / "build", help="the release; built if absent")
    chosen = parser.parse_args()
    if shutil.which("wrk") is None:
        print("wrk is not installed (Debian: wrk)", file=sys.stderr)
        return 1
    connections = chosen.connections or (load.CONNECTIONS[::2] if chosen.quick else load.CONNECTIONS)
    out = ROOT / ("docs" if chosen.write else "build/bench/report")
    turns, budget = (1, _BUDGET / 10) if chosen.quick else (ROUNDS, _BUDGET)
    run = Run(tuple(connections), chosen.rounds or turns, budget, out)
    run.heads = _machine()
    if not (chosen.release / "current").exists():
        subprocess.run([Path(sys.executable).with_name("kg"), "build", "--out", chosen.release], check=True)
    release = open_release(chosen.release)
    if not chosen.quick:
        run.heads += inside.section(release)
    with tempfile.TemporaryDirectory() as folder:
        for target in SIZES[: chosen.sizes or (2 if chosen.quick else 3)]:
            data = grown(release.nquads, target, Path(folder) / "graph.nq")
            with data.open("rb") as file:
                size = sum(1 for _ in file)
            run.compare(size, data)
    print(run.text())
    return 0


if __name__ == "__main__":
    sys.exit(main())
