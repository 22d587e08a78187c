"""One call to a SPARQL engine elsewhere: its answer as it comes, and what can go wrong, as our own errors."""

from __future__ import annotations

import ast
import time
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from http.client import HTTPException
from io import RawIOBase
from typing import TYPE_CHECKING
from urllib.error import HTTPError, URLError

import pyoxigraph as ox
from SPARQLWrapper.SPARQLExceptions import (
    EndPointInternalError,
    EndPointNotFound,
    QueryBadFormed,
    SPARQLWrapperException,
    Unauthorized,
    URITooLong,
)

from kg import formats as f
from kg.errors import (
    KgError,
    QueryError,
    QueryResourceError,
    QueryTimeoutError,
    StoreUnavailableError,
    UnknownFormatError,
)
from kg.pooled import unavailable

if TYPE_CHECKING:
    from http.client import HTTPResponse

LESS = "Ask for less: fewer variables, a LIMIT, no cross products."

_PIECE = 1 << 16
_LONGEST_MESSAGE = 300
_STATUSES = {
    QueryBadFormed: 400,
    Unauthorized: 401,
    EndPointNotFound: 404,
    URITooLong: 414,
    EndPointInternalError: 500,
}
_NOT_UNDERSTOOD = "Virtuoso 37000"
"""What Virtuoso says with status 500 where it cannot compile a query."""
_TIMED_OUT = (
    "timed out",
    "timeout",
    "time out",
    "time limit",
    "time exceeded",
    "s1tat",
    "s1t00",
)


@dataclass(frozen=True, slots=True)
class Call:
    """A call to `host` that has `deadline` seconds, until the monotonic time `until`."""

    host: str
    deadline: float
    until: float

    @classmethod
    def begin(cls, host: str, deadline: float) -> Call:
        """Begin now."""
        return cls(host, deadline, time.monotonic() + deadline)

    @property
    def left(self) -> float:
        """Seconds that are left, never quite none."""
        return max(self.until - time.monotonic(), 0.001)

    @contextmanager
    def outages(self) -> Iterator[None]:
        """Turn what goes wrong between here and the engine into our own errors."""
        try:
            yield
        except SPARQLWrapperException as error:
            if isinstance(error.__context__, HTTPError):
                error.__context__.close()
            raise self._refusal(*_read(error)) from None
        except HTTPError as error:
            with error:
                raise self._refusal(error.code, _first_line(error.read(4096))) from None
        except (OSError, HTTPException) as error:
            cause = error.reason if isinstance(error, URLError) else error
            if isinstance(cause, TimeoutError) or time.monotonic() >= self.until:
                raise self.too_slow() from None
            raise self.broken(f"it cannot be reached ({cause or type(error).__name__})") from None

    def too_slow(self) -> QueryTimeoutError:
        """Give the error of a query that was not answered by its deadline."""
        return QueryTimeoutError(
            f"The query did not finish within {self.deadline:g} s and was given up.",
            mend="Make it more selective, or add a LIMIT.",
        )

    def broken(self, why: str) -> StoreUnavailableError:
        """Give the error of an engine that does not answer as it should."""
        return unavailable(f"the engine at {self.host}: {why}")

    def _refusal(self, status: int, words: str) -> KgError:
        """Give the error for an HTTP status other than success, and the engine's words for it."""
        if status in {408, 504} or (status >= 500 and any(mark in words.lower() for mark in _TIMED_OUT)):
            return self.too_slow()
        if status in {400, 422} or words.startswith(_NOT_UNDERSTOOD):
            return QueryError(f"The engine does not take the query: {words or status}.")
        if status in {413, 414}:
            return QueryResourceError("The query is longer than the engine takes.")
        if status == 500:
            return QueryResourceError(f"The engine failed at the query: {words or status}.")
        return self.broken(f"it answers with HTTP status {status}")


class Body(RawIOBase):
    """The body of an answer as a file for a parser; ends with an error at the deadline or after `most` bytes.

    Raises `QueryTimeoutError` if the engine says that this is only what it found in time.
    """

    def __init__(self, response: HTTPResponse, call: Call, most: int) -> None:
        self._response, self._call, self._most = response, call, most
        self._left = most
        self._missing = _number(response.headers.get("Content-Length"))
        self.media_type = response.headers.get_content_type()
        self.row_limit = _number(response.headers.get("X-SPARQL-MaxRows")) or 0
        """The most rows that the engine gives, where that cut this answer (Virtuoso says so), or 0."""
        if response.headers.get("X-SQL-State", "").startswith("S1TAT"):
            # Virtuoso's "anytime" queries: what was found so far, with status 200.
            raise call.too_slow()

    def read(self, size: int = -1) -> bytes:
        """Read at most `size` bytes, and at most a piece of 64 KiB."""
        with self._call.outages():
            piece: bytes = self._response.read1(_PIECE if size < 0 else min(size, _PIECE))
        if time.monotonic() > self._call.until:
            raise self._call.too_slow()
        self._left -= len(piece)
        if self._left < 0:
            raise QueryResourceError(f"The answer has more than {self._most:,} bytes.", mend=LESS)
        if self._missing is not None:
            self._missing -= len(piece)
        if not piece and self._missing:
            raise self._call.broken("its answer broke off")
        return piece


def read_result(body: Body, *, boolean: bool) -> ox.QuerySolutions | ox.QueryBoolean | Iterable[ox.Triple]:
    """Give the result in `body`, read as it is consumed; `boolean` tells that one is expected.

    Raises `StoreUnavailableError` if it is neither a SPARQL result nor RDF, `SyntaxError` if it is not
    well-formed.
    """
    media_type = f.N_TRIPLES.media_type if body.media_type == "text/plain" else body.media_type
    try:
        syntax = f.named(media_type)
    except UnknownFormatError:
        raise unavailable(f"the engine answers with {media_type}, which is no answer to a query") from None
    if syntax.rdf is not None:
        quads = ox.parse(body, format=syntax.rdf, base_iri="urn:x-kg:answer")  # type: ignore[arg-type]
        return (quad.triple for quad in quads)
    result = ox.parse_query_results(body, format=syntax.results)  # type: ignore[arg-type]
    if boolean and isinstance(result, ox.QuerySolutions):
        return _boolean(result)
    return result


def _boolean(solutions: ox.QuerySolutions) -> ox.QuerySolutions | ox.QueryBoolean:
    """Read the one number that Virtuoso gives in place of a boolean."""
    is_true = any(row[0] is not None and row[0].value in {"1", "true"} for row in solutions)
    text = b'{"head":{},"boolean":%s}' % (b"true" if is_true else b"false")
    return ox.parse_query_results(text, format=ox.QueryResultsFormat.JSON)


def _number(header: str | None) -> int | None:
    return int(header) if header and header.isascii() and header.isdigit() else None


def _read(error: SPARQLWrapperException) -> tuple[int, str]:
    """Give the status and the first line of what the engine said, which SPARQLWrapper shows as bytes."""
    _, _, shown = str(error).partition("Response:\n")
    said = ast.literal_eval(shown) if shown.startswith(("b'", 'b"')) else b""
    return _STATUSES.get(type(error), 500), _first_line(said)


def _first_line(said: bytes) -> str:
    lines = said.decode("utf-8", "replace").strip().splitlines()
    first = lines[0].strip().rstrip(".") if lines else ""
    return "" if first.startswith("<") else first[:_LONGEST_MESSAGE]
