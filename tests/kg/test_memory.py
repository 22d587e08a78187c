"""What the C library keeps for itself is given back when it is told to."""

from __future__ import annotations

import ctypes
import subprocess
import sys
from pathlib import Path

import pytest

from kg import memory

SCATTERED = """
from pathlib import Path
from kg import memory

def resident():
    return int(Path("/proc/self/statm").read_text().split()[1]) * 4096 >> 20

memory.give_back_large_blocks()
before = resident()
blocks = [b"x" * (200_000 if number % 2 else 1000) for number in range(1000)]
held = blocks[::2]
del blocks
scattered = resident()
memory.give_back()
print(scattered - before, resident() - before)
"""


@pytest.mark.skipif(not Path("/proc/self/statm").exists(), reason="needs /proc")
def test_what_lies_scattered_is_given_back() -> None:
    said = subprocess.run(
        [sys.executable, "-c", SCATTERED], capture_output=True, text=True, check=True, timeout=60
    ).stdout
    scattered, left = map(int, said.split())
    assert scattered > 80
    assert left < 20


def test_where_there_is_nobody_to_tell_nothing_is_done(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(ctypes, "CDLL", lambda _: object())
    memory.give_back()
    memory.give_back_large_blocks()
