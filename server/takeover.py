"""Take a new release over while serving, without a failed request.

The master's `Keeper` starts a pool on the new release and then names it in a file. Each web process has a
`server.exchange.Exchange`, which reads that file, makes a new application aside and sends what comes from
then on to it. A web process holds a shared lock on a file of the generation that it uses; the master ends a
pool when it gets that lock for itself. The kernel drops the locks of a process that dies.
"""

from __future__ import annotations

import fcntl
import json
import logging
import shutil
import tempfile
import threading
from collections.abc import Callable
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

from kg.errors import KgError
from kg.release import CURRENT, MANIFEST, open_release
from server.settings import Settings

if TYPE_CHECKING:
    from kg.remote import RemoteEngine, RemoteStore
    from kg.workers import PooledStore, WorkerPool

    AnyPool = WorkerPool | RemoteEngine
    AnyStore = PooledStore | RemoteStore

MASTER_INTERVAL = 1.0

_STOCK = ".stock"

_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Generation:
    """What is served for a time: the folder of a release (empty for none) and where its store is reached."""

    number: int
    release: str
    address: str

    def settings(self, settings: Settings) -> Settings:
        """Give the settings with this very release in them."""
        return replace(settings, release=Path(self.release)) if self.release else settings


class Keeper:
    """Starts and ends the pools; lives in the master process."""

    def __init__(self, settings: Settings, pool: Callable[[Settings], AnyPool]) -> None:
        self._settings = settings
        self._pool = pool
        self._folder = Path(tempfile.mkdtemp(prefix="kg-serving-"))
        self._pools: dict[Path, AnyPool] = {}
        self._current: Generation | None = None
        self._refused = ""
        self._stop = threading.Event()
        self._thread: threading.Thread | None = None

    @property
    def pool(self) -> Callable[[Settings], AnyPool]:
        """Makes a pool, not yet started."""
        return self._pool

    @property
    def folder(self) -> Path:
        """A folder of this run, removed at its end."""
        return self._folder

    @property
    def state(self) -> Path:
        """The file that names the generation to use."""
        return self._folder / "serving"

    def start(self) -> AnyStore:
        """Start the first pool."""
        return self._take(self._target())

    def watch(self) -> None:
        """Begin to look for a new release, in a thread."""
        self._thread = threading.Thread(target=self._look, name="keeper", daemon=True)
        self._thread.start()

    def close(self) -> None:
        """End everything."""
        self._stop.set()
        if self._thread is not None:
            self._thread.join()
        for pool in self._pools.values():
            pool.stop()
        shutil.rmtree(self._folder, ignore_errors=True)

    def check(self) -> None:
        """Take a new release over if there is one, replace an engine that has died, end pools left behind."""
        target = self._target()
        if self._current is not None and (target != self._current.release or not self._alive()):
            self._try(target)
        self._end_unused()

    def _look(self) -> None:
        while not self._stop.wait(MASTER_INTERVAL):
            try:
                self.check()
            except Exception:  # whatever it is, what is served goes on
                _log.exception("looking for a new release failed")

    def _target(self) -> str:
        folder = self._settings.release
        if self._settings.load:
            return ""
        if self._current is not None and not self._settings.reload:
            return self._current.release
        if (folder / MANIFEST).is_file():
            return str(folder.resolve())
        try:
            return str((folder / CURRENT).resolve(strict=True))
        except OSError:  # gone: go on with what there is
            if self._current is not None:
                return self._current.release
            # An engine elsewhere can hold a graph of which there is no release here.
            return "" if self._settings.is_remote else str(open_release(folder).path)

    def _alive(self) -> bool:
        return self._pools[self._lock_path()].alive

    def _try(self, target: str) -> None:
        if target == self._refused and self._alive():
            return
        try:
            self._take(target)
            self._refused = ""
        except (KgError, OSError, ValueError, KeyError, TypeError) as error:
            self._refused = target
            _log.error("%s is not taken over: %s", target, error)

    def _take(self, target: str) -> AnyStore:
        number = self._current.number + 1 if self._current else 1
        first = Generation(number, target, "")
        pool = self._pool(first.settings(self._settings))
        store = pool.start()
        self._current = replace(first, address=store.address)
        self._lock_path().touch()
        self._pools[self._lock_path()] = pool
        aside = self.state.with_suffix(".new")
        aside.write_text(json.dumps(asdict(self._current)), "utf-8")
        aside.replace(self.state)
        return store

    def _lock_path(self) -> Path:
        return lock_path(self.state, self._current.number if self._current else 0)

    def _end_unused(self) -> None:
        for path, pool in list(self._pools.items()):
            if path == self._lock_path() or not _is_unused(path):
                continue
            del self._pools[path]
            path.unlink()
            shutil.rmtree(path.with_suffix(_STOCK), ignore_errors=True)
            pool.stop()


def lock_path(state: Path, number: int) -> Path:
    """Give the file that the users of a generation lock."""
    return state.with_name(f"{number}.lock")


def stock_path(state: Path, number: int) -> Path:
    """Give the folder of what the web processes make for each other while a generation is used."""
    return lock_path(state, number).with_suffix(_STOCK)


def _is_unused(path: Path) -> bool:
    with path.open("rb") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            return False
    return True
