"""What a web process says to those who look after its memory: the C library, the collector of garbage."""

from __future__ import annotations

import ctypes
import gc
import sys
import threading
import time
from collections.abc import Callable

_M_MMAP_THRESHOLD = -3
_LARGE = 256 << 10
_PAUSE = 10.0


def give_back_large_blocks() -> None:
    """Have the C library give large blocks back: glibc keeps what large answers took, unless told."""
    _call("mallopt", _M_MMAP_THRESHOLD, _LARGE)


def give_back_now_and_then(quiet_for: Callable[[], float]) -> None:
    """Begin to give back, in a thread of its own, what many large requests have left scattered.

    `quiet_for` says for how many seconds nobody has asked: then there is nothing new.
    """
    threading.Thread(target=_give_back, args=(quiet_for,), name="memory", daemon=True).start()


def give_back() -> None:
    """Have the C library give back all that is free: https://man7.org/linux/man-pages/man3/malloc_trim.3.html."""
    _call("malloc_trim", 0)


def _give_back(quiet_for: Callable[[], float], wait: Callable[[float], object] = time.sleep) -> None:
    while True:
        wait(_PAUSE)
        if quiet_for() < 2 * _PAUSE:
            give_back()


def _call(name: str, *arguments: int) -> None:
    """Call a function that only glibc has."""
    if sys.platform == "linux" and (function := getattr(ctypes.CDLL(None), name, None)):
        function(*arguments)


def settle() -> None:
    """Let the collector go by all that is there now, and then leave it alone.

    The vocabulary and the templates of a release are so many objects that to walk them took 50 ms, again and
    again. What has been left since the last time is collected.
    """
    gc.unfreeze()
    gc.collect()
    gc.freeze()
