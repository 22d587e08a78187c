"""How shapes and checks are run, and what a report looks like."""

from __future__ import annotations

from pathlib import Path

import pyoxigraph as ox
import pytest
from rdflib import RDF, SH, BNode, Graph, Literal, URIRef

from kg.errors import DataError, MalformedError, MissingInputError
from kg.validation import (
    Report,
    Violation,
    check_files,
    load_shapes,
    run_checks,
    validate,
    validate_shapes,
)

PREFIXES = """
PREFIX ex: <https://example.org/>
PREFIX sh: <http://www.w3.org/ns/shacl#>
PREFIX shapes: <https://w3id.org/kcg/shapes#>
"""
SHAPES_TTL = f"""{PREFIXES}
shapes:Thing a sh:NodeShape ; sh:targetClass ex:Thing ; sh:property shapes:ThingName, shapes:ThingAge .
shapes:ThingName a sh:PropertyShape ; sh:path ex:name ; sh:minCount 1 ; sh:message "No name. Add one."@en .
shapes:ThingAge a sh:PropertyShape ; sh:path ex:age ; sh:maxInclusive 9 ; sh:severity sh:Warning ;
  sh:message "Too old. Mend ex:age."@en .
"""
CHECK = """
PREFIX ex: <https://example.org/>
SELECT ?focus_node ?message ?severity WHERE {
  ?focus_node ex:likes ?focus_node .
  BIND("It likes itself. Mend ex:likes." AS ?message) BIND("Info" AS ?severity)
}
"""
THING = URIRef("https://example.org/thing")


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "thing.ttl").write_text(SHAPES_TTL)
    (tmp_path / "checks").mkdir()
    (tmp_path / "checks" / "self-love.rq").write_text(CHECK)
    return tmp_path


def quads(turtle: str, graph: str = "https://example.org/graph") -> list[ox.Quad]:
    name = ox.NamedNode(graph)
    return [
        ox.Quad(each.subject, each.predicate, each.object, name)
        for each in ox.parse(PREFIXES + turtle, format=ox.RdfFormat.TURTLE)
    ]


def violation(severity: str = "Violation", focus_node: str = str(THING)) -> Violation:
    return Violation(focus_node, None, None, "Wrong. Mend it.", "https://example.org/c", severity)


def test_shapes_and_checks_make_one_report_with_the_worst_first(folder: Path) -> None:
    report = validate(quads("ex:thing a ex:Thing ; ex:age 12 ; ex:likes ex:thing ."), folder)
    assert [(each.constraint, each.severity) for each in report.violations] == [
        ("https://w3id.org/kcg/shapes#ThingName", "Violation"),
        ("https://w3id.org/kcg/shapes#ThingAge", "Warning"),
        ("https://w3id.org/kcg/shapes#self-love", "Info"),
    ]
    assert report.counts == {"Violation": 1, "Warning": 1, "Info": 1}
    assert not report.conforms


def test_a_result_tells_node_path_value_and_component(folder: Path) -> None:
    report = validate(quads('ex:thing a ex:Thing ; ex:name "x" ; ex:age 12 .'), folder)
    assert report.violations == (
        Violation(
            focus_node="https://example.org/thing",
            path="https://example.org/age",
            value='"12"^^<http://www.w3.org/2001/XMLSchema#integer>',
            message="Too old. Mend ex:age.",
            constraint="https://w3id.org/kcg/shapes#ThingAge",
            severity="Warning",
            component=str(SH.MaxInclusiveConstraintComponent),
        ),
    )
    assert report.conforms


def test_a_check_sees_the_union_of_all_graphs(folder: Path) -> None:
    (folder / "checks" / "mutual.rq").write_text(
        "PREFIX ex: <https://example.org/> SELECT ?focus_node ?message WHERE {"
        ' ?focus_node ex:likes/ex:likes ?focus_node BIND("Mutual. Mend it." AS ?message) }'
    )
    store = ox.Store()
    store.extend(quads("ex:a ex:likes ex:b .", "https://example.org/one"))
    store.extend(quads("ex:b ex:likes ex:a ."))
    found = run_checks(store, [folder / "checks" / "mutual.rq"])
    assert {each.focus_node.rpartition("/")[2] for each in found} == {"a", "b"}
    assert {each.severity for each in found} == {"Violation"}


def test_subclasses_of_a_target_are_validated_without_inference(folder: Path) -> None:
    subclass = "<http://www.w3.org/2000/01/rdf-schema#subClassOf>"
    report = validate(quads(f"ex:Small {subclass} ex:Thing . ex:thing a ex:Small ."), folder)
    assert [each.focus_node for each in report.violations] == [str(THING)]


def test_a_nameless_shape_is_reported_as_the_named_one_around_it() -> None:
    shapes = Graph().parse(
        data=f"""{PREFIXES} shapes:Around a sh:NodeShape ; sh:targetClass ex:Thing ;
        sh:property [ sh:path ex:name ; sh:minCount 1 ; sh:message "No name. Add one." ] ."""
    )
    data = Graph().add((THING, RDF.type, URIRef("https://example.org/Thing")))
    (found,) = validate_shapes(data, shapes)
    assert found.constraint == "https://w3id.org/kcg/shapes#Around"


def test_a_report_does_not_depend_on_the_order_of_what_was_found() -> None:
    some = [violation(focus_node=f"https://example.org/{n}") for n in range(5)]
    report = Report.of([*reversed(some), some[0]])
    assert report == Report.of(some)
    turtle = report.to_graph("https://example.org/report").serialize(format="longturtle")
    again = Report.of(some).to_graph("https://example.org/report").serialize(format="longturtle")
    assert turtle == again


def test_warnings_conform() -> None:
    assert Report.of([violation("Warning"), violation("Info")]).conforms
    assert Report.of([]).conforms


def test_a_report_in_rdf_has_no_blank_nodes_of_its_own(folder: Path) -> None:
    report = validate(quads("ex:thing a ex:Thing ; ex:age 12 ."), folder)
    graph = report.to_graph("https://example.org/report")
    node = URIRef("https://example.org/report")
    results = sorted(graph.objects(node, SH.result), key=str)
    assert (node, SH.conforms, Literal(False)) in graph
    assert results == [URIRef(f"https://example.org/report#result-{n}") for n in (1, 2)]
    assert graph.value(results[1], SH.value) == Literal(12)
    assert graph.value(results[1], SH.resultSeverity) == SH.Warning
    assert graph.value(results[0], SH.focusNode) == THING


def test_blank_focus_nodes_keep_their_label(folder: Path) -> None:
    report = validate(quads("_:x a ex:Thing ."), folder)
    assert report.violations[0].focus_node.startswith("_:")
    graph = report.to_graph("https://example.org/report")
    assert all(isinstance(each, BNode) for each in graph.objects(None, SH.focusNode))


def test_a_folder_without_shapes_is_refused(tmp_path: Path) -> None:
    with pytest.raises(MissingInputError, match="no shapes"):
        load_shapes(tmp_path)
    assert check_files(tmp_path) == []


def test_shapes_that_are_not_turtle_are_refused(tmp_path: Path) -> None:
    (tmp_path / "bad.ttl").write_text("this is not Turtle")
    with pytest.raises(MalformedError, match=r"bad\.ttl"):
        load_shapes(tmp_path)


@pytest.mark.parametrize("text", ["SELECT nothing", "ASK {}", "SELECT ?focus_node { ?focus_node ?p ?o }"])
def test_a_check_that_cannot_be_run_is_refused(tmp_path: Path, text: str) -> None:
    path = tmp_path / "bad.rq"
    path.write_text(text)
    with pytest.raises(DataError, match=r"bad\.rq"):
        run_checks(ox.Store(), [path])


def test_a_check_must_give_a_known_severity_and_a_message(tmp_path: Path) -> None:
    store = ox.Store()
    store.extend(quads("ex:a ex:likes ex:b ."))
    path = tmp_path / "bad.rq"
    for bound in ('BIND("Grave" AS ?severity) BIND("x" AS ?message)', "BIND(1/0 AS ?message)"):
        path.write_text(f"SELECT ?focus_node ?message ?severity {{ ?focus_node ?p ?o {bound} }}")
        with pytest.raises(DataError, match=r"bad\.rq"):
            run_checks(store, [path])


def test_wrong_shapes_are_refused() -> None:
    data = Graph().add((THING, RDF.type, URIRef("https://example.org/Thing")))
    shapes = Graph().parse(
        data=f"{PREFIXES} shapes:Bad a sh:NodeShape ; sh:targetClass ex:Thing ; sh:minCount 1 ."
    )
    with pytest.raises(DataError, match="shapes cannot be run"):
        validate_shapes(data, shapes)
