"""A process that was just forked ends when it is told to, whatever the handlers of who forked it do."""

from __future__ import annotations

import signal
import subprocess
import sys

import pytest

PROGRAM = """
import os, signal, sys, time
from server.signals import stop_children_at_once

seen = []

def noted(number, frame):
    seen.append(number)
    print("noted", signal.Signals(number).name, flush=True)

told = signal.Signals(int(sys.argv[1]))
signal.signal(told, noted)
if sys.argv[2] == "plain":
    stop_children_at_once()
reader, writer = os.pipe()
child = os.fork()
if child == 0:
    os.write(writer, b"x")
    for _ in range(int(sys.argv[4])):  # begins, for a long time
        if not seen:
            time.sleep(0.05)
    os._exit(7)
if sys.argv[3] == "late":
    os.read(reader, 1)
os.kill(child, told)
print(os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]), flush=True)
os.kill(os.getpid(), told)
"""


def outcome(number: signal.Signals, handlers: str, when: str, steps: int = 200) -> list[str]:
    command = [sys.executable, "-c", PROGRAM, str(int(number)), handlers, when, str(steps)]
    return subprocess.run(command, capture_output=True, text=True, check=True, timeout=60).stdout.splitlines()


@pytest.mark.parametrize("when", ["early", "late"])
@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGQUIT])
def test_a_child_ends(number: signal.Signals, when: str) -> None:
    assert outcome(number, "plain", when) == [str(-number), f"noted {number.name}"]


def test_a_child_leaves_ctrl_c_to_its_parent() -> None:
    assert outcome(signal.SIGINT, "plain", "late", steps=2) == ["7", "noted SIGINT"]


def test_else_the_handler_of_the_parent_takes_it() -> None:
    assert outcome(signal.SIGTERM, "inherited", "late") == ["noted SIGTERM", "7", "noted SIGTERM"]
