"""Count a graph as VoID does: classes, the properties of their members, classes and datatypes of the values.

https://www.w3.org/TR/void/#class-property-partitions, nested the way in which the void-generator of the SIB
nests them and its tools read them (https://github.com/sib-swiss/void-generator), with its extension for
datatypes. Sets of links to elsewhere are `void:Linkset`s.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from urllib.parse import urlsplit

import pyoxigraph as ox
from rdflib import OWL, RDF, RDFS, SKOS, VOID, XSD, Namespace

from kg.iris import Iris, local_name, part
from kg.terms import TYPE, iri_of

VOID_EXT = Namespace("http://ldf.fi/void-ext#")

Triple = tuple[ox.NamedNode, ox.NamedNode, ox.NamedNode | ox.Literal]
Stated = tuple[str, str, ox.NamedNode | ox.Literal]

_LINKS = frozenset(
    str(iri)
    for iri in (
        OWL.sameAs,
        RDFS.seeAlso,
        SKOS.exactMatch,
        SKOS.closeMatch,
        SKOS.broadMatch,
        SKOS.narrowMatch,
        SKOS.relatedMatch,
    )
)
"""Predicates that make a link to another data set."""


@dataclass(slots=True)
class _Tally:
    """What is said with one property."""

    triples: int = 0
    subjects: set[str] = field(default_factory=set)
    objects: set[object] = field(default_factory=set)
    classes: dict[str, int] = field(default_factory=lambda: defaultdict(int))
    datatypes: dict[str, int] = field(default_factory=lambda: defaultdict(int))

    def add(self, stated: Stated, types: dict[str, set[str]]) -> None:
        subject, _, value = stated
        self.triples += 1
        self.subjects.add(subject)
        self.objects.add(value)
        if isinstance(value, ox.Literal):
            self.datatypes[value.datatype.value] += 1
        for iri in types.get(iri_of(value), ()):
            self.classes[iri] += 1


def stated(quads: Iterable[ox.Quad]) -> set[Stated]:
    """Give the triples of `quads`, each once; a release has neither blank nodes nor triple terms."""
    return {
        (iri_of(quad.subject), quad.predicate.value, quad.object)
        for quad in quads
        if isinstance(quad.object, ox.NamedNode | ox.Literal)
    }


def partitions(node: str, said: set[Stated], types: dict[str, set[str]], *, nested: bool) -> Iterator[Triple]:
    """Describe the set of triples `said` as the data set `node`.

    `types` gives the classes of whatever is pointed at. `nested`: the properties of each class too.
    """
    tallies: dict[str, _Tally] = defaultdict(_Tally)
    members: dict[str, set[str]] = defaultdict(set)
    for each in said:
        tallies[each[1]].add(each, types)
        if each[1] == TYPE.value:
            members[iri_of(each[2])].add(each[0])
    yield from _sizes(node, said)
    for iri, tally in sorted(tallies.items()):
        yield from _property(node, iri, tally, deep=False)
    of = _by_subject(said) if nested else {}
    for iri, found in sorted(members.items()):
        below = part(node, f"class-{local_name(iri)}", iri)
        yield link(node, VOID.classPartition, below)
        yield link(below, VOID["class"], iri)
        yield count(below, VOID.entities, len(found))
        if nested:
            yield from _members(below, [each for subject in found for each in of[subject]], types)


def _sizes(node: str, said: set[Stated]) -> Iterator[Triple]:
    yield count(node, VOID.distinctSubjects, len({each[0] for each in said}))
    yield count(node, VOID.distinctObjects, len({each[2] for each in said}))
    yield count(node, VOID.properties, len({each[1] for each in said}))
    yield count(node, VOID.classes, len({each[2] for each in said if each[1] == TYPE.value}))


def _by_subject(said: set[Stated]) -> dict[str, list[Stated]]:
    found: dict[str, list[Stated]] = defaultdict(list)
    for each in said:
        found[each[0]].append(each)
    return found


def _members(node: str, said: list[Stated], types: dict[str, set[str]]) -> Iterator[Triple]:
    tallies: dict[str, _Tally] = defaultdict(_Tally)
    for each in said:
        tallies[each[1]].add(each, types)
    yield count(node, VOID.triples, len(said))
    for iri, tally in sorted(tallies.items()):
        yield from _property(node, iri, tally, deep=True)


def _property(above: str, iri: str, tally: _Tally, *, deep: bool) -> Iterator[Triple]:
    node = part(above, f"property-{local_name(iri)}", iri)
    yield link(above, VOID.propertyPartition, node)
    yield link(node, VOID.property, iri)
    yield count(node, VOID.triples, tally.triples)
    yield count(node, VOID.distinctSubjects, len(tally.subjects))
    yield count(node, VOID.distinctObjects, len(tally.objects))
    if not deep or iri == TYPE.value:
        return
    for value, times in sorted(tally.classes.items()):
        below = part(node, f"class-{local_name(value)}", value)
        yield link(node, VOID.classPartition, below)
        yield link(below, VOID["class"], value)
        yield count(below, VOID.triples, times)
    for value, times in sorted(tally.datatypes.items()):
        below = part(node, f"datatype-{local_name(value)}", value)
        yield link(node, VOID_EXT.datatypePartition, below)
        yield link(below, VOID_EXT.datatype, value)
        yield count(below, VOID.triples, times)


def linksets(dataset: str, said: set[Stated], names: Iris) -> Iterator[Triple]:
    """Describe the links from our entities to each web site, one set for each predicate."""
    found: dict[tuple[str, str], int] = defaultdict(int)
    for subject, predicate, value in said:
        target = iri_of(value)
        outside = target.startswith(("http://", "https://")) and not names.is_ours(target)
        if predicate in _LINKS and names.is_entity(subject) and outside:
            found[predicate, _site(target)] += 1
    for (predicate, site), times in sorted(found.items()):
        host = (urlsplit(site).hostname or "").replace(".", "-")
        node = part(dataset, f"links-{local_name(predicate)}-{host}")
        yield link(dataset, VOID.subset, node)
        yield link(node, RDF.type, str(VOID.Linkset))
        yield link(node, VOID.subjectsTarget, dataset)
        yield link(node, VOID.objectsTarget, site)
        yield link(node, VOID.linkPredicate, predicate)
        yield count(node, VOID.triples, times)


def _site(iri: str) -> str:
    split = urlsplit(iri)
    return f"{split.scheme}://{split.netloc}/"


def link(subject: str, predicate: str, target: str) -> Triple:
    """Give the triple that links two nodes."""
    return ox.NamedNode(subject), ox.NamedNode(str(predicate)), ox.NamedNode(str(target))


def count(subject: str, predicate: str, number: int) -> Triple:
    """Give the triple that says a number."""
    value = ox.Literal(str(number), datatype=ox.NamedNode(str(XSD.integer)))
    return ox.NamedNode(subject), ox.NamedNode(str(predicate)), value
