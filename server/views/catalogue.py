"""What lists show of the entities of one kind: read once, for a store does not change while it runs."""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial

from server.description import Description
from server.languages import lazy_gettext as _
from server.site import Site
from server.solutions import Term
from server.views.facts import Value, labelled
from server.views.terms import DCTERMS, END, START, TYPE, kcg

LIMIT = 5000
"""Entities of one kind that are listed; the query asks for one more."""


@dataclass(frozen=True, slots=True)
class Column:
    """A property that lists show and filter by: its name in addresses, its heading, and the predicate."""

    name: str
    heading: str
    predicate: str
    is_facet: bool = True
    has_iris: bool = True


def _column(name: str, heading: str, predicate: str = "", is_facet: bool = True) -> Column:
    return Column(name, heading, predicate or kcg(name), is_facet)


def _literal(name: str, heading: str, predicate: str = "") -> Column:
    return Column(name, heading, predicate or kcg(name), is_facet=False, has_iris=False)


_TYPE = _column("type", _("Type"), TYPE)
_KIND = _column("kind", _("Kind"))
_SOURCE = _column("source", _("Source"), kcg("reportedIn"))

COLUMNS: dict[str, tuple[Column, ...]] = {
    "actor": (_TYPE, _KIND, _column("side", _("Side")), _SOURCE),
    "place": (_KIND, _column("within", _("Lies in"), kcg("partOf")), _SOURCE),
    "event": (
        _TYPE,
        _KIND,
        _column("place", _("Place"), kcg("atPlace")),
        _column("actor", _("Actor"), kcg("participation")),
        _column("within", _("Part of"), kcg("partOf")),
        _SOURCE,
    ),
    "agreement": (_KIND, _column("party", _("Party")), _column("broker", _("Broker")), _SOURCE),
    "situation": (
        _TYPE,
        _KIND,
        _column("actor", _("Actor")),
        _column("territory", _("Territory")),
        _column("object", _("Towards")),
        _column("office", _("Office")),
    ),
    "claim": (
        _column("about", _("About")),
        _column("holder", _("By"), kcg("claimedBy")),
        _column("stance", _("Stance")),
        _SOURCE,
        _column("predicate", _("Predicate")),
        _column("quantity", _("Quantity")),
        _column("population", _("Population")),
        _column("value", _("Value"), is_facet=False),
        _column("hedge", _("Hedge"), is_facet=False),
        _literal("exact", _("Exact")),
        _literal("low", _("Low")),
        _literal("high", _("High")),
        _literal("start", _("From character"), START),
        _literal("end", _("To character"), END),
    ),
    "source": (
        _KIND,
        _column("publisher", _("Publisher"), f"{DCTERMS}publisher"),
        _literal("issued", _("Published"), f"{DCTERMS}issued"),
    ),
    "name": (_KIND, _column("script", _("Script")), _column("usedby", _("Used by"), kcg("usedBy"))),
}
"""The columns of each list: the page shows the first four that filter, CSV and JSON give all of them."""


@dataclass(frozen=True, slots=True)
class Entry:
    """One entity of a list."""

    thing: Value
    when: tuple[str, ...]
    begin: str
    end: str
    values: dict[str, tuple[Value, ...]]
    tokens: dict[str, tuple[str, ...]]
    """How the values of facets stand in addresses."""


@dataclass(frozen=True, slots=True)
class Catalogue:
    """All entities of one kind, in the order of their IRIs; `complete` is false where there are more."""

    kind: str
    columns: tuple[Column, ...]
    entries: tuple[Entry, ...]
    complete: bool


def catalogue(site: Site, kind: str) -> Catalogue:
    """Give the catalogue of a kind."""
    return site.remembered(_READERS[kind])


def _read(kind: str, site: Site) -> Catalogue:
    told = Description(site.vocabulary, site.select("listed", **{"class": kcg(kind.capitalize())}))
    subjects = told.subjects
    entries = tuple(_entry(site, told, subject, COLUMNS[kind]) for subject in subjects[:LIMIT])
    return Catalogue(kind, COLUMNS[kind], entries, len(subjects) <= LIMIT)


_READERS = {kind: partial(_read, kind) for kind in COLUMNS}


def _entry(site: Site, told: Description, subject: str, columns: tuple[Column, ...]) -> Entry:
    term = Term("uri", subject)
    values = {column.name: _values(told, subject, column) for column in columns}
    facets = [column.name for column in columns if column.is_facet]
    return Entry(
        Value(term, told.label(term)),
        tuple(each.value for each in told.values(subject, kcg("when"))),
        told.text(subject, kcg("earliestBegin")),
        told.text(subject, kcg("latestEnd")),
        values,
        {name: tuple(_token(site, each.term) for each in values[name]) for name in facets},
    )


def _token(site: Site, term: Term) -> str:
    return site.token(term.value) if term.is_iri else term.value


def _values(told: Description, subject: str, column: Column) -> tuple[Value, ...]:
    terms = told.values(subject, column.predicate)
    if column.predicate == TYPE:
        narrowest = told.vocabulary.narrowest(term.value for term in terms)
        terms = [Term("uri", each) for each in narrowest]
    return labelled(told, terms)
