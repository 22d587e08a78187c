"""The page of the ontology: each term with its meaning, its uses and an example."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from kg.iris import local_name, without_fragment
from server.description import Description
from server.languages import lazy_gettext as _
from server.site import Site
from server.solutions import Term
from server.views.diagram import Drawing, tree
from server.views.facts import Fact, Value, facts, labelled
from server.views.matches import Match, matches, stated
from server.views.terms import DCTERMS, IS_DEFINED_BY, OWL, SKOS, TYPE
from server.vocabulary import RDF, RDFS

_DEFINITION, _EXAMPLE = f"{SKOS}definition", f"{SKOS}example"
_WIDER, _DOMAIN, _RANGE = f"{RDFS}subClassOf", f"{RDFS}domain", f"{RDFS}range"
_OUTSIDE = (
    _WIDER,
    f"{RDFS}subPropertyOf",
    *(f"{OWL}{name}" for name in ("equivalentClass", "equivalentProperty")),
    *(f"{SKOS}{name}Match" for name in ("exact", "close", "broad", "narrow", "related")),
)
_SHOWN = frozenset(
    {_DEFINITION, _EXAMPLE, _DOMAIN, _RANGE, TYPE, IS_DEFINED_BY, f"{SKOS}inScheme", f"{SKOS}topConceptOf"}
    | {f"{SKOS}prefLabel", f"{RDFS}comment", *_OUTSIDE}
)
_SORTS = (
    ("classes", _("Classes"), frozenset({f"{OWL}Class"})),
    (
        "properties",
        _("Properties"),
        frozenset({f"{OWL}ObjectProperty", f"{OWL}DatatypeProperty", f"{RDF}Property"}),
    ),
    ("datatypes", _("Datatypes"), frozenset({f"{RDFS}Datatype"})),
)


@dataclass(frozen=True, slots=True)
class Use:
    """How often a term is used, and the first thing that uses it, empty if none does."""

    count: int = 0
    first: str = ""

    @property
    def thing(self) -> str:
        """What has a page of its own: the thing, or what it is a part of."""
        return without_fragment(self.first)

    @property
    def name(self) -> str:
        """A short name for the link."""
        return local_name(self.thing)


@dataclass(frozen=True, slots=True)
class Entry:
    """One term."""

    term: Term
    label: Term
    anchor: str
    definitions: tuple[Term, ...]
    examples: tuple[Term, ...]
    wider: tuple[Value, ...]
    alignments: tuple[Fact, ...]
    domain: tuple[Value, ...]
    range: tuple[Value, ...]
    rest: tuple[Fact, ...]
    matches: tuple[Match, ...]
    use: Use


@dataclass(frozen=True, slots=True)
class Section:
    """Terms of one sort."""

    anchor: str
    heading: str
    entries: tuple[Entry, ...]


@dataclass(frozen=True, slots=True)
class Page:
    """An ontology."""

    iri: str
    title: Term
    facts: tuple[Fact, ...]
    sections: tuple[Section, ...]
    drawing: Drawing

    @property
    def size(self) -> int:
        """How many terms it has."""
        return sum(len(section.entries) for section in self.sections)


def ontology(site: Site) -> Page:
    """Ask for the ontology."""
    iri = site.iris.ontology
    own = Description(site.vocabulary, site.select("thing", entity=iri))
    uses = _uses(site.select("uses", ontology=iri))
    defined = own.having(IS_DEFINED_BY, iri)
    found = tuple(
        Section(anchor, heading, tuple(_entries(own, _of(own, defined, sorts), uses, site)))
        for anchor, heading, sorts in _SORTS
    )
    drawing = _drawn(own, found[0].entries, _WIDER)
    return Page(iri, _title(own, iri), facts(own, iri), found, drawing)


def _title(own: Description, iri: str) -> Term:
    return own.one(iri, f"{DCTERMS}title") or own.label(Term("uri", iri))


def _uses(rows: Iterable[dict[str, Term]]) -> dict[str, Use]:
    return {
        row["term"].value: Use(int(row["uses"].value), row["first"].value)
        for row in rows
        if "term" in row and "first" in row
    }


def _of(own: Description, defined: Sequence[str], sorts: frozenset[str]) -> list[str]:
    return [each for each in defined if sorts & {term.value for term in own.values(each, TYPE)}]


def _entries(own: Description, subjects: Sequence[str], uses: dict[str, Use], site: Site) -> Iterable[Entry]:
    for iri in sorted(subjects, key=lambda each: own.label(Term("uri", each)).value.lower()):
        term = Term("uri", iri)
        ours = site.iris.is_ours
        elsewhere = matches(own, iri)
        yield Entry(
            term=term,
            label=own.label(term),
            anchor=local_name(iri),
            definitions=tuple(own.values(iri, _DEFINITION) or own.values(iri, f"{RDFS}comment")),
            examples=tuple(own.values(iri, _EXAMPLE)),
            wider=labelled(own, [each for each in own.values(iri, _WIDER) if ours(each.value)]),
            alignments=_alignments(own, iri, site, stated(own, iri, elsewhere)),
            domain=labelled(own, own.values(iri, _DOMAIN)),
            range=labelled(own, own.values(iri, _RANGE)),
            rest=facts(own, iri, _SHOWN | {f"{RDFS}label"}),
            matches=elsewhere,
            use=uses.get(iri, Use()),
        )


def _alignments(own: Description, iri: str, site: Site, hidden: frozenset[str]) -> tuple[Fact, ...]:
    found = []
    for predicate in (each for each in _OUTSIDE if each not in hidden):
        outside = [each for each in own.values(iri, predicate) if not site.iris.is_ours(each.value)]
        if outside:
            found.append(Fact(predicate, own.vocabulary.name(predicate), labelled(own, outside)))
    return tuple(found)


def _drawn(own: Description, entries: Sequence[Entry], predicate: str) -> Drawing:
    labels = {entry.term.value: entry.label.value for entry in entries}
    wider = {
        iri: [each.value for each in own.values(iri, predicate) if each.value in labels] for iri in labels
    }
    return tree(labels, wider)
