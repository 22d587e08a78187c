"""JSON-LD as a tree: the same triples, short names, the thing at the root, nothing loaded from elsewhere."""

from __future__ import annotations

import json
import sys
from concurrent.futures import ThreadPoolExecutor

import pyoxigraph as ox
import pytest
from pyld import jsonld
from rdflib import Graph

from kg.jsonld import Term, context, framed, refuse_remote, used

EX = "http://example.org/"
KCG = "https://w3id.org/kcg/ontology#"
OWL = "http://www.w3.org/2002/07/owl#"
XSD = "http://www.w3.org/2001/XMLSchema#"
PREFIXES = {
    "ex": EX,
    "kcg": KCG,
    "rdfs": "http://www.w3.org/2000/01/rdf-schema#",
    "stance": "https://w3id.org/kcg/concept/stance/",
}
TERMS = [
    Term(f"{KCG}about", {f"{OWL}ObjectProperty"}),
    Term(f"{KCG}stance", {f"{OWL}ObjectProperty"}),
    Term(f"{KCG}low", {f"{OWL}DatatypeProperty"}, {f"{XSD}decimal"}),
    Term(f"{KCG}note", {f"{OWL}DatatypeProperty"}, {f"{XSD}string"}),
    Term(f"{KCG}Claim", {f"{OWL}Class"}),
]
WORLD = f"""
@prefix ex: <{EX}> . @prefix kcg: <{KCG}> . @prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#> .
@prefix rdf: <http://www.w3.org/1999/02/22-rdf-syntax-ns#> . @prefix xsd: <{XSD}> .
ex:x a ex:Thing ; rdfs:label "x"@en, "also x"@en, "икс"@ru, "x" ; ex:part ex:x\\#a ; ex:knows ex:x, ex:y .
ex:x\\#a kcg:note "a part" ; ex:whole ex:x .
ex:c1 a kcg:Claim ; kcg:about ex:x ; kcg:stance <https://w3id.org/kcg/concept/stance/denies> ; kcg:low 1.50 .
ex:c2 kcg:about ex:x, ex:y ; ex:also ex:x ; kcg:low "007"^^xsd:int, 1.0E3, true ; ex:next ex:c1 .
ex:y rdfs:label "y"@en ; rdf:type "no class", [ ex:says "blank" ] .
ex:loop1 ex:to ex:loop2 . ex:loop2 ex:to ex:loop1 .
ex:via rdf:first ex:y ; rdf:rest rdf:nil .
"""


OPTIONS = {"documentLoader": refuse_remote}


def triples(text: str = WORLD) -> set[ox.Triple]:
    quads = ox.parse(text, format=ox.RdfFormat.TURTLE)
    return {ox.Triple(each.subject, each.predicate, each.object) for each in quads}


def canonical(quads: object) -> set[str]:
    dataset = ox.Dataset(quads)  # type: ignore[arg-type]
    dataset.canonicalize(ox.CanonicalizationAlgorithm.RDFC_1_0)
    return {str(quad) for quad in dataset}


def quads_of(found: set[ox.Triple]) -> list[ox.Quad]:
    return [ox.Quad(each.subject, each.predicate, each.object) for each in found]


# rdflib's own reader uses what rdflib warns of.
@pytest.mark.filterwarnings("ignore:ConjunctiveGraph is deprecated")
def test_the_same_triples_for_every_reader() -> None:
    body = framed(triples(), f"{EX}x", context(TERMS, PREFIXES))
    asked = canonical(quads_of(triples()))
    assert canonical(ox.parse(body, format=ox.RdfFormat.JSON_LD)) == asked
    by_pyld = jsonld.to_rdf(json.loads(body), {"format": "application/n-quads", **OPTIONS})
    assert canonical(ox.parse(by_pyld, format=ox.RdfFormat.N_QUADS)) == asked
    assert len(Graph().parse(data=body, format="json-ld")) == len(asked)


def test_the_thing_is_the_root_and_what_points_at_it_hangs_below() -> None:
    document = json.loads(framed(triples(), f"{EX}x", context(TERMS, PREFIXES)))
    assert (document["@id"], document["@type"]) == ("ex:x", "ex:Thing")
    assert document["label"] == {"en": ["also x", "x"], "ru": "икс", "@none": "x"}
    assert document["ex:part"]["note"] == "a part"
    assert document["@reverse"]["about"] == {
        "@id": "ex:c1",
        "@type": "Claim",
        "low": "1.50",
        "stance": "concept:stance/denies",
    }
    assert document["@reverse"]["ex:also"]["about"] == ["ex:x", "ex:y"]
    assert list(document)[-2:] == ["@reverse", "@included"]
    assert "ex:loop1" in json.dumps(document["@included"])


def test_a_property_keeps_its_name_and_the_prefix_gives_way() -> None:
    whole = context(TERMS, PREFIXES)
    assert whole["stance"] == {"@id": f"{KCG}stance", "@type": "@id"}
    assert whole["low"] == {"@id": f"{KCG}low", "@type": f"{XSD}decimal"}
    assert whole["note"] == {"@id": f"{KCG}note"}
    assert whole["concept"]["@id"] == "https://w3id.org/kcg/concept/"
    claim = framed(triples(), f"{EX}c1", whole)
    assert json.loads(claim)["stance"] == "concept:stance/denies"


def test_a_document_has_of_the_context_what_it_uses() -> None:
    whole = context(TERMS, PREFIXES)
    one = triples("<http://example.org/a> <https://w3id.org/kcg/ontology#about> <http://example.org/b> .")
    assert set(used(whole, one)) == {"@version", "about", "ex", "kcg"}


def test_a_thing_that_nothing_is_said_of() -> None:
    one = triples("<http://example.org/a> <http://example.org/p> <http://example.org/b> .")
    document = json.loads(framed(one, f"{EX}b", context((), PREFIXES)))
    assert document["@id"] == "ex:b"
    assert document["@reverse"] == {"ex:p": {"@id": "ex:a"}}


def test_nothing_is_loaded_from_elsewhere() -> None:
    with pytest.raises(jsonld.JsonLdError, match="not loaded"):
        refuse_remote("http://example.org/context")


def test_threads_do_not_spoil_each_other_s_documents() -> None:
    """pyld keeps some contexts for all threads, and is spoilt by two that come to them at once."""

    def compacted(number: int) -> str:
        term = f"p{number}"
        triple = ox.Triple(ox.NamedNode(f"{EX}x"), ox.NamedNode(f"{EX}{term}"), ox.NamedNode(f"{EX}y"))
        document = json.loads(framed([triple], f"{EX}x", {term: {"@id": f"{EX}{term}", "@type": "@id"}}))
        value: str = document[term]
        return value

    before = sys.getswitchinterval()
    sys.setswitchinterval(1e-6)
    try:
        with ThreadPoolExecutor(30) as pool:
            found = list(pool.map(compacted, [number % 150 for number in range(2000)]))
    finally:
        sys.setswitchinterval(before)
    assert set(found) == {f"{EX}y"}
