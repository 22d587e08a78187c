"""Everything dated, as timeline and network draw it: events, agreements, situations; who, and whence."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from datetime import date

from server.description import Description
from server.site import Site
from server.solutions import Term
from server.views.dates import Dates, dates
from server.views.facts import Value, linked
from server.views.terms import TYPE

_LONGEST = 300
"""Characters of a name that a drawing shows; real ones are far shorter."""

_LINKS = ("kind", "office", "actor", "object", "participation", "territory", "atPlace", "reportedIn")

SHOWN = ("event", "agreement", "situation")
"""The kinds of entity that have dates of their own."""


@dataclass(frozen=True, slots=True)
class Dated:
    """One thing with its dates; `actors` are those in any part, `sources` those that tell of it."""

    iri: Term
    label: Term
    kind: str
    classes: tuple[str, ...]
    types: tuple[str, ...]
    kinds: tuple[Value, ...]
    holders: tuple[Value, ...]
    objects: tuple[Value, ...]
    actors: tuple[Value, ...]
    places: tuple[Value, ...]
    sources: tuple[Value, ...]
    dates: Dates

    @property
    def first(self) -> int | None:
        """The day, counted, before which it certainly had not begun; `None` if there is none."""
        return ordinal(self.dates.earliest_begin)

    @property
    def last(self) -> int | None:
        """The day, counted, after which it certainly was over; `None` if there is none."""
        return ordinal(self.dates.latest_end)


def dated(site: Site) -> tuple[Dated, ...]:
    """Give everything dated, in the order of its begin; asked for once."""
    return site.remembered(_ask)


def ordinal(day: str) -> int | None:
    """Count days as `date.toordinal`; `None` for what is no day that Python knows."""
    try:
        return date.fromisoformat(day).toordinal()
    except ValueError:
        return None


def short(site: Site, iri: str) -> str:
    """Give the name of an IRI in addresses: `armenia`, `event-kind/war`; an IRI of others as it is."""
    if not site.iris.is_ours(iri):
        return iri
    path = site.iris.path(iri)
    return path.removeprefix("concept/") if not path.startswith("id/") else path.split("/", 2)[-1]


def choices(
    site: Site, items: Iterable[Dated], of: Callable[[Dated], Iterable[Value]]
) -> tuple[tuple[str, str], ...]:
    """Give what `items` can be filtered by: name in the address and label, in the order of labels."""
    found = {short(site, each.term.value): each.label.value for item in items for each in of(item)}
    return tuple(sorted(found.items(), key=lambda choice: (choice[1].casefold(), choice[0])))


def has(site: Site, values: Iterable[Value], wanted: str) -> bool:
    """Tell whether one of `values` is the one `wanted`; nothing wanted is always there."""
    return not wanted or any(short(site, each.term.value) == wanted for each in values)


def brief(term: Term) -> Term:
    """Cut what is too long for a drawing."""
    if len(term.value) <= _LONGEST:
        return term
    return Term(term.kind, f"{term.value[:_LONGEST]}…", term.language, term.datatype)


def briefly(values: Iterable[Value]) -> tuple[Value, ...]:
    """Cut what values are called."""
    return tuple(Value(each.term, brief(each.label)) for each in values)


def _ask(site: Site) -> tuple[Dated, ...]:
    described = Description(site.vocabulary, site.select("dated"))
    found = (_dated(site, described, Term("uri", subject)) for subject in described.subjects)
    return tuple(sorted(found, key=lambda each: (each.dates.earliest_begin, each.label.value)))


def _dated(site: Site, described: Description, iri: Term) -> Dated:
    key = iri.key
    vocabulary = described.vocabulary
    when = dates(described, key)
    classes = tuple(term.value for term in described.values(key, TYPE))
    given = {name: briefly(linked(described, key, name)) for name in _LINKS}
    actors = (*given["actor"], *given["object"], *given["participation"])
    return Dated(
        iri,
        brief(described.label(iri)),
        _kind(site, iri.value),
        classes,
        tuple(vocabulary.name(each) for each in vocabulary.narrowest(classes)),
        (*given["kind"], *given["office"]),
        given["actor"],
        given["object"],
        tuple({each.term: each for each in actors}.values()),
        (*given["territory"], *given["atPlace"]),
        given["reportedIn"],
        replace(when, recorded=tuple(text[:_LONGEST] for text in when.recorded)),
    )


def _kind(site: Site, iri: str) -> str:
    path = site.iris.path(iri) if site.iris.is_ours(iri) else ""
    kind = path.removeprefix("id/").partition("/")[0]
    return kind if kind in SHOWN else SHOWN[0]
