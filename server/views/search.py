"""What the search page and the look-up show: names of the release, searched in memory."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass

from flask import current_app

from kg.iris import KINDS
from kg.search import Hit, Searchable, SearchIndex
from server.site import Site
from server.solutions import Solution, Term

PAGE = 25
"""Hits on one page."""
LONGEST = 200
"""Characters of a question that are looked at."""
CONCEPT = "concept"
KINDS_FOUND = (*KINDS[:-1], CONCEPT)
"""Kinds that can be found; a name is found as a name of what it names."""
_KEPT = "kcg-search"


@dataclass(frozen=True, slots=True)
class Found:
    """The answer to a question: one page of hits, and how many there are of each kind."""

    text: str
    kind: str
    hits: tuple[Hit, ...]
    total: int
    kinds: tuple[tuple[str, int], ...]
    page: int
    pages: int


def search(site: Site, text: str, kind: str = "", page: int = 1, size: int = PAGE) -> Found:
    """Search the names of what `site` serves."""
    asked = " ".join(text.split())[:LONGEST]
    everything = index_of(site).found(asked) if asked else []
    counts = Counter(hit.kind for hit in everything)
    fitting = [hit for hit in everything if kind in {"", hit.kind}]
    pages = max(1, -(-len(fitting) // size))
    shown = min(max(1, page), pages)
    return Found(
        text=asked,
        kind=kind,
        hits=tuple(fitting[(shown - 1) * size : shown * size]),
        total=len(fitting),
        kinds=tuple((each, counts[each]) for each in KINDS_FOUND if counts[each]),
        page=shown,
        pages=pages,
    )


def index_of(site: Site) -> SearchIndex:
    """Give the index of a site; it is made once, since what a site serves never changes."""
    kept: dict[int, SearchIndex] = current_app.extensions.setdefault(_KEPT, {})
    index = kept.get(id(site))
    if index is None:
        index = kept[id(site)] = SearchIndex(_searchable(site))
    return index


def _searchable(site: Site) -> Iterator[Searchable]:
    rows = [row for row in site.select("search") if site.iris.is_ours(row["thing"].value)]
    labels = _labels(rows)
    for row in rows:
        thing, said = row["thing"].value, row.get("label") or row.get("name")
        kind = _kind(site, thing)
        if said and said.value and kind:
            label = labels.get(thing, said.value)
            yield Searchable(thing, label, kind, said.value, said.language)


def _labels(rows: list[Solution]) -> dict[str, str]:
    """Give the English label of each thing, else any."""
    found: dict[str, Term] = {}
    for row in rows:
        label, thing = row.get("label"), row["thing"].value
        if label and (thing not in found or label.language == "en"):
            found[thing] = label
    return {thing: label.value for thing, label in found.items()}


def _kind(site: Site, thing: str) -> str:
    parts = site.iris.path(thing).split("/")
    kind = parts[1] if parts[0] == "id" and len(parts) > 2 else parts[0]
    return kind if kind in KINDS_FOUND else ""
