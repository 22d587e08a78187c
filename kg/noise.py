"""What dying worker processes write, such as `memory allocation failed`, made into structured lines."""

from __future__ import annotations

import json
import os
import signal
import sys
from contextlib import suppress

_KEPT = 500


class Noise:
    """What workers write to their standard error as they die: one line of JSON on ours for each."""

    def __init__(self) -> None:
        self._reader, self.writer = os.pipe()
        os.set_blocking(self._reader, False)
        self._said = b""

    def drain(self) -> None:
        """Take what was written, so that no worker waits for room."""
        with suppress(BlockingIOError):
            while data := os.read(self._reader, 65536):
                self._said = (self._said + data)[-_KEPT:]

    def report(self, pid: int, code: int) -> None:
        """Say how a worker ended, unless that was at its deadline or by its own will."""
        self.drain()
        said, self._said = self._said.decode("utf-8", "replace").strip(), b""
        if code in {0, -signal.SIGALRM, -signal.SIGPROF}:
            return
        how = signal.Signals(-code).name if code < 0 else f"exit {code}"
        line = {"event": "query worker ended", "pid": pid, "how": how, "said": said}
        print(json.dumps(line), file=sys.stderr, flush=True)
