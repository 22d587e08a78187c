"""What a web process has done about its memory now and then: by the C library and the collector."""

from __future__ import annotations

import gc
import threading
import time
from collections.abc import Callable

from kg.memory import give_back

_PAUSE = 10.0


def give_back_now_and_then(quiet_for: Callable[[], float]) -> None:
    """Begin to give back, in a thread of its own, what many large requests have left scattered.

    `quiet_for` says for how many seconds nobody has asked: then there is nothing new.
    """
    threading.Thread(target=_give_back, args=(quiet_for,), name="memory", daemon=True).start()


def _give_back(quiet_for: Callable[[], float], wait: Callable[[float], object] = time.sleep) -> None:
    while True:
        wait(_PAUSE)
        if quiet_for() < 2 * _PAUSE:
            give_back()


def settle() -> None:
    """Let the collector go by all that is there now, and then leave it alone.

    The vocabulary and the templates of a release are so many objects that to walk them took 50 ms, again and
    again. What has been left since the last time is collected.
    """
    gc.unfreeze()
    gc.collect()
    gc.freeze()
