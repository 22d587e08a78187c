"""The canonical, diff-friendly layout of the Turtle files that people write.

rdflib's `longturtle` serialiser lays out; this module makes sure that nothing is lost on the way.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from pathlib import Path

import pyoxigraph as ox
from pygments.lexers.rdf import TurtleLexer
from pygments.token import Comment
from rdflib import Graph

from kg.errors import DataError, Location
from kg.skolem import label_by_content
from kg.sources import read_turtle
from kg.terms import to_graph

_ANY_GRAPH = "urn:x-kcg:formatting"
_TRAILING = re.compile(r"^( +[^\s\"]+) +$", re.MULTILINE)


def format_turtle(path: Path, prefixes: Mapping[str, str]) -> str:
    """Give the canonical text for a Turtle file: sorted, one value a line, only the prefixes it uses.

    `prefixes` are the declared ones; those that only this file declares are kept.
    Raises `MalformedError` if it is not Turtle, and `DataError` if formatting would lose something:
    a comment, or a triple that does not survive the serialiser.
    """
    text = path.read_text("utf-8") if path.exists() else ""
    quads = [statement.quad for statement in read_turtle(path, _ANY_GRAPH)]
    _refuse_comments(path, text)
    graph = to_graph(label_by_content(quads))
    known = set(prefixes.values())
    own = {name: iri for name, iri in _own_prefixes(path).items() if iri not in known}
    _bind(graph, {**prefixes, **own})
    formatted = _tidied(graph.serialize(format="longturtle", encoding="utf-8").decode())
    if _canonical(ox.parse(formatted, format=ox.RdfFormat.TURTLE)) != _canonical(quads):
        raise DataError(
            "Formatting this file would change what it says; it was left as it is.",
            where=Location(path),
            mend="Look for unusual literals (such as 007 as an integer) and write them plainly.",
        )
    return formatted


def _tidied(text: str) -> str:
    """Drop the blank that the serialiser leaves behind a predicate whose values start on a new line."""
    return _TRAILING.sub(r"\1", text).rstrip() + "\n"


def _refuse_comments(path: Path, text: str) -> None:
    for position, kind, _ in TurtleLexer().get_tokens_unprocessed(text):
        if kind in Comment:
            raise DataError(
                "This file has a comment, which formatting would lose.",
                where=Location(path, text.count("\n", 0, position) + 1),
                mend="Say it in the data, as rdfs:comment or skos:editorialNote.",
            )


def _own_prefixes(path: Path) -> dict[str, str]:
    parser = ox.parse(path=path, format=ox.RdfFormat.TURTLE)
    for _ in parser:
        pass
    return dict(parser.prefixes)


def _bind(graph: Graph, prefixes: Mapping[str, str]) -> None:
    text = " ".join(term for triple in graph for node in triple for term in (str(node), _datatype(node)))
    for prefix, namespace in prefixes.items():
        if namespace in text:
            graph.bind(prefix, namespace, override=True, replace=True)


def _datatype(node: object) -> str:
    return str(getattr(node, "datatype", None) or "")


def _canonical(quads: object) -> set[str]:
    dataset = ox.Dataset(ox.Quad(q.subject, q.predicate, q.object) for q in quads)  # type: ignore[attr-defined]
    dataset.canonicalize(ox.CanonicalizationAlgorithm.RDFC_1_0)
    return {str(quad) for quad in dataset}
