"""The comparison measures what it says: larger graphs are the same each time, and the page can be read."""

from __future__ import annotations

import xml.etree.ElementTree as ET
from pathlib import Path

import pyoxigraph as ox
import pytest

from kg import formats
from kg.release import Release
from kg.store import Formats, MemoryStore
from tests.bench import load, page
from tests.bench.growth import grown
from tests.bench.load import QUERIES, Cell
from tests.bench.rounds import Contestant, rounds

BASE = "https://w3id.org/kcg/"
LINES = f"""\
<{BASE}id/actor/a> <http://www.w3.org/2000/01/rdf-schema#label> "A" <{BASE}graph/reference> .
<{BASE}id/claim/c-1> <{BASE}ontology#about> <{BASE}id/event/e> <{BASE}graph/source/s> .
<{BASE}id/claim/c-1> <{BASE}ontology#claimedBy> <{BASE}id/actor/a> <{BASE}graph/source/s> .
<{BASE}id/claim/c-1> <{BASE}ontology#exact> "100" <{BASE}graph/source/s> .
<{BASE}id/claim/c-1#passage> <urn:p> "id/claim/c-1" <{BASE}graph/source/s> .
<{BASE}id/event/e> <{BASE}ontology#evidence> <{BASE}id/claim/c-1> <{BASE}graph/reference> .
"""


def test_a_graph_grows_the_same_way_each_time(tmp_path: Path) -> None:
    source = tmp_path / "graph.nq"
    source.write_text(LINES)
    first = grown(source, 20, tmp_path / "one.nq").read_text()
    assert first == grown(source, 20, tmp_path / "two.nq").read_text()
    assert first.startswith(LINES)
    quads = set(ox.parse(first, format=ox.RdfFormat.N_QUADS))
    assert len(quads) == 20
    assert f"<{BASE}id/claim/c-1-copy-1> <{BASE}ontology#about> <{BASE}id/event/e-copy-1>" in first
    assert f"<{BASE}id/claim/c-1-copy-2#passage>" in first
    assert f"<{BASE}ontology#claimedBy> <{BASE}id/actor/a> " in first.replace("-copy-1", "")
    assert 'exact> "100"' not in first.removeprefix(LINES)
    assert grown(source, 0, tmp_path / "none.nq").read_text() == LINES


@pytest.fixture(scope="module")
def release_store(release: Release) -> MemoryStore:
    return MemoryStore.load(release.nquads)


@pytest.mark.parametrize("path", QUERIES, ids=lambda path: path.stem)
def test_each_query_finds_something(path: Path, release_store: MemoryStore) -> None:
    found = release_store.query(path.read_text("utf-8"), Formats(formats.RESULTS_JSON, formats.TURTLE))
    assert found.count


@pytest.mark.parametrize(
    ("kind", "connections", "took", "expected"),
    [
        ("cold", 1, 0.002, 1),
        ("cold", 32, 0.002, 1),
        ("cold", 32, 0.1, 10),
        ("cold", 32, 1.0, 20),
        ("cached", 32, 1.0, 1),
    ],
)
def test_who_takes_long_is_asked_for_longer(kind: str, connections: int, took: float, expected: int) -> None:
    assert load.seconds(kind, connections, took) == expected


def test_the_quickest_round_counts() -> None:
    assert (
        load.quickest([Cell(3.0, 1, 1), Cell(why="failed"), Cell(1.0, 1, 1), Cell(2.0, 1, 1)]).median == 1.0
    )
    assert load.quickest([Cell(why="one"), Cell(why="two")]).why == "one"


def test_peers_are_asked_in_turn(monkeypatch: pytest.MonkeyPatch) -> None:
    asked = []

    def measure(address: str, query: str, kind: str, connections: int, took: float) -> Cell:
        asked.append(address)
        return Cell(float(len(asked)), 0.0, 0.0)

    monkeypatch.setattr(load, "measure", measure)
    quick = Contestant("one", "1", ("cold",), 60, took=0.001)
    long = Contestant("two", "2", ("cold",), 60, took=0.5)
    other = Contestant("three", "3", ("cold",), 60, took=0.001)
    spent = Contestant("four", "4", ("cold",), -1, took=0.001)
    wrong = Contestant("five", "5", ("cold",), 60, wrong="status 500")
    found = list(rounds([quick, long, other, spent, wrong], "ASK {}", 8, 3).values())
    assert asked == ["1", "2", "3", "1", "3", "1", "3"]
    assert [cell.median for cell in found] == [1.0, 2.0, 3.0, 0.0, 0.0]
    assert [cell.why for cell in found[3:]] == ["not measured", "status 500"]


def test_what_people_wrote_of_the_page_is_kept(tmp_path: Path) -> None:
    file = tmp_path / "benchmarks.md"
    assert page.kept(file) == ""
    file.write_text("# Benchmarks\n\n## Side by side\n\n| old |\n")
    assert page.kept(file) == ""
    file.write_text("# Benchmarks\n\n## Side by side\n\n| old |\n\n## Under load\n\nFigures.\n")
    assert page.kept(file) == "\n## Under load\n\nFigures.\n"


def test_tables_and_picture() -> None:
    results = {
        (100, QUERIES[0].stem, "ours", "cold", 1): Cell(2.0, 3.0, 500),
        (100, QUERIES[0].stem, "ours", "cached", 1): Cell(0.1, 0.2, 9000),
        (100, QUERIES[0].stem, "oxigraph serve", "cold", 1): Cell(1.0, 3.0, 1000),
        (100, QUERIES[1].stem, "oxigraph serve", "cold", 1): Cell(why="no answer in time"),
    }
    rows = {(100, QUERIES[0].stem, "ours"): 5, (100, QUERIES[0].stem, "oxigraph serve"): 6}
    text = page.tables(results, rows)
    assert "| 2.00 / 3.00 | 0.10 / 0.20 | 1.00 / 3.00 | 0.50 | 9.0 |" in text
    assert "no answer in time" in text
    assert "rows or triples differ: ours 5, oxigraph serve 6" in text
    assert ET.fromstring(page.picture(results)).tag.endswith("svg")  # noqa: S314
