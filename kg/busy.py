"""Which workers of a pool are at a question: a byte for each, which all processes see."""

from __future__ import annotations

import mmap
from pathlib import Path


class BusyWorkers:
    """The bytes at `path`, which all who open them share; nobody is busy where there is no file."""

    def __init__(self, path: str) -> None:
        self._path = path
        self._shared: mmap.mmap | None = None

    @classmethod
    def make(cls, path: str, workers: int) -> BusyWorkers:
        """Make the file for so many workers. Raises `OSError` if that cannot be done."""
        Path(path).write_bytes(bytes(workers))
        made = cls(path)
        made._open()
        return made

    def mark(self, number: int, busy: bool) -> None:
        """Say whether the worker of a number is at a question; of no use where there is no file."""
        shared = self._open()
        if shared is not None:
            shared[number] = busy

    @property
    def all(self) -> bool:
        """Whether there are workers, and all are at a question."""
        shared = self._open()
        return shared is not None and 0 not in shared[:]

    def _open(self) -> mmap.mmap | None:
        if self._shared is None:
            try:
                with Path(self._path).open("r+b") as file:
                    self._shared = mmap.mmap(file.fileno(), 0)
            except (OSError, ValueError):  # an empty file cannot be mapped
                return None
        return self._shared
