"""What Wikidata says of items: values with their qualifiers and references."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field

from kg.linking.days import day_of
from kg.linking.questions import Asked, ask, identifier, value_of
from kg.rows import Solution

DEATHS, OFFICE = "P1120", "P39"


@dataclass(slots=True)
class Statement:
    """A value in Wikidata, with the references of all statements that have it."""

    value: str
    begin: str = ""
    end: str = ""
    disputed: set[str] = field(default_factory=set)
    references: set[str] = field(default_factory=set)
    deprecated: bool = False


Values = dict[tuple[str, str], dict[tuple[str, str], Statement]]
"""Item and property to value and begin to the statement."""


def values_of(endpoint: Asked, items: Iterable[str]) -> Values:
    """Ask for the statements about `items`; deprecated ones are left out."""
    found: defaultdict[tuple[str, str], dict[tuple[str, str], Statement]] = defaultdict(dict)
    rows = list(ask(endpoint, "item-values", items))
    with_statement = {(row["item"].value, row["property"].value) for row in rows if "statement" in row}
    for row in rows:
        key = (row["item"].value, row["property"].value)
        if "statement" not in row and key in with_statement:
            continue  # the plain value of a statement that is told in full
        _add(found[row["item"].value, identifier(row["property"].value)], row)
    return {key: {k: s for k, s in those.items() if not s.deprecated} for key, those in found.items()}


def _add(found: dict[tuple[str, str], Statement], row: Solution) -> None:
    value, begin = row["value"].value, day_of(value_of(row, "begin"))
    statement = found.setdefault((value, begin), Statement(value, begin, day_of(value_of(row, "end"))))
    statement.deprecated |= value_of(row, "rank").endswith("DeprecatedRank")
    statement.references |= {value_of(row, name) for name in ("url", "statedIn")} - {""}
    statement.disputed |= {value_of(row, "disputedBy")} - {""}
