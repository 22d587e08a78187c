"""`make bench`: build, start-up and queries, side by side with rdflib over the same graph, in one run.

Prints medians and ratios; nothing here asserts anything. Also written to docs/benchmarks.md with --write.
"""

from __future__ import annotations

import argparse
import platform
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

import rdflib

from kg import formats
from kg.build import build
from kg.examples import read_examples
from kg.release import Release
from kg.sources import locate_project
from kg.store import Formats, MemoryStore
from kg.workers import WorkerPool

ROOT = Path(__file__).parent.parent
JSON = Formats(results=formats.RESULTS_JSON, graph=formats.N_TRIPLES)
QUERIES = (
    "who-says-how-many-were-killed",
    "claims-by-holder",
    "claims-that-disagree",
    "control-on-a-date",
    "events-in-time",
    "everything-about-a-claim",
)


def timed(action: Callable[[], object], runs: int) -> float:
    """Median milliseconds of `runs` runs after one that is not counted."""
    action()
    times = []
    for _ in range(runs):
        started = time.perf_counter()
        action()
        times.append((time.perf_counter() - started) * 1000)
    return statistics.median(times)


def measure_queries(release: Release) -> list[list[str]]:
    """One row a query: pool, in-process store, rdflib; the ratio is rdflib to pool."""
    texts = {each.name: each.text for each in read_examples(locate_project().queries)}
    here = MemoryStore.load(release.nquads)
    peer = rdflib.Dataset(default_union=True)
    peer.parse(release.nquads, format="nquads")
    rows = []
    with WorkerPool(release.nquads, workers=1) as pool:
        for name in QUERIES:
            text = texts[name]
            ours = timed(lambda text=text: pool.query(text, JSON), 20)  # type: ignore[misc]
            inside = timed(lambda text=text: here.query(text, JSON), 20)  # type: ignore[misc]
            theirs = timed(lambda text=text: list(peer.query(text)), 3)  # type: ignore[misc]
            rows.append([name, f"{ours:.2f}", f"{inside:.2f}", f"{theirs:.1f}", f"{theirs / ours:.0f}"])
    return rows


def measure_start(release: Release) -> float:
    """Milliseconds from `kg serve` to the line that says it serves; median of three."""

    def start() -> None:
        command = [sys.executable, "-m", "server", "--port", "0", "--release", str(release.path)]
        with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
            assert process.stdout is not None
            process.stdout.readline()
            process.terminate()

    return timed(start, 3)


def report(folder: Path) -> str:
    """Run everything and give a Markdown page."""
    project = locate_project()
    built = timed(lambda: build(project, folder), 3)
    release = build(project, folder)
    counts = release.manifest.counts
    rows = measure_queries(release)
    lines = [
        "# Benchmarks",
        "",
        "Written by `make bench`. Medians; the ratio says how many times longer rdflib takes than the pool",
        "of worker processes that the server asks. Absolute times depend on the machine.",
        "",
        f"- machine: {platform.machine()}, {platform.system()}, Python {platform.python_version()}",
        f"- release {release.manifest.id}: {counts['triples']:,} triples, {counts['claims']:,} claims",
        f"- build, in one process: {built / 1000:.1f} s",
        f"- start of the server, load included: {measure_start(release) / 1000:.2f} s",
        "",
        "| query | pool, ms | in process, ms | rdflib, ms | ratio |",
        "|---|---:|---:|---:|---:|",
        *(f"| {' | '.join(row)} |" for row in rows),
        "",
    ]
    return "\n".join(lines)


def main() -> None:
    """Print the page, and with --write keep it."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--write", action="store_true", help="write docs/benchmarks.md")
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        page = report(Path(folder))
    print(page)
    if arguments.write:
        (ROOT / "docs" / "benchmarks.md").write_text(page, "utf-8")


if __name__ == "__main__":
    main()
