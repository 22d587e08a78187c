"""The rules against small cases: `{case}.ttl` and the verdicts expected of it in `{case}.expected.ttl`."""

from __future__ import annotations

from functools import cache
from pathlib import Path

import pyoxigraph as ox
import pytest
from rdflib import DCTERMS, PROV, RDF, RDFS, SKOS

from kg.derive import WORK, derive
from kg.errors import DataError, InvalidDateError, MissingInputError, ProblemsError
from kg.namespaces import KCG, OA

ROOT = Path(__file__).parents[2]
RULES = ROOT / "ontology" / "rules"
CASES = ROOT / "tests" / "data" / "derive"
DERIVED = "https://w3id.org/kcg/graph/derived"
CLAIM = "https://w3id.org/kcg/id/claim/"
EVENT = "https://w3id.org/kcg/id/event/"

PREFIXES = """
PREFIX actor: <https://w3id.org/kcg/id/actor/>
PREFIX claim: <https://w3id.org/kcg/id/claim/>
PREFIX dcat: <http://www.w3.org/ns/dcat#>
PREFIX dcterms: <http://purl.org/dc/terms/>
PREFIX edtf: <http://id.loc.gov/datatypes/edtf/>
PREFIX event: <https://w3id.org/kcg/id/event/>
PREFIX hedge: <https://w3id.org/kcg/concept/hedge/>
PREFIX kcg: <https://w3id.org/kcg/ontology#>
PREFIX population: <https://w3id.org/kcg/concept/population/>
PREFIX predicate: <https://w3id.org/kcg/concept/predicate/>
PREFIX quantity: <https://w3id.org/kcg/concept/quantity/>
PREFIX rdfs: <http://www.w3.org/2000/01/rdf-schema#>
PREFIX source: <https://w3id.org/kcg/id/source/>
PREFIX xsd: <http://www.w3.org/2001/XMLSchema#>
"""


def turtle(text: str, graph: str = "https://w3id.org/kcg/graph/case") -> list[ox.Quad]:
    triples = ox.parse(text, format=ox.RdfFormat.TURTLE)
    return [ox.Quad(each.subject, each.predicate, each.object, ox.NamedNode(graph)) for each in triples]


@cache
def ontology() -> tuple[ox.Quad, ...]:
    files = sorted((ROOT / "ontology").rglob("*.ttl"))
    texts = (path.read_text(encoding="utf-8") for path in files)
    return tuple(quad for text in texts for quad in turtle(text, "https://w3id.org/kcg/graph/o"))


def derived(text: str) -> list[ox.Quad]:
    return derive([*ontology(), *turtle(text)], RULES, DERIVED)


def objects(quads: list[ox.Quad], subject: str, predicate: str) -> set[str]:
    return {
        getattr(quad.object, "value", "")
        for quad in quads
        if quad.subject == ox.NamedNode(subject) and quad.predicate.value == str(predicate)
    }


def verdicts(quads: list[ox.Quad]) -> set[tuple[str, str]]:
    return {
        (str(quad.subject), str(quad.object)) for quad in quads if quad.predicate.value == str(KCG.verdict)
    }


def cases() -> list[str]:
    return [each.name.removesuffix(".expected.ttl") for each in sorted(CASES.glob("*.expected.ttl"))]


@pytest.mark.parametrize("case", cases())
def test_verdicts(case: str) -> None:
    quads = derived((CASES / f"{case}.ttl").read_text(encoding="utf-8"))
    expected = turtle((CASES / f"{case}.expected.ttl").read_text(encoding="utf-8"))
    assert verdicts(quads) == verdicts(expected)


def test_every_derived_verdict_has_a_case() -> None:
    editors_only = {"wrong", "stale", "imprecise", "ambiguous", "unverified"}
    scheme = "https://w3id.org/kcg/concept/verdict"
    listed = {
        quad.subject.value.removeprefix(f"{scheme}/")
        for quad in ontology()
        if quad.predicate.value == str(SKOS.inScheme)
        and quad.object == ox.NamedNode(scheme)
        and isinstance(quad.subject, ox.NamedNode)
    }
    texts = [path.read_text(encoding="utf-8") for path in CASES.glob("*.expected.ttl")]
    expected = {v for v in listed if any(f"verdict:{v} " in text for text in texts)}
    assert expected == listed - editors_only


CONTRADICTION = (CASES / "certain-at-most-against-at-least.ttl").read_text(encoding="utf-8")
ASSESSMENT = f"{CLAIM}a#certain-contradiction-b"


def test_an_assessment_says_what_it_found_and_why() -> None:
    quads = derived(CONTRADICTION)
    assert objects(quads, ASSESSMENT, OA.hasTarget) == {f"{CLAIM}a", f"{CLAIM}b"}
    assert objects(quads, ASSESSMENT, RDFS.label) == {"Certain contradiction: a / b"}
    assert objects(quads, ASSESSMENT, SKOS.note) == {"disjoint: at most 30000 against at least 35000"}
    assert objects(quads, ASSESSMENT, PROV.wasGeneratedBy) == {
        "https://w3id.org/kcg/ontology/rules/40-quantity-comparisons"
    }
    assert {str(KCG.Assessment), str(OA.Annotation)} <= objects(quads, ASSESSMENT, RDF.type)
    assert objects(quads, ASSESSMENT, DCTERMS.created) == set()


def test_an_assessment_is_dated_by_the_data_set() -> None:
    dataset = "PREFIX dcat: <http://www.w3.org/ns/dcat#> <urn:x:d> a dcat:Dataset ; "
    modified = '<http://purl.org/dc/terms/modified> "2026-01-02"^^<http://www.w3.org/2001/XMLSchema#date> .'
    quads = derive([*ontology(), *turtle(CONTRADICTION), *turtle(dataset + modified)], RULES, DERIVED)
    assert objects(quads, ASSESSMENT, DCTERMS.created) == {"2026-01-02"}


RANGE = """
event:e rdfs:label "Clash"@en .
claim:a a kcg:QuantityClaim ; kcg:about event:e ; kcg:quantity quantity:killed ; kcg:exact 49 ;
  kcg:hedge hedge:at-least ; kcg:claimedBy actor:x .
claim:b a kcg:QuantityClaim ; kcg:about event:e ; kcg:quantity quantity:killed ; kcg:exact 105 ;
  kcg:claimedBy actor:y ; kcg:reportedIn source:s .
claim:c a kcg:QuantityClaim ; kcg:about event:e ; kcg:quantity quantity:killed ; kcg:exact 105 ;
  kcg:claimedBy actor:y ; kcg:reportedIn source:t ; kcg:sameClaimAs claim:b .
claim:d a kcg:QuantityClaim ; kcg:about event:e ; kcg:quantity quantity:killed ; kcg:low 20 ;
  kcg:population population:soldiers ; kcg:claimedBy actor:y .
"""


def test_a_range_spans_all_claims_and_counts_a_repeat_once() -> None:
    quads = derived(PREFIXES + RANGE)
    node = f"{EVENT}e#range-killed-unspecified"
    assert objects(quads, node, KCG.low) == {"49"}
    assert objects(quads, node, KCG.high) == set()
    assert objects(quads, node, KCG.claimCount) == {"2"}
    assert objects(quads, node, KCG.holderCount) == {"2"}
    assert objects(quads, node, KCG.population) == set()
    assert objects(quads, node, RDFS.label) == {"Clash: people killed, 49 or more"}
    assert objects(quads, node, PROV.wasDerivedFrom) == {f"{CLAIM}{c}" for c in "abc"}


@pytest.mark.parametrize(
    ("one", "other", "low", "high", "words"),
    [
        ("kcg:exact 49", "kcg:exact 105", {"49"}, {"105"}, "49 to 105"),
        ("kcg:low 20 ; kcg:high 30", "kcg:exact 25", {"20"}, {"30"}, "20 to 30"),
        ("kcg:low 20 ; kcg:high 30", "kcg:low 30 ; kcg:hedge hedge:more-than", {"20"}, set(), "20 or more"),
        ("kcg:high 30 ; kcg:hedge hedge:at-most", "kcg:exact 10", set(), {"30"}, "up to 30"),
        ("kcg:high 30", "kcg:low 40", set(), set(), "no common bound"),
    ],
)
def test_a_range_is_open_where_one_claim_is(
    one: str, other: str, low: set[str], high: set[str], words: str
) -> None:
    claim = "claim:{0} a kcg:QuantityClaim ; kcg:about event:e ; kcg:quantity quantity:killed ; {1} ."
    text = f'event:e rdfs:label "Clash"@en . {claim.format("a", one)} {claim.format("b", other)}'
    quads = derived(PREFIXES + text)
    node = f"{EVENT}e#range-killed-unspecified"
    assert objects(quads, node, KCG.low) == low
    assert objects(quads, node, KCG.high) == high
    assert objects(quads, node, RDFS.label) == {f"Clash: people killed, {words}"}


def test_a_range_without_upper_bound_has_none() -> None:
    quads = derived(PREFIXES + RANGE)
    node = f"{EVENT}e#range-killed-soldiers"
    assert objects(quads, node, KCG.low) == {"20"}
    assert objects(quads, node, KCG.high) == set()
    assert objects(quads, node, RDFS.label) == {"Clash: people killed (soldiers), 20 or more"}
    assert objects(quads, node, KCG.population) == {"https://w3id.org/kcg/concept/population/soldiers"}


@pytest.mark.parametrize(
    ("kind", "statement"),
    [
        ("event", 'event:x kcg:when "2020-23"^^edtf:EDTF .'),
        ("event", 'event:x kcg:when "2020-23"^^edtf:EDTF-level1 .'),
        ("claim", 'claim:x kcg:value "2020-23"^^edtf:EDTF .'),
        ("claim", 'claim:x kcg:value "1999"^^edtf:EDTF ; kcg:when "2020-23"^^edtf:EDTF .'),
        ("source", 'source:x a kcg:Source ; dcterms:issued "2020-23"^^edtf:EDTF .'),
    ],
)
def test_dates_get_bounds(kind: str, statement: str) -> None:
    quads = derived(PREFIXES + statement)
    node = f"https://w3id.org/kcg/id/{kind}/x"
    found = [
        objects(quads, node, KCG[term])
        for term in ("earliestBegin", "latestBegin", "earliestEnd", "latestEnd")
    ]
    assert found == [{"2020-09-01"}, {"2020-11-30"}, {"2020-09-01"}, {"2020-11-30"}]


def test_a_wrong_date_is_reported_with_its_node() -> None:
    with pytest.raises(InvalidDateError, match=r"event/x>.*2020-13"):
        derived(PREFIXES + 'event:x kcg:when "2020-13"^^edtf:EDTF .')


def test_several_wrong_dates_are_reported_together() -> None:
    with pytest.raises(ProblemsError) as caught:
        derived(PREFIXES + 'event:x kcg:when "2020-13"^^edtf:EDTF, "soon"^^edtf:EDTF .')
    assert len(caught.value.problems) == 2


def test_superclasses_are_stated() -> None:
    quads = derived(PREFIXES + "actor:x a kcg:State .")
    types = objects(quads, "https://w3id.org/kcg/id/actor/x", RDF.type)
    assert {str(KCG.Polity), str(KCG.Actor), "http://xmlns.com/foaf/0.1/Agent"} <= types
    assert str(KCG.State) not in types, "what is stated elsewhere is not repeated"


def test_all_is_sorted_in_the_derived_graph_and_free_of_working_triples() -> None:
    quads = derived(CONTRADICTION)
    assert quads == sorted(quads, key=str)
    assert {quad.graph_name for quad in quads} == {ox.NamedNode(DERIVED)}
    assert not any(WORK in str(quad) for quad in quads)


@pytest.mark.parametrize("case", ["mutual-accusation", "repeat-chain", "certain-dates"])
def test_deriving_twice_adds_nothing(case: str) -> None:
    quads = [*ontology(), *turtle((CASES / f"{case}.ttl").read_text(encoding="utf-8"))]
    once = derive(quads, RULES, DERIVED)
    assert derive([*quads, *once], RULES, DERIVED) == once


def test_progress_names_each_step(tmp_path: Path) -> None:
    for name in ("20-b", "10-a"):
        (tmp_path / f"{name}.rq").write_text("CONSTRUCT { ?s a ?o } WHERE { ?s a ?o }")
    steps: list[str] = []
    derive([], tmp_path, DERIVED, progress=steps.append)
    assert steps == ["date bounds", "10-a", "20-b"]


def test_a_syntax_error_names_file_line_and_column(tmp_path: Path) -> None:
    rule = tmp_path / "10-broken.rq"
    rule.write_text("CONSTRUCT { ?s a ?o }\nWHER { ?s a ?o . }\n")
    with pytest.raises(DataError) as caught:
        derive([], tmp_path, DERIVED)
    assert caught.value.where is not None
    assert (caught.value.where.path, caught.value.where.line) == (rule, 2)
    assert caught.value.where.column == 6


@pytest.mark.parametrize(
    ("rule", "message"),
    [
        ("SELECT * { ?s ?p ?o }", "no CONSTRUCT"),
        ("ASK { ?s ?p ?o }", "no CONSTRUCT"),
        ("CONSTRUCT { [] a ?o } WHERE { VALUES ?o { <urn:x:y> } }", "blank nodes"),
    ],
)
def test_a_rule_that_cannot_be_used_is_refused(tmp_path: Path, rule: str, message: str) -> None:
    (tmp_path / "10-rule.rq").write_text(rule)
    with pytest.raises(DataError, match=message):
        derive([], tmp_path, DERIVED)


def test_a_folder_without_rules_is_refused(tmp_path: Path) -> None:
    with pytest.raises(MissingInputError):
        derive([], tmp_path, DERIVED)
