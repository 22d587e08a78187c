"""SPARQL 1.1 Protocol, section 2, clause by clause; service description; Graph Store Protocol to read.

https://www.w3.org/TR/sparql11-protocol/, https://www.w3.org/TR/sparql11-service-description/,
https://www.w3.org/TR/sparql11-http-rdf-update/.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import replace
from typing import Any
from urllib.parse import urlencode

import pyoxigraph as ox
import pytest
import rdflib
from flask import Flask
from flask.testing import FlaskClient
from rdflib.namespace import RDF, VOID

from kg.formats import FORMATS, N_TRIPLES, RDF_FORMATS, RDF_XML, RESULTS_FORMATS, TURTLE, Format
from kg.namespaces import SD
from kg.sparql import check
from kg.store import Answer, Formats, MemoryStore
from server import Publication, Settings, create_app

DIRECT = "application/sparql-query"
FORM = "application/x-www-form-urlencoded"
UPDATE = "application/sparql-update"
ONE, TWO, THREE = (f"http://kasei.us/2009/09/sparql/data/data{number}.rdf" for number in (1, 2, 3))
BOTH = f"ASK {{ <{ONE}> a ?type . <{TWO}> a ?type }}"
IN_NAMED = f"ASK {{ GRAPH ?g1 {{ <{ONE}> a ?type }} GRAPH ?g2 {{ <{TWO}> a ?type }} }}"
APART = (
    f"ASK {{ <{THREE}> a ?type . GRAPH ?g {{ <{ONE}> a ?type }} FILTER NOT EXISTS {{ <{ONE}> a ?type }} }}"
)
SELECT = "SELECT ?s { ?s a ?type }"
CONSTRUCT = "CONSTRUCT WHERE { ?s a ?type }"
HTML = {"Accept": "text/html,application/xhtml+xml,*/*;q=0.8"}

PROFILE = "http://www.w3.org/ns/json-ld#compacted"
Pairs = list[tuple[str, str]]


def quads() -> Iterable[ox.Quad]:
    for iri in (ONE, TWO, THREE):
        node = ox.NamedNode(iri)
        yield ox.Quad(
            node, ox.NamedNode(str(RDF.type)), ox.NamedNode("http://xmlns.com/foaf/0.1/Document"), node
        )


class CheckedStore(MemoryStore):
    """Refuses what a pool refuses."""

    def query(self, text: str, formats: Formats, **keywords: Any) -> Answer:
        check(text)
        return super().query(text, formats, **keywords)


@pytest.fixture(scope="module")
def client(app: Flask) -> FlaskClient:
    site = app.extensions["kcg-site"]
    publication = replace(site.publication, prefixes={})
    store = CheckedStore(MemoryStore.from_quads(quads()).engine)
    return create_app(Settings(results=3, rows=2), store, publication).test_client()


def body(pairs: Pairs) -> dict[str, Any]:
    return {"data": urlencode(pairs), "content_type": FORM}


def direct(query: str | bytes, pairs: Pairs = [], charset: str = "") -> dict[str, Any]:  # noqa: B006
    return {"data": query, "content_type": f"{DIRECT}{charset}", "query_string": urlencode(pairs)}


def accepting(media_type: str) -> dict[str, Any]:
    return {"headers": {"Accept": media_type}}


def ways(query: str, pairs: Pairs) -> list[Any]:
    """2.1.1 to 2.1.3: a query with its dataset, in every way that it can be sent."""
    whole = [("query", query), *pairs]
    return [
        ("GET", {"query_string": urlencode(whole)}),
        ("POST", body(whole)),
        ("POST", direct(query, pairs)),
        ("POST", direct(query.encode(), pairs, "; charset=UTF-8")),
        ("POST", body([("query", query)]) | {"query_string": urlencode(pairs)}),
        ("POST", body(list(reversed(whole)))),
        ("GET", {"query_string": urlencode([*pairs, ("query", query), ("unknown", "x"), ("timeout", "30")])}),
    ]


DEFAULT = [("default-graph-uri", ONE), ("default-graph-uri", TWO)]
NAMED = [("named-graph-uri", ONE), ("named-graph-uri", TWO)]
DATASETS: list[tuple[str, str, Pairs, bool]] = [
    ("none: the union", BOTH, [], True),
    ("none: all named graphs", IN_NAMED, [], True),
    ("default graphs", BOTH, DEFAULT, True),
    ("one default graph", BOTH, DEFAULT[:1], False),
    ("default graphs only", IN_NAMED, DEFAULT, False),
    ("named graphs", IN_NAMED, NAMED, True),
    ("named graphs only", BOTH, NAMED, False),
    ("both", APART, [("default-graph-uri", THREE), *NAMED], True),
    ("FROM", f"ASK FROM <{ONE}> FROM <{TWO}> {{ <{ONE}> a ?type . <{TWO}> a ?type }}", [], True),
    ("FROM one", f"ASK FROM <{ONE}> {{ <{ONE}> a ?type . <{TWO}> a ?type }}", [], False),
    ("FROM NAMED", f"ASK FROM NAMED <{ONE}> {{ GRAPH <{ONE}> {{ ?s ?p ?o }} }}", [], True),
    ("request over FROM", f"ASK FROM <{THREE}> {{ <{ONE}> a ?t . <{TWO}> a ?t }}", DEFAULT, True),
    ("request over FROM NAMED", f"ASK FROM NAMED <{THREE}> {{ GRAPH ?g {{ <{ONE}> a ?t }} }}", NAMED, True),
    ("nothing left of FROM", f"ASK FROM <{THREE}> {{ <{THREE}> a ?t }}", DEFAULT, False),
    ("a graph that is not here is empty", BOTH, [("default-graph-uri", "http://example.org/none")], False),
]
SENT = [
    pytest.param(way, expected, id=f"{name} {number}")
    for name, query, pairs, expected in DATASETS
    for number, way in enumerate(ways(query, pairs))
]


@pytest.mark.parametrize(("way", "expected"), SENT)
def test_query_operation(client: FlaskClient, way: tuple[str, dict[str, Any]], expected: bool) -> None:
    method, arguments = way
    response = client.open("/sparql", method=method, **arguments)
    assert (response.status_code, response.mimetype) == (200, "application/sparql-results+json")
    assert response.json == {"head": {}, "boolean": expected}
    assert client.open("/sparql/", method=method, **arguments).data == response.data


REFUSED: list[tuple[str, str, dict[str, Any], int]] = [
    ("two queries, GET", "GET", {"query_string": urlencode([("query", "ASK {}"), ("query", "ASK {}")])}, 400),
    ("two queries, POST", "POST", body([("query", "ASK {}"), ("query", "ASK {}")]), 400),
    ("two queries, form and URL", "POST", body([("query", "ASK {}")]) | {"query_string": "query=ASK{}"}, 400),
    ("two queries, body and URL", "POST", direct("ASK {}", [("query", "ASK {}")]), 400),
    ("no query, GET", "GET", {"query_string": "default-graph-uri=urn:x"}, 400),
    ("no query, POST", "POST", body([("default-graph-uri", "urn:x")]), 400),
    ("no query, direct", "POST", direct(" \n"), 400),
    ("wrong media type", "POST", {"data": "ASK {}", "content_type": "text/plain"}, 415),
    ("JSON", "POST", {"data": '{"query": "ASK {}"}', "content_type": "application/json"}, 415),
    ("multipart", "POST", {"data": {"query": "ASK {}"}, "content_type": "multipart/form-data"}, 415),
    ("form without its type", "POST", {"data": "query=ASK%20%7B%7D"}, 415),
    ("query without its type", "POST", {"data": "ASK {}"}, 415),
    ("no body", "POST", {}, 415),
    ("UTF-16", "POST", direct("ASK {}".encode("utf-16")), 400),
    ("UTF-16, said so", "POST", direct("ASK {}".encode("utf-16"), charset="; charset=utf-16"), 415),
    ("Latin-1", "POST", direct('ASK { ?s ?p "é" }'.encode("latin-1")), 400),
    ("syntax, GET", "GET", {"query_string": {"query": "ASK {"}}, 400),
    ("syntax, form", "POST", body([("query", "ASK {")]), 400),
    ("syntax, direct", "POST", direct("ASK {"), 400),
    ("relative graph", "GET", {"query_string": {"query": "ASK {}", "default-graph-uri": "x y"}}, 400),
    ("PUT", "PUT", {"query_string": {"query": "ASK {}"}}, 405),
    ("PATCH", "PATCH", direct("ASK {}"), 405),
    ("DELETE", "DELETE", {"query_string": {"query": "ASK {}"}}, 405),
    ("update by GET", "GET", {"query_string": {"update": "CLEAR ALL"}}, 403),
    ("update as query", "GET", {"query_string": {"query": "CLEAR ALL"}}, 403),
    ("update, form", "POST", body([("update", "CLEAR ALL")]), 403),
    ("two updates", "POST", body([("update", "CLEAR ALL"), ("update", "CLEAR ALL")]), 403),
    ("update, direct", "POST", {"data": "CLEAR ALL", "content_type": UPDATE}, 403),
    ("update, direct, empty", "POST", {"data": "", "content_type": UPDATE}, 403),
    ("update as a direct query", "POST", direct("INSERT DATA { <urn:a> <urn:b> <urn:c> }"), 403),
    ("LOAD", "POST", direct("LOAD <http://127.0.0.1:9/x.ttl>"), 403),
    ("SERVICE", "GET", {"query_string": {"query": "ASK { SERVICE <urn:x> {} }"}}, 403),
    (
        "SELECT as Turtle",
        "GET",
        {"query_string": {"query": SELECT}, "headers": {"Accept": "text/turtle"}},
        406,
    ),
    (
        "CONSTRUCT as CSV",
        "GET",
        {"query_string": {"query": CONSTRUCT}, "headers": {"Accept": "text/csv"}},
        406,
    ),
    ("image", "GET", {"query_string": {"query": SELECT}, **accepting("image/png")}, 406),
    ("too long", "POST", direct("ASK {}" + " " * 100_000), 413),
    ("too large", "POST", direct("ASK {}" + " " * 300_000), 413),
    ("too deep", "GET", {"query_string": {"query": "ASK " + "{" * 101 + "}" * 101}}, 413),
]


@pytest.mark.parametrize(
    ("method", "arguments", "status"), [row[1:] for row in REFUSED], ids=[r[0] for r in REFUSED]
)
def test_refused(client: FlaskClient, method: str, arguments: dict[str, Any], status: int) -> None:
    """2.1.6 and 2.2: never a 200 that holds an error, and always why, for machines and people."""
    response = client.open("/sparql", method=method, **arguments)
    assert (response.status_code, response.mimetype) == (status, "application/problem+json")
    problem = response.json
    assert problem
    assert (problem["status"], bool(problem["detail"])) == (status, True)
    assert response.headers["Access-Control-Allow-Origin"] == "*"
    if status == 405:
        assert response.headers["Allow"] == "GET, HEAD, OPTIONS, POST"
    if "headers" not in arguments and (method, arguments) != REFUSED[4][1:3]:  # that gives the form
        page = client.open("/sparql", method=method, headers=HTML, **arguments)
        assert (page.status_code, page.mimetype) == (status, "text/html")


SYNTAX = [("SELECT *\nWHERE { ?s ?p }", 2), ("ASK {", 1), ("\n\n  SELEKT", 3), ("ASK { ?s x:p ?o }", 1)]


@pytest.mark.parametrize(("query", "line"), SYNTAX)
def test_syntax_errors_say_where(client: FlaskClient, query: str, line: int) -> None:
    problem = client.get("/sparql", query_string={"query": query}).json
    assert problem
    assert (problem["status"], problem["line"]) == (400, line)
    assert problem["column"] >= 1


@pytest.mark.parametrize("syntax", FORMATS, ids=lambda syntax: syntax.name)
def test_format_by_extension(client: FlaskClient, syntax: Format) -> None:
    fitting, other = (CONSTRUCT, SELECT) if syntax in RDF_FORMATS else (SELECT, CONSTRUCT)
    for name in (syntax.name, *syntax.aliases):
        for headers in ({}, HTML, {"Accept": "image/png"}):
            response = client.get(f"/sparql.{name}", query_string={"query": fitting}, headers=headers)
            assert (response.status_code, response.headers["Content-Type"]) == (200, syntax.content_type)
    assert client.post(f"/sparql.{syntax.name}", **direct(fitting)).data == response.data
    assert client.get(f"/sparql.{syntax.name}", query_string={"query": other}).status_code == 406
    assert client.get(f"/sparql.{syntax.name}").status_code == (200 if syntax in RDF_FORMATS else 400)
    assert client.get(f"/sparql.{syntax.name}", query_string={"update": "CLEAR ALL"}).status_code == 403
    assert client.get("/sparql.exe", query_string={"query": fitting}).status_code == 404


ACCEPT: list[tuple[str, str | None, str]] = [
    (SELECT, None, "application/sparql-results+json"),
    (SELECT, "", "application/sparql-results+json"),
    (SELECT, "*/*", "application/sparql-results+json"),
    (SELECT, "text/*", "text/csv"),
    (SELECT, "application/*", "application/sparql-results+json"),
    (SELECT, "text/csv;q=0.1, application/sparql-results+xml;q=0.9", "application/sparql-results+xml"),
    (SELECT, "text/csv; header=present", "text/csv"),
    (SELECT, "application/json;q=0, */*;q=0.1", "application/sparql-results+json"),
    (SELECT, "text/turtle, text/tab-separated-values;q=0.2", "text/tab-separated-values"),
    (CONSTRUCT, None, "text/turtle"),
    (CONSTRUCT, "text/turtle;version=1.2", "text/turtle"),
    (
        CONSTRUCT,
        'application/ld+json;profile="http://www.w3.org/ns/json-ld#compacted"',
        "application/ld+json",
    ),
    (CONSTRUCT, 'application/ld+json;profile="', "text/turtle"),
    (CONSTRUCT, "application/rdf+xml, text/turtle;q=0.9", "application/rdf+xml"),
    (CONSTRUCT, "application/n-quads;q=1, application/trig;q=0.5", "application/n-quads"),
    ("DESCRIBE <urn:nothing>", "application/n-triples", "application/n-triples"),
]


@pytest.mark.parametrize(("query", "accept", "given"), ACCEPT)
def test_negotiation(client: FlaskClient, query: str, accept: str | None, given: str) -> None:
    headers = {} if accept is None else {"Accept": accept}
    response = client.get("/sparql", query_string={"query": query}, headers=headers)
    assert (response.status_code, response.mimetype) == (200, given)
    assert "Accept" in response.headers["Vary"]


def test_named_format_where_accept_says_nothing_particular(client: FlaskClient) -> None:
    for name in ("format", "output"):
        arguments = {"query": SELECT, name: "csv"}
        assert client.get("/sparql", query_string=arguments).mimetype == "text/csv"
        assert client.post("/sparql", data=arguments).mimetype == "text/csv"
        particular = client.get("/sparql", query_string=arguments, headers={"Accept": "application/json"})
        assert particular.mimetype == "application/sparql-results+json"


def test_head_options_and_preflight(client: FlaskClient) -> None:
    head = client.head("/sparql", query_string={"query": SELECT})
    get = client.get("/sparql", query_string={"query": SELECT})
    assert (head.status_code, head.data) == (200, b"")
    assert head.headers["Content-Length"] == get.headers["Content-Length"]
    assert head.headers["ETag"] == get.headers["ETag"]
    assert client.head("/sparql", query_string={"query": "ASK {"}).status_code == 400
    again = client.get(
        "/sparql", query_string={"query": SELECT}, headers={"If-None-Match": get.headers["ETag"]}
    )
    assert (again.status_code, again.data) == (304, b"")
    options = client.options("/sparql")
    assert options.status_code == 200
    assert set(options.headers["Allow"].split(", ")) == {"GET", "HEAD", "OPTIONS", "POST"}
    asked = {
        "Origin": "https://example.org",
        "Access-Control-Request-Method": "POST",
        "Access-Control-Request-Headers": "content-type",
    }
    preflight = client.options("/sparql", headers=asked)
    assert preflight.headers["Access-Control-Allow-Origin"] == "*"
    assert "POST" in preflight.headers["Access-Control-Allow-Methods"]
    assert preflight.headers["Access-Control-Allow-Headers"].lower() == "content-type"
    assert "X-KG-Truncated" in get.headers.get("Access-Control-Expose-Headers", "")


def test_results_are_cut_and_say_so(client: FlaskClient) -> None:
    whole = client.get("/sparql", query_string={"query": SELECT})
    assert whole.json
    assert len(whole.json["results"]["bindings"]) == 3
    assert "X-KG-Truncated" not in whole.headers
    more = "SELECT * { ?s a ?t . ?r a ?t }"
    for syntax in RESULTS_FORMATS:
        cut = client.get(f"/sparql.{syntax.name}", query_string={"query": more})
        assert (cut.status_code, cut.headers["X-KG-Truncated"]) == (200, "rows=3")
    triples = client.get(
        "/sparql.nt", query_string={"query": f"CONSTRUCT {{ ?s ?r ?t }} {{ {more[10:-1]} }}"}
    )
    assert (triples.headers["X-KG-Truncated"], triples.data.count(b"\n")) == ("triples=3", 3)
    page = client.get("/sparql", query_string={"query": more}, headers=HTML)
    assert page.headers["X-KG-Truncated"] == "rows=2"
    assert "only the first 2 are shown" in page.text


def described(response: Any, syntax: Format) -> rdflib.Graph:
    assert (response.status_code, response.mimetype) == (200, syntax.media_type)
    return rdflib.Graph().parse(data=response.data, format=syntax.rdflib)


@pytest.mark.parametrize("syntax", (TURTLE, N_TRIPLES, RDF_XML), ids=lambda syntax: syntax.name)
def test_service_description(client: FlaskClient, syntax: Format) -> None:
    graph = described(client.get("/sparql", headers={"Accept": syntax.media_type}), syntax)
    service = graph.value(predicate=RDF.type, object=SD.Service, any=False)
    assert graph.value(service, SD.endpoint, any=False) == rdflib.URIRef("http://localhost/sparql")
    assert set(graph.objects(service, SD.supportedLanguage)) == {SD.SPARQL11Query}
    assert set(graph.objects(service, SD.feature)) == {SD.UnionDefaultGraph}
    formats = {rdflib.URIRef(each.iri) for each in FORMATS}
    assert set(graph.objects(service, SD.resultFormat)) == formats
    dataset = graph.value(service, SD.defaultDataset, any=False)
    assert (dataset, RDF.type, SD.Dataset) in graph
    default = graph.value(dataset, SD.defaultGraph, any=False)
    assert graph.value(default, VOID.triples) == rdflib.Literal(3)
    counts = {}
    for entry in graph.objects(dataset, SD.namedGraph):
        content = graph.value(entry, SD.graph)
        assert (content, RDF.type, SD.Graph) in graph
        dump = str(graph.value(content, VOID.dataDump)).removeprefix("http://localhost")
        name = graph.value(entry, SD.name)
        counts[str(name)] = (
            graph.value(content, VOID.triples),
            len(described(client.get(dump), RDF_FORMATS[0])),
        )
    assert counts == {iri: (rdflib.Literal(1), 1) for iri in (ONE, TWO, THREE)}


@pytest.mark.parametrize("syntax", RDF_FORMATS, ids=lambda syntax: syntax.name)
def test_graph_store(client: FlaskClient, syntax: Format) -> None:
    """5.2, GET; 5.8, HEAD; 4.2, indirect identification."""
    headers = {"Accept": syntax.media_type}
    for selected, count in (({"graph": ONE}, 1), ({"default": ""}, 3)):
        response = client.get("/graph-store", query_string=selected, headers=headers)
        assert (response.status_code, response.mimetype) == (200, syntax.media_type)
        assert len(list(ox.parse(response.data, format=syntax.rdf))) == count
        head = client.head("/graph-store", query_string=selected, headers=headers)
        assert (head.status_code, head.data) == (200, b"")
        assert head.headers["ETag"] == response.headers["ETag"]


GRAPH_STORE: list[tuple[str, Pairs, Mapping[str, str], int]] = [
    ("GET", [("graph", "http://example.org/none")], {}, 404),
    ("HEAD", [("graph", "http://example.org/none")], {}, 404),
    ("GET", [], {}, 400),
    ("GET", [("graph", ONE), ("default", "")], {}, 400),
    ("GET", [("graph", ONE), ("graph", TWO)], {}, 400),
    ("GET", [("graph", "")], {}, 400),
    ("GET", [("graph", "data1.rdf")], {}, 400),
    ("GET", [("graph", "http://a b/")], {}, 400),
    ("GET", [("graph", ONE)], {"Accept": "image/png"}, 406),
    *((method, [("graph", ONE)], {}, 405) for method in ("PUT", "POST", "DELETE", "PATCH")),
]


@pytest.mark.parametrize(("method", "pairs", "headers", "status"), GRAPH_STORE)
def test_graph_store_refuses(
    client: FlaskClient, method: str, pairs: Pairs, headers: dict[str, str], status: int
) -> None:
    response = client.open("/graph-store", method=method, query_string=urlencode(pairs), headers=headers)
    assert (response.status_code, response.mimetype) == (status, "application/problem+json")
    if status == 405:
        assert response.headers["Allow"] == "GET, HEAD, OPTIONS"


def test_a_graph_too_large_to_be_given_is_not_cut(app: Flask) -> None:
    node = ox.NamedNode("urn:n")
    lots = (ox.Quad(node, node, ox.Literal("x" * 600_000 + str(n)), node) for n in range(3))
    publication: Publication = app.extensions["kcg-site"].publication
    small = create_app(Settings(size=1), MemoryStore.from_quads(lots), publication).test_client()
    assert small.get("/graph-store?graph=urn:n").status_code == 503
    cut = small.get("/sparql", query_string={"query": "SELECT * { ?s ?p ?o }"})
    assert (cut.status_code, cut.headers["X-KG-Truncated"]) == (200, f"bytes={1 << 20}")


def test_a_named_graph_is_linked_to_what_it_holds(app: Flask) -> None:
    response = app.test_client().get("/data/graph/reference")
    link = f'</graph-store?graph=https://w3id.org/kcg/graph/reference>; rel="{SD.graph}"'
    assert link in response.headers.getlist("Link")
    assert app.test_client().get("/graph-store?graph=https://w3id.org/kcg/graph/reference").status_code == 200


def test_each_example_can_be_linked_to(app: Flask) -> None:
    page = app.test_client().get("/sparql", headers=HTML).text
    name = next(name for name in re.findall('<details id="([^"]+)"', page) if name != "elsewhere")
    edited = app.test_client().get("/sparql", query_string={"example": name}, headers=HTML)
    assert (edited.status_code, "<textarea" in edited.text) == (200, True)
    assert app.test_client().get("/sparql?example=none", headers=HTML).status_code == 404
