"""What a process says to the C library about its memory: glibc keeps what is free, unless told."""

from __future__ import annotations

import ctypes
import sys

_M_MMAP_THRESHOLD = -3
_LARGE = 256 << 10


def give_back_large_blocks() -> None:
    """Have the C library give large blocks back as soon as they are free.

    https://man7.org/linux/man-pages/man3/mallopt.3.html.
    """
    _call("mallopt", _M_MMAP_THRESHOLD, _LARGE)


def give_back() -> None:
    """Have the C library give back all that is free: https://man7.org/linux/man-pages/man3/malloc_trim.3.html."""
    _call("malloc_trim", 0)


def _call(name: str, *arguments: int) -> None:
    """Call a function that only glibc has."""
    if sys.platform == "linux" and (function := getattr(ctypes.CDLL(None), name, None)):
        function(*arguments)
