"""Inside one machine, without HTTP: build, start-up, and queries beside rdflib over the same graph."""

from __future__ import annotations

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


def section(release: Release) -> list[str]:
    """Run everything and give the lines of a section."""
    project = locate_project()
    with tempfile.TemporaryDirectory() as folder:
        started = time.perf_counter()
        build(project, Path(folder))
        built = time.perf_counter() - started
    counts = release.manifest.counts
    return [
        "",
        "## Inside",
        "",
        "Medians. The ratio says how many times longer rdflib takes, in process, than the pool of workers.",
        "",
        f"- release {release.manifest.id}: {counts['triples']:,} triples, {counts['claims']:,} claims",
        f"- build, once: {built:.1f} s",
        f"- start of the server, load included: {measure_start(release) / 1000:.2f} s",
        "",
        "| query | pool, ms | in process, ms | rdflib, ms | ratio |",
        "|---|---:|---:|---:|---:|",
        *(f"| {' | '.join(row)} |" for row in measure_queries(release)),
        "",
    ]
