"""What a web process says to those who look after its memory: the C library, the collector of garbage."""

from __future__ import annotations

import ctypes
import gc
import sys

_M_MMAP_THRESHOLD = -3
_LARGE = 256 << 10


def give_back_large_blocks() -> None:
    """Have the C library give large blocks back: glibc keeps what large answers took, unless told."""
    if sys.platform == "linux":
        ctypes.CDLL(None).mallopt(_M_MMAP_THRESHOLD, _LARGE)


def settle() -> None:
    """Let the collector go by all that is there now, and then leave it alone.

    The vocabulary and the templates of a release are so many objects that to walk them took 50 ms, again and
    again. What has been left since the last time is collected.
    """
    gc.unfreeze()
    gc.collect()
    gc.freeze()
