"""A web process can be told to stop from the moment that it is forked.

Until it sets its own, a process has the handlers of who forked it. Those of gunicorn's master note a signal
for a loop that a web process does not run, so one that came while it began would be lost, and it killed in
the end.
"""

from __future__ import annotations

import os
import signal

_STOPPING = frozenset({signal.SIGTERM, signal.SIGQUIT, signal.SIGINT})


def stop_children_at_once() -> None:
    """From now on, let each process that this one forks end by SIGTERM and SIGQUIT, and not by SIGINT.

    https://docs.python.org/3/library/os.html#os.register_at_fork. Ctrl-C goes to all processes; whoever
    forked them passes it on. What comes between the fork and the change of handlers waits.
    """
    os.register_at_fork(before=_hold, after_in_parent=_release, after_in_child=_become_plain)


def _hold() -> None:
    signal.pthread_sigmask(signal.SIG_BLOCK, _STOPPING)


def _release() -> None:
    signal.pthread_sigmask(signal.SIG_UNBLOCK, _STOPPING)


def _become_plain() -> None:
    for number in _STOPPING - {signal.SIGINT}:
        signal.signal(number, signal.SIG_DFL)
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    _release()
