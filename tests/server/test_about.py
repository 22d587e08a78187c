"""Data about a thing that much points at: bounded, in pages that together say all of it."""

from __future__ import annotations

import json

import pyoxigraph as ox
import pytest
from flask import Flask
from flask.testing import FlaskClient

from kg.iris import Iris
from kg.store import MemoryStore
from server import Publication, Settings, create_app
from server.about import PAGE

BASE = "https://w3id.org/kcg/"
WELL = f"{BASE}id/place/well"
COUNT = 2 * PAGE + 30
HYDRA = "http://www.w3.org/ns/hydra/core#"


def world() -> str:
    claims = "\n".join(
        f"<{BASE}id/claim/c-{number:03d}> a kcg:Claim ; kcg:about <{WELL}{'#mouth' if number % 2 else ''}> ;"
        f" kcg:reportedIn <{BASE}id/source/news> ; kcg:passage <{BASE}id/claim/c-{number:03d}#passage> ."
        f"<{BASE}id/claim/c-{number:03d}#passage> oa:hasSource <{BASE}id/source/news> ."
        for number in range(COUNT)
    )
    return f"""PREFIX kcg: <{BASE}ontology#> PREFIX oa: <http://www.w3.org/ns/oa#>
        PREFIX rdfs: <http://www.w3.org/2000/01/rdf-schema#>
        <{WELL}> a kcg:Place ; rdfs:label "Well"@en ; kcg:provision <{WELL}#mouth> .
        <{WELL}#mouth> rdfs:label "Mouth"@en . {claims}"""


@pytest.fixture(scope="module")
def app() -> Flask:
    quads = ox.parse(world(), format=ox.RdfFormat.TURTLE)
    graph = ox.NamedNode(f"{BASE}graph/reference")
    store = MemoryStore.from_quads(ox.Quad(q.subject, q.predicate, q.object, graph) for q in quads)
    publication = Publication("Wells", Iris(BASE), license="https://example.org/licence")
    return create_app(Settings(), store, publication)


@pytest.fixture
def client(app: Flask) -> FlaskClient:
    return app.test_client()


def relations(client: FlaskClient, address: str) -> dict[str, str]:
    links = [link.split(">; rel=") for link in client.get(address).headers.getlist("Link")]
    return {relation.strip('"'): target.strip("<") for target, relation in links if ";" not in relation}


def test_the_pages_together_say_all_and_each_thing_once(client: FlaskClient) -> None:
    address, pages, seen = "/data/place/well.nt", 0, []
    while address:
        quads = list(ox.parse(client.get(address).data, format=ox.RdfFormat.N_TRIPLES))
        page = {q.subject.value for q in quads if q.predicate.value == f"{BASE}ontology#about"}
        assert len(page) <= PAGE
        seen += page
        passages = {q.subject.value.partition("#")[0] for q in quads if "#passage" in str(q.subject)}
        assert passages == page  # each claim with its provenance
        pages += 1
        address = relations(client, address).get("next", "")
    assert pages == 3
    assert sorted(seen) == [f"{BASE}id/claim/c-{number:03d}" for number in range(COUNT)]


def test_links_between_the_pages(client: FlaskClient) -> None:
    first = relations(client, "/data/place/well.ttl")
    assert (first["first"], first["next"], first["last"]) == (
        "/data/place/well.ttl?page=1",
        "/data/place/well.ttl?page=2",
        "/data/place/well.ttl?page=3",
    )
    assert "prev" not in first
    assert first["license"] == "https://example.org/licence"
    last = relations(client, "/data/place/well.ttl?page=3")
    assert last["prev"].endswith("?page=2")
    assert "next" not in last
    alone = relations(client, "/data/claim/c-000.ttl")
    assert not alone.keys() & {"first", "next", "prev", "last"}
    second = client.get("/data/place/well?page=2", headers={"Accept": "text/turtle"})
    assert second.headers["Content-Location"] == "/data/place/well.ttl?page=2"


def test_the_total_and_the_pages_stand_in_the_data(client: FlaskClient) -> None:
    data = client.get("/data/place/well.nt?page=2").text
    document = f"{BASE}data/place/well"
    for expected in (
        f'<{document}> <{HYDRA}totalItems> "{COUNT}"^^',
        f"<{document}> <http://xmlns.com/foaf/0.1/primaryTopic> <{WELL}>",
        f"<{document}?page=2> <{HYDRA}next> <{document}?page=3>",
        f"<{document}?page=2> <{HYDRA}previous> <{document}?page=1>",
    ):
        assert expected in data
    assert f"<{WELL}> <http://www.w3.org/1999/02/22-rdf-syntax-ns#type>" not in data  # that is on page 1
    tree = json.loads(client.get("/data/place/well.jsonld?page=3").data)
    assert tree["@id"] == WELL
    assert len(tree["@reverse"][f"{BASE}ontology#about"]) == 15


@pytest.mark.parametrize("page", ["0", "4", "-1", "x", "1e1", "", "99999999999999999999", "٣", "2 "])
def test_no_such_page(client: FlaskClient, page: str) -> None:
    response = client.get("/data/place/well.ttl", query_string={"page": page})
    assert response.status_code == 404


def test_context(client: FlaskClient) -> None:
    response = client.get("/context.jsonld")
    assert response.content_type == "application/ld+json"
    assert "concept" in json.loads(response.data)["@context"]
    assert (
        client.get("/context.jsonld", headers={"If-None-Match": response.headers["ETag"]}).status_code == 304
    )
    assert any(
        "/context.jsonld>" in each for each in client.get("/data/place/well.jsonld").headers.getlist("Link")
    )
