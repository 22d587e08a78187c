"""Both stores on pyoxigraph answer alike: datasets, formats, counts, errors."""

from __future__ import annotations

import gzip
import json
from pathlib import Path

import pyoxigraph as ox
import pytest

from kg import formats as f
from kg.errors import (
    KgError,
    MalformedError,
    MissingInputError,
    OutputError,
    QueryError,
    QuerySyntaxError,
    UnknownFormatError,
)
from kg.store import DiskStore, Formats, MemoryStore, Store

TRIG = """
@prefix e: <http://e/> .
e:d e:p "default" .
GRAPH e:g { e:a e:p "1.50"^^<http://www.w3.org/2001/XMLSchema#decimal> ; a e:C . }
GRAPH e:h { e:b e:p "two"@en . }
"""
PREFIXES = {"e": "http://e/", "unused": "http://unused/"}
WANTED = Formats(f.RESULTS_JSON, f.TURTLE)
COUNT = "SELECT (COUNT(*) AS ?n) { ?s ?p ?o }"
GRAPHS = "SELECT DISTINCT ?g { GRAPH ?g { ?s ?p ?o } }"


@pytest.fixture(params=["memory", "disk"])
def store(request: pytest.FixtureRequest, tmp_path: Path) -> Store:
    path = tmp_path / "data.trig"
    path.write_text(TRIG)
    if request.param == "memory":
        return MemoryStore.load(path, prefixes=PREFIXES)
    DiskStore.build(tmp_path / "store", path)
    return DiskStore.open(tmp_path / "store", prefixes=PREFIXES)


def number(store: Store, query: str = COUNT, **dataset: list[str]) -> int:
    body = json.loads(store.query(query, WANTED, **dataset).body)
    return int(body["results"]["bindings"][0]["n"]["value"])


def graphs(store: Store, query: str = GRAPHS, **dataset: list[str]) -> set[str]:
    body = json.loads(store.query(query, WANTED, **dataset).body)
    return {row["g"]["value"] for row in body["results"]["bindings"]}


def test_the_default_graph_is_the_union(store: Store) -> None:
    assert number(store) == 4
    assert graphs(store) == {"http://e/g", "http://e/h"}


def test_the_dataset_of_the_request_is_all_there_is(store: Store) -> None:
    assert number(store, default_graphs=["http://e/g"]) == 2
    assert graphs(store, default_graphs=["http://e/g"]) == set()
    assert number(store, named_graphs=["http://e/h"]) == 0
    assert graphs(store, named_graphs=["http://e/h"]) == {"http://e/h"}
    both = {"default_graphs": ["http://e/g", "http://e/h"], "named_graphs": ["http://e/h"]}
    assert number(store, **both) == 3
    assert graphs(store, **both) == {"http://e/h"}


def test_from_in_the_query_is_all_there_is(store: Store) -> None:
    assert number(store, COUNT.replace("{", "FROM <http://e/h> {")) == 1
    assert graphs(store, GRAPHS.replace("{", "FROM <http://e/h> {", 1)) == set()
    assert number(store, COUNT.replace("{", "FROM NAMED <http://e/h> {")) == 0
    assert graphs(store, GRAPHS.replace("{", "FROM NAMED <http://e/h> {", 1)) == {"http://e/h"}


def test_the_dataset_of_the_request_beats_from(store: Store) -> None:
    query = COUNT.replace("{", "FROM <http://e/h> {")
    assert number(store, query, default_graphs=["http://e/g"]) == 2


@pytest.mark.parametrize("syntax", f.RESULTS_FORMATS, ids=lambda each: each.name)
def test_solutions_and_booleans_in_every_format(store: Store, syntax: f.Format) -> None:
    wanted = Formats(syntax, f.TURTLE)
    answer = store.query("SELECT ?o { ?s ?p ?o }", wanted)
    assert (answer.form, answer.format, answer.count) == ("solutions", syntax, 4)
    assert b"1.5" in answer.body
    answer = store.query("ASK {}", wanted)
    assert (answer.form, answer.count) == ("boolean", 1)
    assert b"true" in answer.body


@pytest.mark.parametrize("syntax", f.RDF_FORMATS, ids=lambda each: each.name)
def test_triples_in_every_format(store: Store, syntax: f.Format) -> None:
    wanted = Formats(f.RESULTS_JSON, syntax)
    answer = store.query("CONSTRUCT WHERE { ?s ?p ?o }", wanted)
    assert (answer.form, answer.format, answer.count) == ("triples", syntax, 4)
    quads = list(ox.parse(answer.body, format=syntax.rdf))
    assert len(quads) == 4
    assert all(quad.graph_name == ox.DefaultGraph() for quad in quads)


def test_triples_are_distinct_sorted_and_shortened(store: Store) -> None:
    body = store.query("CONSTRUCT { ?s a ?s, ?s } { ?s ?p ?o }", WANTED).body.decode()
    assert body == "@prefix e: <http://e/> .\ne:a a e:a .\ne:b a e:b .\ne:d a e:d .\n"


def test_describe_gives_triples(store: Store) -> None:
    assert store.query("DESCRIBE <http://e/a>", WANTED).count == 2


def test_substitution_replaces_a_variable(store: Store) -> None:
    answer = store.query(
        "SELECT ?s ?o { ?s <http://e/p> ?o }", WANTED, substitutions={"s": ox.NamedNode("http://e/b")}
    )
    assert answer.count == 1
    with pytest.raises(QueryError):
        store.query("SELECT ?s {}", WANTED, substitutions={"s": ox.Literal("x"), "no space": ox.Literal("")})


def test_a_syntax_error_has_its_place(store: Store) -> None:
    with pytest.raises(QuerySyntaxError) as caught:
        store.query("SELECT *\nWHERE { ?s ?p }", WANTED)
    assert caught.value.line == 2
    assert caught.value.column > 10


def test_prefixes_must_be_declared_unless_asked_otherwise(store: Store) -> None:
    with pytest.raises(QuerySyntaxError, match="Declare with PREFIX: e:"):
        store.query("ASK { e:a ?p ?o }", WANTED)
    lenient = MemoryStore.from_quads([], prefixes=PREFIXES, default_prefixes=True)
    assert lenient.query("ASK { e:a ?p ?o }", WANTED).form == "boolean"


@pytest.mark.parametrize(
    ("query", "dataset"),
    [("SELECT (<http://e/f>(1) AS ?x) {}", []), ("ASK {}", ["not an iri"])],
)
def test_what_cannot_be_answered_is_a_query_error(store: Store, query: str, dataset: list[str]) -> None:
    with pytest.raises(QueryError):
        store.query(query, WANTED, default_graphs=dataset)


@pytest.mark.parametrize("query", ["SELECT * {}", "CONSTRUCT WHERE { ?s ?p ?o }"])
def test_a_format_that_cannot_hold_the_result_is_an_error(store: Store, query: str) -> None:
    with pytest.raises(UnknownFormatError):
        store.query(query, Formats(f.TURTLE, f.RESULTS_JSON))


def test_a_store_of_quads_knows_its_size() -> None:
    quad = ox.Quad(ox.NamedNode("http://e/a"), ox.NamedNode("http://e/p"), ox.Literal("x"))
    assert len(MemoryStore.from_quads([quad, quad])) == 1


def test_files_that_cannot_be_loaded(tmp_path: Path) -> None:
    bad = tmp_path / "bad.ttl"
    bad.write_text("<http://e/a> <http://e/p> 1 .\n<http://e/a> oops .\n")
    with pytest.raises(MalformedError) as caught:
        MemoryStore.load(bad)
    assert caught.value.where is not None
    assert caught.value.where.line == 2
    for path, error in ((tmp_path / "none.ttl", MissingInputError), (tmp_path / "x.doc", KgError)):
        with pytest.raises(error):
            MemoryStore.load(path)


def test_a_disk_store_needs_a_folder_of_its_own(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(OutputError):
        DiskStore.build(tmp_path)
    with pytest.raises(MissingInputError):
        DiskStore.open(tmp_path)


def test_a_packed_file_is_loaded(tmp_path: Path) -> None:
    path = tmp_path / "one.nt.gz"
    path.write_bytes(gzip.compress(b"<urn:a> <urn:b> <urn:c> .\n"))
    assert len(MemoryStore.load(path)) == 1


@pytest.mark.parametrize("content", [b"not gzip", gzip.compress(b"<urn:a> <urn:b> <urn:c> .\n" * 999)[:-9]])
def test_a_damaged_packed_file_is_refused(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "one.nt.gz"
    path.write_bytes(content)
    with pytest.raises(MissingInputError, match=r"one\.nt\.gz cannot be read"):
        MemoryStore.load(path)
