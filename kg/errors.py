"""The one tree of exceptions. Each says what is wrong, where, and how to mend it.

The server maps these classes to HTTP statuses in `server/errors.py`; the command line prints them and
exits with `exit_code`. Nothing below this module imports another module of the project.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True, slots=True, order=True)
class Location:
    """A place in a file: `line` and `column` count from 1; 0 means unknown."""

    path: Path
    line: int = 0
    column: int = 0

    def __str__(self) -> str:
        """Give `path:line:column`, the form that editors and terminals can follow."""
        parts = [str(self.path)]
        if self.line:
            parts.append(str(self.line))
            if self.column:
                parts.append(str(self.column))
        return ":".join(parts)


class KgError(Exception):
    """Something the user can understand and mend.

    `what` says what is wrong in one sentence, `where` in which file, line and column (if a file is to
    blame), `mend` what to do about it.
    """

    exit_code = 1

    def __init__(self, what: str, *, where: Location | None = None, mend: str = "") -> None:
        super().__init__(what)
        self.what = what
        self.where = where
        self.mend = mend

    def __str__(self) -> str:
        """One paragraph: where, what, how to mend."""
        head = f"{self.where}: {self.what}" if self.where else self.what
        return f"{head} {self.mend}".strip()


class UsageError(KgError):
    """The command or a setting was used wrongly."""

    exit_code = 2


class MissingInputError(KgError):
    """A file or folder that is needed is not there or cannot be read."""


class DataError(KgError):
    """The curated files hold something that cannot be published."""


class MalformedError(DataError):
    """A file is not well-formed RDF."""


class UnknownTermError(DataError):
    """A file uses a term of our own namespaces that nothing defines."""


class DanglingReferenceError(DataError):
    """A file points at an entity that no file describes."""


class DuplicateIriError(DataError):
    """Two files describe one IRI."""


class InvalidDateError(DataError):
    """A literal typed as EDTF is not EDTF."""


class InvalidDataError(DataError):
    """The graph breaks a shape or a check."""


class PassageError(DataError):
    """A passage lies outside its document, or the document has another hash."""


class ProblemsError(DataError):
    """Several problems found in one run, so that they can be mended in one go."""

    def __init__(self, problems: Sequence[KgError]) -> None:
        count = len(problems)
        super().__init__(f"{count} problem{'s' if count != 1 else ''} found; nothing was changed.")
        self.problems = tuple(problems)


class OutputError(KgError):
    """A result could not be written: disk full, read-only or in use. What was there is untouched."""


class QueryError(KgError):
    """Something is wrong with a query or its answer."""


class QuerySyntaxError(QueryError):
    """A query is not SPARQL 1.1; `line` and `column` count from 1, 0 where the parser gives none."""

    def __init__(self, what: str, *, line: int = 0, column: int = 0, mend: str = "") -> None:
        super().__init__(what, mend=mend)
        self.line = line
        self.column = column


class QueryRefusedError(QueryError):
    """A query asks for what this endpoint does not do (SERVICE, updates)."""


class QueryTooLargeError(QueryError):
    """A query is longer or more deeply nested than allowed."""


class QueryTimeoutError(QueryError):
    """A query did not finish before its deadline."""


class QueryResourceError(QueryError):
    """A query needed more memory than its worker may have, or brought its worker down."""


class StoreUnavailableError(KgError):
    """The store does not answer, or has no free worker; trying again later may help."""


class EndpointError(KgError):
    """A SPARQL endpoint of somebody else did not give what it was asked for."""


class EndpointAwayError(EndpointError):
    """The endpoint cannot be reached, or does not answer in time."""


class EndpointBusyError(EndpointError):
    """The endpoint asks us to come back later than we are willing to wait."""


class EndpointNonsenseError(EndpointError):
    """The endpoint sent something that is no result of a SELECT, or sent us elsewhere."""


class UnknownFormatError(UsageError):
    """A format was asked for that there is no entry for in the table of formats."""


class NotAcceptableError(KgError):
    """None of the media types that a client accepts can be produced."""


class NotFoundError(KgError):
    """Nothing is known under this IRI or name."""


class GoneError(NotFoundError):
    """An entity was withdrawn; `successors` are the IRIs of what stands in its place."""

    def __init__(self, what: str, *, mend: str = "", successors: tuple[str, ...] = ()) -> None:
        super().__init__(what, mend=mend)
        self.successors = successors


def cannot_write(path: Path, error: OSError) -> OutputError:
    """Give the error that says why `path` could not be written and what to do."""
    return OutputError(
        f"{path} cannot be written: {error.strerror or error}. What was there is unchanged.",
        mend="Free some space, or choose a folder that you may write to.",
    )
