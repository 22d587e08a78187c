"""Queries run in processes that can be ended: `WorkerPool` starts, `kg.pooled.PooledStore` asks them.

pyoxigraph has neither timeout nor cancel, and a hostile query can eat all memory or crash its
process. So no query is run, or even parsed, in the process that serves. See `kg.engine` for the
other side.
"""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
import threading
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING, Self

from kg import wire
from kg.engine import Settings, main
from kg.errors import (
    KgError,
    UsageError,
)
from kg.pooled import PooledStore, unavailable
from kg.sparql import Limits
from kg.store import Answer, Formats

if TYPE_CHECKING:
    from kg.terms import OxTerm

__all__ = ["PooledStore", "WorkerPool"]

_STOP_GRACE = 5.0


class WorkerPool:
    """Starts and ends the engine process with its workers; itself a `Store`.

    `paths` are RDF files, or with `mode="disk"` the one folder of a `kg.store.DiskStore`.
    `deadline` is in seconds per query, `memory_limit` in bytes per worker above what the loaded
    data take (kept on Linux only); `queue` is how many requests of one process may wait for a worker
    (`None`: any number); `sessions` and `session` are as in `kg.engine.Settings`. Use it as a context
    manager, or call `start` and `stop`.
    """

    def __init__(
        self,
        paths: Path | Sequence[Path],
        *,
        prefixes: Mapping[str, str] | None = None,
        default_prefixes: bool = False,
        workers: int = 2,
        deadline: float = 10.0,
        memory_limit: int = 1 << 30,
        mode: str = "memory",
        limits: Limits | None = None,
        queue_timeout: float | None = None,
        queue: int | None = None,
        sessions: int = 0,
        session: str = "",
    ) -> None:
        files = [paths] if isinstance(paths, Path) else list(paths)
        if mode not in {"memory", "disk"} or (mode == "disk" and len(files) != 1):
            raise UsageError("The mode is 'memory', or 'disk' with the one folder of a store.")
        if workers < 1 or deadline <= 0:
            raise UsageError("A pool needs at least one worker and a deadline above 0.")
        self._settings = Settings(
            paths=[str(path.absolute()) for path in files],
            prefixes=dict(prefixes or {}),
            default_prefixes=default_prefixes,
            workers=workers,
            deadline=deadline,
            memory_limit=memory_limit,
            mode=mode,
            sealed=not (limits and limits.services),
            sessions=sessions,
            session=session,
        )
        self._limits = limits or Limits()
        self._queue_timeout = queue_timeout
        self._queue = None if queue is None else max(queue, 0)
        self._process: subprocess.Popen[bytes] | None = None
        self._store: PooledStore | None = None
        self._lock = threading.Lock()

    def __enter__(self) -> Self:
        """Start the engine."""
        self.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """End the engine."""
        self.stop()

    def start(self) -> PooledStore:
        """Start the engine and wait until it has loaded; give the store for other processes.

        Raises the engine's error if it cannot load, `StoreUnavailableError` if it ends without one.
        """
        with self._lock:
            if self._store is None:
                self._store = self._launch()
            return self._store

    def stop(self) -> None:
        """End the engine and its workers; requests under way fail. Does nothing the second time."""
        with self._lock:
            store, self._store = self._store, None
            process, self._process = self._process, None
        if process is not None:
            _end(process)
        if store is not None:  # there still if the engine was killed
            shutil.rmtree(Path(store.socket_path).parent, ignore_errors=True)

    @property
    def store(self) -> PooledStore:
        """The store to hand to other threads and processes.

        Raises `StoreUnavailableError` unless the pool has been started.
        """
        if self._store is None:
            raise unavailable("its workers have not been started")
        return self._store

    @property
    def alive(self) -> bool:
        """Whether the engine runs."""
        return self._process is not None and self._process.poll() is None

    @property
    def pid(self) -> int | None:
        """The process id of the engine, for monitoring."""
        return self._process.pid if self._process else None

    def query(
        self,
        text: str,
        formats: Formats,
        *,
        substitutions: Mapping[str, OxTerm] | None = None,
        default_graphs: Iterable[str] = (),
        named_graphs: Iterable[str] = (),
    ) -> Answer:
        """Have a worker run `text`; see `PooledStore.query`."""
        return self.store.query(
            text,
            formats,
            substitutions=substitutions,
            default_graphs=default_graphs,
            named_graphs=named_graphs,
        )

    def _launch(self) -> PooledStore:
        # A fresh interpreter, not a fork: the caller may have threads.
        process = subprocess.Popen(
            [sys.executable, "-m", "kg.workers"], stdin=subprocess.PIPE, stdout=subprocess.PIPE
        )
        try:
            reply = _tell(process, self._settings)
        except KgError:
            _end(process)
            raise
        self._process = process
        return PooledStore(
            reply["socket"],
            self._settings.deadline,
            self._limits,
            self._queue_timeout,
            self._queue,
            self._settings.workers,
        )


def _tell(process: subprocess.Popen[bytes], settings: Settings) -> dict[str, str]:
    """Send the settings and wait for the engine's one line. Raises the error that it holds."""
    if process.stdin is None or process.stdout is None:
        raise unavailable("its process has no pipes")
    try:
        process.stdin.write(settings.to_json().encode() + b"\n")
        process.stdin.flush()  # and left open: its end tells the engine that we are gone
        line = process.stdout.readline()
    except BrokenPipeError:
        line = b""
    if not line:
        raise unavailable(f"its process ended with status {process.wait()}")
    reply: dict[str, str] = json.loads(line)
    if "error" in reply:
        raise wire.json_error(reply)
    return reply


def _end(process: subprocess.Popen[bytes]) -> None:
    process.terminate()
    try:
        process.wait(_STOP_GRACE)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()
    for pipe in (process.stdin, process.stdout):
        if pipe is not None:
            pipe.close()


if __name__ == "__main__":
    sys.exit(main())
