"""The recipes of docs/federation, both ways: a real `kg serve`, and a real server that holds the slice."""

from __future__ import annotations

import re
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from rdflib import Graph
from SPARQLWrapper import JSON, SPARQLWrapper

ROOT = Path(__file__).parents[3]
RECIPES = ROOT / "docs" / "federation"
WORLD = ROOT / "tests" / "data" / "linking" / "world.ttl"
OURS, THEIRS = "http://localhost:8000/sparql", "https://query.wikidata.org/sparql"


def recipe(name: str, ours: str = OURS, theirs: str = THEIRS) -> str:
    return (RECIPES / f"{name}.rq").read_text("utf-8").replace(OURS, ours).replace(THEIRS, theirs)


@pytest.fixture(scope="module")
def ours() -> Iterator[str]:
    """The SPARQL address of a server of ours with the small world."""
    command = [Path(sys.executable).with_name("kg"), "serve", "--port", "0", "--load", WORLD]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        found = re.search(r"http://\S+", process.stdout.readline())
        assert found
        yield f"{found[0].rstrip('/')}/sparql"
        process.send_signal(signal.SIGTERM)
        process.wait(30)


def at(endpoint: str, query: str) -> list[dict[str, str]]:
    wrapper = SPARQLWrapper(endpoint)
    wrapper.setQuery(query)
    wrapper.setReturnFormat(JSON)
    rows = wrapper.queryAndConvert()["results"]["bindings"]  # type: ignore[index, call-overload]
    return [{name: cell["value"] for name, cell in row.items()} for row in rows]


def test_deaths_at_wikidata_beside_our_ranges(served: str, ours: str) -> None:
    rows = at(served, recipe("at-wikidata-deaths", ours=ours))
    told = {(row["label"], row.get("deaths", ""), row.get("low", ""), row.get("high", "")) for row in rows}
    assert told == {("War of Alpha and Beta", "7000", "6500", ""), ("Clash at the river", "", "11", "11")}


def test_claims_about_items_of_a_class(served: str, ours: str) -> None:
    rows = at(served, recipe("at-wikidata-claims-about-items", ours=ours))
    assert [(row["label"], row["claims"]) for row in rows] == [("War of Alpha and Beta", "1")]


@pytest.fixture(scope="module")
def dump() -> Graph:
    return Graph().parse(WORLD)


def test_coordinates_from_here(served: str, dump: Graph) -> None:
    rows = list(dump.query(recipe("from-here-coordinates", theirs=served)))
    assert [(str(row[1]), str(row[3]), str(row[4])) for row in rows] == [  # type: ignore[index]
        ("Aville / Bville", "Point(47.9 39.8)", "Bville")
    ]


def test_offices_from_here(served: str, dump: Graph) -> None:
    rows = list(dump.query(recipe("from-here-offices", theirs=served)))
    assert [(str(row[1]), str(row[2]), str(row[3])[:4]) for row in rows] == [  # type: ignore[index]
        ("A. Leader", "President of Alpha", "2018")
    ]


def test_every_recipe_is_tested_and_told() -> None:
    names = {path.stem for path in RECIPES.glob("*.rq")}
    text = (ROOT / "docs" / "linking.md").read_text("utf-8")
    tests = Path(__file__).read_text("utf-8")
    assert names
    assert all(f"federation/{name}.rq" in text and f'"{name}"' in tests for name in names)
