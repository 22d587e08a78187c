"""Releases side by side: sealed ones for good, a draft that may change, the one in force at a moment."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import pytest
from werkzeug.http import http_date, parse_date

from kg.errors import DataError, NotFoundError, OutputError
from kg.history import History, in_force
from kg.release import Manifest, Release, moment_of, publish, seal


def made(out: Path, version: str, modified: str, text: str = "") -> Release:
    manifest = Manifest("", version, "https://e/", "T", "http://l/", {}, {}, modified=modified)
    return publish(out, manifest, {"graph.nq": (text.encode(), "application/n-quads")})


def test_building_the_next_version_seals_the_one_before(tmp_path: Path) -> None:
    first = made(tmp_path, "2026.9.0", "2026-09-01")
    assert History.of(tmp_path).draft == first.manifest.id
    second = made(tmp_path, "2026.10.0", "2026-10-01")
    history = History.of(tmp_path)
    assert history.releases == (first, second)
    assert history.draft == second.manifest.id
    assert history.before(second) == first
    assert history.before(first) is None
    assert history.latest == second


def test_a_version_is_released_once(tmp_path: Path) -> None:
    first = made(tmp_path, "2026.9.0", "2026-09-01")
    assert seal(tmp_path) == first == seal(tmp_path)
    assert History.of(tmp_path).draft == ""
    other = made(tmp_path, "2026.9.0", "2026-09-01", "other")
    with pytest.raises(OutputError, match=r"2026.9.0 has been released already") as caught:
        seal(tmp_path)
    assert "dcat:version" in caught.value.mend
    history = History.of(tmp_path)
    assert history.draft == other.manifest.id
    assert history.find("2026.9.0") == first == history.before(other)
    assert history.latest == other


def test_a_sealed_version_stays_what_it_was(tmp_path: Path) -> None:
    first = made(tmp_path, "2026.9.0", "2026-09-01")
    seal(tmp_path)
    made(tmp_path, "2026.9.0", "2026-09-01", "a draft")
    made(tmp_path, "2026.10.0", "2026-10-01")
    history = History.of(tmp_path)
    assert history.find("2026.9.0") == first
    assert [each.manifest.version for each in history.releases] == ["2026.9.0", "2026.10.0"]


@pytest.mark.parametrize(
    ("when", "version"),
    [
        ("2026-01-01", "2026.9.0"),
        ("2026-09-01", "2026.9.0"),
        ("2026-09-30T23:59:59Z", "2026.9.0"),
        ("2026-10-01", "2026.10.0"),
        ("2030-01-01", "2026.11.0"),
    ],
)
def test_the_release_in_force_at_a_moment(tmp_path: Path, when: str, version: str) -> None:
    for number in (9, 10, 11):
        made(tmp_path, f"2026.{number}.0", f"2026-{number:02}-01")
    assert in_force(History.of(tmp_path).releases, moment_of(when)).manifest.version == version


def test_two_of_one_day_are_in_the_order_of_their_versions(tmp_path: Path) -> None:
    for version in ("2026.9.2", "2026.9.10"):
        made(tmp_path, version, "2026-09-01")
    assert [each.manifest.version for each in History.of(tmp_path).releases] == ["2026.9.2", "2026.9.10"]


def test_a_draft_dated_before_its_release_does_not_stand_in_for_it(tmp_path: Path) -> None:
    made(tmp_path, "2026.8.0", "2026-08-01")
    first = made(tmp_path, "2026.9.0", "2026-09-01")
    seal(tmp_path)
    other = made(tmp_path, "2026.9.0", "2026-08-15", "a draft")
    history = History.of(tmp_path)
    assert history.find("2026.9.0") == first
    assert history.find(other.manifest.id) == other
    assert history.before(other) == first


def test_a_moment_within_a_second_is_found_by_the_date_that_http_can_write(tmp_path: Path) -> None:
    made(tmp_path, "2026.9.0", "2026-09-01T12:00:00.2Z")
    made(tmp_path, "2026.9.1", "2026-09-01T12:00:00.7Z")
    releases = History.of(tmp_path).releases
    written = parse_date(http_date(releases[-1].manifest.moment))
    assert written
    assert in_force(releases, written) == releases[-1]


def test_a_release_is_found_by_version_id_and_latest(tmp_path: Path) -> None:
    old = made(tmp_path, "2026.9.0", "2026-09-01")
    draft = made(tmp_path, "2026.10.0", "2026-10-01")
    final = made(tmp_path, "2026.10.0", "2026-10-01", "final")
    history = History.of(final.path)
    assert history.find("2026.9.0") == history.find(old.manifest.id) == old
    assert history.find("latest") == history.find("2026.10.0") == final
    assert history.find(draft.manifest.id) == draft
    for name in ("2026.8.0", "..", "", "releases"):
        with pytest.raises(NotFoundError, match="no release"):
            history.find(name)


def test_a_release_elsewhere_is_its_own_history(islands: Release, tmp_path: Path) -> None:
    alone = tmp_path / "alone"
    alone.symlink_to(islands.path)
    assert History.of(islands.path).latest == islands
    assert len(History.of(alone).releases) == 1


def test_dates_are_days_or_moments() -> None:
    assert moment_of("2026-11-22") == datetime(2026, 11, 22, tzinfo=UTC)
    assert moment_of("2026-11-22T03:00:00+03:00") == datetime(2026, 11, 22, tzinfo=UTC)
    for wrong in ("", "2026-11", "yesterday"):
        with pytest.raises(DataError, match="cannot be read"):
            moment_of(wrong)
