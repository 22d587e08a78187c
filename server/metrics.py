"""Numbers for Prometheus at `/metrics`: https://prometheus.io/docs/instrumenting/exposition_formats/.

With several web processes the numbers are gathered in files of a folder that they share, so that each
process gives those of all.
"""

from __future__ import annotations

import os
import threading
import time
from collections import deque
from collections.abc import Iterable, Iterator, Mapping
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
_BUCKETS = (0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30)
_PERIOD = 0.5
"""Seconds after which the numbers of this process show in another."""

_Note = TypeVar("_Note")


class Metrics:
    """The counters of one web process, or with `folder` of all that share it.

    Make it before the processes are forked.
    """

    def __init__(self, workers: int = 0, folder: Path | None = None) -> None:
        if folder is not None:
            os.environ["PROMETHEUS_MULTIPROC_DIR"] = str(folder)
            values.ValueClass = values.MultiProcessValue()  # type: ignore[no-untyped-call]
        self._folder = folder
        self._registry = registry = CollectorRegistry()
        self._answered: deque[tuple[str, str, float]] = deque()
        self._asked: deque[tuple[str, float]] = deque()
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

    def enter(self) -> None:
        """Begin, in a web process: add up what is noted from now on again and again, asked or not.

        What the process asked to make ready for its first request is no work for visitors, and is forgotten.
        """
        self._asked.clear()
        threading.Thread(target=self._keep_adding, name="metrics", daemon=True).start()

    def observe(self, status: str, cache: str, seconds: float) -> None:
        """Note one response, to be added up later: the counters take longer than an answer that is kept."""
        self._answered.append((status, cache, seconds))

    def count_query(self, outcome: str, seconds: float) -> None:
        """Note one query: what came of it, and when."""
        self._asked.append((outcome, seconds))

    def add_up(self) -> None:
        """Put what has been noted into the counters."""
        for status, cache, seconds in _taken(self._answered):
            self.responses.labels(status).inc()
            self.seconds.observe(seconds)
            if cache:
                self.cache.labels(cache).inc()
        for outcome, seconds in _taken(self._asked):
            self.queries.labels(outcome).inc()
            self.query_seconds.observe(seconds)

    def _keep_adding(self) -> None:
        while True:
            time.sleep(_PERIOD)
            self.add_up()

    def text(self) -> bytes:
        """Give all numbers in the text format."""
        self.add_up()
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


def _taken(notes: deque[_Note]) -> Iterator[_Note]:
    """Take what there is now; others may add to it meanwhile, and take from it."""
    for _ in range(len(notes)):
        try:
            yield notes.popleft()
        except IndexError:
            return


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
        self.metrics.busy.inc()
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
            self.metrics.busy.dec()
            self.metrics.count_query(outcome, time.perf_counter() - begin)
        return answer
