"""Example queries, kept as RDF in the form of SIB's sparql-examples: one Turtle file a query.

See https://github.com/sib-swiss/sparql-examples and https://www.w3.org/TR/shacl-af/#SPARQLExecutable.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from difflib import get_close_matches
from pathlib import Path

from rdflib import RDF, RDFS, SDO, SH, Graph, URIRef

from kg.errors import NotFoundError

_FORMS = (SH.select, SH.ask, SH.construct, URIRef(f"{SH}describe"))


@dataclass(frozen=True, slots=True)
class Example:
    """An example query: `name` is its file name, `question` what it answers, `text` the SPARQL."""

    name: str
    iri: str
    question: str
    keywords: tuple[str, ...]
    text: str


def read_examples(folder: Path) -> list[Example]:
    """Give the examples of a folder, sorted by name."""
    return [_example(path) for path in sorted(folder.glob("*.ttl"))]


def example_named(name: str, examples: Iterable[Example]) -> Example:
    """Give the example called `name`; raises `NotFoundError` with the nearest name."""
    by_name = {example.name: example for example in examples}
    if name not in by_name:
        near = get_close_matches(name, by_name, n=1, cutoff=0.4)
        hint = f"Did you mean '{near[0]}'? " if near else ""
        raise NotFoundError(
            f"There is no example query '{name}'.", mend=f"{hint}`kg query --examples` lists them."
        )
    return by_name[name]


def _example(path: Path) -> Example:
    graph = Graph().parse(path, format="turtle")
    node = next(graph.subjects(RDF.type, SH.SPARQLExecutable), URIRef(path.stem))
    text = next((str(value) for form in _FORMS for value in graph.objects(node, form)), "")
    return Example(
        name=path.stem,
        iri=str(node),
        question=str(graph.value(node, RDFS.comment) or path.stem),
        keywords=tuple(sorted(str(word) for word in graph.objects(node, SDO.keywords))),
        text=text,
    )
