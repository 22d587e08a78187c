"""What was withdrawn answers 410 with the reason and what stands in its place; nothing else does."""

from __future__ import annotations

import pyoxigraph as ox
import pytest
from flask import Flask
from flask.testing import FlaskClient

from kg.iris import Iris
from kg.store import MemoryStore
from server import Publication, Settings, create_app

BASE = "https://w3id.org/kcg/"
WORLD = f"""
PREFIX dcterms: <http://purl.org/dc/terms/>
PREFIX kcg: <{BASE}ontology#>
PREFIX owl: <http://www.w3.org/2002/07/owl#>
PREFIX prov: <http://www.w3.org/ns/prov#>
PREFIX rdfs: <http://www.w3.org/2000/01/rdf-schema#>
PREFIX skos: <http://www.w3.org/2004/02/skos/core#>
PREFIX xsd: <http://www.w3.org/2001/XMLSchema#>
<{BASE}id/claim/double> owl:deprecated true ;
    skos:changeNote "The same passage was recorded twice."@en , "Doppelt."@de ;
    prov:invalidatedAtTime "2026-11-20T00:00:00Z"^^xsd:dateTime ;
    dcterms:isReplacedBy <{BASE}id/claim/kept> , <{BASE}id/claim/other> .
<{BASE}id/claim/wrong> owl:deprecated true ; skos:changeNote "No document <says> it."@en .
<{BASE}id/claim/kept> a kcg:Claim ; rdfs:label "kept"@en .
<{BASE}ontology#old> owl:deprecated true ; skos:changeNote "A term may be old and still be used."@en .
<{BASE}ontology> a owl:Ontology .
"""


@pytest.fixture(scope="module")
def app() -> Flask:
    store = MemoryStore.from_quads(
        ox.Quad(q.subject, q.predicate, q.object, ox.NamedNode(f"{BASE}graph/withdrawn"))
        for q in ox.parse(WORLD, format=ox.RdfFormat.TURTLE)
    )
    return create_app(Settings(), store, Publication("A world", Iris(BASE)))


@pytest.fixture
def client(app: Flask) -> FlaskClient:
    return app.test_client()


@pytest.mark.parametrize(
    "path", ["/id/claim/double", "/id/claim/double.ttl", "/page/claim/double", "/data/claim/double.jsonld"]
)
def test_gone_for_machines(client: FlaskClient, path: str) -> None:
    response = client.get(path, headers={"Accept": "text/turtle, application/problem+json;q=0.5"})
    assert (response.status_code, response.content_type) == (410, "application/problem+json")
    problem = response.get_json(force=True)
    assert problem["successors"] == [f"{BASE}id/claim/kept", f"{BASE}id/claim/other"]
    assert "recorded twice" in problem["detail"]
    assert "2026-11-20" in problem["detail"]
    assert f'<{BASE}id/claim/kept>; rel="successor-version"' in response.headers.getlist("Link")
    assert client.head(path).status_code == 410


def test_gone_for_people(client: FlaskClient) -> None:
    page = client.get("/id/claim/double", headers={"Accept": "text/html"})
    assert page.status_code == 410
    assert 'href="/page/claim/kept"' in page.text
    wrong = client.get("/page/claim/wrong", headers={"Accept": "text/html"}).text
    assert "No document &lt;says&gt; it." in wrong
    assert "In its place" not in wrong


def test_nothing_else_is_gone(client: FlaskClient) -> None:
    assert client.get("/page/claim/kept").status_code == 200
    assert client.get("/page/claim/never").status_code == 404
    assert client.get("/data/ontology.ttl").status_code == 200
