"""What is known of a thing beside names and context: identifiers, where it lies, what it belongs to.

Properties are Wikidata's: P625 a point, P131 and P276 what a thing lies in, P17 a country, P710 who took
part, P1566 a number of GeoNames, P297 and P298 codes of ISO 3166-1.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from kg.matching.shape import Shape, shape_of

IDENTIFIERS = {
    "P1566": "GeoNames number",
    "P297": "ISO 3166-1 code of two letters",
    "P298": "ISO 3166-1 code of three letters",
}
"""Properties whose value belongs to one thing alone."""
SURROUNDING_ITEMS = ("P131", "P276", "P17", "P710")
"""Properties whose values are items around a thing."""


@dataclass(frozen=True, slots=True)
class Surrounding:
    """A thing of Wikidata that ours belongs to, and what ours is called that is linked to it."""

    item: str
    label: str = ""


@dataclass(frozen=True, slots=True)
class Surroundings:
    """What is known of a thing; `countries` are all that may be told: a contested place has several."""

    identifiers: frozenset[tuple[str, str]] = frozenset()
    shape: Shape | None = None
    within: tuple[Surrounding, ...] = ()
    countries: tuple[Surrounding, ...] = ()
    participants: tuple[Surrounding, ...] = ()


NOTHING_KNOWN = Surroundings()


def surroundings_of(values: Mapping[str, str], entity: str) -> Surroundings:
    """Read what a row of a table or a query tells: property to value, items as `Q399` below `entity`.

    `P625` is WKT, or latitude and longitude with a comma between. What is none of these is left out.
    """
    items = {
        each: tuple(Surrounding(f"{entity}{item}") for item in values.get(each, "").replace(",", " ").split())
        for each in SURROUNDING_ITEMS
    }
    return Surroundings(
        identifiers=frozenset(
            (each, values[each].strip()) for each in IDENTIFIERS if values.get(each, "").strip()
        ),
        shape=_shape(values.get("P625", "")),
        within=items["P131"] + items["P276"],
        countries=items["P17"],
        participants=items["P710"],
    )


def _shape(text: str) -> Shape | None:
    parts = text.split(",")
    if "(" not in text and len(parts) == 2:
        text = f"POINT ({parts[1]} {parts[0]})"
    return shape_of(text) if text else None
