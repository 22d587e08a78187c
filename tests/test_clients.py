"""The clients that people use, against a really running server."""

from __future__ import annotations

import csv
import gzip
import io
import json
import shutil
import subprocess
import urllib.parse
import urllib.request
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import pandas
import pytest
import rdflib
import sparql_dataframe
import zstandard
from rdflib.plugins.stores.sparqlstore import SPARQLStore
from SPARQLWrapper import (
    CSV,
    GET,
    JSON,
    JSONLD,
    N3,
    POST,
    POSTDIRECTLY,
    RDFXML,
    TSV,
    TURTLE,
    URLENCODED,
    XML,
)
from SPARQLWrapper import SPARQLWrapper as Client
from SPARQLWrapper.SPARQLExceptions import QueryBadFormed

from kg.examples import example_named, read_examples
from kg.release import Release
from kg.sources import locate_project

QUESTION = example_named("who-says-how-many-were-killed", read_examples(locate_project().queries)).text
SELECT = "SELECT ?s WHERE { ?s a <https://w3id.org/kcg/ontology#ArmedEvent> }"
CONSTRUCT = "CONSTRUCT WHERE { <https://w3id.org/kcg/id/actor/armenia> ?p ?o }"
WAYS = [(GET, URLENCODED), (POST, URLENCODED), (POST, POSTDIRECTLY)]


def client(url: str, query: str, syntax: str, way: tuple[str, str] = WAYS[0]) -> Client:
    wrapper = Client(f"{url}/sparql")
    wrapper.setQuery(query)
    wrapper.setReturnFormat(syntax)
    wrapper.setMethod(way[0])
    wrapper.setRequestMethod(way[1])
    return wrapper


def converted(wrapper: Client) -> Any:
    result = wrapper.query()
    with result.response:
        return result.convert()


@pytest.mark.parametrize("way", WAYS, ids=["GET", "POST form", "POST direct"])
def test_sparqlwrapper_is_told_both_counts(url: str, way: tuple[str, str]) -> None:
    found = converted(client(url, QUESTION, JSON, way))["results"]["bindings"]
    here = [row for row in found if "foreign-policy-2022" in row["claim"]["value"]]
    said = {(row["holder"]["value"], row["low"]["value"], row.get("high", {}).get("value")) for row in here}
    assert ("Officials of Armenia (unnamed)", "49", None) in said
    assert ("Officials of Azerbaijan (unnamed)", "50", "50") in said
    assert all({"document", "start", "end", "claim", "population"} <= set(row) for row in here)


@pytest.mark.parametrize("syntax", [JSON, XML, CSV, TSV])
def test_sparqlwrapper_reads_solutions(url: str, syntax: str) -> None:
    found = converted(client(url, SELECT, syntax))
    if syntax == JSON:
        text = json.dumps(found)
    elif syntax == XML:
        text = found.toxml()
    else:
        text = found.decode()
    assert "september-2022-clashes" in text


# SPARQLWrapper 2.0.0 itself makes the graph that rdflib has deprecated.
@pytest.mark.filterwarnings("ignore:ConjunctiveGraph is deprecated:DeprecationWarning")
@pytest.mark.parametrize("syntax", [TURTLE, RDFXML, JSONLD])
def test_sparqlwrapper_reads_triples(url: str, syntax: str) -> None:
    found = converted(client(url, CONSTRUCT, syntax))
    graph = found if isinstance(found, rdflib.Graph) else rdflib.Graph().parse(data=found, format="turtle")
    assert (
        rdflib.URIRef("https://w3id.org/kcg/id/actor/armenia"),
        rdflib.RDFS.label,
        rdflib.Literal("Armenia", lang="en"),
    ) in graph


def test_sparqlwrapper_is_told_of_a_mistake(url: str) -> None:
    with pytest.raises(QueryBadFormed, match="line 1"):
        client(url, "SELECT", JSON).query()


def test_rdflib_reads_the_dump_and_counts_what_stats_says(url: str, release: Release) -> None:
    name = next(
        entry.path
        for entry in release.manifest.files
        if entry.path.startswith("dumps/") and entry.path.endswith(".ttl") and entry.path.count("/") == 1
    )
    graph = rdflib.Graph().parse(f"{url}/{name}")
    assert len(graph) == release.manifest.counts["triples"]


def test_rdflib_follows_an_iri(url: str) -> None:
    event = rdflib.URIRef("https://w3id.org/kcg/id/event/september-2022-clashes")
    graph = rdflib.Graph().parse(f"{url}/id/event/september-2022-clashes")
    assert (event, rdflib.RDF.type, rdflib.URIRef("https://w3id.org/kcg/ontology#ArmedEvent")) in graph
    assert set(graph.subjects(rdflib.URIRef("https://w3id.org/kcg/ontology#about"), event))


def fetched(address: str) -> bytes:
    with urllib.request.urlopen(address) as response:
        return bytes(response.read())


def test_compressed_dumps_hold_the_same(url: str, release: Release) -> None:
    for entry in release.manifest.files:
        if entry.path.startswith("dumps/") and entry.path.endswith((".ttl", ".trig")):
            plain = fetched(f"{url}/{entry.path}")
            assert gzip.decompress(fetched(f"{url}/{entry.path}.gz")) == plain
            assert zstandard.decompress(fetched(f"{url}/{entry.path}.zst")) == plain


@pytest.mark.skipif(shutil.which("curl") is None, reason="curl is not installed")
@pytest.mark.parametrize(
    ("accept", "start"),
    [
        ("text/turtle", "@prefix"),
        ("application/ld+json", "{"),
        ("application/n-triples", "<"),
        ("text/html", "<!"),
    ],
)
def test_curl_follows_to_what_it_asked_for(url: str, accept: str, start: str) -> None:
    address = f"{url}/id/event/september-2022-clashes"
    run = subprocess.run(["curl", "-sL", "-H", f"Accept: {accept}", address], capture_output=True, check=True)
    assert run.stdout.decode().lstrip().startswith(start)


def test_a_csv_reader_that_sends_no_accept(url: str) -> None:
    query = urllib.parse.urlencode({"query": SELECT, "format": "csv"})
    rows = list(csv.DictReader(io.StringIO(fetched(f"{url}/sparql?{query}").decode(), newline="")))
    assert any(row["s"].endswith("september-2022-clashes") for row in rows)


def test_pandas_reads_an_address(url: str) -> None:
    """It sends no Accept of its own, so that the address has to name the format."""
    query = urllib.parse.urlencode({"query": QUESTION})
    for address in (f"{url}/sparql.csv?{query}", f"{url}/sparql?{query}&format=csv"):
        table = pandas.read_csv(address)
        assert {"holder", "low", "claim", "document"} <= set(table.columns)
        assert {"Officials of Armenia (unnamed)", "Officials of Azerbaijan (unnamed)"} <= set(table["holder"])
        assert table["start"].dtype.kind == "i"


@pytest.mark.parametrize("post", [False, True])
def test_sparql_dataframe(url: str, post: bool) -> None:
    table = sparql_dataframe.get(f"{url}/sparql", QUESTION, post=post)
    assert {49, 50} <= set(table["low"])


@pytest.mark.parametrize("method", ["GET", "POST", "POST_FORM"])
@pytest.mark.parametrize("syntax", ["json", "xml", "csv"])
def test_rdflib_as_a_store(url: str, method: str, syntax: str) -> None:
    graph = rdflib.Graph(SPARQLStore(f"{url}/sparql", method=method, returnFormat=syntax))
    event = rdflib.URIRef("https://w3id.org/kcg/id/event/september-2022-clashes")
    found = {row[0] for row in graph.query(SELECT)}  # type: ignore[index]
    assert event in found
    if syntax != "csv":  # CSV does not tell IRIs from strings, which triples need
        assert rdflib.RDF.type in set(graph.predicates(event))
        assert graph.query("ASK {}").askAnswer
        assert len(graph) > 1000


def test_what_r_does(url: str) -> None:
    """The package SPARQL asks for XML with `query=` in the address; httr and jsonlite for JSON."""
    query = urllib.parse.urlencode({"query": SELECT, "output": "xml"})
    headers = {"Accept": "application/sparql-results+xml", "User-Agent": "libcurl/8.5 r-curl/5.2 httr/1.4"}
    with urllib.request.urlopen(urllib.request.Request(f"{url}/sparql?{query}", headers=headers)) as reply:
        document = ElementTree.parse(reply)  # noqa: S314
    space = {"s": "http://www.w3.org/2005/sparql-results#"}
    found = [each.text or "" for each in document.findall(".//s:binding[@name='s']/s:uri", space)]
    assert any(each.endswith("september-2022-clashes") for each in found)
    # httr's own Accept leaves it open: then `output` decides
    headers["Accept"] = "application/json, text/xml, application/xml, */*"
    with urllib.request.urlopen(urllib.request.Request(f"{url}/sparql?{query}", headers=headers)) as reply:
        assert reply.headers.get_content_type() == "application/sparql-results+xml"


@pytest.mark.parametrize("way", WAYS, ids=["GET", "POST form", "POST direct"])
@pytest.mark.parametrize("syntax", [JSON, XML, CSV, TSV, TURTLE, RDFXML, JSONLD, N3])
def test_sparqlwrapper_in_every_way_and_format(url: str, way: tuple[str, str], syntax: str) -> None:
    """What it asks for comes back, whichever of its names for formats are sent along."""
    triples = syntax in {TURTLE, RDFXML, JSONLD, N3}
    with client(url, CONSTRUCT if triples else SELECT, syntax, way).query().response as response:
        body = response.read()
    assert response.status == 200
    assert b"armenia" in body if triples else b"september-2022-clashes" in body


COMUNICA = Path(__file__).parent / "comunica"
_SCRIPT = """
const { QueryEngine } = require('@comunica/query-sparql');
(async () => {
  const [endpoint, query, construct] = process.argv.slice(1);
  const engine = new QueryEngine();
  const context = { sources: [{ type: 'sparql', value: endpoint }] };
  const rows = await (await engine.queryBindings(query, context)).toArray();
  const plain = rows.map(row => Object.fromEntries([...row].map(([k, v]) => [k.value, v.value])));
  console.log(JSON.stringify(plain));
  const yes = await engine.queryBoolean('ASK { ?s ?p ?o }', context);
  console.log(JSON.stringify(yes));
  const triples = await (await engine.queryQuads(construct, context)).toArray();
  console.log(triples.length);
})();
"""


@pytest.mark.skipif(shutil.which("node") is None, reason="node is not installed")
@pytest.mark.skipif(
    not (COMUNICA / "node_modules").is_dir(), reason="npm ci --prefix tests/comunica has not been run"
)
def test_comunica(url: str) -> None:
    command = ["node", "-e", _SCRIPT, "--", f"{url}/sparql", QUESTION, CONSTRUCT]
    run = subprocess.run(command, capture_output=True, text=True, cwd=COMUNICA, timeout=120)
    assert run.returncode == 0, run.stderr
    rows, yes, triples = map(json.loads, run.stdout.splitlines())
    assert {"49", "50"} <= {row["low"] for row in rows}
    assert yes is True
    assert triples > 5
