"""The network shows who is said to be related to whom, and its data say the same."""

from __future__ import annotations

import csv
import io
import re
from pathlib import Path

import pyoxigraph as ox
import pytest
from flask.testing import FlaskClient

from kg.release import open_release
from kg.store import MemoryStore
from server import Publication, Settings, create_app

WORLD = """
PREFIX actor: <https://w3id.org/kcg/id/actor/>
PREFIX kcg: <https://w3id.org/kcg/ontology#>
PREFIX rdfs: <http://www.w3.org/2000/01/rdf-schema#>
PREFIX relation: <https://w3id.org/kcg/concept/relation/>
PREFIX situation: <https://w3id.org/kcg/id/situation/>
PREFIX xsd: <http://www.w3.org/2001/XMLSchema#>
kcg:Relation rdfs:subClassOf kcg:Situation . kcg:Tenure rdfs:subClassOf kcg:Situation .
actor:north rdfs:label "North"@en . actor:south rdfs:label "South"@en . actor:east rdfs:label "East"@en .
relation:alliance rdfs:label "alliance"@en . relation:hostility rdfs:label "hostility"@en .
situation:pact a kcg:Relation, kcg:Situation ; rdfs:label "Pact"@en ; kcg:kind relation:alliance ;
  kcg:actor actor:north ; kcg:object actor:east ; kcg:when "1990/2000" ;
  kcg:earliestBegin "1990-01-01"^^xsd:date ; kcg:latestBegin "1990-12-31"^^xsd:date ;
  kcg:earliestEnd "2000-01-01"^^xsd:date ; kcg:latestEnd "2000-12-31"^^xsd:date .
situation:feud a kcg:Relation, kcg:Situation ; rdfs:label "Feud"@en ; kcg:kind relation:hostility ;
  kcg:actor actor:north ; kcg:object actor:south ; kcg:when "1995/" ;
  kcg:earliestBegin "1995-01-01"^^xsd:date ; kcg:latestBegin "1995-12-31"^^xsd:date .
situation:office a kcg:Tenure, kcg:Situation ; rdfs:label "Office"@en ;
  kcg:actor actor:east ; kcg:object actor:south ; kcg:when "1995" .
"""


@pytest.fixture(scope="module")
def world(release: Path) -> FlaskClient:
    graph = ox.NamedNode("https://w3id.org/kcg/graph/reference")
    triples = ox.parse(WORLD, format=ox.RdfFormat.TURTLE)
    store = MemoryStore.from_quads(ox.Quad(*each.triple, graph) for each in triples)
    app = create_app(Settings(release=release), store, Publication.of_release(open_release(release)))
    return app.test_client()


def rows(client: FlaskClient, query: str) -> list[tuple[str, str, str, str]]:
    found = csv.DictReader(io.StringIO(client.get(f"/network.csv{query}").text))
    return [(row["actor_label"], row["kinds"], row["towards_label"], row["certainty"]) for row in found]


ALLIANCE, HOSTILITY = ("North", "alliance", "East"), ("North", "hostility", "South")


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("", [(*ALLIANCE, ""), (*HOSTILITY, "")]),
        ("?kind=relation/alliance", [(*ALLIANCE, "")]),
        ("?actor=south", [(*HOSTILITY, "")]),
        ("?actor=nobody", []),
        ("?asof=1992-01-01", [(*ALLIANCE, "certainly")]),
        ("?asof=1999-01-01", [(*ALLIANCE, "certainly"), (*HOSTILITY, "possibly")]),
        ("?asof=2000-06-01", [(*ALLIANCE, "possibly"), (*HOSTILITY, "possibly")]),
        ("?asof=1980-01-01", []),
    ],
)
def test_what_is_asked_for_is_shown(
    world: FlaskClient, query: str, expected: list[tuple[str, str, str, str]]
) -> None:
    assert rows(world, query) == expected
    page = world.get(f"/network{query}").text
    assert page.count('class="net-tie') == len(expected)
    assert page.partition("<tbody>")[2].count("<tr>") == len(expected)
    actors = {name for row in expected for name in (row[0], row[2])}
    assert page.count('class="net-node"') == len(actors)


def test_the_drawing_leads_to_the_actors(world: FlaskClient) -> None:
    page = world.get("/network").text
    drawn = page[page.index("<svg") : page.index("</svg>")]
    assert set(re.findall(r'href="/page/actor/(\w+)"', drawn)) == {"north", "south", "east"}


def test_json_for_the_script_names_pages(world: FlaskClient) -> None:
    document = world.get("/network.json").json
    assert document is not None
    assert [row["page"] for row in document["rows"]] == ["/page/situation/pact", "/page/situation/feud"]
    assert document["rows"][0]["actor_page"] == "/page/actor/north"
