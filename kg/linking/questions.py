"""The questions that checks and comparisons put: to a release, and to an endpoint about items."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from functools import cache
from importlib.resources import files
from typing import Protocol

from kg.formats import RESULTS_JSON, TURTLE
from kg.rows import Solution, read_solutions
from kg.store import Formats, Store

ENTITY = "http://www.wikidata.org/entity/"
BATCH = 50
"""Items that one request asks about; the Wikidata Query Service takes far longer queries."""

_ITEM = re.compile(re.escape(ENTITY) + r"[QP][1-9]\d*")
_EMPTY = "VALUES ?item { }"


class Asked(Protocol):
    """An endpoint that answers SELECT queries."""

    def select(self, query: str) -> list[Solution]:
        """Give the solutions of `query`."""
        ...


@cache
def question(name: str) -> str:
    """Give the text of `queries/{name}.rq`."""
    return files("kg.linking").joinpath("queries", f"{name}.rq").read_text("utf-8")


def about(name: str, items: Iterable[str]) -> str:
    """Give the question `name` about `items`; raises `ValueError` for what is no item."""
    listed = list(items)
    wrong = [each for each in listed if not _ITEM.fullmatch(each)]
    if wrong:
        raise ValueError(f"no item of Wikidata: {wrong[0]}")
    values = " ".join(f"<{each}>" for each in listed)
    return question(name).replace(_EMPTY, f"VALUES ?item {{ {values} }}")


def ask(endpoint: Asked, name: str, items: Iterable[str]) -> Iterator[Solution]:
    """Put the question `name` about `items` to an endpoint, some of them at a time."""
    listed = sorted(set(items))
    for start in range(0, len(listed), BATCH):
        yield from endpoint.select(about(name, listed[start : start + BATCH]))


def of_release(store: Store, name: str) -> tuple[Solution, ...]:
    """Put the question `name` to a release."""
    return read_solutions(store.query(question(name), Formats(RESULTS_JSON, TURTLE))).rows


def value_of(row: Solution, name: str) -> str:
    """Give the value of a variable, "" where it is not bound."""
    return row[name].value if name in row else ""


def identifier(iri: str) -> str:
    """Give `Q399` for the IRI of an item, and the IRI itself for anything else."""
    return iri.removeprefix(ENTITY)
