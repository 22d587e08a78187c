from __future__ import annotations

import pytest

from kg.dump import read_nquads
from kg.entities import describe, find
from kg.errors import NotFoundError
from kg.release import Release
from kg.terms import iri_of

BASE = "https://example.org/islands/id/"


@pytest.mark.parametrize(
    ("name", "found"),
    [
        ("https://example.org/islands/id/actor/norland", {"actor/norland"}),
        ("<https://example.org/islands/id/actor/norland>", {"actor/norland"}),
        ("actor:norland", {"actor/norland"}),
        ("clash-2021", {"event/clash-2021"}),
        ("Norland", {"actor/norland"}),
        ("ISLAND GAZETTE", {"actor/island-gazette"}),
        ("navy of", {"actor/navy-of-norland", "actor/navy-of-sudland"}),
        ("Hall Saar", {"name/hall-saar"}),
    ],
)
def test_a_thing_is_found_by_what_people_call_it(islands: Release, name: str, found: set[str]) -> None:
    answer = find(name, read_nquads(islands.nquads), islands)
    assert {iri.removeprefix(BASE) for iri in answer if iri.startswith(BASE)} == found


def test_accents_and_case_do_not_matter(release: Release) -> None:
    quads = read_nquads(release.nquads)
    assert any(iri.endswith("antonio-guterres") for iri in find("antonio guterres", quads, release))


def test_nothing_found_suggests_something(islands: Release) -> None:
    with pytest.raises(NotFoundError) as caught:
        find("Norlnad", read_nquads(islands.nquads), islands)
    assert "Norland" in caught.value.mend


def test_a_description_has_parts_and_what_points_at_it(islands: Release) -> None:
    iri = f"{BASE}event/clash-2021"
    found = describe(iri, read_nquads(islands.nquads))
    subjects = {iri_of(quad.subject) for quad in found}
    assert f"{iri}#range-killed-sailors-of-norland" in subjects
    assert f"{BASE}claim/gazette-2021-001" in subjects
    assert any("participation" in subject for subject in subjects)
