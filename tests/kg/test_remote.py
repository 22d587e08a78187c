"""A store elsewhere: real engines answer as our own does, and whatever goes wrong is an error of ours."""

from __future__ import annotations

import json
import threading
import time
from collections.abc import Iterator
from contextlib import AbstractContextManager, suppress
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs

import pyoxigraph as ox
import pytest

from kg import formats as f
from kg.errors import (
    KgError,
    OutputError,
    QueryError,
    QueryRefusedError,
    QueryResourceError,
    QueryTimeoutError,
    QueryTooLargeError,
    StoreUnavailableError,
    UnknownFormatError,
)
from kg.remote import NO_GRAPH, RemoteEngine, RemoteStore, is_address
from kg.store import Formats, MemoryStore, Store
from kg.upload import GRAPH_STORE, UPDATE, Target, upload
from tests.engines import DBA, OXIGRAPH, VIRTUOSO, Engine, oxigraph, virtuoso

WANTED = Formats(f.RESULTS_JSON, f.N_TRIPLES)
G, H = "http://e/g", "http://e/h"
TRIPLES = {
    G: '<http://e/a> <http://e/p> <http://e/b> , 3 , "t\\"x\\ny"@en , "2020-23"^^<http://e/edtf> .',
    H: "<http://e/b> <http://e/p> <http://e/c> . <http://e/a> <http://e/p> <http://e/b> ."
    "<http://e/a> <http://e/q> <http://e/b> . <http://e/b> <http://e/q> <http://e/c> .",
}
GRAPHS = {
    name: [quad.triple for quad in ox.parse(text, format=ox.RdfFormat.TURTLE)]
    for name, text in TRIPLES.items()
}


# Real engines


def _engine(name: str, folder: Path) -> AbstractContextManager[Engine]:
    if name == "virtuoso":
        if VIRTUOSO is None:
            pytest.skip("virtuoso-t is not here: apt-get install virtuoso-opensource-7-bin")
        return virtuoso(folder, rows=20)
    if not OXIGRAPH.exists():
        pytest.skip("Oxigraph's server is not here: pip install oxigraph")
    return oxigraph(folder, union=name == "oxigraph-union")


@pytest.fixture(scope="module", params=["virtuoso", "oxigraph", "oxigraph-union"])
def engine(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Engine]:
    with _engine(request.param, tmp_path_factory.mktemp(request.param)) as running:
        upload(GRAPHS, Target(running.graphs))
        yield running


@pytest.fixture(scope="module")
def own() -> MemoryStore:
    return MemoryStore.from_quads(
        ox.Quad(*triple, ox.NamedNode(name)) for name, triples in GRAPHS.items() for triple in triples
    )


def rows(store: Store, text: str, **named: Any) -> list[dict[str, Any]] | bool:
    answer = store.query(text, WANTED, **named)
    document = json.loads(answer.body)
    if "boolean" in document:
        return bool(document["boolean"])
    found = document["results"]["bindings"]
    assert answer.count == len(found)
    return sorted(found, key=lambda row: json.dumps(row, sort_keys=True))


QUESTIONS = [
    "SELECT ?s ?o { ?s <http://e/p> ?o . FILTER(?s = <http://e/b> || isLiteral(?o)) }",
    "SELECT (COUNT(DISTINCT ?o) AS ?n) { <http://e/a> <http://e/p> ?o }",
    "SELECT DISTINCT ?g { GRAPH ?g { <http://e/a> <http://e/p> <http://e/b> } }",
    "SELECT DISTINCT ?z { <http://e/a> <http://e/q>+ ?z }",
    "ASK { <http://e/b> <http://e/p> <http://e/c> }",
    "ASK { <http://e/c> ?p ?o }",
]


@pytest.mark.parametrize("text", QUESTIONS)
def test_an_engine_answers_as_our_own_store(engine: Engine, own: MemoryStore, text: str) -> None:
    assert rows(RemoteStore(engine.query), text) == rows(own, text)


def test_the_dataset_of_the_request_is_all_there_is(engine: Engine, own: MemoryStore) -> None:
    store = RemoteStore(engine.query)
    for text in (
        "SELECT ?s ?o { ?s <http://e/p> ?o FILTER(isIRI(?o)) }",
        "SELECT DISTINCT ?g { GRAPH ?g { ?s <http://e/p> ?o } }",
    ):
        for dataset in (
            {"default_graphs": [G]},
            {"named_graphs": [H]},
            {"default_graphs": [H], "named_graphs": [G]},
        ):
            assert rows(store, text, **dataset) == rows(own, text, **dataset), (text, dataset)


def test_triples_in_our_formats(engine: Engine, own: MemoryStore) -> None:
    text = "CONSTRUCT { ?s ?p ?o } WHERE { GRAPH <http://e/g> { ?s ?p ?o } }"
    for syntax in (f.N_TRIPLES, f.TURTLE, f.JSON_LD, f.RDF_XML):
        wanted = Formats(f.RESULTS_JSON, syntax)
        found = RemoteStore(engine.query, prefixes={"e": "http://e/"}).query(text, wanted)
        assert (found.form, found.format, found.count) == ("triples", syntax, 4)
        assert set(ox.parse(found.body, format=syntax.rdf)) == set(
            ox.parse(own.query(text, wanted).body, format=syntax.rdf)
        )
    with pytest.raises(UnknownFormatError):
        RemoteStore(engine.query).query(text, Formats(f.RESULTS_JSON, f.RESULTS_CSV))


def test_variables_are_substituted(engine: Engine, own: MemoryStore) -> None:
    text = "SELECT ?s ?o { { SELECT DISTINCT ?s ?o { ?s <http://e/p> ?o } ORDER BY ?o LIMIT 1 } ?s ?p ?o }"
    terms = {"s": ox.NamedNode("http://e/b")}
    assert rows(RemoteStore(engine.query), text, substitutions=terms) == rows(own, text, substitutions=terms)


@pytest.mark.parametrize("number", ["0", "1", "7"])
def test_a_number_grouped_by_is_no_column(engine: Engine, own: MemoryStore, number: str) -> None:
    pattern = "?s <http://e/p> ?o FILTER(?n >= 0)"
    text = f"SELECT ?n ?s (COUNT(?o) AS ?all) {{ {pattern} }} GROUP BY ?n ?s ORDER BY ?n ?s"
    integer = ox.NamedNode("http://www.w3.org/2001/XMLSchema#integer")
    terms = {"n": ox.Literal(number, datatype=integer)}
    assert rows(RemoteStore(engine.query), text, substitutions=terms) == rows(own, text, substitutions=terms)


def test_limits_cut_and_say_so(engine: Engine) -> None:
    answer = RemoteStore(engine.query).query(
        "SELECT ?s ?o { ?s ?p ?o }", Formats(f.RESULTS_CSV, f.TURTLE, rows=2)
    )
    assert (answer.count, answer.truncated) == (2, "rows=2")
    answer = RemoteStore(engine.query).query(
        "CONSTRUCT WHERE { ?s ?p ?o }", Formats(f.RESULTS_CSV, f.TURTLE, rows=2)
    )
    assert (answer.count, answer.truncated) == (2, "triples=2")


def test_what_is_no_query_is_our_error(engine: Engine) -> None:
    for text in ("SELECT * { ?s ?p }", "SELEC", "SELECT (1) {}"):
        with pytest.raises(QueryError) as caught:
            RemoteStore(engine.query).query(text, WANTED)
        assert type(caught.value) is QueryError


def test_a_query_is_given_up_at_the_deadline(engine: Engine) -> None:
    product = " ".join(f"?a{n} ?b{n} ?c{n} ." for n in range(12))
    text = f"SELECT (COUNT(*) AS ?n) {{ {product} FILTER(?a1 != ?c9) }}"
    begin = time.monotonic()
    with pytest.raises(QueryTimeoutError):
        RemoteStore(engine.query, deadline=0.5).query(text, WANTED)
    assert time.monotonic() - begin < 2


def test_an_engine_that_cuts_gives_no_whole_answer(engine: Engine) -> None:
    """Virtuoso's `ResultSetMaxRows`: it answers with 200 and fewer rows."""
    many, store = "http://e/many", RemoteStore(engine.query)
    subjects = [ox.NamedNode(f"http://e/{number}") for number in range(50)]
    upload({many: [ox.Triple(each, each, each) for each in subjects]}, Target(engine.update, UPDATE))
    text, dataset = "SELECT ?s { ?s ?p ?o }", {"default_graphs": [many]}
    assert store.query(f"{text} LIMIT 5", WANTED, **dataset).count == 5
    answer = store.query(text, Formats(f.RESULTS_JSON, f.TURTLE, rows=100), **dataset)
    if engine.rows:
        assert (answer.count, answer.truncated) == (engine.rows, f"rows={engine.rows}")
        with pytest.raises(QueryResourceError, match=f"{engine.rows} rows"):
            store.query(text, WANTED, **dataset)
    else:
        assert (answer.count, answer.truncated) == (50, "")


def test_virtuoso_takes_a_password_by_digest(engine: Engine) -> None:
    if engine.rows:
        upload({G: GRAPHS[G]}, Target(f"{engine.graphs}-auth", GRAPH_STORE, *DBA))
        with pytest.raises(OutputError, match="401"):
            upload({G: GRAPHS[G]}, Target(f"{engine.graphs}-auth", GRAPH_STORE, "dba", "wrong"))


# An engine that does everything wrong

JSON_TYPE = "application/sparql-results+json"
SOLUTIONS = b'{"head":{"vars":["s"]},"results":{"bindings":[{"s":{"type":"uri","value":"http://e/a"}}]}}'
NT = b"<http://e/a> <http://e/p> <http://e/b> .\n"
SELECT, CONSTRUCT = "SELECT ?s { ?s ?p ?o }", "CONSTRUCT WHERE { ?s ?p ?o }"


class Wrong(BaseHTTPRequestHandler):
    """Answers by its path: `/STATUS`, or one of the methods below."""

    asked: list[dict[str, list[str]]] = []  # noqa: RUF012

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"]))
        self.asked.append(parse_qs(body.decode()))
        name = self.path.strip("/")
        with suppress(BrokenPipeError, ConnectionResetError):
            if name.isdigit():
                self.answer(b"what the engine says\nand more", "text/plain", int(name))
            else:
                getattr(self, name)()

    def answer(self, body: bytes, kind: str = JSON_TYPE, status: int = 200, **headers: str) -> None:
        self.send_response(status)
        self.send_header("Content-Type", kind)
        for header, value in ({"Content_Length": str(len(body))} | headers).items():
            self.send_header(header.replace("_", "-"), value)
        self.end_headers()
        self.wfile.write(body)

    def fine(self) -> None:
        self.answer(SOLUTIONS)

    def cut_json(self) -> None:
        self.answer(SOLUTIONS[:-20], Content_Length=str(len(SOLUTIONS)))

    def cut_triples(self) -> None:
        self.answer(NT, "application/n-triples", Content_Length=str(2 * len(NT)))

    def malformed(self) -> None:
        self.answer(SOLUTIONS[:-20])

    def page(self) -> None:
        self.answer(b"<html>Sign in first</html>", "text/html")

    def anytime(self) -> None:
        self.answer(SOLUTIONS, X_SQL_State="S1TAT")

    def timed_out(self) -> None:
        self.answer(b"Virtuoso S1T00 Error SR171: Transaction timed out", "text/plain", 500)

    def hangs(self) -> None:
        time.sleep(3)

    def drips(self) -> None:
        self.answer(b"", Content_Length="1000")
        for _ in range(30):
            self.wfile.write(b" ")
            self.wfile.flush()
            time.sleep(0.1)

    def huge(self) -> None:
        self.answer(NT * 30_000, "application/n-triples")

    def log_message(self, *_: Any) -> None:
        pass


@pytest.fixture(scope="module")
def wrong() -> Iterator[str]:
    server = ThreadingHTTPServer(("127.0.0.1", 0), Wrong)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    server.server_close()


def ask(address: str, text: str = SELECT, **named: Any) -> bytes:
    dataset = {"default_graphs": [G]}  # so that nothing else is asked before
    return RemoteStore(address, **{"deadline": 0.6} | named).query(text, WANTED, **dataset).body


FAILURES: list[tuple[str, str, type[KgError]]] = [
    ("400", SELECT, QueryError),
    ("401", SELECT, StoreUnavailableError),
    ("403", SELECT, StoreUnavailableError),
    ("404", SELECT, StoreUnavailableError),
    ("408", SELECT, QueryTimeoutError),
    ("414", SELECT, QueryResourceError),
    ("429", SELECT, StoreUnavailableError),
    ("500", SELECT, QueryResourceError),
    ("502", SELECT, StoreUnavailableError),
    ("503", SELECT, StoreUnavailableError),
    ("504", SELECT, QueryTimeoutError),
    ("cut_json", SELECT, StoreUnavailableError),
    ("cut_triples", CONSTRUCT, StoreUnavailableError),
    ("malformed", SELECT, StoreUnavailableError),
    ("page", SELECT, StoreUnavailableError),
    ("anytime", SELECT, QueryTimeoutError),
    ("timed_out", SELECT, QueryTimeoutError),
    ("hangs", SELECT, QueryTimeoutError),
    ("drips", SELECT, QueryTimeoutError),
    ("huge", CONSTRUCT, QueryResourceError),
]


@pytest.mark.parametrize(("path", "text", "error"), FAILURES, ids=[each[0] for each in FAILURES])
def test_what_goes_wrong_is_an_error_of_ours(wrong: str, path: str, text: str, error: type[KgError]) -> None:
    begin = time.monotonic()
    with pytest.raises(error) as caught:
        ask(f"{wrong}/{path}", text, most=1_000_000)
    assert type(caught.value) is error
    assert time.monotonic() - begin < 2
    assert "and more" not in str(caught.value)


def test_an_engine_that_is_not_there_is_unavailable() -> None:
    with pytest.raises(StoreUnavailableError) as caught:
        ask("http://someone:secret@127.0.0.1:9/sparql")
    assert "127.0.0.1:9" in str(caught.value)
    assert "secret" not in str(caught.value)


@pytest.mark.parametrize(
    ("text", "error"),
    [
        ("SELECT * { SERVICE <http://127.0.0.1/> { ?s ?p ?o } }", QueryRefusedError),
        ("SELECT * { SERVICE SILENT <http://127.0.0.1/> { ?s ?p ?o } }", QueryRefusedError),
        ("DROP ALL", QueryRefusedError),
        ("PREFIX e: <http://e/> INSERT DATA { e:a e:b e:c }", QueryRefusedError),
        ("SELECT * " + "{" * 200, QueryTooLargeError),
        (f"SELECT * {{ ?s ?p '{'x' * 200_000}' }}", QueryTooLargeError),
    ],
)
def test_nothing_is_sent_that_is_not_for_the_public(wrong: str, text: str, error: type[KgError]) -> None:
    before = len(Wrong.asked)
    with pytest.raises(error):
        ask(f"{wrong}/fine", text)
    with pytest.raises(QueryError):
        RemoteStore(f"{wrong}/fine").query(SELECT, WANTED, named_graphs=["no iri"])
    assert len(Wrong.asked) == before


def test_absent_lists_are_named_lest_engines_differ(wrong: str) -> None:
    ask(f"{wrong}/fine")
    sent = Wrong.asked[-1]
    assert (sent["default-graph-uri"], sent["named-graph-uri"]) == ([G], [NO_GRAPH])
    assert sent["query"] == [SELECT]


def test_a_query_that_keeps_regular_expressions_busy_does_not(wrong: str) -> None:
    text = "PREFIX a: <b>" * 3000 + "\n" * 3000 + SELECT
    begin = time.monotonic()
    ask(f"{wrong}/fine", text, deadline=10)
    assert time.monotonic() - begin < 2


def test_places_are_bounded(wrong: str) -> None:
    store = RemoteStore(f"{wrong}/hangs", deadline=1, places=threading.BoundedSemaphore(1))
    first = threading.Thread(target=_quietly, args=[store])
    first.start()
    time.sleep(0.2)
    with pytest.raises(StoreUnavailableError, match="too many"):
        store.query(SELECT, WANTED, default_graphs=[G])
    first.join()


def _quietly(store: RemoteStore) -> None:
    with suppress(KgError):
        store.query(SELECT, WANTED, default_graphs=[G])


def test_an_engine_elsewhere_stands_in_for_a_pool() -> None:
    store = RemoteStore("https://user:word@e/sparql")
    engine = RemoteEngine(store)
    assert engine.alive
    assert engine.start() is store
    engine.stop()
    assert store.at("https://f/").address == "https://f/"
    assert store.host == "e"
    assert [is_address(text) for text in ("https://e/", "http://e", "memory", "http:", "ftp://e/")] == [
        True,
        True,
        False,
        False,
        False,
    ]
