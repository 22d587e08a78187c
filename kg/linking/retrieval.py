"""Finds the items that some names may mean at an endpoint: the Wikidata Query Service or a slice of Wikidata.

A small slice is read whole. The Wikidata Query Service is asked for exact labels and aliases in several
languages, for what its own search finds, and, where countries and classes are given, for what belongs to
them; then for what is known of the items found. No label service is needed anywhere.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Sequence
from dataclasses import dataclass

import pyoxigraph as ox

from kg.errors import EndpointError
from kg.linking.endpoint import Endpoint
from kg.linking.wikidata import DIRECT, ENTITY, about, batched, items_of, question, whole
from kg.matching.candidate import Candidate
from kg.matching.query import Query

LANGUAGES = ("en", "mul", "ru", "hy", "az", "tr", "ka", "fr", "de")
"""Languages in which exact names are looked for, beside that of the name."""
SMALL = 300_000
"""Items up to which a slice is read whole."""
_NAMES = 25
"""Names in one query; each is asked for in every language."""
_HARVEST = 5000
_PAIRS = "VALUES (?country ?class) { }"
_NUMBERS = "VALUES (?property ?value) { }"

_SIZE = """PREFIX wikibase: <http://wikiba.se/ontology#>
SELECT ?item WHERE {{ ?item a wikibase:Item }} LIMIT 1 OFFSET {offset}
"""

Announce = Callable[[str, int, int], None]
"""Is told what is done, how much of it, of how much."""


@dataclass(slots=True)
class Retrieval:
    """How items are found; `search` tells whether Wikidata's own search may be used."""

    endpoint: Endpoint
    countries: tuple[str, ...] = ()
    classes: tuple[str, ...] = ()
    search: bool = True
    announce: Announce = lambda step, done, total: None

    def candidates(self, queries: Collection[Query]) -> list[Candidate]:
        """Give the items that the names may mean, with all that tells them apart.

        Raises an `EndpointError`; what was answered until then is kept by the endpoint's cache.
        """
        self.announce("size", 0, 1)
        if self.is_small():
            self.announce("items", 0, 1)
            return whole(self.endpoint.select)
        names = list(dict.fromkeys(pair for query in queries for pair in _spellings(query)))
        known = sorted({each for query in queries for each in query.surroundings.identifiers})
        found = {
            *self._by_label(names),
            *self._by_identifier(known),
            *self._by_search(names),
            *self._by_country(),
        }
        identifiers = sorted(each for each in found if each.startswith(f"{ENTITY}Q"))
        self.announce("items", 0, len(identifiers))
        return items_of(self.endpoint.select, identifiers)

    def is_small(self) -> bool:
        """Tell whether the endpoint holds a slice that can be read whole.

        The Wikidata Query Service leaves `a wikibase:Item` out, so that it has none by this count.
        """
        first, beyond = (self.endpoint.select(_SIZE.format(offset=offset)) for offset in (0, SMALL))
        return bool(first) and not beyond

    def _by_label(self, names: Sequence[tuple[str, str]]) -> Iterator[str]:
        for number, some in enumerate(batched(names, _NAMES)):
            self.announce("labels", number * _NAMES, len(names))
            literals = [
                ox.Literal(name, language=each)
                for name, language in some
                for each in dict.fromkeys(filter(None, (language, *LANGUAGES)))
            ]
            for row in self.endpoint.select(about("by-label", literals)):
                yield row["item"].value

    def _by_identifier(self, known: Sequence[tuple[str, str]]) -> Iterator[str]:
        """Ask for what has one of the identifiers, whatever it is called."""
        for number, some in enumerate(batched(known, _NAMES)):
            self.announce("numbers", number * _NAMES, len(known))
            pairs = " ".join(f"({ox.NamedNode(DIRECT + name)} {ox.Literal(value)})" for name, value in some)
            text = question("by-identifier").replace(_NUMBERS, f"{_NUMBERS[:-1]}{pairs} }}")
            for row in self.endpoint.select(text):
                yield row["item"].value

    def _by_search(self, names: Sequence[tuple[str, str]]) -> Iterator[str]:
        """Ask the search for each name; an endpoint that has none is asked no more."""
        for number, (name, language) in enumerate(names if self.search else ()):
            self.announce("search", number, len(names))
            text = question("by-search").replace('"LANGUAGE"', str(ox.Literal(language or "en")))
            try:
                rows = self.endpoint.select(text.replace('"NAME"', str(ox.Literal(name))))
            except EndpointError:
                if number:
                    raise
                self.search = False
                return
            for row in rows:
                if "item" in row:
                    yield row["item"].value

    def _by_country(self) -> Iterator[str]:
        for number, country in enumerate(self.countries):
            self.announce("countries", number, len(self.countries))
            for each in self.classes:
                pair = f"({ox.NamedNode(ENTITY + country)} {ox.NamedNode(ENTITY + each)})"
                text = question("by-country").replace(_PAIRS, f"{_PAIRS[:-1]}{pair} }}")
                for row in self.endpoint.select(f"{text}LIMIT {_HARVEST}\n"):
                    yield row["item"].value


def _spellings(query: Query) -> Iterator[tuple[str, str]]:
    """Give the names to look for, with their languages; for a name with a title also without it."""
    language = "" if query.language == "mul" else query.language
    yield query.name, language
    if query.bare != query.name:
        yield query.bare, language
    yield from query.others
