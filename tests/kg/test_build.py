from __future__ import annotations

import pytest

from kg import build
from kg.dump import read_nquads, sorted_nquads
from kg.release import Release


def test_every_step_is_announced_in_order(islands: Release) -> None:
    announced = islands.path.parents[1].with_suffix(".steps").read_text().splitlines()
    assert tuple(announced) == build.STEPS


@pytest.mark.parametrize("name", ["release", "islands"])
def test_a_release_is_whole(name: str, request: pytest.FixtureRequest) -> None:
    release: Release = request.getfixturevalue(name)
    quads = read_nquads(release.nquads)
    assert build.count(quads, release.iris) == release.manifest.counts
    assert sorted_nquads(quads) == release.nquads.read_bytes()
    assert not [quad for quad in quads if "_:" in f"{quad.subject} {quad.object}"[:2]]
    paths = {entry.path for entry in release.manifest.files}
    assert {"graph.nq", "report.ttl", "neutrality.ttl", "neutrality.txt"} <= paths
    for suffix in (".ttl", ".trig", ".nt", ".nq"):
        for compression in ("", ".gz", ".zst"):
            assert any(path.startswith("dumps/") and path.endswith(suffix + compression) for path in paths)


def test_prefixes_stand_for_the_own_base(islands: Release) -> None:
    assert islands.manifest.prefixes["event"] == "https://example.org/islands/id/event/"
    assert islands.manifest.prefixes["kcg"] == "https://w3id.org/kcg/ontology#"


def test_nothing_of_one_conflict_is_in_the_other(islands: Release) -> None:
    data = [
        quad
        for quad in read_nquads(islands.nquads)
        if str(quad.graph_name).startswith(f"<{islands.iris.base}graph/re")
    ]
    assert data
    assert not [quad for quad in data if "arabakh" in str(quad)]
