from __future__ import annotations

import fcntl
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from kg.errors import MissingInputError, OutputError
from kg.release import Manifest, Release, open_release, publish

FILES = {"graph.nq": (b"<http://e/a> <http://e/p> <http://e/b> .\n", "application/n-quads")}


def manifest(version: str = "2026.1.0") -> Manifest:
    return Manifest(
        "", version, "https://w3id.org/kcg/", "Title", "http://l/", {"quads": 1}, {"e": "http://e/"}
    )


def whole(out: Path) -> dict[str, bytes]:
    return {
        str(path.relative_to(out)): path.read_bytes()
        for path in sorted(out.rglob("*"))
        if path.is_file() and not path.is_symlink()
    }


def test_what_is_published_is_current_and_can_be_opened(tmp_path: Path) -> None:
    published = publish(tmp_path, manifest(), FILES)
    opened = open_release(tmp_path)
    assert opened == published == open_release(published.path)
    assert opened.nquads.read_bytes() == FILES["graph.nq"][0]
    assert (tmp_path / "current").resolve() == published.path


def test_the_same_input_gives_the_same_bytes(tmp_path: Path) -> None:
    publish(tmp_path / "a", manifest(), FILES)
    publish(tmp_path / "b", manifest(), FILES)
    assert whole(tmp_path / "a") == whole(tmp_path / "b")


def test_releases_stand_side_by_side(tmp_path: Path) -> None:
    first = publish(tmp_path, manifest("2026.1.0"), FILES)
    second = publish(tmp_path, manifest("2026.2.0"), FILES)
    assert first.path.is_dir()
    assert open_release(tmp_path) == second


def test_building_again_keeps_the_release_as_it_is(tmp_path: Path) -> None:
    first = publish(tmp_path, manifest(), FILES)
    before = first.nquads.stat().st_mtime_ns
    assert publish(tmp_path, manifest(), FILES) == first
    assert first.nquads.stat().st_mtime_ns == before


def test_a_damaged_release_is_written_anew(tmp_path: Path) -> None:
    release = publish(tmp_path, manifest(), FILES)
    release.nquads.write_bytes(b"")
    assert publish(tmp_path, manifest(), FILES).nquads.read_bytes() == FILES["graph.nq"][0]


def test_no_release_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(MissingInputError, match="no release") as caught:
        open_release(tmp_path)
    assert "kg build" in caught.value.mend


def test_a_place_that_cannot_be_written_is_an_error(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(OutputError, match="cannot be written"):
        publish(tmp_path / "file", manifest(), FILES)


def test_a_full_disk_leaves_the_old_release(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    old = publish(tmp_path, manifest("2026.1.0"), FILES)

    def full(_: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(OutputError, match="No space left"):
        publish(tmp_path, manifest("2026.2.0"), FILES)
    assert open_release(tmp_path) == old
    assert not list(tmp_path.glob(".building*"))


def test_two_builds_at_once_do_not_mix(tmp_path: Path) -> None:
    with (tmp_path / ".lock").open("wb") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        with pytest.raises(OutputError, match="Another build"):
            publish(tmp_path, manifest(), FILES)


KILLED = """
import os, signal, sys
from pathlib import Path
from kg import release
calls = 0
def dying(_):
    global calls
    calls += 1
    if calls == int(sys.argv[2]):
        os.kill(os.getpid(), signal.SIGKILL)
release.os.fsync = dying
files = {f"{n}.nq": (b"x" * 1000, "application/n-quads") for n in range(3)}
m = release.Manifest("", "2026.2.0", "https://w3id.org/kcg/", "T", "http://l/", {}, {})
release.publish(Path(sys.argv[1]), m, files)
print("done")
"""


@pytest.mark.parametrize("moment", range(1, 8))
def test_a_build_killed_at_any_moment_leaves_a_whole_release(tmp_path: Path, moment: int) -> None:
    old = publish(tmp_path, manifest("2026.1.0"), FILES)
    run = subprocess.run([sys.executable, "-c", KILLED, str(tmp_path), str(moment)], capture_output=True)
    current = open_release(tmp_path)
    assert is_whole(current)
    if run.returncode == -signal.SIGKILL and moment <= 5:
        assert current == old
    after = publish(tmp_path, manifest("2026.3.0"), FILES)
    assert is_whole(after)
    assert not list(tmp_path.glob(".building*"))


def is_whole(release: Release) -> bool:
    return all((release.path / entry.path).stat().st_size == entry.bytes for entry in release.manifest.files)


def test_nothing_depends_on_the_clock(tmp_path: Path) -> None:
    first = publish(tmp_path / "a", manifest(), FILES)
    time.sleep(0.01)
    assert publish(tmp_path / "b", manifest(), FILES).manifest == first.manifest
