"""The W3C's tests of the SPARQL 1.1 Protocol for queries, written from their list, over real HTTP.

https://www.w3.org/2009/sparql/docs/tests/data-sparql11/protocol/. The server is the one that people start,
with the graphs of that suite loaded from a file.
"""

from __future__ import annotations

import json
import xml.etree.ElementTree as ET
from collections.abc import Iterator
from urllib.parse import quote, urlencode

import pyoxigraph as ox
import pytest

from server.settings import SERVERS
from tests.load.served import Served, served

DATA = [f"http://kasei.us/2009/09/sparql/data/data{number}.rdf" for number in range(4)]
FORM, DIRECT = "application/x-www-form-urlencoded", "application/sparql-query"
ASK = "ASK {}"
TWO = f"ASK {{ <{DATA[1]}> ?p ?o . <{DATA[2]}> ?q ?r }}"
TWO_NAMED = f"ASK {{ GRAPH ?g {{ <{DATA[1]}> ?p ?o }} GRAPH ?h {{ <{DATA[2]}> ?q ?r }} }}"
FULL = (
    f"ASK {{ <{DATA[3]}> ?p ?o GRAPH ?g {{ <{DATA[1]}> ?q ?r }} FILTER NOT EXISTS {{ <{DATA[1]}> ?s ?t }} }}"
)
MULTIPLE = f"ASK FROM <{DATA[3]}> {{ <{DATA[1]}> ?p ?o . <{DATA[2]}> ?q ?r }}"
DEFAULTS = [("default-graph-uri", DATA[1]), ("default-graph-uri", DATA[2])]
NAMED = [("named-graph-uri", DATA[1]), ("named-graph-uri", DATA[2])]


@pytest.fixture(scope="module", params=SERVERS)
def site(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    path = tmp_path_factory.mktemp("w3c") / "data.trig"
    graphs = (f"<{iri}> {{ <{iri}> a <http://xmlns.com/foaf/0.1/Document> }}\n" for iri in DATA)
    path.write_text("".join(graphs))
    with served("--load", str(path), server=request.param) as running:
        yield running


Reply = tuple[int, str, bytes]


def sent(
    site: Served, method: str, target: str, body: bytes | None = None, kind: str = "", accept: str = ""
) -> Reply:
    """Send just these headers: no Content-Type unless it is given."""
    connection = site.connect()
    try:
        connection.putrequest(method, target, skip_accept_encoding=True)
        for name, value in (("Content-Type", kind), ("Accept", accept)):
            if value:
                connection.putheader(name, value)
        if body is not None:
            connection.putheader("Content-Length", str(len(body)))
        connection.endheaders(body)
        reply = connection.getresponse()
        return reply.status, reply.headers.get_content_type(), reply.read()
    finally:
        connection.close()


def target(*pairs: tuple[str, str]) -> str:
    return f"/sparql?{urlencode(pairs, quote_via=quote)}"


BAD = {
    "bad_query_method": ("PUT", target(("query", ASK)), None, ""),
    "bad_multiple_queries": ("GET", target(("query", ASK), ("query", "SELECT * {}")), None, ""),
    "bad_query_wrong_media_type": ("POST", "/sparql/", ASK.encode(), "text/plain"),
    "bad_query_missing_form_type": ("POST", "/sparql/", b"query=ASK%20%7B%7D", ""),
    "bad_query_missing_direct_type": ("POST", "/sparql/", ASK.encode(), ""),
    "bad_query_non_utf8": ("POST", "/sparql/", ASK.encode("utf-16"), f"{DIRECT}; charset=UTF-16"),
    "bad_query_syntax": ("GET", target(("query", "ASK {")), None, ""),
    "bad_update_get": ("GET", target(("update", "CLEAR ALL")), None, ""),
    "bad_update_syntax": ("POST", "/sparql/", b"update=CLEAR%20XYZ", FORM),
}


@pytest.mark.parametrize("name", BAD)
def test_what_is_bad_is_told_so(site: Served, name: str) -> None:
    method, where, body, kind = BAD[name]
    status, media_type, content = sent(site, method, where, body, kind)
    assert 400 <= status < 500
    assert (media_type, json.loads(content)["status"]) == ("application/problem+json", status)


@pytest.mark.parametrize(
    ("query", "pairs"),
    [
        (ASK, []),
        (TWO, DEFAULTS),
        (TWO_NAMED, NAMED),
        (FULL, [("default-graph-uri", DATA[3]), *NAMED]),
        (MULTIPLE, DEFAULTS),
        (f"ASK {{ <{DATA[1]}> ?p ?o }}", DEFAULTS[:1]),
    ],
    ids=["query", "default_graphs", "named_graphs", "full", "multiple_dataset", "default_graph"],
)
def test_a_query_with_its_dataset(site: Served, query: str, pairs: list[tuple[str, str]]) -> None:
    """query_get, query_post_form, query_post_direct, query_dataset_*, query_multiple_dataset."""
    whole = [("query", query), *pairs]
    for reply in (
        sent(site, "GET", target(*whole)),
        sent(site, "POST", "/sparql/", urlencode(whole).encode(), FORM),
        sent(site, "POST", target(*pairs).rstrip("?"), query.encode(), DIRECT),
        sent(site, "POST", target(*pairs).rstrip("?"), query.encode(), f"{DIRECT}; charset=utf-8"),
    ):
        assert reply[:2] == (200, "application/sparql-results+json")
        assert json.loads(reply[2])["boolean"] is True


def test_graphs_that_are_not_loaded_are_empty(site: Served) -> None:
    for pairs in (
        [("default-graph-uri", "http://example.org/a")],
        [("named-graph-uri", "http://example.org/a")],
    ):
        for query in ("ASK { ?s ?p ?o }", "ASK { GRAPH ?g { ?s ?p ?o } }"):
            assert json.loads(sent(site, "GET", target(("query", query), *pairs))[2])["boolean"] is False


SELECTED = ["application/sparql-results+xml", "application/sparql-results+json", "text/csv"]
DESCRIBED = ["application/rdf+xml", "text/turtle", "application/n-triples", "application/ld+json"]


@pytest.mark.parametrize(
    ("query", "accept"),
    [("SELECT (1 AS ?value) {}", each) for each in [*SELECTED, "text/tab-separated-values"]]
    + [(ASK, each) for each in SELECTED[:2]]
    + [("DESCRIBE <http://example.org/>", each) for each in DESCRIBED]
    + [("CONSTRUCT { <s> <p> 1 } WHERE {}", each) for each in DESCRIBED],
)
def test_content_types(site: Served, query: str, accept: str) -> None:
    """query_content_type_select, _ask, _describe, _construct."""
    kind = "" if "<s>" not in query else "BASE <http://example.org/> "
    status, media_type, body = sent(site, "GET", target(("query", kind + query)), accept=accept)
    assert (status, media_type) == (200, accept)
    if accept.endswith("results+xml"):
        assert ET.fromstring(body).tag.endswith("sparql")  # noqa: S314
    elif query.startswith("CONSTRUCT"):
        assert len(list(ox.parse(body, format=ox.RdfFormat.from_media_type(accept)))) == 1
