"""The W3C's SPARQL 1.1 tests, on the engine alone and through HTTP: `python -m tests.load.w3c FOLDER`.

FOLDER is `sparql/sparql11` of https://github.com/w3c/rdf-tests, which is not part of this project. All
data are loaded into one server, each file as a graph, and each test names its dataset by the protocol.
"""

from __future__ import annotations

import sys
import tempfile
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import unquote, urlencode, urlsplit

import pyoxigraph as ox
import rdflib
from rdflib.collection import Collection

from kg.sparql import has_dataset_clause
from tests.load.served import DIRECT, Served, served

MF = rdflib.Namespace("http://www.w3.org/2001/sw/DataAccess/tests/test-manifest#")
QT = rdflib.Namespace("http://www.w3.org/2001/sw/DataAccess/tests/test-query#")
RS = "http://www.w3.org/2001/sw/DataAccess/tests/result-set#"
LEFT_OUT = {"entailment", "service", "syntax-fed"}
EVALUATION = {MF.QueryEvaluationTest, MF.CSVResultFormatTest}
ROW = ox.NamedNode("urn:row")
RESULTS = {
    ".srx": ox.QueryResultsFormat.XML,
    ".srj": ox.QueryResultsFormat.JSON,
    ".tsv": ox.QueryResultsFormat.TSV,
}
RDF = {".ttl": ox.RdfFormat.TURTLE, ".rdf": ox.RdfFormat.RDF_XML, ".nt": ox.RdfFormat.N_TRIPLES}


@dataclass(frozen=True)
class Test:
    name: str
    kind: str
    query: Path
    data: tuple[Path, ...]
    named: tuple[Path, ...]
    result: Path | None

    @property
    def text(self) -> str:
        return f"BASE <{self.query.as_uri()}>\n{self.query.read_text('utf-8')}"


def tests(folder: Path) -> Iterator[Test]:
    for manifest in sorted(folder.glob("*/manifest.ttl")):
        if manifest.parent.name in LEFT_OUT:
            continue
        graph = rdflib.Graph().parse(manifest, publicID=manifest.as_uri())
        for entries in graph.objects(None, MF.entries):
            for entry in Collection(graph, entries):
                kinds = set(graph.objects(entry, rdflib.RDF.type))
                action, result = graph.value(entry, MF.action), graph.value(entry, MF.result)
                name = f"{manifest.parent.name}/{str(entry).rpartition('#')[2]}"
                if kinds & EVALUATION:
                    data = tuple(map(_path, graph.objects(action, QT.data)))
                    named = tuple(map(_path, graph.objects(action, QT.graphData)))
                    query = _path(graph.value(action, QT.query))
                    yield Test(name, "evaluation", query, data, named, _path(result))
                elif MF.PositiveSyntaxTest11 in kinds:
                    yield Test(name, "good syntax", _path(action), (), (), None)
                elif MF.NegativeSyntaxTest11 in kinds and _path(action).suffix == ".rq":
                    yield Test(name, "bad syntax", _path(action), (), (), None)


def _path(iri: Any) -> Path:
    return Path(unquote(urlsplit(str(iri)).path))


def quads(path: Path, graph: ox.NamedNode | ox.DefaultGraph) -> Iterator[ox.Quad]:
    syntax = RDF[path.suffix]
    for quad in ox.parse(path=str(path), format=syntax, base_iri=path.as_uri(), rename_blank_nodes=True):
        yield ox.Quad(quad.subject, quad.predicate, quad.object, graph)


def by_engine(test: Test) -> tuple[int, Any]:
    store = ox.Store()
    for path in test.data:
        store.extend(quads(path, ox.DefaultGraph()))
    for path in test.named:
        store.add_graph(ox.NamedNode(path.as_uri()))
        store.extend(quads(path, ox.NamedNode(path.as_uri())))
    try:
        return 200, comparable(store.query(test.text))
    except (SyntaxError, ValueError, RuntimeError) as error:
        return 400, str(error)


def by_http(test: Test, site: Served) -> tuple[int, Any]:
    pairs = [("default-graph-uri", path.as_uri()) for path in test.data]
    pairs += [("named-graph-uri", path.as_uri()) for path in test.named]
    if has_dataset_clause(test.text):
        pairs = []
    elif test.kind == "evaluation" and not pairs:
        pairs = [("default-graph-uri", "urn:empty")]
    elif test.named and not test.data:
        pairs.append(("default-graph-uri", "urn:empty"))
    connection = site.connect()
    accept = {"Accept": "application/sparql-results+json, application/n-triples"}
    address = f"/sparql?{urlencode(pairs)}"
    connection.request("POST", address, test.text.encode(), {**DIRECT, **accept})
    response = connection.getresponse()
    body, mimetype = response.read(), response.headers["Content-Type"]
    connection.close()
    if response.status != 200:
        return response.status, body.decode()
    if "n-triples" in mimetype:
        return 200, comparable(ox.parse(body, format=ox.RdfFormat.N_TRIPLES))
    return 200, comparable(ox.parse_query_results(body, format=ox.QueryResultsFormat.JSON))


def comparable(result: Any) -> Any:
    """Give a value that is equal for results that are the same but for blank nodes and order."""
    if isinstance(result, ox.QueryBoolean):
        return bool(result)
    if not isinstance(result, ox.QuerySolutions):
        return canonical((each.subject, each.predicate, each.object) for each in result)
    names = [variable.value for variable in result.variables]
    rows: list[Any] = []
    for solution in result:
        row = ox.BlankNode()
        rows.append((row, ROW, ROW))
        bound = [name for name in names if solution[name] is not None]
        rows += [(row, ox.NamedNode(f"urn:{name}"), solution[name]) for name in bound]
    return frozenset(names), canonical(rows)


def canonical(triples: Any) -> frozenset[str]:
    store = ox.Store()  # writes literals in its own way, whatever the file has
    store.extend(ox.Quad(*triple) for triple in triples)
    dataset = ox.Dataset(store)
    dataset.canonicalize(ox.CanonicalizationAlgorithm.RDFC_1_0)
    return frozenset(map(str, dataset))


def expected(test: Test) -> Any:
    assert test.result
    if test.result.suffix in RESULTS:
        return comparable(ox.parse_query_results(path=str(test.result), format=RESULTS[test.result.suffix]))
    if test.result.suffix == ".csv":
        return None
    graph = list(
        ox.parse(path=str(test.result), format=RDF[test.result.suffix], base_iri=test.result.as_uri())
    )
    if any(quad.object == ox.NamedNode(f"{RS}ResultSet") for quad in graph):
        return _result_set(test.result)
    return comparable(graph)


def _result_set(path: Path) -> Any:
    graph, rs = rdflib.Graph().parse(path), rdflib.Namespace(RS)
    names = frozenset(str(name) for name in graph.objects(None, rs.resultVariable))
    rows: list[Any] = []
    for solution in graph.objects(None, rs.solution):
        row = ox.BlankNode()
        rows.append((row, ROW, ROW))
        for binding in graph.objects(solution, rs.binding):
            name, value = graph.value(binding, rs.variable), graph.value(binding, rs.value)
            assert value is not None
            rows.append((row, ox.NamedNode(f"urn:{name}"), _term(value)))
    return names, canonical(rows)


def _term(value: Any) -> Any:
    if isinstance(value, rdflib.URIRef):
        return ox.NamedNode(str(value))
    if isinstance(value, rdflib.BNode):
        return ox.BlankNode(str(value))
    if value.language:
        return ox.Literal(str(value), language=value.language)
    return ox.Literal(str(value), datatype=ox.NamedNode(str(value.datatype)) if value.datatype else None)


def passes(test: Test, given: tuple[int, Any]) -> bool:
    if test.kind == "good syntax":
        return given[0] == 200
    if test.kind == "bad syntax":
        return given[0] == 400
    wanted = expected(test)
    return given[0] == 200 and (wanted is None or given[1] == wanted)


def main(folder: Path) -> int:
    if not folder.is_dir():
        print(f"There is no folder {folder}; see the docstring for where to get it.")
        return 0
    found = list(tests(folder.resolve()))
    with tempfile.TemporaryDirectory() as aside:
        everything = Path(aside) / "all.nq"
        paths = {path for test in found for path in (*test.data, *test.named)}
        lines = (quad for path in sorted(paths) for quad in quads(path, ox.NamedNode(path.as_uri())))
        everything.write_bytes(ox.serialize(lines, format=ox.RdfFormat.N_QUADS) or b"")
        counts: Counter[tuple[str, str]] = Counter()
        with served("--load", str(everything)) as site:
            for test in found:
                alone, ours = by_engine(test), by_http(test, site)
                good = passes(test, alone), passes(test, ours)
                counts.update(
                    {(test.kind, "all"): 1, (test.kind, "engine"): good[0], (test.kind, "HTTP"): good[1]}
                )
                if good != (True, True):
                    print(f"{test.name}: engine {good[0]}, HTTP {good[1]} ({ours[0]}) {str(ours[1])[:150]!r}")
    for (kind, way), count in sorted(counts.items()):
        print(f"{kind:12} {way:7} {count}")
    return 0


if __name__ == "__main__":
    sys.exit(
        main(Path(sys.argv[1])) if len(sys.argv) > 1 else "Name the folder sparql/sparql11 of w3c/rdf-tests."
    )
