"""Read the files of a project: which folder is which, which file is which named graph, what stands where.

Every statement keeps the file and the line it was read from, so that whatever is found wrong later can be
reported where it can be mended. The parser itself tells the line: it is fed one line at a time.
"""

from __future__ import annotations

import io
import os
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import IO, cast

import pyoxigraph as ox

from kg.errors import KgError, Location, MalformedError, MissingInputError, ProblemsError
from kg.iris import Iris

COLLECTIONS = frozenset({"source", "link"})
"""Folders of `data/` in which every file is a named graph of its own."""

DATASET_FILE = "dataset.ttl"


@dataclass(frozen=True, slots=True)
class Statement:
    """A quad and where it was read."""

    quad: ox.Quad
    where: Location


@dataclass(frozen=True, slots=True)
class Project:
    """The folders that a build reads."""

    data: Path
    ontology: Path
    shapes: Path
    queries: Path

    @property
    def rules(self) -> Path:
        """The folder of the CONSTRUCT rules."""
        return self.ontology / "rules"

    @property
    def tables(self) -> Path:
        """The folder of the queries that make tables."""
        return self.ontology / "tables"

    @property
    def prefixes(self) -> Path:
        """The file with the declared prefixes."""
        return self.ontology / "prefixes.ttl"

    def turtle_files(self) -> list[Path]:
        """Give every Turtle file that people write, sorted."""
        return _all_turtle(self.data, self.ontology, self.shapes, self.queries)

    def own_turtle_files(self) -> list[Path]:
        """Give those that belong to whoever keeps the data; ontology and shapes come with the tool."""
        ships_with_data = self.data.resolve().parent == self.ontology.resolve().parent
        return self.turtle_files() if ships_with_data else _all_turtle(self.data, self.queries)


def _all_turtle(*folders: Path) -> list[Path]:
    return [path for folder in folders for path in _turtle_in(folder)]


def locate_project(data: Path | None = None) -> Project:
    """Find the folders: ontology and shapes come with the code, `data` is the user's choice.

    Example queries are about the data, so they stand in `queries`, beside the data folder.
    Raises `MissingInputError` if the data folder is not there.
    """
    package = Path(__file__).parent
    home = package.parent if (package.parent / "ontology").is_dir() else package / "resources"
    folder = data or home / "data"
    if not folder.is_dir():
        raise MissingInputError(
            f"There is no data folder at {folder}.",
            mend="Name the folder that holds dataset.ttl with --data DIR, or run from the project.",
        )
    return Project(folder, home / "ontology", home / "shapes", folder.parent / "queries")


def read_turtle(path: Path, graph: str) -> list[Statement]:
    """Parse one Turtle file into `graph`.

    Raises `MissingInputError` if it cannot be read and `MalformedError` with line and column if it is
    not Turtle 1.1 (https://www.w3.org/TR/turtle/).
    """
    content = _content(path)
    lines, place = _Lines(content), shown(path)
    named_graph = ox.NamedNode(graph)
    statements = []
    try:
        for triple in ox.parse(cast(IO[bytes], lines), format=ox.RdfFormat.TURTLE):
            where = Location(place, lines.number)
            _refuse_triple_terms(triple, where)
            quad = ox.Quad(triple.subject, triple.predicate, triple.object, named_graph)
            statements.append(Statement(quad, where))
    except SyntaxError as error:
        raise _malformed(path, error) from None
    return statements


def read_data(project: Project, iris: Iris) -> list[Statement]:
    """Read the data folder; raises `ProblemsError` with every file that cannot be read."""
    return _read_all((path, iris.graph(graph_of(path, project))) for path in _turtle_in(project.data))


def read_vocabulary(project: Project, iris: Iris) -> list[Statement]:
    """Read the ontology, its code lists, the shapes and the example queries into their graphs."""
    folders = (
        (project.ontology, "ontology"),
        (project.shapes, "shapes"),
        (project.queries, "queries"),
    )
    return _read_all((path, iris.graph(name)) for folder, name in folders for path in _turtle_in(folder))


def graph_of(path: Path, project: Project) -> str:
    """Give the name of the graph that a file of the data folder belongs to.

    `reference/events.ttl` is in `reference`, `source/dw-2016.ttl` in `source/dw-2016`, and
    `dataset.ttl` in `description`.
    """
    parts = path.relative_to(project.data).with_suffix("").parts
    if path.relative_to(project.data) == Path(DATASET_FILE):
        return "description"
    return "/".join(parts) if parts[0] in COLLECTIONS else parts[0]


def _read_all(files: Iterable[tuple[Path, str]]) -> list[Statement]:
    statements: list[Statement] = []
    problems: list[KgError] = []
    for path, graph in files:
        try:
            statements.extend(read_turtle(path, graph))
        except (MalformedError, MissingInputError) as problem:
            problems.append(problem)
    if problems:
        raise ProblemsError(problems)
    return statements


class _Lines(io.RawIOBase):
    """Hands out one line a read, and so knows which line the parser has come to."""

    def __init__(self, content: bytes) -> None:
        super().__init__()
        self._lines: Iterator[bytes] = iter(content.splitlines(keepends=True))
        self._rest = b""
        self.number = 0

    def readable(self) -> bool:
        """Say that it can be read."""
        return True

    def read(self, size: int = -1) -> bytes:
        """Give the next line, or as much of it as is asked for."""
        if not self._rest:
            self._rest = next(self._lines, b"")
            self.number += bool(self._rest)
        end = len(self._rest) if size < 0 else size
        piece, self._rest = self._rest[:end], self._rest[end:]
        return piece


def _refuse_triple_terms(triple: ox.Quad, where: Location) -> None:
    if isinstance(triple.object, ox.Triple) or isinstance(triple.subject, ox.Triple):
        raise MalformedError(
            "This is RDF 1.2: a triple stands as a term.",
            where=where,
            mend="Write the statement as a claim; RDF 1.1 tools cannot read triple terms.",
        )


def _content(path: Path) -> bytes:
    try:
        content = path.read_bytes()
    except OSError as error:
        raise MissingInputError(
            f"The file cannot be read: {error.strerror}.", where=Location(shown(path))
        ) from None
    try:
        content.decode("utf-8")
    except UnicodeDecodeError as error:
        line = content.count(b"\n", 0, error.start) + 1
        raise MalformedError(
            f"The file is not UTF-8: byte {content[error.start]:#04x} cannot be decoded.",
            where=Location(shown(path), line),
            mend="Save it as UTF-8.",
        ) from None
    return content


def _malformed(path: Path, error: SyntaxError) -> MalformedError:
    detail = error.msg.partition(": ")[2] or error.msg
    return MalformedError(
        f"This is not Turtle: {detail}.",
        where=Location(shown(path), error.lineno or 0, error.offset or 0),
        mend="Mend the syntax there; often a ';', '.' or quotation mark is missing just before.",
    )


def _turtle_in(folder: Path) -> list[Path]:
    return sorted(path for path in folder.rglob("*.ttl") if not path.name.startswith("."))


def shown(path: Path) -> Path:
    """Give the path as seen from here, which is what a terminal can follow."""
    relative = os.path.relpath(path)
    return path if relative.startswith("..") else Path(relative)
