"""Tombstones: entities that were withdrawn, why, and what stands in their place.

`data/withdrawn.ttl` records them: see docs/publication.md. An IRI that was once published is never left
without an answer.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field

from kg.errors import GoneError
from server.solutions import Solution, Term
from server.vocabulary import preferred


@dataclass(frozen=True, slots=True)
class Tombstone:
    """What stands where an entity stood; `when` is a date or empty."""

    iri: str
    when: str = ""
    reasons: dict[Term, None] = field(default_factory=dict)
    successors: dict[str, None] = field(default_factory=dict)

    def error(self) -> GoneError:
        """Give the error to answer with."""
        reason = preferred(self.reasons)
        dated = f" on {self.when[:10]}" if self.when else ""
        what = f"{self.iri} was withdrawn{dated}. {reason.value if reason else ''}".strip()
        mend = "Use what stands in its place." if self.successors else ""
        return GoneError(what, mend=mend, successors=tuple(self.successors))


def tombstones(rows: Iterable[Solution]) -> dict[str, Tombstone]:
    """Read the rows of `withdrawn.rq`, by IRI."""
    found: dict[str, Tombstone] = {}
    for row in rows:
        iri = row["entity"].value
        stone = found.setdefault(iri, Tombstone(iri, row["when"].value if "when" in row else ""))
        stone.reasons[row["reason"]] = None
        if "successor" in row:
            stone.successors[row["successor"].value] = None
    return found
