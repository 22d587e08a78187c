"""The seam between the graph and whoever asks it: one interface, whatever engine answers.

`MemoryStore` and `DiskStore` answer in this process: the builder and the worker processes use them.
The server and the command line talk to a `kg.workers.WorkerPool`, which has the same `query` but
runs it elsewhere, where it can be stopped.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol, Self

import pyoxigraph as ox

from kg.errors import (
    Location,
    MalformedError,
    MissingInputError,
    OutputError,
    QueryError,
    QueryResourceError,
    QuerySyntaxError,
    UnknownFormatError,
)
from kg.formats import RDF_FORMATS, Format, named
from kg.packed import opened, suffix_of
from kg.solutions import count_solutions, write_solutions
from kg.sparql import has_dataset_clause, undeclared_prefixes
from kg.triples import distinct_triples, write_triples

if TYPE_CHECKING:  # kg.terms brings rdflib, which the worker processes do without
    from kg.terms import OxTerm

_QueryResult = ox.QuerySolutions | ox.QueryBoolean | ox.QueryTriples


@dataclass(frozen=True, slots=True)
class Answer:
    """A serialised result: `form` is what the query was (`solutions`, `boolean`, `triples`)."""

    form: str
    format: Format
    body: bytes
    counted: int | None = None
    """Number of triples, 1 for a boolean; `None` for solutions, which are counted if somebody asks."""
    truncated: str = ""
    """What cut the result, as `rows=100000`, `triples=...` or `bytes=...`; empty if it is whole."""

    @property
    def count(self) -> int:
        """Number of solutions or triples; 1 for a boolean."""
        return count_solutions(self.body, self.format) if self.counted is None else self.counted


@dataclass(frozen=True, slots=True)
class Formats:
    """What the asker can read: for solutions and booleans, and for triples.

    `rows` is the most solutions or triples, `size` about the most bytes that are wanted; 0 is no limit.
    """

    results: Format
    graph: Format
    rows: int = 0
    size: int = 0


class Store(Protocol):
    """Answers SPARQL 1.1 queries over a dataset whose default graph is the union of its graphs."""

    def query(
        self,
        text: str,
        formats: Formats,
        *,
        substitutions: Mapping[str, OxTerm] | None = None,
        default_graphs: Iterable[str] = (),
        named_graphs: Iterable[str] = (),
    ) -> Answer:
        """Run `text` and give its serialised result.

        `substitutions` replaces variables by terms (SPARQL-dev SEP-0007); no text is ever pasted.
        `default_graphs` and `named_graphs` are the RDF dataset of the request
        (https://www.w3.org/TR/sparql11-protocol/#dataset); without either, the union and all
        graphs. Raises a `QueryError` if it cannot be answered.
        """
        ...


class _EngineStore:
    """What the stores on pyoxigraph share.

    `prefixes` are written into results in Turtle, TriG and RDF/XML; with `default_prefixes` queries
    may use them undeclared too, which is handy on a command line but is not standard SPARQL.
    """

    def __init__(
        self,
        engine: ox.Store,
        *,
        prefixes: Mapping[str, str] | None = None,
        default_prefixes: bool = False,
    ) -> None:
        self.engine = engine
        self.prefixes = dict(prefixes or {})
        self.default_prefixes = default_prefixes

    def __len__(self) -> int:
        """Number of quads."""
        return len(self.engine)

    def query(
        self,
        text: str,
        formats: Formats,
        *,
        substitutions: Mapping[str, OxTerm] | None = None,
        default_graphs: Iterable[str] = (),
        named_graphs: Iterable[str] = (),
    ) -> Answer:
        """Run `text` in this process; see `Store.query`. Nothing limits its time or memory here.

        A substituted variable must be in the projection of a SELECT (SEP-0007).
        Raises `QuerySyntaxError`, `QueryResourceError` or `QueryError`; `UnknownFormatError` if a
        member of `formats` cannot hold such a result.
        """
        try:
            result = self.engine.query(
                text,
                prefixes=self.prefixes if self.default_prefixes else None,
                substitutions=_variables(substitutions or {}),
                **_dataset(text, list(default_graphs), list(named_graphs)),
            )
            return written(result, formats, self.prefixes)
        except SyntaxError as error:
            raise self._syntax_error(text, error) from None
        except MemoryError:
            raise QueryResourceError("The query needed more memory than there is.") from None
        except (ValueError, RuntimeError, OSError) as error:
            raise QueryError(f"The query could not be answered: {error}.") from error

    def _syntax_error(self, text: str, error: SyntaxError) -> QuerySyntaxError:
        known = self.prefixes if self.default_prefixes else {}
        missing = [f"{prefix}:" for prefix in undeclared_prefixes(text, known)]
        mend = f"Declare with PREFIX: {', '.join(missing)}." if missing else ""
        place = _PLACE.match(str(error))
        line, column = (int(place[1]), int(place[2])) if place else (0, 0)
        expected = " ".join(str(error)[place.end() if place else 0 :].split())
        what = f"Not SPARQL 1.1 at line {line}, column {column}: {expected}."
        return QuerySyntaxError(what, line=line, column=column, mend=mend)


class MemoryStore(_EngineStore):
    """A dataset in the memory of this process: the fastest to ask."""

    @classmethod
    def from_quads(
        cls,
        quads: Iterable[ox.Quad],
        *,
        prefixes: Mapping[str, str] | None = None,
        default_prefixes: bool = False,
    ) -> Self:
        """Make a store that holds `quads`."""
        engine = ox.Store()
        engine.bulk_extend(quads)
        return cls(engine, prefixes=prefixes, default_prefixes=default_prefixes)

    @classmethod
    def load(
        cls,
        *paths: Path,
        prefixes: Mapping[str, str] | None = None,
        default_prefixes: bool = False,
    ) -> Self:
        """Make a store of RDF files; the extension of each tells its syntax (`.nq`, `.ttl.gz`, ...).

        Raises `MissingInputError`, `MalformedError` with the line, or `UnknownFormatError`.
        """
        engine = ox.Store()
        _load(engine, paths)
        return cls(engine, prefixes=prefixes, default_prefixes=default_prefixes)


class DiskStore(_EngineStore):
    """A dataset in a folder, opened read-only, for what is larger than memory.

    It runs threads of its own: open it after a fork, never before.
    """

    @classmethod
    def build(cls, folder: Path, *paths: Path) -> None:
        """Load RDF files into `folder`, which must be new or empty, in one bulk load.

        Raises `OutputError` if the folder is in use, and what `MemoryStore.load` raises.
        """
        if folder.exists() and any(folder.iterdir()):
            raise OutputError(f"{folder} is not empty.", mend="Give a new folder for the store.")
        try:
            engine = ox.Store(folder)
        except OSError as error:
            raise OutputError(f"The store {folder} cannot be made: {error}.") from error
        _load(engine, paths)
        engine.optimize()
        engine.flush()

    @classmethod
    def open(
        cls,
        folder: Path,
        *,
        prefixes: Mapping[str, str] | None = None,
        default_prefixes: bool = False,
    ) -> Self:
        """Open the store in `folder`. Raises `MissingInputError` if there is none."""
        try:
            engine = ox.Store.read_only(str(folder))
        except OSError as error:
            raise MissingInputError(f"There is no store in {folder}: {error}.") from error
        return cls(engine, prefixes=prefixes, default_prefixes=default_prefixes)


_PLACE = re.compile(r"error at (\d+):(\d+): ")


def written(
    result: _QueryResult | Iterable[ox.Triple], formats: Formats, prefixes: Mapping[str, str]
) -> Answer:
    """Serialise a result: solutions, a boolean, or else triples, which are made distinct and sorted.

    Raises `UnknownFormatError` if a member of `formats` cannot hold it.
    """
    syntax = formats.results.results
    if not isinstance(result, (ox.QuerySolutions, ox.QueryBoolean)):
        lines, truncated = distinct_triples(result, formats.rows, formats.size)
        body = write_triples(lines, formats.graph, prefixes)
        return Answer("triples", formats.graph, body, len(lines), truncated)
    if syntax is None:
        raise UnknownFormatError(f"{formats.results.label} cannot hold solutions.")
    if isinstance(result, ox.QueryBoolean):
        return Answer("boolean", formats.results, result.serialize(format=syntax) or b"", 1)
    body, truncated = write_solutions(result, formats.results, formats.rows, formats.size)
    return Answer("solutions", formats.results, body, None, truncated)


def _variables(substitutions: Mapping[str, OxTerm]) -> dict[ox.Variable, Any]:
    return {ox.Variable(name): term for name, term in substitutions.items()}


def _dataset(text: str, default_graphs: list[str], named_graphs: list[str]) -> dict[str, Any]:
    """Give the arguments for the RDF dataset: that of the request, else of FROM, else the union.

    Both lists are passed where one is given: alone, the other would stay as wide as the store. The
    union may not be asked for beside FROM: the engine would let it win.
    """
    if default_graphs or named_graphs:
        return {
            "default_graph": [ox.NamedNode(iri) for iri in default_graphs],
            "named_graphs": [ox.NamedNode(iri) for iri in named_graphs],
        }
    return {"use_default_graph_as_union": not has_dataset_clause(text)}


def _load(engine: ox.Store, paths: Iterable[Path]) -> None:
    for path in paths:
        syntax = named(suffix_of(path), among=RDF_FORMATS).rdf
        try:
            with opened(path) as file:
                engine.bulk_load(file, format=syntax, base_iri=path.absolute().as_uri())
        except SyntaxError as error:
            where = Location(path, error.lineno or 0, error.offset or 0)
            raise MalformedError(f"Not well-formed: {error.msg}", where=where) from error
        except (OSError, EOFError) as error:
            raise MissingInputError(f"{path} cannot be read: {error}.") from error
