"""Terms survive the way from rdflib to pyoxigraph and back."""

from __future__ import annotations

import pyoxigraph as ox
import pytest
import rdflib
from hypothesis import given
from hypothesis import strategies as st

from kg.terms import to_graph, to_ox, to_rdflib

text = st.text(st.characters(exclude_categories=["Cs"]))
iris = st.text("abcXYZ09-._~", min_size=1).map("http://e.org/{}".format)
labels = st.from_regex(r"[A-Za-z][A-Za-z0-9]{0,8}", fullmatch=True)
languages = st.sampled_from(["en", "hy", "az-latn", "ru", "en-gb"])
ox_terms = st.one_of(
    iris.map(ox.NamedNode),
    labels.map(ox.BlankNode),
    text.map(ox.Literal),
    st.builds(lambda value, tag: ox.Literal(value, language=tag), text, languages),
    st.builds(lambda value, iri: ox.Literal(value, datatype=ox.NamedNode(iri)), text, iris),
    st.builds(
        lambda value, name: ox.Literal(value, datatype=ox.NamedNode(str(rdflib.XSD[name]))),
        st.sampled_from(["007", "1.50", "true", "1", "2020-09-27", "junk"]),
        st.sampled_from(["integer", "decimal", "boolean", "date", "int"]),
    ),
)


@given(ox_terms)
def test_round_trip(term: ox.NamedNode | ox.BlankNode | ox.Literal) -> None:
    assert to_ox(to_rdflib(term)) == term


@given(iris.map(rdflib.URIRef) | labels.map(rdflib.BNode) | text.map(rdflib.Literal))
def test_round_trip_from_rdflib(term: rdflib.URIRef | rdflib.BNode | rdflib.Literal) -> None:
    assert to_rdflib(to_ox(term)) == term


def test_other_things_are_refused() -> None:
    triple = ox.Triple(ox.NamedNode("http://e/a"), ox.NamedNode("http://e/b"), ox.Literal("c"))
    with pytest.raises(TypeError):
        to_rdflib(triple)
    with pytest.raises(TypeError):
        to_ox(rdflib.Variable("x"))


def test_a_graph_drops_graph_names() -> None:
    a, p = ox.NamedNode("http://e/a"), ox.NamedNode("http://e/p")
    quads = [ox.Quad(a, p, a, ox.NamedNode("http://e/g")), ox.Quad(a, p, a), ox.Triple(a, p, p)]
    assert len(to_graph(quads)) == 2
