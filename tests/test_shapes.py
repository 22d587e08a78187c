"""Every constraint has a pair of examples: one that it lets pass, one that it alone finds wrong.

`tests/data/shapes/base.ttl` is a well-formed little world. An example describes some of its nodes anew: what
it says of a node replaces what the base says of that node. `derived.ttl` stands for what a build derives.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pyoxigraph as ox
import pytest
from rdflib import OWL, RDF, RDFS, SH, SKOS, BNode, Graph, URIRef
from rdflib.term import Node

from kg.namespaces import KCG
from kg.terms import to_graph
from kg.validation import (
    SHAPES,
    Report,
    Violation,
    check_files,
    load_shapes,
    run_checks,
    validate,
    validate_shapes,
)

ROOT = Path(__file__).parents[1]
FOLDER = ROOT / "shapes"
CASES = Path(__file__).parent / "data" / "shapes"
ONTOLOGY = ROOT / "ontology"
GRAPH = "https://w3id.org/kcg/graph/"


@cache
def shapes() -> Graph:
    return load_shapes(FOLDER)


def constraints() -> list[str]:
    with_message = {str(shape).removeprefix(SHAPES) for shape in shapes().subjects(SH.message, None)}
    return sorted(with_message | {path.stem for path in check_files(FOLDER)})


def triples(path: Path, graph: str) -> Iterator[ox.Quad]:
    name = ox.NamedNode(GRAPH + graph)
    for quad in ox.parse(path=path, format=ox.RdfFormat.TURTLE, rename_blank_nodes=True):
        yield ox.Quad(quad.subject, quad.predicate, quad.object, name)


@cache
def vocabulary() -> tuple[ox.Quad, ...]:
    files = [ONTOLOGY / "kcg.ttl", *sorted((ONTOLOGY / "concepts").glob("*.ttl"))]
    return tuple(quad for path in files for quad in triples(path, "ontology"))


@cache
def light_vocabulary() -> tuple[ox.Quad, ...]:
    """What shapes and checks ask of the vocabulary when they look at data.

    Terms and concepts are left untyped, so that they are not validated again with each example.
    """
    asked = {str(each) for each in (RDFS.subClassOf, RDFS.seeAlso, SKOS.inScheme, SKOS.prefLabel)}
    schemes = {quad.object for quad in vocabulary() if quad.predicate.value == str(SKOS.inScheme)}
    predicates = {ox.NamedNode(str(KCG.hasName)), ox.NamedNode(str(KCG.office))}
    return tuple(
        quad for quad in vocabulary() if quad.predicate.value in asked or quad.subject in schemes | predicates
    )


@cache
def base() -> tuple[ox.Quad, ...]:
    data = (*triples(CASES / "base.ttl", "reference"), *triples(CASES / "derived.ttl", "derived"))
    return (*light_vocabulary(), *data)


def world(example: Path) -> frozenset[ox.Quad]:
    """Give the base with the nodes that `example` describes replaced."""
    is_of_ranges = example.parent.name.startswith("Range")
    new = list(triples(example, "derived" if is_of_ranges else "reference"))
    described = {quad.subject for quad in new}
    return frozenset([*(quad for quad in base() if quad.subject not in described), *new])


@cache
def examine(quads: frozenset[ox.Quad]) -> Report:
    """Do what `validate` does, but read the shapes once; many valid examples are the base unchanged."""
    store = ox.Store()
    store.extend(quads)
    results = validate_shapes(to_graph(quads), shapes())
    return Report.of([*results, *run_checks(store, check_files(FOLDER))])


def found(report: Report) -> set[str]:
    return {each.constraint.removeprefix(SHAPES) for each in report.violations}


@pytest.mark.parametrize("constraint", constraints())
def test_every_constraint_has_a_pair_of_examples(constraint: str) -> None:
    assert (CASES / constraint / "valid.ttl").is_file()
    assert (CASES / constraint / "invalid.ttl").is_file()


def test_every_example_belongs_to_a_constraint() -> None:
    assert sorted(path.name for path in CASES.iterdir() if path.is_dir()) == constraints()


def test_base_world_conforms() -> None:
    assert validate({*vocabulary(), *base()}, FOLDER).violations == ()


@pytest.mark.parametrize("constraint", constraints())
def test_valid_example_conforms(constraint: str) -> None:
    report = examine(world(CASES / constraint / "valid.ttl"))
    assert report.violations == ()


@pytest.mark.parametrize("constraint", constraints())
def test_invalid_example_breaks_this_constraint_alone(constraint: str) -> None:
    report = examine(world(CASES / constraint / "invalid.ttl"))
    assert found(report) == {constraint}
    assert all(is_helpful(each) for each in report.violations)


def is_helpful(violation: Violation) -> bool:
    """Whether the message says in sentences what is wrong and how to mend it."""
    return re.fullmatch(r"[A-Z].+\.", violation.message) is not None and ". " in violation.message


def test_there_are_enough_constraints() -> None:
    assert len(constraints()) >= 45


def test_ontology_and_code_lists_conform() -> None:
    assert validate(vocabulary(), FOLDER).violations == ()


def test_every_class_has_a_shape() -> None:
    ontology = Graph().parse(ONTOLOGY / "kcg.ttl")
    targets = set(shapes().objects(None, SH.targetClass))
    for term in ontology.subjects(RDF.type, OWL.Class):
        assert targets & set(ontology.transitive_objects(term, RDFS.subClassOf)), term


def test_every_constraint_is_named_and_explained() -> None:
    graph = shapes()
    attached = {shape for shape in graph.objects(None, SH.property) if isinstance(shape, URIRef)}
    for shape in attached | set(graph.subjects(SH.message, None)):
        assert str(shape).startswith(SHAPES)
        for explained in (SH.name, SH.message, SH.severity):
            assert len(list(graph.objects(shape, explained))) == 1, (shape, explained)


def test_targeted_shapes_have_no_nameless_constraint() -> None:
    graph = shapes()
    targeted: set[Node] = {
        shape for target in (SH.targetClass, SH.targetSubjectsOf) for shape in graph.subjects(target, None)
    }
    nameless = [
        shape for each in targeted for shape in graph.objects(each, SH.property) if isinstance(shape, BNode)
    ]
    assert nameless == []


def test_every_check_says_what_and_why() -> None:
    for path in check_files(FOLDER):
        assert path.read_text("utf-8").startswith("# "), path.name


def test_terms_in_shapes_and_checks_exist() -> None:
    known = {str(each) for each in Graph().parse(ONTOLOGY / "kcg.ttl").subjects()}
    ours = {str(term) for triple in shapes() for term in triple if str(term).startswith(str(KCG))}
    texts = [path.read_text("utf-8") for path in check_files(FOLDER)]
    used = {f"{KCG}{name}" for text in texts for name in re.findall(r"\bkcg:(\w+)", text)}
    assert (ours | used) - known == set()


def test_concepts_in_shapes_and_checks_exist() -> None:
    known = {quad.subject.value for quad in vocabulary() if isinstance(quad.subject, ox.NamedNode)}
    prefix = "https://w3id.org/kcg/concept/"
    ours = {str(each) for triple in shapes() for each in triple if str(each).startswith(prefix)}
    used: set[str] = set()
    for path in check_files(FOLDER):
        text = path.read_text("utf-8")
        for name in re.findall(rf"PREFIX ([\w-]+): <{prefix}", text):
            used |= {f"{prefix}{name}/{code}" for code in re.findall(rf"\b{name}:([\w-]+)", text)}
    assert (ours | used) - known == set()
