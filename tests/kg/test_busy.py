from __future__ import annotations

from pathlib import Path

from kg.busy import BusyWorkers


def test_whoever_opens_it_sees_who_is_busy(tmp_path: Path) -> None:
    path = str(tmp_path / "busy")
    made, seen = BusyWorkers.make(path, 2), BusyWorkers(path)
    assert not seen.all
    made.mark(1, True)
    assert not seen.all
    made.mark(0, True)
    assert seen.all
    made.mark(1, False)
    assert not seen.all


def test_nobody_is_busy_where_there_are_no_workers(tmp_path: Path) -> None:
    absent = BusyWorkers(str(tmp_path / "absent"))
    absent.mark(0, True)
    assert not absent.all
    assert not BusyWorkers.make(str(tmp_path / "none"), 0).all
