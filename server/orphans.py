"""No web process outlives the master."""

from __future__ import annotations

import ctypes
import os
import signal
import sys

_PR_SET_PDEATHSIG = 1


def die_with(master: int) -> None:
    """Let the kernel end this web process when the master is killed (Linux); https://man7.org/linux/man-pages/man2/pr_set_pdeathsig.2const.html."""
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGKILL)
    if os.getppid() != master:
        os._exit(0)
