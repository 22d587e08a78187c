"""Lists of entities of one kind: filtered, sorted, a page at a time."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from math import ceil

from kg.errors import NotFoundError, UsageError
from kg.iris import KINDS
from server.languages import lazy_gettext as _
from server.site import Site
from server.views.catalogue import Catalogue, Column, Entry, catalogue
from server.views.facts import Value

PAGE = 50
"""Entities on one page of a list."""

CHOICES = 60
"""Values that a filter offers, the most frequent first; others can still be asked for in the address."""

PLURALS = {
    "actor": _("Actors"),
    "place": _("Places"),
    "event": _("Events"),
    "agreement": _("Agreements"),
    "situation": _("Situations"),
    "claim": _("Claims"),
    "source": _("Sources"),
    "name": _("Names"),
}
"""Headings of the lists."""

MEANINGS = {
    "actor": _("people, organisations, states, unrecognised polities, armed forces"),
    "place": _("with every name that is used for them"),
    "event": _("wars, clashes, talks, statements, as a tree"),
    "agreement": _("cease-fires, declarations, and what each obliges"),
    "situation": _("who controlled, claimed, recognised, governed what, and when"),
    "claim": _("who says what, in which document and passage"),
    "source": _("the documents, with their claims in reading order"),
    "name": _("in which language and script, used by whom, and when"),
}
"""What a reader finds behind each."""

_PERIOD = re.compile(r"[0-9]{4}(-[0-9]{2}(-[0-9]{2})?)?")

SORTS = ("name", "-name", "date", "-date")
"""Orders of a list; `-` turns one round."""


@dataclass(frozen=True, slots=True)
class Asked:
    """What a list is asked for; `filters` are values by column, as they stand in the address."""

    filters: Mapping[str, str]
    words: str = ""
    since: str = ""
    until: str = ""
    sort: str = "name"
    page: int = 1
    """0 for all pages at once, which only CSV and JSON give."""

    @property
    def parameters(self) -> dict[str, str]:
        """The parameters that lead back to this list, without those that say nothing."""
        rest = {"q": self.words, "from": self.since, "to": self.until}
        rest["sort"] = self.sort if self.sort != SORTS[0] else ""
        return {name: value for name, value in {**self.filters, **rest}.items() if value}

    def leading_to(self, page: int | str, format_name: str = "") -> dict[str, str]:
        """Give the parameters of another page or format of this list."""
        other = {"page": "" if page == 1 else str(page), "format": format_name}
        return self.parameters | {name: value for name, value in other.items() if value}


@dataclass(frozen=True, slots=True)
class Choice:
    """A value that can be chosen in a filter, and how many entities it leaves."""

    token: str
    label: str
    count: int
    is_chosen: bool


@dataclass(frozen=True, slots=True)
class Facet:
    """A filter with its choices."""

    column: Column
    choices: tuple[Choice, ...]


@dataclass(frozen=True, slots=True)
class Listing:
    """One page of a list."""

    catalogue: Catalogue
    asked: Asked
    entries: tuple[Entry, ...]
    total: int
    pages: int
    facets: tuple[Facet, ...]


def read(kind: str, parameters: Mapping[str, str], columns: Iterable[Column]) -> Asked:
    """Read the parameters of an address. Raises `UsageError` for a sort or period that there is none of."""
    sort = parameters.get("sort", "") or SORTS[0]
    if sort not in SORTS:
        raise UsageError(f"A list cannot be sorted by '{sort}'.", mend=f"Use one of: {', '.join(SORTS)}.")
    filters = {
        each.name: parameters[each.name] for each in columns if each.is_facet and parameters.get(each.name)
    }
    since, until = (_period(parameters.get(name, "").strip()) for name in ("from", "to"))
    return Asked(filters, parameters.get("q", "").strip(), since, until, sort, _page(kind, parameters))


def listing(site: Site, kind: str, parameters: Mapping[str, str]) -> Listing:
    """Give the page of the list of `kind` that the parameters ask for.

    Raises `NotFoundError` for a page that there is none of, `UsageError` for parameters that mean nothing.
    """
    found = catalogue(site, kind)
    asked = read(kind, parameters, found.columns)
    in_time = [
        each for each in found.entries if _says(each, asked.words.casefold()) and _in_period(each, asked)
    ]
    wanted = [each for each in in_time if _has(each, asked.filters)]
    pages = max(1, ceil(len(wanted) / PAGE))
    if asked.page > pages:
        raise NotFoundError(f"The list has {pages} pages.", mend="Begin at its first page.")
    ordered = _sorted(wanted, asked.sort)
    shown = ordered[(asked.page - 1) * PAGE : asked.page * PAGE] if asked.page else ordered
    facets = tuple(_facet(column, in_time, asked) for column in found.columns if column.is_facet)
    return Listing(found, asked, tuple(shown), len(wanted), pages, facets)


def kinds() -> tuple[tuple[str, str, str], ...]:
    """Give each kind with its heading and what a reader finds there."""
    return tuple((kind, PLURALS[kind], MEANINGS[kind]) for kind in KINDS)


def _says(entry: Entry, words: str) -> bool:
    return not words or words in entry.thing.label.value.casefold()


def _has(entry: Entry, filters: Mapping[str, str]) -> bool:
    return all(value in entry.tokens[name] for name, value in filters.items())


def _in_period(entry: Entry, asked: Asked) -> bool:
    """Tell whether the entry may have been so in the period; what has no date at all is left out."""
    if not (asked.since or asked.until):
        return True
    if not (entry.begin or entry.end):
        return False
    over = bool(asked.since and entry.end) and entry.end < asked.since
    begun = not asked.until or entry.begin[: len(asked.until)] <= asked.until
    return begun and not over


def _facet(column: Column, entries: Iterable[Entry], asked: Asked) -> Facet:
    """Count the values that `entries` have, which are those that all other filters leave."""
    others = {name: value for name, value in asked.filters.items() if name != column.name}
    left = [entry for entry in entries if _has(entry, others)] if others else entries
    counts: Counter[str] = Counter(token for entry in left for token in entry.tokens[column.name])
    labels = {
        token: value.label.value
        for entry in left
        for token, value in zip(entry.tokens[column.name], entry.values[column.name], strict=True)
    }
    chosen = asked.filters.get(column.name, "")
    frequent = [name for name, _ in counts.most_common(CHOICES)]
    names = dict.fromkeys([*([chosen] if chosen else []), *frequent])
    choices = (Choice(name, labels.get(name, name), counts[name], name == chosen) for name in names)
    return Facet(column, tuple(sorted(choices, key=lambda each: (each.label.casefold(), each.token))))


def _sorted(entries: Iterable[Entry], sort: str) -> list[Entry]:
    turned = sort.startswith("-")
    if sort.endswith("date"):
        dated = [each for each in entries if each.begin or each.end]
        rest = [each for each in entries if not (each.begin or each.end)]
        return [*sorted(dated, key=_begin, reverse=turned), *sorted(rest, key=_name)]
    return sorted(entries, key=_name, reverse=turned)


def _begin(entry: Entry) -> tuple[str, str]:
    return (entry.begin or entry.end, entry.thing.term.value)


def _name(entry: Entry) -> tuple[str, str]:
    return (entry.thing.label.value.casefold(), entry.thing.term.value)


def _period(text: str) -> str:
    if text and not _PERIOD.fullmatch(text):
        mend = "Write a year, year-month or day: 2020, 2020-09, 2020-09-27."
        raise UsageError(f"'{text}' is no period.", mend=mend)
    return text


def _page(kind: str, parameters: Mapping[str, str]) -> int:
    text = parameters.get("page", "1")
    if text == "all":
        return 0
    if not (text.isascii() and text.isdecimal() and len(text) < 10 and int(text)):
        raise NotFoundError(
            f"There is no page '{text}' of the list of {PLURALS[kind].lower()}.", mend="Begin at 1."
        )
    return int(text)


def value_columns(listing: Listing) -> tuple[Column, ...]:
    """Give the columns that the page shows: the first four that filter."""
    return tuple(each for each in listing.catalogue.columns if each.is_facet)[:4]


def shown(values: Iterable[Value]) -> str:
    """Give values as one text."""
    return "; ".join(each.label.value for each in values)
