"""The seam between the graph and whoever asks it: one interface, whatever engine answers.

`MemoryStore` answers in this process: the builder and the worker processes use it. The server and the
command line talk to a `kg.workers.WorkerPool`, which has the same `query` but runs it elsewhere.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Protocol

import pyoxigraph as ox

from kg.errors import QueryError, QuerySyntaxError
from kg.formats import Format
from kg.terms import OxTerm


@dataclass(frozen=True, slots=True)
class Answer:
    """A serialised result: `form` is what the query was (`solutions`, `boolean`, `triples`)."""

    form: str
    format: Format
    body: bytes
    count: int
    """Number of solutions or triples; 1 for a boolean."""


@dataclass(frozen=True, slots=True)
class Formats:
    """What the asker can read: for solutions and booleans, and for triples."""

    results: Format
    graph: Format


class Store(Protocol):
    """Answers SPARQL 1.1 queries over one dataset whose default graph is the union of its graphs."""

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
        (https://www.w3.org/TR/sparql11-protocol/#dataset); without either, the union and all graphs.
        Raises a `QueryError` if it cannot be answered.
        """
        ...
