"""Two releases: what differs is exactly what the patch and the notes say."""

from __future__ import annotations

import json
import subprocess
from pathlib import Path

import pytest
from click.testing import CliRunner
from hypothesis import given
from hypothesis import strategies as st

from kg.changes import Change, changes_folder, changes_of, compare
from kg.cli import commands
from kg.errors import DataError
from kg.history import History
from kg.patch import ADDED, REMOVED, differences, patched

LINES = st.sets(st.integers(0, 40), max_size=20).map(lambda numbers: [b"%03d\n" % n for n in sorted(numbers)])
ID = "https://example.org/islands/id/"


@given(LINES, LINES)
def test_a_patch_turns_the_old_into_the_new(old: list[bytes], new: list[bytes]) -> None:
    patch = list(differences(old, new))
    removed = [line for sign, line in patch if sign == REMOVED]
    added = [line for sign, line in patch if sign == ADDED]
    assert list(patched(old, removed, added)) == new
    assert (set(removed), set(added)) == (set(old) - set(new), set(new) - set(old))


@pytest.mark.parametrize(
    ("removed", "added", "words"),
    [([b"c\n"], [], "removes what is not there"), ([], [b"a\n"], "adds what is there already")],
)
def test_a_patch_that_does_not_fit_is_an_error(removed: list[bytes], added: list[bytes], words: str) -> None:
    with pytest.raises(DataError, match=words):
        list(patched([b"a\n", b"b\n"], removed, added))


def test_the_published_patch_gives_exactly_the_new_release(two_releases: Path) -> None:
    history = History.of(two_releases)
    old, new = history.releases
    folder = changes_folder(history, new)
    with (
        old.nquads.open("rb") as lines,
        (folder / "removed.nq").open("rb") as removed,
        (folder / "added.nq").open("rb") as added,
    ):
        assert b"".join(patched(lines, removed, added)) == new.nquads.read_bytes()


def test_so_do_standard_tools(two_releases: Path) -> None:
    history = History.of(two_releases)
    old, new = history.releases
    script = f"comm -23 {old.nquads} removed.nq | sort --merge - added.nq | cmp - {new.nquads}"
    folder = changes_folder(history, new)
    subprocess.run(
        ["bash", "-ceu", script], cwd=folder, env={"LC_ALL": "C", "PATH": "/usr/bin:/bin"}, check=True
    )


def test_the_rdf_patch_says_the_same(two_releases: Path) -> None:
    history = History.of(two_releases)
    folder = changes_folder(history, history.latest)
    rows = (folder / "patch.rdfp").read_bytes().splitlines(keepends=True)
    assert [row[:2] for row in rows[:3]] == [b"H ", b"H ", b"TX"]
    assert rows[-1] == b"TC .\n"
    assert b"".join(row[2:] for row in rows if row[:2] == b"D ") == (folder / "removed.nq").read_bytes()
    assert b"".join(row[2:] for row in rows if row[:2] == b"A ") == (folder / "added.nq").read_bytes()


def test_the_notes_name_what_was_added_changed_and_withdrawn(two_releases: Path) -> None:
    history = History.of(two_releases)
    changes = changes_of(history, history.latest)
    assert changes is not None
    assert {(item.action, item.iri.removeprefix(ID)) for item in changes.items} == {
        ("added", "actor/harbour-police"),
        ("changed", "claim/gazette-2021-002"),
        ("added", "situation/claim-of-norland"),
        ("withdrawn", "situation/norland-claims-grey-isle"),
    }
    assert changes.counts["situation"] == {"added": 1, "changed": 0, "withdrawn": 1}
    assert Change(f"{ID}actor/harbour-police", "actor", "added", "Harbour police") in changes.items
    withdrawn = next(item for item in changes.items if item.action == "withdrawn")
    assert withdrawn.label == "Norland claims the island"


def test_the_first_release_adds_everything(two_releases: Path) -> None:
    first = History.of(two_releases).releases[0]
    changes = compare(None, first)
    assert {item.action for item in changes.items} == {"added"}
    assert changes.quads == {"added": first.manifest.counts["quads"], "removed": 0}
    entities = [item for item in changes.items if item.iri.startswith(ID)]
    assert len(entities) == first.manifest.counts["entities"]


def test_there_and_back_is_the_reverse(two_releases: Path) -> None:
    old, new = History.of(two_releases).releases
    reverse = {"added": "withdrawn", "withdrawn": "added", "changed": "changed"}
    back = {(item.iri, item.action) for item in compare(new, old).items}
    assert back == {(item.iri, reverse[item.action]) for item in compare(old, new).items}
    assert compare(new, new).items == []


def test_diff_on_the_command_line(two_releases: Path, tmp_path: Path) -> None:
    arguments = ["diff", "2021.5.0", "latest", "--release", str(two_releases)]
    out = tmp_path / "patch"
    shown = CliRunner().invoke(commands, [*arguments, "--out", str(out)], catch_exceptions=False)
    assert f"withdrawn\tsituation\t{ID}situation/norland-claims-grey-isle" in shown.stdout
    assert {path.name for path in out.iterdir()} == {"added.nq", "removed.nq", "patch.rdfp", "changes.json"}
    printed = CliRunner().invoke(commands, [*arguments, "--json"], catch_exceptions=False)
    assert json.loads(printed.stdout) == json.loads((out / "changes.json").read_text("utf-8"))
