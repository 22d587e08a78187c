"""The page that tells what has no item, and why, beside the data."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from kg.formats import RESULTS_JSON, TURTLE
from kg.release import Release
from kg.rows import read_solutions
from kg.store import Formats, MemoryStore

PAGE = (Path(__file__).parents[3] / "docs" / "unlinked.md").read_text("utf-8")
KINDS = {"Actors": "actor", "Places": "place", "Agreements": "agreement", "Events": "event"}
QUERY = """
PREFIX kcg: <https://w3id.org/kcg/ontology#>
PREFIX skos: <http://www.w3.org/2004/02/skos/core#>
SELECT DISTINCT ?thing WHERE {
  VALUES ?root { kcg:Actor kcg:Place kcg:Agreement kcg:Event }
  ?thing a ?root .
  FILTER(STRSTARTS(STR(?thing), "https://w3id.org/kcg/id/") && !CONTAINS(STR(?thing), "#"))
  FILTER NOT EXISTS {
    ?thing skos:exactMatch ?item FILTER(STRSTARTS(STR(?item), "http://www.wikidata.org/entity/Q"))
  }
}
"""


@pytest.fixture(scope="module")
def unlinked(release: Release) -> list[str]:
    store = MemoryStore.load(release.nquads)
    rows = read_solutions(store.query(QUERY, Formats(RESULTS_JSON, TURTLE))).rows
    return [row["thing"].value.removeprefix("https://w3id.org/kcg/id/") for row in rows]


@pytest.mark.parametrize("heading", KINDS)
def test_every_thing_without_an_item_is_named_once(unlinked: list[str], heading: str) -> None:
    section = PAGE.split(f"## {heading}\n")[1].split("\n## ")[0]
    told = re.findall(r"`([a-z0-9-]+)`", section)
    kind = KINDS[heading]
    assert sorted(told) == sorted(
        slug for each, _, slug in (u.partition("/") for u in unlinked) if each == kind
    )
