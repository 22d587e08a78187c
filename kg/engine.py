"""The engine process of a `kg.workers.WorkerPool`: it loads a store once and forks workers.

It stays single-threaded, so that forking is safe, and never answers itself. The workers share its
pages and one listening socket. Each answers one question at a time under a kernel timer, whose signal
ends the process at the deadline even in the middle of native code; the engine forks another in its
place.

Beside the workers it can keep *sessions*: processes that share the same pages, each with a socket of its
own and a function to run that whoever starts the engine names (`Settings.session`).

Told what to do by one line of JSON on standard input, it answers with one line on standard output:
the socket, or the error. When standard input closes, whoever started it is gone and it ends.
"""

from __future__ import annotations

import gc
import json
import os
import resource
import select
import shutil
import signal
import socket
import sys
import tempfile
import time
from collections.abc import Callable, Mapping, Sequence
from contextlib import ExitStack
from dataclasses import asdict, dataclass
from functools import partial
from importlib import import_module
from pathlib import Path
from typing import Any, NoReturn

from kg import wire
from kg.busy import BusyWorkers
from kg.errors import KgError, MissingInputError
from kg.noise import Noise
from kg.orphans import die_with
from kg.serving import Mark, serve_one
from kg.store import DiskStore, MemoryStore, Store

BACKLOG = 1024
_TICK = 0.5
_EARLY_DEATH = 0.05
_LONGEST_PAUSE = 1.0
_LISTENER_FD = 3


Session = Callable[[socket.socket, Store, bool], None]
"""What a session runs, for ever: its listening socket, the store, whether it must not open another socket."""


@dataclass(frozen=True, slots=True)
class Settings:
    """What the engine is told.

    `deadline` is in seconds, `memory_limit` in bytes above what it has itself; `mode` is `memory`
    (`paths` are RDF files) or `disk` (`paths` is one folder). `sealed` workers cannot open a socket.
    There are as many `sessions`; each runs `session`, as `package.module:function`.
    """

    paths: list[str]
    prefixes: dict[str, str]
    default_prefixes: bool = False
    workers: int = 2
    deadline: float = 10.0
    memory_limit: int = 1 << 30
    mode: str = "memory"
    sealed: bool = True
    sessions: int = 0
    session: str = ""

    @property
    def is_sealed(self) -> bool:
        """Whether the processes cannot open a socket: a store on disk needs files."""
        return self.sealed and self.mode == "memory"

    def to_json(self) -> str:
        """Give one line of JSON."""
        return json.dumps(asdict(self))


def main() -> int:
    """Run the engine until it is told to stop; give the exit status."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is for whoever started us
    sys.stdout = sys.stderr  # the line on descriptor 1 is the only one
    settings = Settings(**json.loads(_read_line(0)))
    folder = Path(tempfile.mkdtemp(prefix="kg-"))  # mode 0700
    try:
        return _run(settings, folder)
    except KgError as error:
        _say(wire.error_json(error))
        return error.exit_code
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _run(settings: Settings, folder: Path) -> int:
    opener = _opener(settings)
    path = str(folder / "socket")
    with ExitStack() as open_until_the_end:
        listener = open_until_the_end.enter_context(_listening(path))
        busy = BusyWorkers.make(wire.busy_path(path), settings.workers)
        roles: list[_Role] = [
            partial(_serve, listener, partial(busy.mark, number)) for number in range(settings.workers)
        ]
        if settings.sessions:
            run = _named(settings.session)
        for number in range(settings.sessions):
            own = open_until_the_end.enter_context(_listening(wire.session_path(path, number)))
            roles.append(partial(_hold_session, own, run))
        gc.collect()
        gc.freeze()  # a collection in a worker would copy every page it touches
        engine = _Engine(settings, opener, roles)
        engine.fill()
        _say({"socket": path})
        engine.tend()
    return 0


def _opener(settings: Settings) -> Callable[[], Store]:
    """Give what a worker calls for its store: loaded here, or opened there, as it has threads."""
    paths = [Path(path) for path in settings.paths]
    prefixes, default_prefixes = settings.prefixes, settings.default_prefixes
    if settings.mode == "disk":
        folder = paths[0]
        if not (folder / "CURRENT").is_file():
            raise MissingInputError(f"There is no store in {folder}.")
        return lambda: DiskStore.open(folder, prefixes=prefixes, default_prefixes=default_prefixes)
    store = MemoryStore.load(*paths, prefixes=prefixes, default_prefixes=default_prefixes)
    return lambda: store


_Role = Callable[[Store, Settings], None]


class _Engine:
    """Keeps a process alive for each of `roles`: what it does with the store that `opener` gives."""

    def __init__(self, settings: Settings, opener: Callable[[], Store], roles: Sequence[_Role]) -> None:
        self.settings = settings
        self.opener = opener
        self.roles = roles
        self.started: dict[int, tuple[int, float]] = {}
        self.pause = 0.0
        self.not_before = 0.0
        self.stopping = False
        self.parent = os.getppid()
        self.own_pid = os.getpid()
        self.noise = Noise()
        self.wakeup, writer = os.pipe()
        os.set_blocking(writer, False)
        signal.set_wakeup_fd(writer)
        signal.signal(signal.SIGCHLD, lambda *_: None)  # only to wake `select`
        signal.signal(signal.SIGTERM, self._stop)

    def tend(self) -> None:
        """Replace workers that end, until told to stop; then end all."""
        try:
            while not self.stopping and os.getppid() == self.parent:
                self.noise.drain()
                self._reap()
                self.fill()
                ready, _, _ = select.select([self.wakeup, 0], [], [], self._patience())
                if 0 in ready and not os.read(0, 4096):
                    return
                if self.wakeup in ready:
                    os.read(self.wakeup, 4096)
        finally:
            self._end_all()

    def fill(self) -> None:
        """Fork the processes that are missing, unless the last ones died at once."""
        there = {role for role, _ in self.started.values()}
        for role in sorted(set(range(len(self.roles))) - there):
            if time.monotonic() < self.not_before:
                return
            pid = os.fork()
            if pid == 0:
                self._become(self.roles[role])
            self.started[pid] = (role, time.monotonic())

    def _stop(self, *_: object) -> None:
        self.stopping = True

    def _patience(self) -> float:
        if len(self.started) == len(self.roles):
            return _TICK
        return max(0.0, self.not_before - time.monotonic())

    def _reap(self) -> None:
        while self.started:
            pid, status = os.waitpid(-1, os.WNOHANG)
            if pid == 0:
                return
            self.noise.report(pid, os.waitstatus_to_exitcode(status))
            age = time.monotonic() - self.started.pop(pid)[1]
            early = age < _EARLY_DEATH
            self.pause = min(_LONGEST_PAUSE, max(0.02, self.pause * 2)) if early else 0.0
            self.not_before = time.monotonic() + self.pause

    def _end_all(self) -> None:
        for pid in self.started:
            os.kill(pid, signal.SIGKILL)
        while self.started:
            pid, _ = os.waitpid(-1, 0)
            self.started.pop(pid, None)

    def _become(self, role: _Role) -> NoReturn:
        try:
            # Asked after the fork, the parent could already be another: then nobody would end us.
            _leave_engine(self.own_pid)
            store = self.opener()
            _set_limits(self.settings.memory_limit)
            os.dup2(self.noise.writer, 2)
            role(store, self.settings)
        except BaseException as error:
            print(f"kg worker {os.getpid()}: {error!r}", file=sys.stderr, flush=True)
        finally:
            os._exit(1)


def _serve(listener: socket.socket, mark: Mark, store: Store, settings: Settings) -> None:
    """Be a worker."""
    mark(False)  # the one before may have been at a question when it ended
    listener = _close_files(listener, all_others=settings.is_sealed)
    if settings.is_sealed:
        # The one free descriptor is that of the connection being served.
        resource.setrlimit(resource.RLIMIT_NOFILE, (_LISTENER_FD + 2, _LISTENER_FD + 2))
    while True:
        serve_one(listener, store, settings.deadline, mark)


def _hold_session(listener: socket.socket, run: Session, store: Store, settings: Settings) -> None:
    """Be a session."""
    run(_close_files(listener, all_others=settings.is_sealed), store, settings.is_sealed)


def _named(place: str) -> Session:
    """Give the function at `place`, as `package.module:function`."""
    module, _, name = place.partition(":")
    run: Session = getattr(import_module(module), name)
    return run


def _listening(path: str) -> socket.socket:
    listener = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
    listener.bind(path)
    listener.listen(BACKLOG)
    return listener


def _leave_engine(engine: int) -> None:
    """Drop the engine's signal handling, and die with it."""
    signal.set_wakeup_fd(-1)
    signal.signal(signal.SIGCHLD, signal.SIG_DFL)
    signal.signal(signal.SIGTERM, signal.SIG_DFL)
    die_with(engine)


def _set_limits(memory_limit: int) -> None:
    """Cap the address space at `memory_limit` bytes above today's; leave no core files."""
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    statm = Path("/proc/self/statm")
    if statm.exists():  # elsewhere the kernel would not keep to it
        most = int(statm.read_text().split()[0]) * resource.getpagesize() + memory_limit
        resource.setrlimit(resource.RLIMIT_AS, (most, most))


def _close_files(listener: socket.socket, *, all_others: bool) -> socket.socket:
    """Close what is not needed any more; give the listener under its new number.

    With `all_others` nothing but it is left open above standard error, so that whoever limits the number of
    descriptors cannot open a socket, whatever a query gets past `kg.sparql.check`.
    """
    nothing = os.open(os.devnull, os.O_RDWR)
    os.dup2(nothing, 0)
    os.dup2(nothing, 1)
    own = os.dup2(listener.fileno(), _LISTENER_FD) if all_others else os.dup(listener.fileno())
    if all_others:
        os.closerange(_LISTENER_FD + 1, resource.getrlimit(resource.RLIMIT_NOFILE)[0])
        listener.detach()
    return socket.socket(fileno=own)


def _read_line(descriptor: int) -> bytes:
    """Read up to a newline without buffering, so that `select` still sees the end of input."""
    line = bytearray()
    while not line.endswith(b"\n"):
        data = os.read(descriptor, 65536)
        if not data:
            raise SystemExit(0)
        line += data
    return bytes(line)


def _say(message: Mapping[str, Any]) -> None:
    os.write(1, json.dumps(message).encode() + b"\n")
