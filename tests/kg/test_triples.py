"""Triples of a result: distinct, sorted, cut, and the same in each syntax."""

from __future__ import annotations

import pyoxigraph as ox
import pytest
from hypothesis import given
from hypothesis import strategies as st

from kg import formats as f
from kg.errors import UnknownFormatError
from kg.triples import distinct_triples, write_triples

TRIPLES = [ox.Triple(ox.NamedNode(f"urn:{n % 9}"), ox.NamedNode("urn:p"), ox.Literal("x")) for n in range(99)]
LINES = [f'<urn:{n}> <urn:p> "x" .\n'.encode() for n in range(9)]
WORD = ox.Literal("as long as a short label is that many things have")
TEXTS = st.text(st.characters(exclude_categories=["Cs"]), max_size=20)
LITERALS = st.one_of(
    st.builds(ox.Literal, TEXTS),
    st.builds(lambda text: ox.Literal(text, language="hy"), TEXTS),
    st.builds(lambda text: ox.Literal(text, datatype=ox.NamedNode("http://e/type#t")), TEXTS),
)
OBJECTS = st.one_of(LITERALS, st.sampled_from([ox.NamedNode("http://e/é"), ox.BlankNode("b")]))


@pytest.mark.parametrize(
    ("rows", "size", "count", "truncated"),
    [
        (0, 0, 9, ""),
        (9, 9999, 9, ""),
        (8, 0, 8, "triples=8"),
        (0, 3 * len(LINES[0]), 3, "bytes=66"),
        (2, 3 * len(LINES[0]), 2, "triples=2"),
        (0, 5, 0, "bytes=5"),
    ],
)
def test_they_are_distinct_sorted_and_cut(rows: int, size: int, count: int, truncated: str) -> None:
    assert distinct_triples(reversed(TRIPLES), 0, 0) == (LINES, "")
    assert distinct_triples(TRIPLES, rows, size) == (LINES[:count], truncated)


@pytest.mark.parametrize("rows", [0, 1, 700, 999, 1000, 1001])
@pytest.mark.parametrize("size", [0, 1, 20_000, 71_889, 71_890, 71_891, 143_780])
def test_whole_pieces_are_taken_as_line_by_line(rows: int, size: int) -> None:
    """What pyoxigraph writes comes in pieces of thousands of bytes, each triple twice here."""
    triples = [ox.Triple(ox.NamedNode(f"urn:{n % 1000}"), ox.NamedNode("urn:p"), WORD) for n in range(2000)]
    found: set[bytes] = set()
    full = ""
    for triple in triples:
        line = f"{triple} .\n".encode()
        if line not in found:
            if len(found) == rows > 0:
                full = f"triples={rows}"
            elif sum(map(len, found)) + len(line) > size > 0:
                full = f"bytes={size}"
            if full:
                break
            found.add(line)
    assert distinct_triples(triples, rows, size) == (sorted(found), full)


def test_a_giant_result_is_not_waited_for() -> None:
    store = ox.Store()
    store.extend(ox.Quad(*triple, ox.DefaultGraph()) for triple in TRIPLES)
    cross = " ".join(f"?s{n} ?p{n} ?o{n} ." for n in range(9))
    text = "BIND(CONCAT(STR(?o0), STR(?o8), STR(RAND())) AS ?t)"
    result = store.query(f"CONSTRUCT {{ ?s0 <urn:q> ?t }} WHERE {{ {cross} {text} }}")
    assert isinstance(result, ox.QueryTriples)
    lines, truncated = distinct_triples(result, 5, 0)
    assert (len(lines), truncated) == (5, "triples=5")


@given(objects=st.lists(OBJECTS, max_size=5))
@pytest.mark.parametrize("syntax", f.RDF_FORMATS, ids=lambda syntax: syntax.name)
def test_every_syntax_holds_the_same(syntax: f.Format, objects: list[ox.Literal]) -> None:
    if syntax is f.RDF_XML:  # it cannot hold control characters
        objects = [each for each in objects if str(each).isprintable()]
    triples = {ox.Triple(ox.NamedNode("http://e/s"), ox.NamedNode("http://e/p#q"), each) for each in objects}
    lines, _ = distinct_triples(triples, 0, 0)
    body = write_triples(lines, syntax, {"e": "http://e/", "p": "http://e/p#"})
    assert syntax.rdf is not None
    assert {quad.triple for quad in ox.parse(body, format=syntax.rdf)} == triples


def test_only_prefixes_that_shorten_something_are_declared() -> None:
    lines = [b'<http://e/a/b> <http://e/p#q> "<http://t/x>"^^<http://d/t> .\n']
    known = {"d": "http://d/", "e": "http://e/", "a": "http://e/a/", "p": "http://e/p#", "x": "http://x/"}
    *declared, triple = write_triples(lines, f.TURTLE, known).decode().splitlines()
    assert set(declared) == {
        "@prefix a: <http://e/a/> .",
        "@prefix d: <http://d/> .",
        "@prefix p: <http://e/p#> .",
    }
    assert triple == 'a:b p:q "<http://t/x>"^^d:t .'


def test_prefixes_of_namespaces_that_end_otherwise_are_declared_too() -> None:
    lines = [b'<urn:isbn:12> <http://e/p_q> "a < b, <http://f/x y>" .\n']
    known = {"isbn": "urn:isbn:", "issn": "urn:issn:", "e": "http://e/p_", "f": "http://f/", "u": "urn:is"}
    declared = write_triples(lines, f.TURTLE, known).decode().splitlines()[:-1]
    assert {"@prefix isbn: <urn:isbn:> .", "@prefix e: <http://e/p_> ."} <= set(declared)
    assert not any("issn" in line for line in declared)


def test_a_format_for_solutions_holds_no_triples() -> None:
    with pytest.raises(UnknownFormatError, match="cannot hold triples"):
        write_triples(LINES, f.RESULTS_CSV, {})
