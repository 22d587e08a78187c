"""Reads what a graph of ours describes, as candidates that names may mean and as names to be linked."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import replace

from kg.iris import local_name
from kg.linking.wikidata import ENTITY, Select, paged
from kg.matching.candidate import Candidate, Name
from kg.matching.query import Query
from kg.matching.shape import Shape, shape_of
from kg.matching.surroundings import NOTHING_KNOWN, Surrounding, Surroundings
from kg.matching.times import Span, hull, of_datetime
from kg.rows import Solution

_LANGUAGES = ("en", "ru", "hy", "az", "tr", "ka")
"""Languages of names, the first that there is names the thing."""


def described(select: Select) -> list[Candidate]:
    """Give actors, places, events and agreements with all their names."""
    names: defaultdict[str, list[Name]] = defaultdict(list)
    facts: defaultdict[str, defaultdict[str, list[str]]] = defaultdict(lambda: defaultdict(list))
    for row in paged(select, "described-names"):
        names[row["item"].value] += _names(row)
    for row in paged(select, "described-facts"):
        facts[row["item"].value][local_name(row["property"].value)].append(row["value"].value)
    return [_candidate(item, names[item], facts[item]) for item in sorted(names)]


def _names(row: Solution) -> list[Name]:
    """Give a name; a label that shows several names at once is none that anybody writes."""
    term, alias = row["name"], row["alias"].value == "true"
    return [Name(term.value, term.language, alias)]


def _candidate(item: str, names: list[Name], facts: dict[str, list[str]]) -> Candidate:
    classes = [local_name(iri) for iri in facts.get("type", ())] + facts.get("kind", [])
    point = next((text for text in facts.get("asWKT", ()) if text.upper().startswith("POINT")), "")
    numbers = point.partition("(")[2].rstrip(") ").split()
    return Candidate(
        id=item,
        names=tuple(dict.fromkeys(names)),
        description=", ".join(facts.get("kind", [])),
        classes=tuple(dict.fromkeys(classes)),
        span=_span(facts.get("earliestBegin", []), facts.get("latestEnd", [])),
        point=(float(numbers[0]), float(numbers[1])) if len(numbers) == 2 else None,
    )


def _span(begins: list[str], ends: list[str]) -> Span | None:
    return hull(span for each in (*begins, *ends) if (span := of_datetime(each)))


def queries(select: Select, candidates: Iterable[Candidate]) -> dict[str, Query]:
    """Give what to ask for each thing: its names, its kind, its time and the offices that it held."""
    offices: defaultdict[str, list[str]] = defaultdict(list)
    for row in paged(select, "described-tenures"):
        offices[row["item"].value].append(_office(row))
    known = _surroundings(select)
    return {
        each.id: replace(
            _query(each, offices.get(each.id, [])), surroundings=known.get(each.id, NOTHING_KNOWN)
        )
        for each in candidates
    }


def _surroundings(select: Select) -> dict[str, Surroundings]:
    """Give what each thing lies in, belongs to and has as identifiers elsewhere, as far as that is linked."""
    values: defaultdict[str, defaultdict[str, dict[str, str]]] = defaultdict(lambda: defaultdict(dict))
    for row in paged(select, "described-surroundings"):
        told = values[row["item"].value][local_name(row["property"].value)]
        label = row["label"].value if "label" in row else ""
        told[row["value"].value] = min(filter(None, (told.get(row["value"].value), label)), default="")
    return {item: _known(told) for item, told in values.items()}


def _known(told: dict[str, dict[str, str]]) -> Surroundings:
    within, countries, participants = (
        tuple(Surrounding(iri, label) for iri, label in told[name].items() if iri.startswith(ENTITY))
        for name in ("P131", "P17", "P710")
    )
    shapes = [shape for wkt in told["asWKT"] if (shape := shape_of(wkt))]
    return Surroundings(
        identifiers=frozenset(filter(None, map(_identifier, told["exactMatch"]))),
        shape=Shape(
            tuple(point for each in shapes for point in each.points),
            tuple(ring for each in shapes for ring in each.rings),
        )
        if shapes
        else None,
        within=within,
        countries=countries,
        participants=participants,
    )


_REGISTERS = {"P1566": "https://sws.geonames.org/", "P297": "https://www.iso.org/obp/ui/#iso:code:3166:"}
"""Property of Wikidata to the namespace in which our mapping sets have its values."""


def _identifier(iri: str) -> tuple[str, str] | None:
    return next(
        (
            (name, iri.removeprefix(space).strip("/"))
            for name, space in _REGISTERS.items()
            if iri.startswith(space)
        ),
        None,
    )


def _query(candidate: Candidate, offices: list[str]) -> Query:
    single = [name for name in candidate.names if " / " not in name.text] or list(candidate.names)
    ranked = sorted(single, key=lambda name: (_rank(name.language), name.alias))
    context = [_told(candidate.span)] if candidate.span and "person" not in candidate.kinds else []
    return Query(
        name=ranked[0].text,
        language=ranked[0].language,
        kind=_finest(candidate),
        context="; ".join([*context, *dict.fromkeys(offices)]),
        others=tuple(dict.fromkeys((name.text, name.language) for name in ranked[1:])),
    )


def _rank(language: str) -> int:
    return _LANGUAGES.index(language) if language in _LANGUAGES else len(_LANGUAGES)


_FINE = ("person", "country", "state", "city", "region", "war", "treaty", "event", "organisation", "place")


def _finest(candidate: Candidate) -> str:
    return next((kind for kind in _FINE if kind in candidate.kinds), "")


def _office(row: Solution) -> str:
    of = f" of {row['of'].value.partition(' / ')[0]}" if "of" in row else ""
    spans = [of_datetime(row[edge].value) for edge in ("begin", "end") if edge in row]
    span = hull(each for each in spans if each)
    return f"{row['office'].value}{of}{f', {_told(span)}' if span else ''}"


def _told(span: Span) -> str:
    """Write a time as `kg.matching.times` reads it."""
    if span.begin == span.end:
        year, rest = divmod(span.begin, 10000)
        return f"{year:04d}-{rest // 100:02d}-{rest % 100:02d}"
    first, last = span.years
    return str(first) if first == last else f"{first}-{last}"
