"""What our own things are asked for with: names, times, offices, and what lies around them."""

from __future__ import annotations

import pytest

from kg.formats import RESULTS_JSON, TURTLE
from kg.linking.described import described, queries
from kg.linking.wikidata import ENTITY
from kg.matching.query import Query
from kg.matching.surroundings import Surrounding
from kg.rows import read_solutions
from kg.store import Formats, MemoryStore

GRAPH = """
PREFIX geo: <http://www.opengis.net/ont/geosparql#>
PREFIX kcg: <https://w3id.org/kcg/ontology#>
PREFIX rdfs: <http://www.w3.org/2000/01/rdf-schema#>
PREFIX skos: <http://www.w3.org/2004/02/skos/core#>
PREFIX wd: <http://www.wikidata.org/entity/>
PREFIX : <https://w3id.org/kcg/id/place/>

:town a kcg:Place ; rdfs:label "Dorvane"@en ; kcg:partOf :land ;
    geo:hasGeometry :town-point ; skos:exactMatch <https://sws.geonames.org/7700001/> .
:town-point geo:asWKT "POINT (41 40)"^^geo:wktLiteral .
:land a kcg:Place ; rdfs:label "Ostrovian land"@en ; skos:exactMatch wd:Q900001102 .
:ostrovia a kcg:Actor ; rdfs:label "Ostrovia"@en , "Островия"@ru ;
    skos:exactMatch wd:Q900001101 , <https://www.iso.org/obp/ui/#iso:code:3166:QO> .
:claim a kcg:SovereigntyClaim ; kcg:territory :land ; kcg:actor :ostrovia .
:battle a kcg:Event ; rdfs:label "Battle of Dorvane"@en ; kcg:atPlace :town ; kcg:participation :part .
:part kcg:actor :ostrovia .
"""
STATE, LAND = (
    Surrounding(f"{ENTITY}Q900001101", "Ostrovia"),
    Surrounding(f"{ENTITY}Q900001102", "Ostrovian land"),
)


@pytest.fixture(scope="module")
def asked(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Query]:
    path = tmp_path_factory.mktemp("ours") / "graph.ttl"
    path.write_text(GRAPH, "utf-8")
    store = MemoryStore.load(path)
    formats = Formats(RESULTS_JSON, TURTLE)

    def select(text: str):  # type: ignore[no-untyped-def]
        return read_solutions(store.query(text, formats)).rows

    return {iri.rpartition("/")[2]: query for iri, query in queries(select, described(select)).items()}


def test_a_place_has_its_point_its_number_and_who_claims_it(asked: dict[str, Query]) -> None:
    known = asked["town"].surroundings
    assert known.shape is not None
    assert known.shape.points == ((41.0, 40.0),)
    assert known.identifiers == {("P1566", "7700001")}
    assert known.within == (LAND,)
    assert known.countries == (STATE,)


def test_an_event_lies_where_its_place_does(asked: dict[str, Query]) -> None:
    known = asked["battle"].surroundings
    assert known.shape is not None
    assert known.shape.points == ((41.0, 40.0),)
    assert known.participants == (STATE,)
    assert LAND in known.within
    assert not known.identifiers


def test_a_state_has_its_code(asked: dict[str, Query]) -> None:
    assert asked["ostrovia"].surroundings.identifiers == {("P297", "QO")}
