"""Say what is wrong with a graph: SHACL shapes for single nodes, SPARQL checks for what compares nodes.

pySHACL runs on an rdflib graph in memory: over a store it is slow and reported false violations. A check
is a SELECT in `checks/*.rq` whose rows are violations (`?focus_node`, `?message`, optional `?severity`);
its default graph is the union of all graphs.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

import pyoxigraph as ox
from rdflib import RDF, SH, BNode, Graph, Literal, URIRef
from rdflib.term import Node
from rdflib.util import from_n3

from kg.errors import DataError, Location, MalformedError, MissingInputError
from kg.terms import to_graph, to_rdflib

SHAPES = "https://w3id.org/kcg/shapes#"
"""Namespace of the shapes; a check `checks/x.rq` is named `x` in it."""

SEVERITIES = ("Violation", "Warning", "Info")
"""What a severity can be, the worst first: the order of a report."""

_CHECK_COMPONENT = str(SH.SPARQLConstraintComponent)


@dataclass(frozen=True, slots=True)
class Violation:
    """One thing that is wrong: where, what and how to mend it."""

    focus_node: str
    """IRI of the node (`_:label` for a blank node)."""
    path: str | None
    """IRI of the property; None where it is no single property."""
    value: str | None
    """The offending value in N-Triples form, if there is one."""
    message: str
    constraint: str
    """IRI of the property shape, node shape or check."""
    severity: str
    """One of `SEVERITIES`."""
    component: str = _CHECK_COMPONENT
    """IRI of the SHACL constraint component."""

    @property
    def rank(self) -> tuple[int, str, str, str, str, str, str]:
        """The place in a report: the worst first, then by node."""
        return (
            SEVERITIES.index(self.severity),
            self.focus_node,
            self.constraint,
            self.path or "",
            self.value or "",
            self.message,
            self.component,
        )


@dataclass(frozen=True, slots=True)
class Report:
    """What validation found, in a fixed order, the worst first."""

    violations: tuple[Violation, ...]

    @classmethod
    def of(cls, violations: Iterable[Violation]) -> Report:
        """Sort `violations` and drop doubles."""
        return cls(tuple(sorted(set(violations), key=lambda each: each.rank)))

    @property
    def conforms(self) -> bool:
        """Whether nothing has the severity Violation; warnings pass."""
        return all(each.severity != "Violation" for each in self.violations)

    @property
    def counts(self) -> dict[str, int]:
        """How many of each severity, those that do not occur included."""
        found = Counter(each.severity for each in self.violations)
        return {severity: found[severity] for severity in SEVERITIES}

    def to_graph(self, report_iri: str) -> Graph:
        """Give the report in RDF (https://www.w3.org/TR/shacl/#results-validation-report).

        Results are named `{report_iri}#result-N`, so that the same report has the same bytes.
        `sh:conforms` is that of this class: warnings pass.
        """
        graph = Graph()
        report = URIRef(report_iri)
        graph.add((report, RDF.type, SH.ValidationReport))
        graph.add((report, SH.conforms, Literal(self.conforms)))
        for number, violation in enumerate(self.violations, start=1):
            result = URIRef(f"{report_iri}#result-{number}")
            graph.add((report, SH.result, result))
            _add_result(graph, result, violation)
        return graph


def validate(quads: Iterable[ox.Quad], shapes_folder: Path) -> Report:
    """Run all shapes and checks of `shapes_folder` over `quads`.

    `quads` hold everything: data, ontology, code lists and what was derived from them.
    """
    listed = list(quads)
    store = ox.Store()
    store.extend(listed)
    return Report.of(
        [
            *validate_shapes(to_graph(listed), load_shapes(shapes_folder)),
            *run_checks(store, check_files(shapes_folder)),
        ]
    )


def load_shapes(folder: Path) -> Graph:
    """Read the shapes of all `*.ttl` in `folder` into one graph.

    Raises `MissingInputError` if there are none and `MalformedError` if one is not Turtle.
    """
    paths = sorted(folder.glob("*.ttl"))
    if not paths:
        raise MissingInputError(
            "There are no shapes here.",
            where=Location(folder),
            mend="Name the folder that holds the SHACL files.",
        )
    quads = (quad for path in paths for quad in _parsed(path))
    return to_graph(quads)


def check_files(folder: Path) -> list[Path]:
    """Give the checks of a folder of shapes, sorted by name."""
    return sorted((folder / "checks").glob("*.rq"))


def validate_shapes(data: Graph, shapes: Graph) -> list[Violation]:
    """Run SHACL shapes over `data`, which holds the ontology too, so that subclasses count.

    Raises `DataError` if the shapes themselves are wrong.
    """
    import pyshacl  # noqa: PLC0415  # takes 0.4 s, and most commands do without
    from pyshacl.errors import ReportableRuntimeError  # noqa: PLC0415

    # `inplace` because nothing is inferred: without it pySHACL copies the whole graph first.
    try:
        _, results, text = pyshacl.validate(data, shacl_graph=shapes, inplace=True)
    except ReportableRuntimeError as error:
        raise _bad_shapes(str(error)) from error
    if not isinstance(results, Graph):
        raise _bad_shapes(text)
    found = results.objects(results.value(None, RDF.type, SH.ValidationReport), SH.result)
    return [_from_result(results, result, shapes) for result in found]


def _bad_shapes(why: str) -> DataError:
    return DataError(f"The shapes cannot be run: {why}", mend="Mend the shape named there.")


def run_checks(quads_store: ox.Store, checks: Iterable[Path]) -> list[Violation]:
    """Run SPARQL checks over the union of all graphs; each row of an answer is a violation.

    Raises `DataError` if a check is not SPARQL or does not answer `?focus_node` and `?message`.
    """
    return [violation for path in checks for violation in _run_check(quads_store, path)]


def _run_check(store: ox.Store, path: Path) -> list[Violation]:
    try:
        rows = store.query(path.read_text("utf-8"), use_default_graph_as_union=True)
    except (SyntaxError, ValueError) as error:
        raise _bad_check(path, str(error)) from error
    if not isinstance(rows, ox.QuerySolutions):
        raise _bad_check(path, "it is no SELECT query")
    names = {each.value for each in rows.variables}
    if not {"focus_node", "message"} <= names:
        raise _bad_check(path, "it must SELECT ?focus_node and ?message")
    return [_from_row(row, path, "severity" in names) for row in rows]


def _bad_check(path: Path, why: str) -> DataError:
    return DataError(f"The check cannot be run: {why}.", where=Location(path), mend="Mend its SPARQL.")


def _from_row(row: ox.QuerySolution, path: Path, has_severity: bool) -> Violation:
    focus_node, message = row["focus_node"], row["message"]
    if focus_node is None or not isinstance(message, ox.Literal):
        raise _bad_check(path, "a row lacks ?focus_node or ?message")
    given = row["severity"] if has_severity else None
    severity = given.value if isinstance(given, ox.Literal) else "Violation"
    if severity not in SEVERITIES:
        raise _bad_check(path, f"'{severity}' is no severity")
    return Violation(
        focus_node=_name(to_rdflib(focus_node)),
        path=None,
        value=None,
        message=message.value,
        constraint=f"{SHAPES}{path.stem}",
        severity=severity,
    )


def _from_result(results: Graph, result: Node, shapes: Graph) -> Violation:
    path = results.value(result, SH.resultPath)
    value = results.value(result, SH.value)
    source = results.value(result, SH.sourceShape)
    return Violation(
        focus_node=_name(results.value(result, SH.focusNode)),
        path=str(path) if isinstance(path, URIRef) else None,
        value=value.n3() if isinstance(value, (URIRef, Literal)) else None,
        message=_message(results, result),
        constraint=_named_shape(source, shapes),
        severity=str(results.value(result, SH.resultSeverity)).rpartition("#")[2],
        component=str(results.value(result, SH.sourceConstraintComponent)),
    )


def _message(results: Graph, result: Node) -> str:
    messages = sorted(str(each) for each in results.objects(result, SH.resultMessage))
    return messages[0] if messages else ""


def _named_shape(shape: Node | None, shapes: Graph) -> str:
    """Give the IRI of a shape, or of the nearest shape around it that has one."""
    seen: set[Node] = set()
    while isinstance(shape, BNode) and shape not in seen:
        seen.add(shape)
        shape = next(iter(shapes.subjects(None, shape)), None)
    return str(shape)


def _name(term: Node | None) -> str:
    return term.n3() if isinstance(term, BNode) else str(term)


def _add_result(graph: Graph, result: URIRef, violation: Violation) -> None:
    said: list[tuple[Node, Node | None]] = [
        (RDF.type, SH.ValidationResult),
        (SH.focusNode, _node(violation.focus_node)),
        (SH.resultMessage, Literal(violation.message)),
        (SH.resultPath, URIRef(violation.path) if violation.path else None),
        (SH.resultSeverity, SH[violation.severity]),
        (SH.sourceConstraintComponent, URIRef(violation.component)),
        (SH.sourceShape, URIRef(violation.constraint)),
        (SH.value, _term(violation.value) if violation.value else None),
    ]
    for predicate, term in said:
        if term is not None:
            graph.add((result, predicate, term))


def _node(name: str) -> Node:
    return BNode(name[2:]) if name.startswith("_:") else URIRef(name)


def _term(text: str) -> Node | None:
    term = from_n3(text)
    return term if isinstance(term, Node) else None


def _parsed(path: Path) -> list[ox.Quad]:
    try:
        return list(ox.parse(path=path, format=ox.RdfFormat.TURTLE, rename_blank_nodes=True))
    except SyntaxError as error:
        raise MalformedError(
            f"This file is not Turtle: {error}.", where=Location(path), mend="Mend its syntax."
        ) from error
