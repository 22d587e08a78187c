"""A web process gives back what is free in its memory, now and then."""

from __future__ import annotations

import pytest

from server import memory


def test_it_is_done_while_somebody_asks(monkeypatch: pytest.MonkeyPatch) -> None:
    quiet = iter([0.0, 100.0, 15.0])
    pauses: list[float] = []
    done: list[int] = []
    monkeypatch.setattr(memory, "give_back", lambda: done.append(len(pauses)))
    with pytest.raises(StopIteration):
        memory._give_back(lambda: next(quiet), pauses.append)
    assert done == [1, 3]
