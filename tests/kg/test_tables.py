"""Tables and maps: what they hold is what the graph says, and the data dictionary describes it."""

from __future__ import annotations

import csv
import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pyoxigraph as ox
import pytest

from kg.dump import read_nquads
from kg.errors import DataError
from kg.release import Release
from kg.sources import locate_project
from kg.tables import PACKAGE, fold, tables
from kg.terms import TYPE

KCG = "https://w3id.org/kcg/ontology#"
PLACE = "https://w3id.org/kcg/id/place/"


@pytest.fixture(scope="module", params=["release", "islands"])
def built(request: pytest.FixtureRequest) -> Release:
    found = request.getfixturevalue(request.param)
    assert isinstance(found, Release)
    return found


def rows(built: Release, name: str) -> list[dict[str, str]]:
    with (built.dumps / name).open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def subjects(quads: list[ox.Quad], name: str) -> set[str]:
    kind = ox.NamedNode(KCG + name)
    return {quad.subject.value for quad in quads if quad.predicate == TYPE and quad.object == kind}


def test_frictionless_finds_the_package_valid(built: Release) -> None:
    command = [Path(sys.executable).with_name("frictionless"), "validate", PACKAGE, "--json"]
    run = subprocess.run(command, cwd=built.dumps, capture_output=True, text=True)
    assert run.returncode == 0, run.stdout + run.stderr
    tasks = json.loads(run.stdout)["tasks"]
    assert {task["name"] for task in tasks if task["valid"]} >= {"claims", "events", "situations"}


def test_a_row_for_each_thing(built: Release) -> None:
    quads = read_nquads(built.nquads)
    for name, kind in (("claim", "Claim"), ("event", "Event"), ("situation", "Situation")):
        listed = [row[name] for row in rows(built, f"{name}s.csv")]
        assert listed == sorted(set(listed))
        assert set(listed) == subjects(quads, kind)


COLUMNS = ["exact", "low", "high", "when", "claimedBy", "value", "earliestBegin", "sameClaimAs", "about"]


def test_every_column_says_what_the_graph_says(release: Release) -> None:
    quads = set(read_nquads(release.nquads))
    table = rows(release, "claims.csv")
    claims = {row["claim"] for row in table}
    for name in COLUMNS:
        column = "".join(f"_{letter.lower()}" if letter.isupper() else letter for letter in name)
        said = {
            (quad.subject.value, quad.object.value)
            for quad in quads
            if quad.predicate.value == KCG + name and quad.subject.value in claims
        }
        shown = {(row["claim"], value) for row in table for value in row[column].split(" | ") if value}
        assert shown == said, column
        assert shown, column


def test_maps_have_their_places(release: Release) -> None:
    places = json.loads((release.dumps / "places.geojson").read_text("utf-8"))
    by_id = {feature["id"]: feature for feature in places["features"]}
    town = by_id[f"{PLACE}stepanakert"]
    assert town["geometry"] == {"type": "Point", "coordinates": [46.7528, 39.8177]}
    assert "GeoNames" in town["properties"]["geometry_note"]
    assert by_id[f"{PLACE}south-caucasus"]["geometry"] is None
    outline = by_id[f"{PLACE}nagorno-karabakh"]["geometry"]
    assert outline["type"] == "Polygon"
    assert outline["coordinates"][0][0] == outline["coordinates"][0][-1]
    events = json.loads((release.dumps / "events.geojson").read_text("utf-8"))["features"]
    located = [event for event in events if event["geometry"]]
    assert located
    assert all(event["properties"]["place"] for event in located)


def test_rows_of_one_thing_are_folded() -> None:
    header = ["id", "a", "b"]
    folded = fold([["x", "1", ""], ["x", "2", "z"], ["x", "1", "z"], ["y", "", ""]], header)
    assert folded == [{"id": ["x"], "a": ["1", "2"], "b": ["z"]}, {"id": ["y"], "a": [], "b": []}]


@pytest.mark.parametrize(
    ("change", "words"),
    [
        (lambda package: package["resources"].pop(), "files described"),
        (lambda package: package["resources"][0]["schema"]["fields"].pop(), "columns of claims.csv"),
    ],
)
def test_a_dictionary_that_lags_is_an_error(tmp_path: Path, change: Any, words: str) -> None:
    folder = locate_project().tables
    for path in folder.rglob("*.*"):
        target = tmp_path / path.relative_to(folder)
        target.parent.mkdir(exist_ok=True)
        target.write_bytes(path.read_bytes())
    package = json.loads((tmp_path / PACKAGE).read_text("utf-8"))
    change(package)
    (tmp_path / PACKAGE).write_text(json.dumps(package))
    with pytest.raises(DataError, match=words):
        tables([], tmp_path, {})
