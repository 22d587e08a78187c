"""What a web process does when another release is to be used: see `server.takeover` for the master's part."""

from __future__ import annotations

import fcntl
import json
import logging
import os
import threading
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import TYPE_CHECKING

from werkzeug.wsgi import ClosingIterator

from server import memory
from server.takeover import Generation, lock_path

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment

WEB_INTERVAL = 0.25
"""Seconds between two looks at which generation to use."""

_log = logging.getLogger(__name__)


class _Use:
    """One generation in one web process, with the number of requests that it answers now."""

    def __init__(self, generation: Generation, app: WSGIApplication, lock: int) -> None:
        self.generation = generation
        self.app = app
        self.lock = lock
        self.requests = 0
        self.is_past = False


class Exchange:
    """The WSGI application of a web process: that of the generation to use."""

    def __init__(
        self,
        state: Path,
        make: Callable[[Generation], WSGIApplication],
        warm: Callable[[WSGIApplication], None] = lambda app: None,
        tick: Callable[[], None] = lambda: None,
    ) -> None:
        """`tick` is called each time when the generation to use is looked at."""
        self._tick = tick
        self._warm = warm
        self._state = state
        self._make = make
        self._lock = threading.Lock()
        # Made before the fork, and so shared by all web processes.
        generation = self._read()
        self._prepared = (generation, make(generation))
        self._use: _Use | None = None

    def enter(self) -> None:
        """Begin, in a web process: from now on its generation is in use."""
        self._prepared_use()
        memory.settle()
        threading.Thread(target=self._look, name="exchange", daemon=True).start()

    def __call__(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        """Answer with the application to use, and keep its pool until the answer has been given."""
        with self._lock:
            use = self._use or self._prepared_use()
            use.requests += 1
        try:
            answer = use.app(environ, start_response)
        except BaseException:
            self._leave(use)
            raise
        wrapper = environ.get("wsgi.file_wrapper")
        if isinstance(answer, list) or (isinstance(wrapper, type) and isinstance(answer, wrapper)):
            self._leave(use)
            return answer
        return ClosingIterator(answer, lambda: self._leave(use))

    def generation(self) -> Generation | None:
        """Give the generation in use; `None` before the first."""
        use = self._use
        return use.generation if use else None

    def hold(self) -> tuple[Generation, Callable[[], None]] | None:
        """Keep the generation in use until what is given with it is called; `None` before the first."""
        with self._lock:
            use = self._use
            if use is None:
                return None
            use.requests += 1
        return use.generation, lambda: self._leave(use)

    def check(self) -> None:
        """Change to the generation to use if it is another one."""
        if self._use is not None and self._read() == self._use.generation:
            return
        new = self._acquire()
        self._prepared = (new.generation, new.app)
        with self._lock:
            old, self._use = self._use, new
            if old is not None:
                old.is_past = True
                self._free(old)
        memory.settle()

    def _prepared_use(self) -> _Use:
        if self._use is None:
            self._use = self._acquire()
        return self._use

    def _look(self) -> None:
        pause = threading.Event()
        failed = generation = None
        while not pause.wait(WEB_INTERVAL):
            try:
                self._tick()
                if (generation := self._read()) != failed:
                    self.check()
            except Exception:  # whatever it is, what is served goes on
                if not self._state.exists():  # the master is going
                    return
                failed = generation
                _log.exception("the new release is not taken over")

    def _read(self) -> Generation:
        return Generation(**json.loads(self._state.read_text("utf-8")))

    def _acquire(self) -> _Use:
        """Lock the generation to use and make its application."""
        while True:
            generation = self._read()
            try:
                lock = os.open(lock_path(self._state, generation.number), os.O_RDONLY | os.O_CLOEXEC)
            except FileNotFoundError:  # past already: the file names another by now
                continue
            fcntl.flock(lock, fcntl.LOCK_SH)
            if self._read() == generation:
                break
            os.close(lock)
        try:
            prepared, app = self._prepared
            app = app if prepared == generation else self._make(generation)
            self._warm(app)
            return _Use(generation, app, lock)
        except BaseException:
            os.close(lock)
            raise

    def _leave(self, use: _Use) -> None:
        with self._lock:
            use.requests -= 1
            self._free(use)

    def _free(self, use: _Use) -> None:
        if use.is_past and use.requests == 0 and use.lock >= 0:
            os.close(use.lock)
            use.lock = -1
