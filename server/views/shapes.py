"""The page of the shapes: what is checked of what, how grave a breach is, and what is said then."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass

import pyoxigraph as ox
from rdflib import PROV, RDF, RDFS, SH

from kg.iris import local_name
from kg.terms import iri_of, text_of
from server.site import Site

_TARGETS = {
    SH.targetClass: "every",
    SH.targetSubjectsOf: "whatever has",
    SH.targetObjectsOf: "the values of",
    SH.targetNode: "the node",
}
_PLAIN = (
    *("minCount", "maxCount", "datatype", "nodeKind", "class", "hasValue", "pattern", "uniqueLang", "closed"),
    *("minLength", "maxLength", "minInclusive", "maxInclusive", "minExclusive", "maxExclusive"),
    *("lessThan", "lessThanOrEquals", "equals", "disjoint", "qualifiedMinCount", "qualifiedMaxCount"),
)
_COMPOUND = ("in", "languageIn", "or", "and", "xone", "not", "node", "qualifiedValueShape")
_PATHS = {SH.inversePath: "^{}", SH.zeroOrMorePath: "{}*", SH.oneOrMorePath: "{}+", SH.zeroOrOnePath: "{}?"}

_Said = dict[str, dict[str, list[object]]]


@dataclass(frozen=True, slots=True)
class Rule:
    """One constraint: `path` and `demands` are short text, `severity` the name of the class."""

    iri: str
    name: str
    path: str
    demands: tuple[str, ...]
    severity: str
    message: str

    @property
    def anchor(self) -> str:
        """Where it stands on the page."""
        return local_name(self.iri)


@dataclass(frozen=True, slots=True)
class Shape:
    """A node shape with its property shapes; `targets` are what it is about, in words and an IRI."""

    iri: str
    description: str
    targets: tuple[tuple[str, str], ...]
    rules: tuple[Rule, ...]

    @property
    def anchor(self) -> str:
        """Where it stands on the page."""
        return local_name(self.iri)


@dataclass(frozen=True, slots=True)
class Check:
    """A SPARQL query whose rows are violations."""

    iri: str
    name: str
    comment: str
    text: str

    @property
    def anchor(self) -> str:
        """Where it stands on the page."""
        return local_name(self.iri)


@dataclass(frozen=True, slots=True)
class Page:
    """All shapes and checks."""

    iri: str
    title: str
    comment: str
    shapes: tuple[Shape, ...]
    checks: tuple[Check, ...]


def shapes(site: Site) -> Page:
    """Ask for the graph of the shapes and read it."""
    said = _said(site.graph("shapes"))
    reading = _Reading(site, said)
    iri = site.iris.shapes
    nodes = sorted(each for each in said if str(SH.NodeShape) in reading.iris(each, RDF.type))
    plans = sorted(each for each in said if str(PROV.Plan) in reading.iris(each, RDF.type))
    return Page(
        iri,
        reading.text(iri, RDFS.label),
        reading.text(iri, RDFS.comment),
        tuple(reading.shape(each) for each in nodes if "." not in local_name(each)),
        tuple(reading.check(each) for each in plans),
    )


def _said(triples: Iterable[ox.Triple]) -> _Said:
    found: _Said = defaultdict(lambda: defaultdict(list))
    for triple in triples:
        found[iri_of(triple.subject)][triple.predicate.value].append(triple.object)
    return found


class _Reading:
    def __init__(self, site: Site, said: _Said) -> None:
        self._short = site.vocabulary.short
        self._said = said

    def iris(self, subject: str, predicate: str) -> list[str]:
        return sorted(filter(None, map(iri_of, self._values(subject, predicate))))

    def text(self, subject: str, predicate: str) -> str:
        return next(filter(None, map(text_of, self._values(subject, predicate))), "")

    def shape(self, iri: str) -> Shape:
        targets = [
            (words, target) for predicate, words in _TARGETS.items() for target in self.iris(iri, predicate)
        ]
        own = [iri] if self.text(iri, SH.message) else []
        rules = (self._rule(each) for each in (*own, *self.iris(iri, SH.property)))
        return Shape(iri, self.text(iri, SH.description), tuple(targets), tuple(rules))

    def check(self, iri: str) -> Check:
        texts = [self.text(iri, predicate) for predicate in (RDFS.label, RDFS.comment, SH.select)]
        return Check(iri, *texts)

    def _rule(self, iri: str) -> Rule:
        paths = self.iris(iri, SH.path)
        severities = self.iris(iri, SH.severity)
        return Rule(
            iri,
            self.text(iri, SH.name) or local_name(iri),
            self._path(paths[0]) if paths else "",
            tuple(self._demands(iri)),
            local_name(severities[0]) if severities else "Violation",
            self.text(iri, SH.message),
        )

    def _demands(self, iri: str) -> Iterable[str]:
        for name in _PLAIN:
            for value in self._values(iri, f"{SH}{name}"):
                yield f"{name} {self._term(value)}"
        for name in _COMPOUND:
            if self._values(iri, f"{SH}{name}"):
                yield name

    def _path(self, iri: str) -> str:
        members = self._members(iri)
        if members:
            return " / ".join(map(self._path, members))
        for predicate, form in _PATHS.items():
            for inner in self.iris(iri, predicate):
                return form.format(self._path(inner))
        for inner in self.iris(iri, SH.alternativePath):
            return " | ".join(map(self._path, self._members(inner)))
        return self._short(iri)

    def _members(self, head: str) -> list[str]:
        found: list[str] = []
        seen: set[str] = set()
        while head not in seen and self.iris(head, RDF.first):
            seen.add(head)
            found += self.iris(head, RDF.first)[:1]
            head = next(iter(self.iris(head, RDF.rest)), "")
        return found

    def _term(self, value: object) -> str:
        return self._short(iri_of(value)) if iri_of(value) else text_of(value)

    def _values(self, subject: str, predicate: str) -> list[object]:
        return self._said[subject][str(predicate)] if subject in self._said else []
