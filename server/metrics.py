"""Numbers for Prometheus at `/metrics`: https://prometheus.io/docs/instrumenting/exposition_formats/.

With several web processes the numbers are gathered in files of a folder that they share, so that each
process gives those of all.
"""

from __future__ import annotations

import os
import threading
import time
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

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
        self._registry = registry = CollectorRegistry()
        self._children: dict[tuple[Counter, str], Counter] = {}
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
        self._labelled(self.responses, status).inc()
        self.seconds.observe(seconds)
        if cache:
            self._labelled(self.cache, cache).inc()

    def count_query(self, outcome: str, seconds: float) -> None:
        """Count one query, unless it is asked where nothing is counted: what came of it, and when."""
        if not getattr(self._thread, "unseen", False):
            self._labelled(self.queries, outcome).inc()
            self.query_seconds.observe(seconds)

    @contextmanager
    def unseen(self) -> Iterator[None]:
        """Do not count the queries that this thread asks meanwhile: no visitor asked for them."""
        self._thread.unseen = True
        try:
            yield
        finally:
            self._thread.unseen = False

    def _labelled(self, counter: Counter, label: str) -> Counter:
        """Give the counter with a label, found without the lock that all of them share."""
        found = self._children.get((counter, label))
        if found is None:
            found = self._children[counter, label] = counter.labels(label)
        return found

    def text(self) -> bytes:
        """Give all numbers in the text format."""
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
