"""Measures a matcher on names whose meaning is known: precision, recall, first five, NIL, hard rows."""

from __future__ import annotations

import csv
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path

from kg.errors import Location, MissingInputError, UsageError
from kg.matching.decision import Match
from kg.matching.query import Query
from kg.matching.surroundings import surroundings_of

NIL = "NIL"
_COLUMNS = ("name", "language", "kind", "context")
FIRST = 5
_ENTITY = "http://www.wikidata.org/entity/"


@dataclass(frozen=True, slots=True)
class Case:
    """A name and what it means; `expected` is an item's identifier or `NIL`."""

    id: str
    query: Query
    expected: str
    hard: bool
    variant: str


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of a case."""

    case: Case
    match: Match

    @property
    def proposed(self) -> str:
        """The identifier that was proposed as certain, or `NIL`."""
        return short(self.match.certain.id) if self.match.certain else NIL

    @property
    def right(self) -> bool:
        """Whether that is what was expected."""
        return self.proposed == self.case.expected

    @property
    def among_first(self) -> bool:
        """Whether the expected item is among the first five."""
        return self.case.expected in [short(each.candidate.id) for each in self.match.ranked[:FIRST]]

    @property
    def wrong(self) -> bool:
        """Whether something else was proposed as certain."""
        return self.proposed not in (NIL, self.case.expected)


@dataclass(frozen=True, slots=True)
class Figures:
    """The measures; each is a share with what it was counted over."""

    rows: int
    precision: tuple[int, int]
    recall: tuple[int, int]
    first: tuple[int, int]
    nil: tuple[int, int]
    hard_wrong: tuple[int, int]


def short(identifier: str) -> str:
    """Give the local name of an identifier."""
    return identifier.rpartition("/")[2]


def read_cases(path: Path) -> list[Case]:
    """Read a gold file: id, name, language, kind, expected_qid, hard, variant, context.

    Raises `MissingInputError` or `UsageError`.
    """
    rows = read_table(path, ("name", "expected_qid"))
    return [
        Case(
            id=row.get("id") or str(number),
            query=as_query(row),
            expected=row["expected_qid"],
            hard=row.get("hard") == "1",
            variant=row.get("variant", ""),
        )
        for number, row in enumerate(rows, 1)
    ]


def read_table(path: Path, needed: Iterable[str]) -> list[dict[str, str]]:
    """Read a CSV file with a header.

    Raises `MissingInputError` if it cannot be read, `UsageError` if a column is not there.
    """
    try:
        with path.open(encoding="utf-8-sig", newline="") as file:
            reader = csv.DictReader(file)
            rows = [{name: value or "" for name, value in row.items() if name} for row in reader]
            columns = reader.fieldnames or ()
    except (OSError, UnicodeDecodeError, csv.Error) as error:
        raise MissingInputError(f"{path} cannot be read: {error}.") from error
    missing = [name for name in needed if name not in columns]
    if missing:
        raise UsageError(
            f"There is no column {', '.join(missing)}.",
            where=Location(path, 1),
            mend="The first line names the columns.",
        )
    return rows


def as_query(row: dict[str, str]) -> Query:
    """Give the query of a row of a table."""
    name, language, kind, context = (row.get(column, "").strip() for column in _COLUMNS)
    return Query(name, language, kind, context, surroundings=surroundings_of(row, _ENTITY))


def evaluate(cases: Iterable[Case], match: Callable[[Query], Match]) -> list[Outcome]:
    """Match every case."""
    return [Outcome(case, match(case.query)) for case in cases]


def figures(outcomes: Iterable[Outcome]) -> Figures:
    """Count."""
    listed = list(outcomes)
    certain = [each for each in listed if each.match.certain]
    items = [each for each in listed if each.case.expected != NIL]
    none = [each for each in listed if each.case.expected == NIL]
    hard = [each for each in listed if each.case.hard]
    return Figures(
        rows=len(listed),
        precision=(sum(each.right for each in certain), len(certain)),
        recall=(sum(each.right for each in items), len(items)),
        first=(sum(each.among_first for each in items), len(items)),
        nil=(sum(each.right for each in none), len(none)),
        hard_wrong=(sum(each.wrong for each in hard), len(hard)),
    )
