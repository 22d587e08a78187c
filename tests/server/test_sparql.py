"""The SPARQL Protocol, and errors as machines and people get them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

import pyoxigraph as ox
import pytest
from flask import Flask
from flask.testing import FlaskClient

from kg import errors
from kg.formats import RDF_FORMATS, RESULTS_FORMATS, Format
from kg.store import Answer, Formats
from server import Publication, Settings, create_app
from server.errors import STATUSES, status_of

SELECT = "SELECT ?n { ?c <https://w3id.org/kcg/ontology#exact> ?n }"
CONSTRUCT = "CONSTRUCT WHERE { ?c <https://w3id.org/kcg/ontology#exact> ?n }"
REFERENCE = "https://w3id.org/kcg/graph/reference"
DESCRIPTION = "https://w3id.org/kcg/graph/description"
COUNT = "SELECT (COUNT(*) AS ?n) { ?s ?p ?o }"
HTML = {"Accept": "text/html"}


def test_three_ways_to_ask(client: FlaskClient) -> None:
    bodies = {
        client.get("/sparql", query_string={"query": SELECT}).data,
        client.post("/sparql", data={"query": SELECT}).data,
        client.post("/sparql", data=SELECT, content_type="application/sparql-query").data,
        client.post("/sparql", data=SELECT, content_type="application/sparql-query; charset=UTF-8").data,
    }
    assert len(bodies) == 1
    assert b'"49"' in bodies.pop()


@pytest.mark.parametrize("syntax", RESULTS_FORMATS, ids=lambda syntax: syntax.name)
def test_results(client: FlaskClient, syntax: Format) -> None:
    for query in (SELECT, "ASK { ?s ?p ?o }"):
        if syntax.name in {"csv", "tsv"} and query.startswith("ASK"):
            continue
        for media_type in syntax.media_types:
            accepted = client.get("/sparql", query_string={"query": query}, headers={"Accept": media_type})
            assert (accepted.status_code, accepted.headers["Content-Type"]) == (200, syntax.content_type)
        named = client.get("/sparql", query_string={"query": query, "format": syntax.name})
        assert named.data == accepted.data


@pytest.mark.parametrize("syntax", RDF_FORMATS, ids=lambda syntax: syntax.name)
def test_graphs(client: FlaskClient, syntax: Format) -> None:
    accepted = client.get("/sparql", query_string={"query": CONSTRUCT}, headers={"Accept": syntax.media_type})
    assert accepted.headers["Content-Type"] == syntax.content_type
    assert len(list(ox.parse(accepted.data, format=syntax.rdf))) == 1
    # A browser that follows a download link prefers HTML, but admits everything.
    named = client.get(
        "/sparql",
        query_string={"query": CONSTRUCT, "format": syntax.name},
        headers={"Accept": "text/html,*/*;q=0.8"},
    )
    assert named.data == accepted.data


NOT_ACCEPTABLE = [(SELECT, "text/turtle"), (CONSTRUCT, "text/csv"), (SELECT, "image/png")]


@pytest.mark.parametrize(("query", "accept"), NOT_ACCEPTABLE)
def test_not_acceptable(client: FlaskClient, query: str, accept: str) -> None:
    response = client.get("/sparql", query_string={"query": query}, headers={"Accept": accept})
    assert response.status_code == 406
    assert response.json
    assert "Accept one of" in response.json["mend"]


def test_both_kinds_accepted(client: FlaskClient) -> None:
    headers = {"Accept": "text/turtle, text/csv"}
    for query, mimetype in ((SELECT, "text/csv"), (CONSTRUCT, "text/turtle")):
        response = client.get("/sparql", query_string={"query": query}, headers=headers)
        assert response.mimetype == mimetype


DATASETS: list[dict[str, Any]] = [
    {"default-graph-uri": REFERENCE},
    {"default-graph-uri": [REFERENCE, DESCRIPTION]},
    {"named-graph-uri": REFERENCE},
    {"default-graph-uri": "urn:nothing"},
]


def test_dataset(client: FlaskClient) -> None:
    counts = []
    for dataset in DATASETS:
        by_get = client.get("/sparql", query_string={"query": COUNT, **dataset})
        by_post = client.post("/sparql", data={"query": COUNT, **dataset})
        direct = client.post(
            "/sparql", query_string=dataset, data=COUNT, content_type="application/sparql-query"
        )
        assert by_get.data == by_post.data == direct.data
        assert by_get.json
        counts.append(int(by_get.json["results"]["bindings"][0]["n"]["value"]))
    assert 0 < counts[0] < counts[1]
    assert counts[2:] == [0, 0]


BAD: list[tuple[str, dict[str, Any], int]] = [
    ("GET", {"query_string": {"query": "SELECT"}}, 400),
    ("GET", {"query_string": {"query": ""}}, 400),
    ("GET", {"query_string": {"foo": "bar"}}, 400),
    ("GET", {"headers": {"Accept": "application/sparql-results+json"}}, 400),
    ("GET", {"query_string": [("query", SELECT), ("query", SELECT)]}, 400),
    ("GET", {"query_string": {"query": SELECT, "format": "exe"}}, 400),
    ("GET", {"query_string": {"query": SELECT, "default-graph-uri": "not an iri"}}, 400),
    ("POST", {"data": {}}, 415),
    ("POST", {"data": {"foo": "bar"}}, 400),
    ("POST", {"data": SELECT}, 415),
    ("POST", {"data": SELECT, "content_type": "text/plain"}, 415),
    ("POST", {"data": "{}", "content_type": "application/json"}, 415),
    ("POST", {"data": SELECT, "content_type": "application/sparql-query; charset=utf-16"}, 415),
    ("POST", {"data": b"\xff\xfe", "content_type": "application/sparql-query"}, 400),
    ("POST", {"data": "", "content_type": "application/sparql-query"}, 400),
    ("POST", {"data": {"query": SELECT}, "query_string": {"query": SELECT}}, 400),
    (
        "POST",
        {
            "data": SELECT,
            "content_type": "application/sparql-query",
            "query_string": {"query": SELECT},
        },
        400,
    ),
    ("POST", {"data": {"update": "CLEAR ALL"}}, 403),
    ("GET", {"query_string": {"update": "CLEAR ALL"}}, 403),
    ("POST", {"data": "CLEAR ALL", "content_type": "application/sparql-update"}, 403),
    ("POST", {"data": "x" * 300_000, "content_type": "application/sparql-query"}, 413),
    ("POST", {"data": {"query": "x" * 300_000}}, 413),
    ("PUT", {"data": SELECT}, 405),
    ("DELETE", {}, 405),
]


@pytest.mark.parametrize(("method", "arguments", "status"), BAD)
def test_bad_requests(client: FlaskClient, method: str, arguments: dict[str, Any], status: int) -> None:
    response = client.open("/sparql", method=method, **arguments)
    assert response.status_code == status
    assert response.mimetype == "application/problem+json"
    assert response.json
    assert response.json["status"] == status
    assert response.json["detail"]
    assert response.json["instance"].startswith("/sparql")


def test_syntax_errors_say_where(client: FlaskClient) -> None:
    query = {"query": "SELECT *\nWHERE { ?s ?p }"}
    problem = client.get("/sparql", query_string=query).json
    assert problem
    assert problem["line"] == 2
    assert problem["type"] == "urn:kcg:problem:QuerySyntax"
    page = client.get("/sparql", query_string=query, headers=HTML)
    assert page.status_code == 400
    assert "Line 2, column" in page.text
    assert "WHERE { ?s ?p }" in page.text


def test_tolerated(client: FlaskClient) -> None:
    assert client.get("/sparql", query_string={"query": SELECT, "timeout": "x"}).status_code == 200
    options = client.options("/sparql")
    assert set(options.headers["Allow"].split(", ")) == {"GET", "HEAD", "OPTIONS", "POST"}
    assert client.head("/sparql", query_string={"query": SELECT}).status_code == 200


def test_not_allowed_says_what_is(client: FlaskClient) -> None:
    response = client.post("/page/event/border-clash")
    assert response.status_code == 405
    assert response.headers["Allow"] == "GET, HEAD, OPTIONS"
    page = client.delete("/", headers=HTML)
    assert (page.status_code, page.mimetype) == (405, "text/html")


def test_service_description(client: FlaskClient) -> None:
    for headers in ({}, {"Accept": "text/turtle"}, {"Accept": "*/*"}):
        response = client.get("/sparql", headers=headers)
        assert response.mimetype == "text/turtle"
        assert "sd:UnionDefaultGraph" in response.text
    assert client.get("/sparql", headers={"Accept": "application/rdf+xml"}).status_code == 200


def test_form(client: FlaskClient) -> None:
    text = client.get("/sparql", headers=HTML).text
    assert "<textarea" in text
    assert "How many were killed?" in text
    assert "PREFIX kcg: &lt;https://w3id.org/kcg/ontology#&gt;" in text


def test_result_pages(client: FlaskClient) -> None:
    rows = client.get("/sparql", query_string={"query": "SELECT * { ?s ?p ?o }"}, headers=HTML).text
    assert "only the first 20 are shown" in rows
    assert rows.count("<tr>") == 21
    assert "format=csv" in rows
    assert "Yes" in client.get("/sparql", query_string={"query": "ASK {}"}, headers=HTML).text
    graph = client.get("/sparql", query_string={"query": CONSTRUCT}, headers=HTML).text
    assert "1 triple." in graph
    assert "kcg:exact 49" in graph
    none = client.get("/sparql", query_string={"query": "SELECT * { ?s <urn:x> ?o }"}, headers=HTML)
    assert "0 rows" in none.text


class BrokenStore:
    """Raises whatever it was given."""

    def __init__(self, error: Exception) -> None:
        self.error = error

    def query(
        self,
        text: str,
        formats: Formats,
        *,
        substitutions: Mapping[str, Any] | None = None,
        default_graphs: Iterable[str] = (),
        named_graphs: Iterable[str] = (),
    ) -> Answer:
        raise self.error


RAISED: list[tuple[Exception, int]] = [
    (errors.QuerySyntaxError("what", line=3, column=4), 400),
    (errors.QueryRefusedError("what"), 403),
    (errors.QueryTooLargeError("what"), 413),
    (errors.QueryTimeoutError("what"), 504),
    (errors.QueryResourceError("what"), 503),
    (errors.StoreUnavailableError("what"), 503),
    (errors.NotFoundError("what"), 404),
    (errors.DataError("secret"), 500),
    (RuntimeError("secret"), 500),
]


@pytest.mark.parametrize(("error", "status"), RAISED, ids=lambda each: type(each).__name__)
def test_what_the_store_raises(app: Flask, error: Exception, status: int) -> None:
    publication = Publication("Broken", app.extensions["kcg-site"].iris)
    client = create_app(Settings(), BrokenStore(error), publication).test_client()
    for path in ("/sparql?query=ASK{}", "/page/event/x", "/data/event/x", "/id/event/x"):
        machine = client.get(path)
        assert (machine.status_code, machine.mimetype) == (status, "application/problem+json")
        person = client.get(path, headers=HTML)
        assert (person.status_code, person.mimetype) == (status, "text/html")
        assert "secret" not in machine.text + person.text
        assert "Traceback" not in machine.text + person.text
        assert ("Retry-After" in machine.headers) == isinstance(error, errors.StoreUnavailableError)
    assert client.get("/health").status_code == 200
    assert client.get("/health?deep").status_code == status


def test_every_error_has_a_status() -> None:
    for name in dir(errors):
        cls = getattr(errors, name)
        if isinstance(cls, type) and issubclass(cls, errors.KgError):
            assert any(each in STATUSES for each in cls.__mro__)
    assert status_of(errors.UnknownFormatError("x")) == 400
