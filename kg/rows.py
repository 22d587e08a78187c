"""SPARQL results as rows (https://www.w3.org/TR/sparql11-results-json/)."""

from __future__ import annotations

import json
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from kg.errors import MalformedError
from kg.store import Answer


@dataclass(frozen=True, slots=True)
class Term:
    """An IRI, a blank node or a literal; `kind` is `uri`, `bnode` or `literal`."""

    kind: str
    value: str
    language: str = ""
    datatype: str = ""

    @property
    def is_iri(self) -> bool:
        """Whether it is an IRI."""
        return self.kind == "uri"

    @property
    def is_literal(self) -> bool:
        """Whether it is a literal."""
        return self.kind == "literal"

    @property
    def key(self) -> str:
        """A string that tells it apart from the other nodes of one result."""
        return f"_:{self.value}" if self.kind == "bnode" else self.value

    @classmethod
    def of_json(cls, entry: Mapping[str, Any]) -> Term:
        """Read one binding."""
        value = entry["value"]
        text = value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
        return _term(entry["type"], text, entry.get("xml:lang", ""), entry.get("datatype", ""))


@lru_cache(maxsize=8192)
def _term(kind: str, value: str, language: str, datatype: str) -> Term:
    """Make a term once, however often it stands in results: predicates and labels come again and again."""
    return Term(kind, value, language, datatype)


Solution = dict[str, Term]


@dataclass(frozen=True, slots=True)
class Solutions:
    """The variables and rows of a SELECT."""

    variables: tuple[str, ...]
    rows: tuple[Solution, ...]


def read_solutions(answer: Answer, *, without: Collection[str] = ()) -> Solutions:
    """Read the JSON results of a SELECT; the rows are `without` some variables, which are known already."""
    return _solutions(json.loads(answer.body), without)


def parse_solutions(body: bytes) -> Solutions:
    """Read the JSON results of a SELECT that somebody else sent.

    Raises `MalformedError` if it is no such document.
    """
    try:
        return _solutions(json.loads(body))
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise MalformedError(f"No SPARQL results in JSON: {type(error).__name__}: {error}.") from error


def _solutions(document: Mapping[str, Any], without: Collection[str] = ()) -> Solutions:
    read = Term.of_json
    rows = (
        {name: read(entry) for name, entry in binding.items() if name not in without}
        for binding in document["results"]["bindings"]
    )
    return Solutions(tuple(document["head"]["vars"]), tuple(rows))


def read_boolean(answer: Answer) -> bool:
    """Read the JSON result of an ASK."""
    return bool(json.loads(answer.body)["boolean"])
