"""Names to things, for the web process: it asks a process of its own that holds the index.

The index is made once, at the first question, outside any request: the process asks for rows, which come
from the store like all else. Its memory is bounded; if it dies, the next question starts another.
"""

from __future__ import annotations

import json
import logging
import socket
import subprocess
import sys
import weakref
from dataclasses import dataclass, field
from multiprocessing.connection import Connection
from threading import Event, Lock, Thread
from typing import Any

from kg.errors import KgError, StoreUnavailableError
from kg.formats import RESULTS_JSON, TURTLE
from kg.iris import Iris
from kg.store import Formats, Store

PATIENCE = 60.0
"""Seconds that a question waits for the index, and for its answer."""

_log = logging.getLogger(__name__)


@dataclass(slots=True)
class _Running:
    """One process; `kinds` counts what it knows, by kind, as soon as its index is made."""

    process: subprocess.Popen[bytes]
    connection: Connection
    ready: Event = field(default_factory=Event)
    kinds: dict[str, int] = field(default_factory=dict)
    sample: str = ""
    failed: str = ""


class Matching:
    """The process and what is asked of it; one question at a time, each may hold many names."""

    def __init__(self, store: Store, megabytes: int, iris: Iris) -> None:
        self._iris = iris
        self._store = store
        self._megabytes = megabytes
        self._running: _Running | None = None
        self._starting = Lock()
        self._asking = Lock()

    def ask(self, queries: list[dict[str, Any]]) -> list[dict[str, Any]]:
        """Give an answer to each query.

        Raises `StoreUnavailableError` while the index is being made, or if the process is lost.
        """
        running = self._ready()
        with self._asking:
            try:
                running.connection.send_bytes(json.dumps({"queries": queries}).encode("utf-8", "replace"))
                if not running.connection.poll(PATIENCE):
                    raise TimeoutError
                results: list[dict[str, Any]] = json.loads(running.connection.recv_bytes())["results"]
            except (OSError, EOFError, ValueError) as error:
                self._lose(running)
                raise _unavailable("The process that matches names was lost.") from error
        return results

    @property
    def kinds(self) -> dict[str, int]:
        """How many things there are of each kind."""
        return self._ready().kinds

    @property
    def is_ours(self) -> bool:
        """Whether the things are described by a graph of ours, and not by a slice of Wikidata."""
        return self._iris.is_entity(self._ready().sample)

    def _ready(self) -> _Running:
        with self._starting:
            running = self._running
            if running is None or running.process.poll() is not None:
                running = self._running = self._start()
        if not running.ready.wait(PATIENCE):
            raise _unavailable("The index of names is still being made.")
        if running.failed:
            self._lose(running)
            raise _unavailable(f"The index of names could not be made: {running.failed}")
        return running

    def _start(self) -> _Running:
        here, there = socket.socketpair()
        command = [sys.executable, "-m", "kg.matching.process", str(there.fileno()), str(self._megabytes)]
        with there:
            process = subprocess.Popen(command, pass_fds=[there.fileno()], stdin=subprocess.DEVNULL)
        running = _Running(process, Connection(here.detach()))
        weakref.finalize(self, _end, process, running.connection)
        Thread(target=_feed, args=(running, self._store), daemon=True, name="matching").start()
        return running

    def _lose(self, running: _Running) -> None:
        _end(running.process, running.connection)
        with self._starting:
            if self._running is running:
                self._running = None


def _feed(running: _Running, store: Store) -> None:
    """Give the process the rows that it asks for, until its index is made."""
    try:
        while True:
            asked = json.loads(running.connection.recv_bytes())
            if "ready" in asked:
                running.kinds, running.sample = asked["kinds"], asked["sample"]
                break
            answer = store.query(asked["select"], Formats(RESULTS_JSON, TURTLE))
            running.connection.send_bytes(answer.body)
    except (OSError, EOFError, ValueError, KgError) as error:
        _log.warning("the index of names could not be made: %s", error)
        running.failed = str(error) or type(error).__name__
    finally:
        running.ready.set()


def _end(process: subprocess.Popen[bytes], connection: Connection) -> None:
    connection.close()
    if process.poll() is None:
        process.kill()
    process.wait()


def _unavailable(what: str) -> StoreUnavailableError:
    return StoreUnavailableError(what, mend="Try again in some seconds.")
