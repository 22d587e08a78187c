"""Code lists, and the concepts in them: what each means, how it is related, and what uses it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from math import ceil

from kg.errors import NotFoundError
from kg.iris import local_name
from server.description import Description
from server.site import Site
from server.solutions import Solution, Term
from server.views.catalogue import COLUMNS
from server.views.diagram import Drawing, tree
from server.views.facts import Fact, Value, facts, labelled
from server.views.matches import Match, matches, stated
from server.views.terms import DCTERMS, SKOS, TYPE

PAGE = 50
"""Uses on one page about a concept."""

LIMIT = 5000
"""Uses of one concept that are listed; the query asks for one more."""

CONCEPT = f"{SKOS}Concept"
_BROADER, _IN_SCHEME = f"{SKOS}broader", f"{SKOS}inScheme"
_LABELS = (f"{SKOS}prefLabel", f"{SKOS}altLabel")
_MEANING = (f"{SKOS}definition", f"{SKOS}scopeNote", f"{SKOS}example")
_RELATED = f"{SKOS}related"
_OWN_PLACE = frozenset(
    {*_LABELS, *_MEANING, _BROADER, _IN_SCHEME, _RELATED, f"{SKOS}topConceptOf", f"{SKOS}narrower"}
)


@dataclass(frozen=True, slots=True)
class Tally:
    """How many things of a kind use a concept with a property; `facet` filters the list of them by it."""

    name: str
    kind: str
    count: int
    facet: str


@dataclass(frozen=True, slots=True)
class Meaning:
    """A concept as it is described: what it is called in which language, what it means, what is wider."""

    term: Term
    token: str
    label: Term
    labels: tuple[Term, ...]
    definitions: tuple[Term, ...]
    notes: tuple[Term, ...]
    broader: tuple[Value, ...]

    @property
    def code(self) -> str:
        """Its code, which is where it stands in the list."""
        return local_name(self.term.value)


@dataclass(frozen=True, slots=True)
class Row:
    """A concept in its list, with what uses it."""

    meaning: Meaning
    tallies: tuple[Tally, ...]

    @property
    def uses(self) -> int:
        """By how many things it is used."""
        return sum(each.count for each in self.tallies)


@dataclass(frozen=True, slots=True)
class CodeList:
    """A code list with all its concepts, in the order of what they are called."""

    iri: str
    title: Term
    descriptions: tuple[Term, ...]
    facts: tuple[Fact, ...]
    rows: tuple[Row, ...]
    drawing: Drawing


@dataclass(frozen=True, slots=True)
class Use:
    """A thing that uses a concept, the property that it does so with, and its dates."""

    thing: Value
    name: str
    when: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Concept:
    """The page about one concept: `page` of `pages` of what uses it."""

    iri: str
    classes: frozenset[str]
    meaning: Meaning
    schemes: tuple[Value, ...]
    narrower: tuple[Value, ...]
    related: tuple[Value, ...]
    facts: tuple[Fact, ...]
    matches: tuple[Match, ...]
    tallies: tuple[Tally, ...]
    uses: tuple[Use, ...]
    total: int
    page: int
    pages: int
    complete: bool


def code_list(site: Site, iri: str) -> CodeList:
    """Ask for the code list `iri`."""
    own = Description(site.vocabulary, site.select("concepts", scheme=iri))
    used: dict[str, list[Solution]] = {}
    for row in site.select("concept-uses", scheme=iri):
        used.setdefault(row["term"].value, []).append(row)
    meanings = (_meaning(site, own, each) for each in own.subjects if each != iri)
    rows = (Row(each, _tallies(site, used.get(each.term.value, ()))) for each in meanings)
    ordered = tuple(sorted(rows, key=lambda row: row.meaning.label.value.casefold()))
    title = own.one(iri, f"{DCTERMS}title") or own.label(Term("uri", iri))
    hidden = {f"{DCTERMS}{name}" for name in ("title", "description")}
    descriptions = tuple(own.values(iri, f"{DCTERMS}description"))
    return CodeList(iri, title, descriptions, facts(own, iri, hidden), ordered, _drawn(ordered))


def is_code(site: Site, iri: str) -> bool:
    """Tell whether `iri` has the form of a concept in one of the code lists: `concept/{scheme}/{code}`."""
    return site.iris.is_ours(iri) and site.iris.path(iri).startswith("concept/")


def concept(site: Site, iri: str, page: int = 1) -> Concept | None:
    """Ask for the concept `iri`, and the given page of what uses it; `None` if it is no concept.

    Raises `NotFoundError` for a page that there is none of.
    """
    try:
        own = Description(site.vocabulary, site.select("thing", entity=iri))
    except ValueError:  # what is no IRI is no concept either
        return None
    if CONCEPT not in {term.value for term in own.values(iri, TYPE)}:
        return None
    rows = site.select("concept-things", concept=iri)
    using = [row for row in rows if not row["link"].value.startswith(SKOS)]
    elsewhere = matches(own, iri)
    pairs = {(row["thing"], row["link"]): row for row in using}
    found = _uses(site, using)
    pages = max(1, ceil(len(found) / PAGE))
    if not 1 <= page <= pages:
        raise NotFoundError(f"What uses it fills {pages} pages.", mend="Begin at the first page.")
    return Concept(
        iri,
        frozenset(local_name(term.value) for term in own.values(iri, TYPE)),
        _meaning(site, own, iri),
        labelled(own, own.values(iri, _IN_SCHEME)),
        _narrower(site, rows),
        labelled(own, own.values(iri, _RELATED)),
        facts(own, iri, _OWN_PLACE | stated(own, iri, elsewhere)),
        elsewhere,
        _tallies(site, pairs.values()),
        found[(page - 1) * PAGE : page * PAGE],
        len(found),
        page,
        pages,
        len(found) <= LIMIT,
    )


def _meaning(site: Site, own: Description, iri: str) -> Meaning:
    term = Term("uri", iri)
    label = own.label(term)
    others = (each for name in _LABELS for each in own.values(iri, name))
    return Meaning(
        term,
        site.token(iri),
        label,
        tuple(dict.fromkeys(each for each in others if each != label)),
        tuple(own.values(iri, _MEANING[0])),
        tuple(each for name in _MEANING[1:] for each in own.values(iri, name)),
        labelled(own, own.values(iri, _BROADER)),
    )


def _tallies(site: Site, rows: Iterable[Solution]) -> tuple[Tally, ...]:
    """Count uses by property and kind of thing, the most frequent first."""
    counts = Counter((row["link"].value, site.kind(row["thing"].value)) for row in rows)
    return tuple(
        Tally(site.vocabulary.name(link), kind, count, _facet(kind, link))
        for (link, kind), count in counts.most_common()
    )


def _facet(kind: str, predicate: str) -> str:
    """Give the filter of the list of `kind` that goes by `predicate`; empty if there is none."""
    columns = (each for each in COLUMNS.get(kind, ()) if each.is_facet and each.predicate == predicate)
    return next((each.name for each in columns), "")


def _uses(site: Site, rows: Iterable[Solution]) -> tuple[Use, ...]:
    found: dict[tuple[Term, Term], list[Solution]] = {}
    for row in rows:
        found.setdefault((row["thing"], row["link"]), []).append(row)
    uses = (
        Use(
            _value(site, thing, those),
            site.vocabulary.name(link.value),
            tuple(dict.fromkeys(row["when"].value for row in those if "when" in row)),
        )
        for (thing, link), those in found.items()
    )
    return tuple(sorted(uses, key=_order))


def _order(use: Use) -> tuple[str, str, str]:
    return use.name, use.thing.label.value.casefold(), use.thing.term.value


def _narrower(site: Site, rows: Iterable[Solution]) -> tuple[Value, ...]:
    found: dict[Term, list[Solution]] = {}
    for row in rows:
        if row["link"].value == _BROADER:
            found.setdefault(row["thing"], []).append(row)
    return tuple(_value(site, *each) for each in found.items())


def _value(site: Site, term: Term, rows: Iterable[Solution]) -> Value:
    """Give a thing with what it is called in the rows about it."""
    labels = (row["label"] for row in rows if "label" in row)
    return Value(term, site.vocabulary.label(term.value, labels))


def _drawn(rows: Iterable[Row]) -> Drawing:
    labels = {row.meaning.term.value: row.meaning.label.value for row in rows}
    wider = {
        row.meaning.term.value: [each.term.value for each in row.meaning.broader if each.term.value in labels]
        for row in rows
    }
    return tree(labels, wider)
