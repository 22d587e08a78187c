"""What is answered in front of Flask is what Flask would answer, to the last header."""

from __future__ import annotations

from functools import partial
from io import BytesIO
from pathlib import Path
from typing import Any
from urllib.parse import quote, urlencode

import pytest
from flask import Flask
from werkzeug.test import create_environ

from kg import sparql
from kg.store import Answer, MemoryStore
from server import Publication, Settings, create_app, publication_of
from server.direct import Direct, fixed_headers
from server.reply import Reply, run, sealed

SELECT = "SELECT ?s ?o { ?s <http://www.w3.org/2000/01/rdf-schema#label> ?o } LIMIT 3"
CONSTRUCT = "CONSTRUCT WHERE { ?s ?p ?o } LIMIT 3"
FORM = "application/x-www-form-urlencoded"
DIRECT = "application/sparql-query"
ACCEPTS = [
    None,
    "",
    "*/*",
    "text/csv",
    "text/turtle",
    "text/html",
    "application/sparql-results+json",
    "application/rdf+xml;q=0.5, text/csv;q=0.9, */*;q=0.1",
    "image/png",
    "text/turtle;version=1.2, application/sparql-results+xml",
    "nonsense",
    "text/csv, " + "x/y, " * 200,
]
STRINGS = [
    urlencode({"query": SELECT}),
    urlencode({"query": CONSTRUCT}),
    urlencode({"query": "ASK {}"}),
    urlencode({"query": "SELECT"}),
    urlencode({"query": "SELECT * { SERVICE <http://e/> {} }"}),
    urlencode({"query": SELECT, "format": "csv"}),
    urlencode({"query": SELECT, "output": "xml", "timeout": "5"}),
    urlencode({"query": SELECT, "format": "nonsense"}),
    urlencode({"query": SELECT, "default-graph-uri": "https://w3id.org/kcg/graph/reference"}),
    urlencode({"query": SELECT, "named-graph-uri": "urn:none"}),
    urlencode({"query": SELECT, "update": "DROP ALL"}),
    urlencode([("query", SELECT), ("query", "ASK {}")]),
    "query=",
    "query=%FF",
    "query=SELECT%20%2A%20%7B%7D%20%23%E9",
    f"xquery={quote(SELECT)}",
    f"query={quote(SELECT)}&amp;a;b=c",
]


class Counting:
    """A store that counts what it is asked, and refuses what that of a server refuses."""

    def __init__(self, store: MemoryStore) -> None:
        self.store = store
        self.asked = 0

    def query(self, text: str, *arguments: Any, **named: Any) -> Answer:
        self.asked += 1
        sparql.check(text)
        return self.store.query(text, *arguments, **named)


@pytest.fixture(scope="module")
def store(store: MemoryStore) -> Counting:
    return Counting(store)


@pytest.fixture(scope="module")
def flask(release: Path, store: Counting) -> Flask:
    settings = Settings(release=release, results=2)
    publication: Publication = publication_of(settings)
    return create_app(settings, store, publication)


@pytest.fixture(scope="module")
def direct(flask: Flask, store: Counting) -> Direct:
    return Direct(partial(fixed_headers, flask), store, rows=2, size=0)


def asked(
    app: Flask, direct: Direct | None = None, **request: Any
) -> tuple[str, list[tuple[str, str]], bytes, str]:
    """Ask as the cache does: first what stands in front of the application, if anything does."""
    environ = create_environ(**request)
    environ["wsgi.input"] = BytesIO(environ["wsgi.input"].read())
    reply: Reply = (direct and direct.reply(environ)) or sealed(run(app, environ))
    headers = sorted(each for each in reply.headers if each[0] != "Date")  # every server adds it
    return reply.status, headers, reply.body, reply.etag


def same(flask: Flask, direct: Direct, store: Counting, **request: Any) -> str:
    """Check that both answer the same, and that neither asks the store twice; give the status."""
    expected = asked(flask, **request)
    before = store.asked
    assert asked(flask, direct, **request) == expected
    assert store.asked <= before + 1
    return expected[0]


@pytest.mark.parametrize("string", STRINGS)
def test_by_get(flask: Flask, direct: Direct, store: Counting, string: str) -> None:
    for accept in ACCEPTS:
        headers = {} if accept is None else {"Accept": accept}
        for path in ("/sparql", "/sparql/", "/sparql.csv"):
            same(flask, direct, store, path=path, query_string=string, headers=headers)
        same(
            flask,
            direct,
            store,
            path="/sparql",
            query_string=string,
            headers={"Origin": "http://e", **headers},
        )


@pytest.mark.parametrize("accept", ACCEPTS)
def test_by_post(flask: Flask, direct: Direct, store: Counting, accept: str | None) -> None:
    headers = {} if accept is None else {"Accept": accept}
    bodies = [*((FORM, string.encode()) for string in STRINGS), (DIRECT, SELECT.encode()), (DIRECT, b"\xff")]
    bodies += [("text/plain", b"ASK {}"), (f"{DIRECT}; charset=latin-1", b"ASK {}"), ("", b"ASK {}")]
    for kind, body in bodies:
        request = {"method": "POST", "data": body, "content_type": kind, "headers": headers}
        same(flask, direct, store, path="/sparql", **request)


def test_a_plain_query_never_comes_to_flask(direct: Direct) -> None:
    for request in (
        {"query_string": urlencode({"query": SELECT})},
        {"query_string": urlencode({"query": SELECT}), "method": "HEAD"},
        {"method": "POST", "data": SELECT, "content_type": DIRECT},
        {"method": "POST", "data": urlencode({"query": SELECT}), "content_type": FORM},
    ):
        environ = create_environ(path="/sparql", **request)
        environ["wsgi.input"] = BytesIO(environ["wsgi.input"].read())
        reply = direct.reply(environ)
        assert reply is not None
        assert reply.status == "200 OK"
        assert ("X-KG-Truncated", "rows=2") in reply.headers
        assert ("Access-Control-Allow-Origin", "*") in reply.headers
