"""Things, pages and data: redirections, representations, conditional requests."""

from __future__ import annotations

import pyoxigraph as ox
import pytest
from flask import Flask
from flask.testing import FlaskClient

from kg.formats import RDF_FORMATS, Format
from kg.store import MemoryStore
from server import Publication, Settings, create_app

CLASH = "https://w3id.org/kcg/id/event/border-clash"
THINGS = [
    ("id/event/border-clash", "event/border-clash"),
    ("ontology", "ontology"),
    ("dataset", "dataset"),
    ("concept/event-kind", "concept/event-kind"),
    ("concept/event-kind/clash", "concept/event-kind/clash"),
    ("graph/reference", "graph/reference"),
]


@pytest.mark.parametrize(("path", "document"), THINGS)
def test_thing_leads_to_its_documents(client: FlaskClient, path: str, document: str) -> None:
    for accept, location in (
        ("text/html", f"/page/{document}"),
        ("application/ld+json", f"/data/{document}.jsonld"),
        ("*/*", f"/data/{document}.ttl"),
    ):
        response = client.get(f"/{path}", headers={"Accept": accept})
        assert (response.status_code, response.headers["Location"]) == (303, location)
        assert response.headers["Vary"] == "Accept"
        assert client.get(location).status_code == 200


@pytest.mark.parametrize("syntax", RDF_FORMATS, ids=lambda syntax: syntax.name)
def test_every_extension(client: FlaskClient, syntax: Format) -> None:
    for path in ("id/event/border-clash", "ontology", "dataset"):
        response = client.get(f"/{path}{syntax.extension}", headers={"Accept": "text/html"})
        target = f"/data/{path.removeprefix('id/')}{syntax.extension}"
        assert (response.status_code, response.headers["Location"]) == (303, target)
    data = client.get(f"/data/event/border-clash{syntax.extension}")
    assert data.headers["Content-Type"] == syntax.content_type
    assert data.headers["Content-Location"] == f"/data/event/border-clash{syntax.extension}"
    triples = set(ox.parse(data.data, format=syntax.rdf))
    assert {str(quad.subject) for quad in triples} >= {f"<{CLASH}>"}
    negotiated = client.get("/data/event/border-clash", headers={"Accept": syntax.media_type})
    assert negotiated.data == data.data
    assert client.get(f"/data/event/border-clash?format={syntax.name}").data == data.data


def test_data_is_a_bounded_description(client: FlaskClient) -> None:
    data = client.get("/data/event/border-clash.nt").text
    for expected in (
        f"<{CLASH}#participation-1> <https://w3id.org/kcg/ontology#actor>",  # a part
        "claim/south-105#passage.hasSelector> <http://www.w3.org/ns/oa#start>",  # a claim's passage
        "claim/north-49#via.rest> <http://www.w3.org/1999/02/22-rdf-syntax-ns#first>",  # its chain
        f"agreement/truce> <https://w3id.org/kcg/ontology#ends> <{CLASH}>",  # what points here
        'actor/northland> <http://www.w3.org/2000/01/rdf-schema#label> "Northland"@en',  # labels
        f"<{CLASH}#range-killed> <https://w3id.org/kcg/ontology#high>",  # a part that points here
    ):
        assert expected in data
    assert "agreement/truce> <https://w3id.org/kcg/ontology#party>" not in data  # that is not about the clash
    assert (
        f"<https://w3id.org/kcg/data/event/border-clash> <http://xmlns.com/foaf/0.1/primaryTopic> <{CLASH}>"
        in data
    )
    assert "shots" in client.get("/data/agreement/truce.nt").text


def test_links(client: FlaskClient) -> None:
    links = client.get("/data/event/border-clash.ttl").headers.getlist("Link")
    assert f'<{CLASH}>; rel="canonical"' in links
    assert '</page/event/border-clash>; rel="alternate"; type="text/html"' in links
    assert '</data/dataset>; rel="describedby"' in links
    assert not any(".ttl" in link for link in links if "alternate" in link)
    page = client.get("/page/event/border-clash").headers.getlist("Link")
    assert sum("alternate describedby" in link for link in page) == len(RDF_FORMATS)


@pytest.mark.parametrize(
    "path", ["/data/event/border-clash.ttl", "/page/event/border-clash", "/.well-known/void"]
)
def test_conditional_requests_and_head(client: FlaskClient, path: str) -> None:
    first = client.get(path)
    etag = first.headers["ETag"]
    assert etag.startswith('"')
    for sent in (etag, f'"other", {etag}', "*"):
        again = client.get(path, headers={"If-None-Match": sent})
        assert (again.status_code, again.data) == (304, b"")
        assert again.headers["ETag"] == etag
    assert client.get(path, headers={"If-None-Match": '"other"'}).status_code == 200
    head = client.head(path)
    assert head.data == b""
    for name in ("ETag", "Content-Type", "Content-Length"):
        assert head.headers[name] == first.headers[name]


def test_each_representation_has_its_own_etag(client: FlaskClient) -> None:
    tags = {client.get(f"/data/event/border-clash{x.extension}").headers["ETag"] for x in RDF_FORMATS}
    # N-Triples and N-Quads of one graph are the same bytes; so are Turtle and TriG.
    assert len(tags) >= 4


@pytest.mark.parametrize(
    "path",
    [
        "/id/event/nothing",
        "/id/event/border-clash.pdf",
        "/id/event/nothing.ttl",
        "/page/event/nothing",
        "/data/event/nothing.ttl",
        "/data/event/a b",
        "/data/event/<script>",
        "/data/event/%7B%7D",
        "/page/event/x%00y",
        "/page/nothing",
        "/ontology.exe",
        "/concept/none",
        "/data/",
        "/id/",
    ],
)
def test_unknown_is_404(client: FlaskClient, path: str) -> None:
    response = client.get(path)
    assert response.status_code == 404
    assert response.content_type == "application/problem+json"


def test_void(client: FlaskClient) -> None:
    data = client.get("/.well-known/void", headers={"Accept": "text/turtle"})
    assert b"8000" in data.data
    page = client.get("/.well-known/void", headers={"Accept": "text/html"})
    assert (page.status_code, page.headers["Location"]) == (303, "/page/dataset")


def test_under_a_path_behind_a_proxy(store: MemoryStore, app: Flask) -> None:
    publication = Publication("An invented world", app.extensions["kcg-site"].iris)
    proxied = create_app(Settings(proxies=1), store, publication).test_client()
    headers = {"X-Forwarded-Prefix": "/history", "Accept": "text/html"}
    response = proxied.get("/id/event/border-clash", headers=headers)
    assert response.headers["Location"] == "/history/page/event/border-clash"
    page = proxied.get("/page/event/border-clash", headers=headers).text
    assert 'href="/history/page/place/twin-town"' in page
    assert 'href="/history/static/style.css' in page
    assert 'href="/page/' not in page


def test_without_release(store: MemoryStore, app: Flask) -> None:
    publication = Publication("Loaded: world.ttl", app.extensions["kcg-site"].iris)
    client = create_app(Settings(), store, publication).test_client()
    assert "RDF files" in client.get("/").text
    assert "There are no dumps" in client.get("/dumps/").text
    assert client.get("/dumps/kcg.ttl").status_code == 404
