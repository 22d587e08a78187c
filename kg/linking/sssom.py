"""Read a mapping set in SSSOM/TSV, with file, line and column of everything in it that cannot be used.

https://mapping-commons.github.io/sssom/spec-formats-tsv/: the metadata stand in front of the table, as YAML,
each line marked with `#`.
"""

from __future__ import annotations

import csv
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal, InvalidOperation
from pathlib import Path
from typing import Any

import yaml

from kg.errors import KgError, Location, MalformedError, MissingInputError, ProblemsError
from kg.linking.mapping import (
    BUILTIN_PREFIXES,
    COLUMNS,
    NOT,
    PREDICATES,
    REQUIRED,
    SUFFIX,
    Mapping,
    MappingSet,
)

_METADATA = ("mapping_set_id", "license", "curie_map")
_CURIE = re.compile(r"([A-Za-z][\w.-]*):(\S*)")
_WEB = re.compile(r"https?://[^\s<>\"{}|\\^`]+")


def mapping_files(folder: Path) -> list[Path]:
    """Give the mapping sets of a folder, sorted by name."""
    return sorted(path for path in folder.glob(f"*{SUFFIX}") if not path.name.startswith("."))


def read_mappings(path: Path) -> MappingSet:
    """Read a mapping set.

    Raises `MissingInputError` if it cannot be read, and `ProblemsError` with file, line and column of
    everything in it that cannot be used.
    """
    try:
        lines = path.read_text("utf-8").splitlines()
    except OSError as error:
        raise MissingInputError(
            f"The mapping set cannot be read: {error.strerror}.", where=Location(path)
        ) from None
    except UnicodeDecodeError:
        raise MalformedError("This is not UTF-8.", where=Location(path), mend="Save it as UTF-8.") from None
    head = next((n for n, line in enumerate(lines) if not line.startswith("#")), len(lines))
    metadata = _metadata(path, lines[:head])
    mappings = _Table(path, lines, head, {**BUILTIN_PREFIXES, **metadata["curie_map"]}).read()
    return MappingSet(path, metadata, mappings)


def _metadata(path: Path, lines: list[str]) -> dict[str, Any]:
    try:
        found = yaml.safe_load("\n".join(line[1:] for line in lines))
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark
        where = Location(path, mark.line + 1, mark.column + 2) if mark else Location(path)
        raise MalformedError(
            f"The metadata are not YAML: {error.problem}.", where=where, mend="Mend the lines marked with #."
        ) from None
    given = found if isinstance(found, dict) else {}
    missing = [name for name in _METADATA if not given.get(name)]
    if missing or not isinstance(given["curie_map"], dict):
        raise MalformedError(
            f"The metadata lack {', '.join(missing) or 'a curie_map of prefixes and namespaces'}.",
            where=Location(path, 1),
            mend="Give them in front of the table, each line marked with #: see docs/linking.md.",
        )
    return given


@dataclass(slots=True)
class _Table:
    """The rows of a file and what is wrong with them."""

    path: Path
    lines: list[str]
    head: int
    prefixes: dict[str, str]
    problems: list[KgError] = field(default_factory=list)

    def read(self) -> tuple[Mapping, ...]:
        rows = csv.reader(self.lines[self.head :], delimiter="\t", strict=True)
        columns = next(rows, [])
        self._check_columns(columns)
        found = [
            mapping for number, row in self._rows(rows) if (mapping := self._mapping(columns, row, number))
        ]
        self._check_pairs(found)
        if self.problems:
            raise ProblemsError(self.problems)
        return tuple(found)

    def _rows(self, rows: Any) -> Iterator[tuple[int, list[str]]]:
        try:
            for row in rows:
                yield self.head + rows.line_num, row
        except csv.Error as error:
            where = Location(self.path, self.head + rows.line_num)
            self.problems.append(MalformedError(f"This row is not TSV: {error}.", where=where))

    def _check_columns(self, columns: list[str]) -> None:
        missing = [name for name in REQUIRED if name not in columns]
        unknown = [name for name in columns if name not in COLUMNS]
        if not missing and not unknown and len(set(columns)) == len(columns):
            return
        told = [f"lacks {', '.join(missing)}"] if missing else []
        told += [f"has '{name}', which is not used here" for name in unknown]
        raise MalformedError(
            f"The table {' and '.join(told) or 'has a column twice'}.",
            where=Location(self.path, self.head + 1),
            mend=f"Its columns are: {', '.join(COLUMNS)}.",
        )

    def _mapping(self, columns: list[str], row: list[str], number: int) -> Mapping | None:
        if len(row) != len(columns):
            self.problems.append(
                MalformedError(
                    f"This row has {len(row)} cells, but there are {len(columns)} columns.",
                    where=Location(self.path, number),
                    mend="Separate the cells by tabs, empty ones too.",
                )
            )
            return None
        before = len(self.problems)
        for position, (column, cell) in enumerate(zip(columns, row, strict=True)):
            why = self._wrong(column, cell)
            if why:
                place = sum(len(each) + 1 for each in row[:position]) + 1
                where = Location(self.path, number, place)
                self.problems.append(MalformedError(f"{column}: {why[0]}", where=where, mend=why[1]))
        cells = dict(zip(columns, row, strict=True))
        return Mapping(**cells, line=number) if len(self.problems) == before else None

    def _wrong(self, column: str, cell: str) -> tuple[str, str] | None:
        """Say what is wrong with a cell and how to mend it."""
        if not cell:
            return ("nothing is given.", "Fill the cell.") if column in REQUIRED else None
        if column.endswith("_id") or column == "mapping_justification":
            match = _CURIE.fullmatch(cell)
            if not match or match[1] not in self.prefixes:
                return (f"'{cell}' has no prefix of the curie_map.", "Declare its prefix in the metadata.")
        return _CHECKS[column](cell) if column in _CHECKS else None

    def _check_pairs(self, mappings: Iterable[Mapping]) -> None:
        seen: dict[tuple[str, str], Mapping] = {}
        for each in mappings:
            first = seen.setdefault((each.subject_id, each.object_id), each)
            if first is not each:
                self.problems.append(
                    MalformedError(
                        f"The pair {each.subject_id} and {each.object_id} stands in line {first.line} too.",
                        where=Location(self.path, each.line, 1),
                        mend="Keep the row that is right.",
                    )
                )


def _predicate(cell: str) -> tuple[str, str] | None:
    if cell in PREDICATES:
        return None
    return (f"'{cell}' is no way in which two things match here.", f"Use one of {', '.join(PREDICATES)}.")


def _modifier(cell: str) -> tuple[str, str] | None:
    return None if cell == NOT else (f"'{cell}' is no modifier.", f"Write {NOT}, or nothing.")


def _date(cell: str) -> tuple[str, str] | None:
    try:
        return None if date.fromisoformat(cell).isoformat() == cell else _bad_date(cell)
    except ValueError:
        return _bad_date(cell)


def _bad_date(cell: str) -> tuple[str, str]:
    return (f"'{cell}' is no date.", "Write it as 2026-11-27.")


def _confidence(cell: str) -> tuple[str, str] | None:
    try:
        fits = re.fullmatch(r"[01](\.\d+)?", cell) is not None and Decimal(cell) <= 1
    except InvalidOperation:
        fits = False
    return None if fits else (f"'{cell}' is no confidence.", "Write a number from 0 to 1, such as 0.95.")


def _pages(cell: str) -> tuple[str, str] | None:
    wrong = [each for each in cell.split("|") if not _WEB.fullmatch(each)]
    return (f"'{wrong[0]}' is no web address.", "Separate addresses by |.") if wrong else None


_CHECKS = {
    "predicate_id": _predicate,
    "predicate_modifier": _modifier,
    "mapping_date": _date,
    "confidence": _confidence,
    "see_also": _pages,
}
