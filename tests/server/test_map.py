"""The map places what has a position, says what was so there on a day, and its data say the same."""

from __future__ import annotations

import csv
import io

import pyoxigraph as ox
import pytest
from flask.testing import FlaskClient

from kg.release import open_release
from kg.store import MemoryStore
from server import Publication, Settings, create_app
from server.views.geometry import Projection, points_of, read_wkt

WORLD = """
PREFIX geo: <http://www.opengis.net/ont/geosparql#>
PREFIX kcg: <https://w3id.org/kcg/ontology#>
PREFIX place: <https://w3id.org/kcg/id/place/>
PREFIX rdfs: <http://www.w3.org/2000/01/rdf-schema#>
PREFIX skos: <http://www.w3.org/2004/02/skos/core#>
PREFIX xsd: <http://www.w3.org/2001/XMLSchema#>
PREFIX id: <https://w3id.org/kcg/id/>
place:town a kcg:Place ; rdfs:label "Northburg / Southburg"@en ;
  geo:hasGeometry <https://w3id.org/kcg/id/place/town#g> .
<https://w3id.org/kcg/id/place/town#g> geo:asWKT "POINT (46.7 39.8)" ; skos:note "Roughly."@en .
place:region a kcg:Place ; rdfs:label "The region"@en ;
  geo:hasGeometry <https://w3id.org/kcg/id/place/region#g> .
<https://w3id.org/kcg/id/place/region#g> geo:asWKT "POLYGON ((46 39, 47 39, 47 40, 46 39))" .
place:broken a kcg:Place ; rdfs:label "Broken"@en ; geo:hasGeometry [ geo:asWKT "POINT (900 4" ] .
place:nowhere a kcg:Place ; rdfs:label "Nowhere"@en .
kcg:Control rdfs:subClassOf kcg:Situation ; rdfs:label "control"@en .
<https://w3id.org/kcg/id/situation/c> a kcg:Control, kcg:Situation ; rdfs:label "North holds the town"@en ;
  kcg:actor <https://w3id.org/kcg/id/actor/north> ; kcg:territory place:town ; kcg:when "1994/2020" ;
  kcg:earliestBegin "1994-01-01"^^xsd:date ; kcg:latestBegin "1994-12-31"^^xsd:date ;
  kcg:earliestEnd "2020-01-01"^^xsd:date ; kcg:latestEnd "2020-12-31"^^xsd:date .
<https://w3id.org/kcg/id/actor/north> rdfs:label "North"@en .
"""


@pytest.fixture(scope="module")
def world(release) -> FlaskClient:  # type: ignore[no-untyped-def]
    graph = ox.NamedNode("https://w3id.org/kcg/graph/reference")
    triples = ox.parse(WORLD, format=ox.RdfFormat.TURTLE)
    store = MemoryStore.from_quads(ox.Quad(*each.triple, graph) for each in triples)
    app = create_app(Settings(release=release), store, Publication.of_release(open_release(release)))
    return app.test_client()


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("POINT (46.7 39.8)", "Point"),
        ("<http://www.opengis.net/def/crs/OGC/1.3/CRS84> POINT (46.7 39.8)", "Point"),
        ("POLYGON ((46 39, 47 39, 47 40, 46 39))", "Polygon"),
        ("MULTIPOLYGON (((46 39, 47 39, 47 40, 46 39)), ((1 2, 2 2, 2 3, 1 2)))", "MultiPolygon"),
        ("LINESTRING (1 2, 3 4)", "LineString"),
    ],
)
def test_wkt_is_read_and_drawn(text: str, kind: str) -> None:
    geometry = read_wkt(text)
    assert geometry is not None
    assert geometry["type"] == kind
    path = Projection.of(points_of(geometry)).path(geometry)
    assert bool(path) == (kind != "Point")
    assert path.count("M") == (2 if kind == "MultiPolygon" else int(kind != "Point"))


@pytest.mark.parametrize(
    "text",
    [
        *("", "garbage", "POINT (", "POINT EMPTY", "POINT (1)", "POINT (900 4)", "POINT (nan nan)"),
        *("POLYGON ((a b))", "<", "POINT (1 1e999)", "GEOMETRYCOLLECTION (POINT (1 2))", "(" * 60_000),
    ],
)
def test_what_cannot_be_drawn_is_passed_over(text: str) -> None:
    assert read_wkt(text) is None


def test_north_is_up_and_east_is_right() -> None:
    projection = Projection.of([(46, 39), (47, 40)])
    (x1, y1), (x2, y2) = projection.at((46, 39)), projection.at((47, 40))
    assert x1 < x2
    assert y1 > y2
    assert projection.sees((46.5, 39.5))
    assert not projection.sees((10, 39.5))


@pytest.mark.parametrize(
    ("query", "state", "said"),
    [
        ("", "none", "North holds the town"),
        ("?asof=2000-01-01", "certainly", "certainly"),
        ("?asof=2020-06-01", "possibly", "possibly"),
        ("?asof=2021-01-01", "none", "nothing recorded"),
        ("?asof=2000-01-01&known=1", "none", "nothing recorded"),
    ],
)
def test_a_day_changes_the_map(world: FlaskClient, query: str, state: str, said: str) -> None:
    features = world.get(f"/map.geojson{query}").get_json(force=True)["features"]
    assert {each["properties"]["label"]: each["properties"]["state"] for each in features} == {
        "Northburg / Southburg": state,
        "The region": "none",
    }
    page = world.get(f"/map{query}").text
    assert said in page
    assert "Roughly." in page
    assert f'class="map-place {state}"' in page


def test_what_has_no_position_is_named(world: FlaskClient) -> None:
    page = world.get("/map").text
    assert 'id="table"' in page
    assert "Nowhere" in page[page.index("Not on the map") :]


def test_table_and_data_hold_the_same(world: FlaskClient) -> None:
    rows = list(csv.DictReader(io.StringIO(world.get("/map.csv?asof=2000-01-01").text)))
    assert [(row["label"], row["certainty"], row["actors"]) for row in rows] == [
        ("The region", "", ""),
        ("Northburg / Southburg", "certainly", "North"),
    ]


def test_a_dataset_without_places_has_an_empty_map(client: FlaskClient) -> None:
    page = client.get("/map").text
    assert "0 places on the map" in page


@pytest.mark.parametrize("path", ["/map", "/map.geojson", "/map.csv"])
def test_a_day_that_is_none_is_refused(client: FlaskClient, path: str) -> None:
    assert client.get(f"{path}?asof=2021-02-30").status_code == 400
