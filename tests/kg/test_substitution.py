"""Terms in the place of variables: the text asks what the engine's own substitution does, and no more."""

from __future__ import annotations

import json

import pyoxigraph as ox
import pytest

from kg.errors import QueryError
from kg.substitution import substituted

A = ox.NamedNode("http://e/a")
HOSTILE = ox.Literal("\" } ; DROP ALL # \\ \n ' ?x {")

CASES = {
    "a pattern": ("SELECT ?x ?o { ?x ?p ?o }", "SELECT (<http://e/a> AS ?x) ?o { <http://e/a> ?p ?o }"),
    "the other sigil": ("ASK { $x ?p ?o }", "ASK { <http://e/a> ?p ?o }"),
    "longer names": ("ASK { ?x ?xy ?x1 }", "ASK { <http://e/a> ?xy ?x1 }"),
    "strings, comments and IRIs": (
        'ASK { ?s <http://e/?x> "?x" # ?x\n }',
        'ASK { ?s <http://e/?x> "?x" # ?x\n }',
    ),
    "a graph": ("ASK { GRAPH ?x { ?s ?p ?o } }", "ASK { GRAPH <http://e/a> { ?s ?p ?o } }"),
    "expressions": (
        "SELECT (STR(?x) AS ?y) { FILTER(?x != ?z) }",
        "SELECT (STR(<http://e/a>) AS ?y) { FILTER(<http://e/a> != ?z) }",
    ),
    "a sub-query": (
        "SELECT ?x { { SELECT DISTINCT ?x ?y { ?x ?p ?y } LIMIT 1 } }",
        "SELECT (<http://e/a> AS ?x) { { SELECT DISTINCT (<http://e/a> AS ?x__in_1) ?y "
        "{ <http://e/a> ?p ?y } LIMIT 1 } }",
    ),
    "conditions": (
        "SELECT ?x { ?x ?p ?o } GROUP BY ?x HAVING (COUNT(?x) > 1) ORDER BY DESC(?x) ?x LIMIT 1",
        "SELECT (<http://e/a> AS ?x) { <http://e/a> ?p ?o } GROUP BY (STR(<http://e/a>)) "
        "HAVING (COUNT(<http://e/a>) > 1) ORDER BY DESC(<http://e/a>) (STR(<http://e/a>)) LIMIT 1",
    ),
    "a template": (
        "CONSTRUCT { ?x ?p ?o } WHERE { ?x ?p ?o }",
        "CONSTRUCT { <http://e/a> ?p ?o } WHERE { <http://e/a> ?p ?o }",
    ),
    "a description": ("DESCRIBE ?x", "DESCRIBE <http://e/a>"),
    "VALUES of another": (
        "SELECT ?x { VALUES ?y { 1 } ?x ?p ?y }",
        "SELECT (<http://e/a> AS ?x) { VALUES ?y { 1 } <http://e/a> ?p ?y }",
    ),
}


@pytest.mark.parametrize(("text", "expected"), CASES.values(), ids=CASES)
def test_the_text_has_the_term_in_the_place_of_the_variable(text: str, expected: str) -> None:
    found = substituted(text, {"x": A})
    assert found == expected
    ox.Store().query(found)


def test_no_substitution_changes_nothing() -> None:
    assert substituted("SELECT ?x {?x ?p ?o} # ?x", {}) == "SELECT ?x {?x ?p ?o} # ?x"


@pytest.mark.parametrize(
    "text",
    [
        "SELECT (1 AS ?x) {}",
        "SELECT * { BIND(1 AS ?x) }",
        "SELECT * { VALUES ?x { 1 } }",
        "SELECT * { VALUES (?y ?x) { (1 2) } }",
        "SELECT * {} VALUES (?x) { (1) }",
    ],
)
def test_what_the_query_gives_a_value_itself_is_refused(text: str) -> None:
    with pytest.raises(QueryError, match=r"\?x"):
        substituted(text, {"x": A})


def test_a_blank_node_is_refused() -> None:
    with pytest.raises(QueryError, match="only an IRI or a literal"):
        substituted("ASK { ?x ?p ?o }", {"x": ox.BlankNode("b")})


@pytest.mark.parametrize(
    "term",
    [
        HOSTILE,
        ox.Literal("plain"),
        ox.Literal("Ստեփանակերտ", language="hy"),
        ox.Literal("1.50", datatype=ox.NamedNode("http://www.w3.org/2001/XMLSchema#decimal")),
        ox.NamedNode("http://e/'();--#x?y={}".replace("{}", "")),
    ],
    ids=str,
)
def test_a_term_stays_that_term_whatever_is_in_it(term: ox.Literal | ox.NamedNode) -> None:
    """The engine's own substitution, which pastes no text, gives the same."""
    store = ox.Store()
    store.add(ox.Quad(A, ox.NamedNode("http://e/p"), term, ox.DefaultGraph()))
    text = "SELECT ?s ?x { ?s ?p ?x . FILTER(sameTerm(?x, ?x)) }"
    own = store.query(text, substitutions={ox.Variable("x"): term})
    pasted = store.query(substituted(text, {"x": term}))
    results = [
        json.loads(each.serialize(format=ox.QueryResultsFormat.JSON) or b"")["results"]["bindings"]
        for each in (own, pasted)
    ]
    assert results[0] == results[1]
    assert len(results[1]) == 1
