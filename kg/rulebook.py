"""The rules and checks of a project as data, so that what cites one by its IRI leads somewhere.

Derived nodes name the rule that made them (`prov:wasGeneratedBy`), reports the check that found something
(`sh:sourceShape`). Each gets a label, the comment at the head of its file, and its SPARQL.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from pathlib import Path

import pyoxigraph as ox
from rdflib import DCTERMS, OWL, PROV, RDF, RDFS, SH

from kg.iris import DEFAULT_BASE, Iris
from kg.sources import Project
from kg.validation import SHAPES, check_files

_SHAPES_GRAPH = "https://w3id.org/kcg/shapes"
_RULES = f"{DEFAULT_BASE}ontology/rules/"


def rulebook(project: Project, iris: Iris) -> Iterator[ox.Quad]:
    """Give the rules in the graph of the ontology, and in that of the shapes the checks and the whole."""
    rules = ox.NamedNode(iris.graph("ontology"))
    for path in sorted(project.rules.glob("*.rq")):
        yield from _described(path, f"{_RULES}{path.stem}", SH.SPARQLRule, SH.construct, rules)
    shapes = ox.NamedNode(iris.graph("shapes"))
    for path in (*check_files(project.shapes), *_neutrality(project)):
        yield from _described(path, f"{SHAPES}{path.stem}", SH.SPARQLSelectExecutable, SH.select, shapes)
    yield from _whole(project, shapes)


def comment_of(text: str) -> str:
    """Give the comment at the head of a query as one paragraph."""
    lines: list[str] = []
    for line in text.splitlines():
        if not line.startswith("#"):
            break
        lines.append(line.lstrip("# ").strip())
    return " ".join(lines)


def _described(path: Path, iri: str, kind: str, predicate: str, graph: ox.NamedNode) -> Iterator[ox.Quad]:
    text = path.read_text("utf-8")
    node = ox.NamedNode(iri)
    name = path.stem.lstrip("0123456789-").replace("-", " ")
    yield from (
        ox.Quad(node, _iri(RDF.type), _iri(kind), graph),
        ox.Quad(node, _iri(RDF.type), _iri(PROV.Plan), graph),
        ox.Quad(node, _iri(RDFS.label), ox.Literal(name, language="en"), graph),
        ox.Quad(node, _iri(RDFS.comment), ox.Literal(comment_of(text), language="en"), graph),
        ox.Quad(node, _iri(predicate), ox.Literal(text), graph),
    )


def _whole(project: Project, graph: ox.NamedNode) -> Iterator[ox.Quad]:
    """Describe the shapes as a whole, and name the files that they stand in."""
    node = ox.NamedNode(_SHAPES_GRAPH)
    label = ox.Literal("Shapes and checks", language="en")
    comment = ox.Literal(
        "What every graph that is built must fulfil: SHACL shapes for single things, and SPARQL checks for "
        "what only a comparison of two shows. A row of a check is a violation.",
        language="en",
    )
    yield from (
        ox.Quad(node, _iri(RDF.type), _iri(OWL.Ontology), graph),
        ox.Quad(node, _iri(RDFS.label), label, graph),
        ox.Quad(node, _iri(RDFS.comment), comment, graph),
    )
    for path in _turtle(project.shapes):
        part = ox.NamedNode(f"{_SHAPES_GRAPH}/{path.stem}")
        yield ox.Quad(node, _iri(DCTERMS.hasPart), part, graph)


def _neutrality(project: Project) -> Iterable[Path]:
    return sorted((project.shapes / "neutrality").glob("*.rq"))


def _turtle(folder: Path) -> Iterable[Path]:
    return sorted(folder.glob("*.ttl"))


def _iri(iri: str) -> ox.NamedNode:
    return ox.NamedNode(str(iri))
