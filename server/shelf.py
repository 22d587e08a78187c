"""Pools for old releases, started on demand: the side of the master, and that of those who ask.

There are never more than `KG_ARCHIVE` at a time, and one that nobody asked for `KG_IDLE` seconds is ended.
A query holds a connection until it is answered, so that no pool is ended under it; the kernel closes the
connections of a process that dies.
"""

from __future__ import annotations

import json
import logging
import socket
import threading
import time
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

from kg.errors import KgError, StoreUnavailableError
from kg.history import History
from kg.release import Release
from kg.store import Answer, Formats
from server.settings import Settings

if TYPE_CHECKING:
    from kg.terms import OxTerm
    from server.takeover import AnyPool, AnyStore

_LONGEST = 4096
_LOOK = 2.0
_PATIENCE = 60.0
_MOST_WORKERS = 2

_log = logging.getLogger(__name__)


class _Place:
    """A pool on the shelf, how many queries it answers now, and when it answered the last."""

    def __init__(self, pool: AnyPool) -> None:
        self.pool = pool
        self.address = pool.start().address
        self.users = 0
        self.used = time.monotonic()


class Shelf:
    """Keeps the pools of old releases; lives in the master process.

    Who connects to its socket and names a release by its id gets a line of JSON: the `address` of its store,
    or what went wrong. The store is theirs until they close the connection.
    """

    def __init__(self, path: Path, settings: Settings, pool: Callable[[Settings], AnyPool]) -> None:
        self.path = path
        self._settings = settings
        self._pool = pool
        self._places: dict[str, _Place] = {}
        self._lock = threading.Lock()
        self._listener = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        self._listener.bind(str(path))
        self._listener.listen(512)

    def watch(self) -> None:
        """Begin to answer, in threads."""
        threading.Thread(target=self._accept, name="shelf", daemon=True).start()

    def tidy(self) -> None:
        """End the pools that nobody has used for a while."""
        with self._lock:
            past = time.monotonic() - self._settings.idle
            for identifier, place in list(self._places.items()):
                if (place.users == 0 and place.used <= past) or not place.pool.alive:
                    self._end(identifier)

    def close(self) -> None:
        """End everything."""
        self._listener.close()
        with self._lock:
            for identifier in list(self._places):
                self._end(identifier)

    def _accept(self) -> None:
        self._listener.settimeout(_LOOK)
        while True:
            try:
                connection, _ = self._listener.accept()
                connection.settimeout(None)
                threading.Thread(target=self._serve, args=(connection,), daemon=True).start()
            except TimeoutError:
                self.tidy()
            except OSError:  # closed
                return

    def _serve(self, connection: socket.socket) -> None:
        with connection:
            identifier = connection.recv(_LONGEST).decode("utf-8", "replace").strip()
            try:
                place = self._taken(identifier)
            except Exception as error:  # told to who asks
                _log.warning("no pool for %s: %s", identifier, error)
                what = error.what if isinstance(error, KgError) else "its workers could not be started"
                connection.sendall(json.dumps({"error": what}).encode() + b"\n")
                return
            try:
                connection.sendall(json.dumps({"address": place.address}).encode() + b"\n")
                connection.recv(1)
            except OSError:  # gone
                pass
            finally:
                with self._lock:
                    place.users -= 1
                    place.used = time.monotonic()

    def _taken(self, identifier: str) -> _Place:
        with self._lock:
            place = self._places.get(identifier)
            if place is None or not place.pool.alive:
                place = self._started(identifier)
            place.users += 1
            return place

    def _started(self, identifier: str) -> _Place:
        release = History.of(self._settings.release).find(identifier)
        self._places.pop(identifier, None)
        while len(self._places) >= self._settings.archive:
            idle = [name for name, place in self._places.items() if place.users == 0]
            if not idle:
                raise StoreUnavailableError("As many old releases as may be are being asked just now.")
            self._end(min(idle, key=lambda name: self._places[name].used))
        place = self._places[identifier] = _Place(self._pool(_settings_for(self._settings, release)))
        return place

    def _end(self, identifier: str) -> None:
        self._places.pop(identifier).pool.stop()


def _settings_for(settings: Settings, release: Release) -> Settings:
    """Give the settings for the pool of an old release, which lies here wherever the newest does."""
    return replace(
        settings,
        release=release.path,
        workers=min(settings.workers, _MOST_WORKERS),
        store="memory" if settings.is_remote else settings.store,
    )


@dataclass(frozen=True, slots=True)
class ShelvedStore:
    """A `Store` that asks the pool of an old release, wherever it is by now."""

    path: Path
    identifier: str
    store: AnyStore

    def query(
        self,
        text: str,
        formats: Formats,
        *,
        substitutions: Mapping[str, OxTerm] | None = None,
        default_graphs: Iterable[str] = (),
        named_graphs: Iterable[str] = (),
    ) -> Answer:
        """Have a worker of that release run `text`; see `kg.pooled.PooledStore.query`."""
        with self._lent() as address:
            return self.store.at(address).query(
                text,
                formats,
                substitutions=substitutions,
                default_graphs=default_graphs,
                named_graphs=named_graphs,
            )

    @contextmanager
    def _lent(self) -> Iterator[str]:
        """Give the address of the pool, which is kept until the end."""
        with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as connection:
            connection.settimeout(_PATIENCE)
            try:
                connection.connect(str(self.path))
                connection.sendall(self.identifier.encode() + b"\n")
                with connection.makefile("rb") as lines:
                    reply = json.loads(lines.readline() or b"{}")
            except (OSError, ValueError) as error:
                raise StoreUnavailableError(f"The old release cannot be asked: {error}.") from None
            if "address" not in reply:
                raise StoreUnavailableError(
                    f"The old release cannot be asked: {reply.get('error', 'no answer')}",
                    mend="Try again in a moment, or take its dumps.",
                )
            yield reply["address"]
