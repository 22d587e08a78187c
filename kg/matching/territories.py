"""Names of countries in all languages of the Unicode Common Locale Data Repository (https://cldr.unicode.org/)."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import replace

from babel import Locale, localedata

from kg.matching.candidate import Candidate, Name


def territory_names() -> dict[str, list[Name]]:
    """Give ISO 3166-1 alpha-2 code to names. Takes some seconds: all locales are read."""
    names: defaultdict[str, dict[str, Name]] = defaultdict(dict)
    for identifier in localedata.locale_identifiers():
        if len(identifier.rpartition("_")[2]) == 2 and "_" in identifier:
            continue  # a language in one country seldom has names of its own
        for code, text in Locale.parse(identifier).territories.items():
            names[code].setdefault(text.casefold(), Name(text, identifier.partition("_")[0], alias=True))
    return {code: list(by_text.values()) for code, by_text in names.items()}


def with_territory_names(candidates: Iterable[Candidate]) -> Iterator[Candidate]:
    """Add the names of countries that have a code."""
    names: dict[str, list[Name]] = {}
    for candidate in candidates:
        if candidate.code and not names:
            names = territory_names()
        more = tuple(names.get(candidate.code.upper(), ())) if candidate.code else ()
        yield replace(candidate, names=(*candidate.names, *more)) if more else candidate
