"""Mapping sets as RDF: each set a graph of its own, each mapping a statement and a node that qualifies it.

The node is the `owl:Axiom` of SSSOM's own RDF form (https://mapping-commons.github.io/sssom/spec-formats-rdf/),
named after the thing that it is about (`{thing}#wikidata-Q399`), so that it stands wherever the thing is
described. A non-match is only such a node, with `sssom:NegatedPredicate`; it states no link. The set is a
`void:Linkset` for each kind of match (https://www.w3.org/TR/void/#linkset).
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pyoxigraph as ox
from rdflib import DCTERMS, OWL, RDFS, VOID, XSD

from kg import iris
from kg.dump import replacing
from kg.errors import KgError, Location, ProblemsError
from kg.iris import Iris
from kg.linking.mapping import SUFFIX, Mapping, MappingSet, to_text
from kg.linking.sssom import mapping_files, read_mappings
from kg.namespaces import PAV, SSSOM
from kg.sources import Project, Statement, shown
from kg.terms import TYPE

FOLDER = "links"
"""The folder of the data that holds the mapping sets."""

_COPIED = ("subject_label", "subject_category", "object_label", "object_category")


def read_mapping_sets(project: Project) -> list[MappingSet]:
    """Read the mapping sets of a project; raises `ProblemsError` with everything that is wrong in any."""
    found: list[MappingSet] = []
    problems: list[KgError] = []
    for path in mapping_files(project.data / FOLDER):
        try:
            found.append(read_mappings(shown(path)))
        except ProblemsError as error:
            problems.extend(error.problems)
        except KgError as error:
            problems.append(error)
    if problems:
        raise ProblemsError(problems)
    return found


def read_links(project: Project, names: Iris) -> list[Statement]:
    """Read the mapping sets of a project as statements that keep file and line."""
    return [each for found in read_mapping_sets(project) for each in statements_of(found, names)]


def write_mappings(mapping_set: MappingSet) -> None:
    """Write a set to its path: rows sorted, replaced whole or not at all."""
    with replacing(mapping_set.path) as output:
        output.write(to_text(mapping_set).encode())


def statements_of(mapping_set: MappingSet, names: Iris) -> list[Statement]:
    """Give the statements of one set, in the graph `link/{slug}`."""
    graph = names.graph(f"link/{mapping_set.slug}")
    return [
        Statement(ox.Quad(*triple, ox.NamedNode(graph)), Location(mapping_set.path, line))
        for line, triple in _triples(mapping_set, graph, names)
    ]


def node_of(mapping: Mapping, mapping_set: MappingSet) -> str:
    """Give the IRI of the node that qualifies a mapping: `{subject}#wikidata-Q399`."""
    target = re.sub(r"[^A-Za-z0-9]+", "-", mapping.object_id.partition(":")[2]).strip("-")
    label = f"{mapping_set.slug}-{target}"
    return iris.part(mapping_set.expand(mapping.subject_id), label if mapping.holds else f"not-{label}")


Triple = tuple[ox.NamedNode, ox.NamedNode, ox.NamedNode | ox.Literal]


def _triples(mapping_set: MappingSet, graph: str, names: Iris) -> Iterator[tuple[int, Triple]]:
    for each in _about_the_set(mapping_set, graph, names):
        yield 1, each
    for mapping in mapping_set.mappings:
        yield mapping.line, _link(graph, str(SSSOM.mappings), node_of(mapping, mapping_set))
        for each in _about(mapping, mapping_set):
            yield mapping.line, each


def _about(mapping: Mapping, mapping_set: MappingSet) -> Iterator[Triple]:
    subject, predicate, target = (
        mapping_set.expand(each) for each in (mapping.subject_id, mapping.predicate_id, mapping.object_id)
    )
    if mapping.holds:
        yield _link(subject, predicate, target)
    node = node_of(mapping, mapping_set)
    yield _link(node, TYPE.value, str(OWL.Axiom))
    yield _link(node, str(OWL.annotatedSource), subject)
    yield _link(node, str(OWL.annotatedProperty), predicate)
    yield _link(node, str(OWL.annotatedTarget), target)
    if not mapping.holds:
        yield _link(node, str(SSSOM.predicate_modifier), str(SSSOM.NegatedPredicate))
    for name in _COPIED:
        yield _text(node, str(SSSOM[name]), getattr(mapping, name))
    justification = mapping_set.expand(mapping.mapping_justification)
    yield _link(node, str(SSSOM.mapping_justification), justification)
    yield _text(node, str(SSSOM.confidence), mapping.confidence, str(XSD.decimal))
    yield _link(node, str(PAV.authoredBy), mapping_set.expand(mapping.author_id))
    yield _text(node, str(DCTERMS.created), mapping.mapping_date, str(XSD.date))
    yield _text(node, str(SSSOM.other), mapping.other)
    for page in mapping.pages:
        yield _link(node, str(RDFS.seeAlso), page)
    if mapping.comment:
        yield _english(node, str(RDFS.comment), mapping.comment)
    yield _english(node, str(RDFS.label), label_of(mapping))


def label_of(mapping: Mapping) -> str:
    """Give a label that says the whole mapping in words; what the other data set calls it is quoted."""
    verb = _VERBS[mapping.predicate_id] if mapping.holds else "is not to be taken for"
    identifier = mapping.object_id.partition(":")[2].strip("/")
    return f"{mapping.subject_label} {verb} “{mapping.object_label}” ({identifier})"


_VERBS = {
    "skos:exactMatch": "is",
    "skos:closeMatch": "is nearly the same as",
    "skos:broadMatch": "is a part or a case of",
    "skos:narrowMatch": "comprises",
    "skos:relatedMatch": "is related to",
}


def _about_the_set(mapping_set: MappingSet, graph: str, names: Iris) -> Iterator[Triple]:
    metadata = mapping_set.metadata
    yield _link(graph, TYPE.value, str(SSSOM.MappingSet))
    yield _link(graph, TYPE.value, str(VOID.Dataset))
    yield _link(graph, str(DCTERMS.license), metadata["license"])
    for name, term in (
        ("mapping_set_title", DCTERMS.title),
        ("mapping_set_description", DCTERMS.description),
    ):
        if metadata.get(name):
            yield _english(graph, str(term), metadata[name])
    counts = Counter(each.predicate_id for each in mapping_set.mappings if each.holds)
    for predicate, count in sorted(counts.items()):
        yield from _linkset(mapping_set, graph, predicate, count, names)


def _linkset(
    mapping_set: MappingSet, graph: str, predicate: str, count: int, names: Iris
) -> Iterator[Triple]:
    node = iris.part(graph, predicate.partition(":")[2])
    yield _link(graph, str(VOID.subset), node)
    yield _link(node, TYPE.value, str(VOID.Linkset))
    yield _link(node, str(VOID.linkPredicate), mapping_set.expand(predicate))
    yield _link(node, str(VOID.subjectsTarget), names.dataset)
    if mapping_set.metadata.get("object_source"):
        target = mapping_set.expand(mapping_set.metadata["object_source"])
        yield _link(node, str(VOID.objectsTarget), target)
    yield _text(node, str(VOID.triples), str(count), str(XSD.integer))


def _link(subject: str, predicate: str, target: str) -> Triple:
    return ox.NamedNode(subject), ox.NamedNode(predicate), ox.NamedNode(target)


def _text(subject: str, predicate: str, text: str, datatype: str = str(XSD.string)) -> Triple:
    return ox.NamedNode(subject), ox.NamedNode(predicate), ox.Literal(text, datatype=ox.NamedNode(datatype))


def _english(subject: str, predicate: str, text: str) -> Triple:
    return ox.NamedNode(subject), ox.NamedNode(predicate), ox.Literal(text, language="en")


def mapping_set_at(project: Project, slug: str) -> Path:
    """Give where the set `slug` of a project stands."""
    return project.data / FOLDER / f"{slug}{SUFFIX}"
