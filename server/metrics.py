"""Numbers for Prometheus at `/metrics`: https://prometheus.io/docs/instrumenting/exposition_formats/.

With several web processes the numbers are gathered in files of a folder that they share, so that each
process gives those of all. To write there is a third of the work of a small query; so what happens is noted
down, and `flush` adds it up now and then.
"""

from __future__ import annotations

import os
import threading
import time
from bisect import bisect_left
from collections import Counter as Tally
from collections import deque
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar

from prometheus_client import (
    CONTENT_TYPE_LATEST,
    CollectorRegistry,
    Counter,
    Gauge,
    Histogram,
    generate_latest,
    multiprocess,
    values,
)

from kg.errors import KgError
from kg.store import Answer, Formats, Store

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIEnvironment

    from kg.terms import OxTerm

PATH = "/metrics"
_MOST_NOTED = 20_000
"""So much is noted at most until somebody adds it up."""

_BUCKETS = (0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30)


class Metrics:
    """The counters of one web process, or with `folder` of all that share it.

    Make it before the processes are forked.
    """

    def __init__(self, workers: int = 0, folder: Path | None = None) -> None:
        if folder is not None:
            os.environ["PROMETHEUS_MULTIPROC_DIR"] = str(folder)
            values.ValueClass = values.MultiProcessValue()  # type: ignore[no-untyped-call]
        self._folder = folder
        self._thread = threading.local()
        self._flushing = threading.Lock()
        # Appending to these, and taking from them, is safe between threads.
        self._noted: deque[tuple[str, str, float]] = deque()
        self._asked: deque[tuple[str, float]] = deque()
        self.running: list[None] = []
        """As long as there are queries that run or wait."""

        self._taken = 0.0
        self._registry = registry = CollectorRegistry()
        self.queries = Counter("kg_queries", "Queries by outcome", ["outcome"], registry=registry)
        self.query_seconds = Histogram(
            "kg_query_seconds", "Time from asking the pool to its answer", buckets=_BUCKETS, registry=registry
        )
        self.busy = _gauge("kg_pool_waiting", "Queries that run, or wait for a worker", registry)
        self.size = Gauge("kg_pool_size", "Query workers", registry=registry, multiprocess_mode="max")
        self.size.set(workers)
        self.responses = Counter("kg_responses", "Responses by status", ["status"], registry=registry)
        self.seconds = Histogram(
            "kg_response_seconds", "Time to the response", buckets=_BUCKETS, registry=registry
        )
        self.cache = Counter("kg_cache_requests", "What the cache said", ["state"], registry=registry)
        self.cache_bytes = _gauge("kg_cache_bytes", "Bytes that the cache takes", registry)
        self.release = Gauge(
            "kg_release_loaded_seconds",
            "When a release was taken over, since 1970",
            ["release"],
            registry=registry,
            multiprocess_mode="max",
        )

    def observe(self, status: str, cache: str, seconds: float) -> None:
        """Count one response."""
        self._noted.append((status, cache, seconds))
        if len(self._noted) > _MOST_NOTED and not self._flushing.locked():
            self.flush()

    def takes(self, taken: float) -> None:
        """Note how many bytes the cache takes now."""
        self._taken = taken

    def count_query(self, outcome: str, seconds: float) -> None:
        """Count one query, unless it is asked where nothing is counted: what came of it, and when."""
        if not getattr(self._thread, "unseen", False):
            self._asked.append((outcome, seconds))

    def flush(self) -> None:
        """Add up what was noted since the last time, where all processes' numbers are."""
        with self._flushing:
            noted, asked = _taken_from(self._noted), _taken_from(self._asked)
            self._count(self.responses, (status for status, _, _ in noted))
            self._count(self.cache, (cache for _, cache, _ in noted if cache))
            self._count(self.queries, (outcome for outcome, _ in asked))
            _observe(self.seconds, [seconds for _, _, seconds in noted])
            _observe(self.query_seconds, [seconds for _, seconds in asked])
            self.busy.set(len(self.running))
            self.cache_bytes.set(self._taken)

    @contextmanager
    def unseen(self) -> Iterator[None]:
        """Do not count the queries that this thread asks meanwhile: no visitor asked for them."""
        self._thread.unseen = True
        try:
            yield
        finally:
            self._thread.unseen = False

    @staticmethod
    def _count(counter: Counter, labels: Iterable[str]) -> None:
        for label, times in Tally(labels).items():
            counter.labels(label).inc(times)

    def text(self) -> bytes:
        """Give all numbers in the text format; those of other processes as they last added them up."""
        self.flush()
        if self._folder is None:
            return generate_latest(self._registry)
        shared = CollectorRegistry()
        multiprocess.MultiProcessCollector(shared, str(self._folder))  # type: ignore[no-untyped-call]
        return generate_latest(shared)

    def respond(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        """Answer `/metrics`."""
        body = self.text()
        headers = [
            ("Content-Type", CONTENT_TYPE_LATEST),
            ("Content-Length", str(len(body))),
            ("Cache-Control", "no-store"),
            ("X-Content-Type-Options", "nosniff"),
        ]
        start_response("200 OK", headers)
        return [] if environ["REQUEST_METHOD"] == "HEAD" else [body]

    def forget(self, pid: int) -> None:
        """Take a web process that has ended out of the gauges."""
        if self._folder is not None:
            multiprocess.mark_process_dead(pid, str(self._folder))  # type: ignore[no-untyped-call]


T = TypeVar("T")


def _taken_from(notes: deque[T]) -> list[T]:
    """Take what is there now; what is noted meanwhile is left for the next time."""
    return [notes.popleft() for _ in range(len(notes))]


def _observe(histogram: Histogram, values: Sequence[float]) -> None:
    """Do what `Histogram.observe` does for each of the values, writing each number once."""
    if values:
        bounds: Sequence[float] = histogram._upper_bounds
        for index, times in Tally(bisect_left(bounds, value) for value in values).items():
            histogram._buckets[index].inc(times)
        histogram._sum.inc(sum(values))


def _gauge(name: str, meaning: str, registry: CollectorRegistry) -> Gauge:
    return Gauge(name, meaning, registry=registry, multiprocess_mode="livesum")


@dataclass(frozen=True, slots=True)
class ObservedStore:
    """A `Store` whose queries are counted and timed."""

    store: Store
    metrics: Metrics

    def query(
        self,
        text: str,
        formats: Formats,
        *,
        substitutions: Mapping[str, OxTerm] | None = None,
        default_graphs: Iterable[str] = (),
        named_graphs: Iterable[str] = (),
    ) -> Answer:
        """Ask the store; see `kg.store.Store.query`."""
        outcome = "Unforeseen"
        begin = time.perf_counter()
        self.metrics.running.append(None)
        try:
            answer = self.store.query(
                text,
                formats,
                substitutions=substitutions,
                default_graphs=default_graphs,
                named_graphs=named_graphs,
            )
            outcome = "ok"
        except KgError as error:
            outcome = type(error).__name__.removesuffix("Error")
            raise
        finally:
            self.metrics.running.pop()
            self.metrics.count_query(outcome, time.perf_counter() - begin)
        return answer
