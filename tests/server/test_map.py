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
from server.views.basemap import BaseMap, drawn
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
place:quarter a kcg:Place ; rdfs:label "A quarter"@en ; kcg:partOf place:nowhere, place:region .
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


def drawn_on(page: str) -> str:
    """The section with the small map of the page of a place."""
    return page[page.index('id="place-map"') :].partition("</section>")[0]


@pytest.mark.parametrize(
    ("place", "said", "drawn"),
    [
        ("town", "A point: 39.8000° N, 46.7000° E", "<circle"),
        ("region", "An outline of 4 points: 39.0000° N to 40.0000° N, 46.0000° E to 47.0000° E", "map-own"),
        ("quarter", "Drawn is what it lies in", "map-own"),
    ],
)
def test_the_page_of_a_place_draws_it_and_says_the_same(
    world: FlaskClient, place: str, said: str, drawn: str
) -> None:
    section = drawn_on(world.get(f"/page/place/{place}?asof=2000-01-01").text)
    assert said in " ".join(section.split())
    assert drawn in section.partition("<svg")[2].partition("</svg>")[0]
    name = place.replace("quarter", "region")
    assert f'href="/map?place={name}&amp;asof=2000-01-01"' in section
    assert "Northburg / Southburg" in section


def test_the_small_map_says_where_the_outline_is_from(world: FlaskClient) -> None:
    assert "Roughly." in drawn_on(world.get("/page/place/town").text)


@pytest.mark.parametrize("place", ["nowhere", "broken"])
def test_the_page_of_a_place_without_a_position_says_so(world: FlaskClient, place: str) -> None:
    section = drawn_on(world.get(f"/page/place/{place}").text)
    assert "No position or outline is recorded" in section
    assert "<svg" not in section


def test_without_the_base_map_the_place_is_drawn_and_the_lack_is_named(
    world: FlaskClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    for module in ("placemap", "basemap"):
        monkeypatch.setattr(f"server.views.{module}.base_map", BaseMap)
    drawn.cache_clear()
    section = drawn_on(world.get("/page/place/region").text)
    drawn.cache_clear()
    assert "There is no base map here" in section
    assert 'class="map-border" d=""' in section
    assert 'class="map-area map-own"' in section


def test_the_base_map_is_cut_to_what_is_seen(monkeypatch: pytest.MonkeyPatch) -> None:
    line = tuple((40 + step / 10, 39.5) for step in range(200))
    monkeypatch.setattr("server.views.basemap.base_map", lambda: BaseMap("Somebody", (line,)))
    projection = Projection.around([(46, 39), (47, 40)], 300)
    drawn.cache_clear()
    coasts = drawn(projection).coasts
    drawn.cache_clear()
    assert coasts.count("M") == 1
    seen = sum(map(projection.sees, line))
    assert 0 < seen < len(line)
    assert coasts.count("L") == seen + 1  # the point before and the point after lead out of the drawing


def test_a_map_around_a_place_shows_it_in_the_middle(world: FlaskClient) -> None:
    page = world.get("/map?place=region").text
    assert '<option value="region" selected' in page
    projection = Projection.around([(46, 39), (47, 40)])
    assert projection.at((46.5, 39.5)) == (480, 360)
    assert (
        projection.path({"type": "Polygon", "coordinates": [[(46, 39), (47, 39), (47, 40), (46, 39)]]})
        in page
    )


def test_a_map_around_a_place_that_there_is_none_of_is_refused(world: FlaskClient) -> None:
    answer = world.get("/map?place=moon")
    assert answer.status_code == 400
    assert (
        "No place &#39;moon&#39; is on the map." in answer.text
        or "No place 'moon' is on the map." in answer.text
    )
