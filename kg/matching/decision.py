"""What a match is made of: scored candidates, and the decision that may be none."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace

from kg.matching.candidate import Candidate
from kg.matching.evidence import Evidence
from kg.matching.query import Query
from kg.matching.similarity import Likeness

CERTAIN, POSSIBLE = 0.86, 0.5
"""Scores from which on a candidate is proposed as certain, or at all."""
SHOWN_OF_A_PLACE = 0.35
"""The score from which on a place is shown to a person who looks for one."""
LEAD = 0.03
"""A candidate that leads by less has a rival that fits as well: nothing is certain then."""
_UNTOLD = 0.93
CAP = 0.8
"""The most that a name is worth which fits only in part, unless something else confirms it."""


@dataclass(frozen=True, slots=True)
class Scored:
    """A candidate and how well it fits; `confirmed` tells that more than the name speaks for it."""

    candidate: Candidate
    score: float
    found: tuple[Evidence, ...] = ()
    likeness: Likeness | None = None
    confirmed: bool = False
    contradicted: bool = False

    @property
    def reasons(self) -> tuple[str, ...]:
        """Why it scores so, in words."""
        name = (self.likeness.why,) if self.likeness else ()
        return (*name, *(each.why for each in self.found))


@dataclass(frozen=True, slots=True)
class Match:
    """The answer: `decision` is `certain`, `possible` or `nil`, and `why` says what decided."""

    query: Query
    ranked: tuple[Scored, ...]
    decision: str
    why: str

    @property
    def certain(self) -> Candidate | None:
        """The thing that the name means, if that is certain."""
        return self.ranked[0].candidate if self.decision == "certain" else None

    @property
    def worth_showing(self) -> tuple[Scored, ...]:
        """The candidates that a person should be offered; none where nothing fits.

        Half a name is no other person, treaty or newspaper; but the name of a place may come with one more
        word (upper, old, village), so that less is offered for a place, or where no kind is told.
        """
        least = SHOWN_OF_A_PLACE if self.query.family in {"place", "country", ""} else POSSIBLE
        return tuple(each for each in self.ranked if each.score >= least)


def told_apart(found: Iterable[Scored]) -> list[Scored]:
    """Put those for whom what is told speaks above those for whom it does not."""
    listed = list(found)
    if not any(each.confirmed and each.score > CAP for each in listed):
        return listed
    why = Evidence("what is told speaks for another", _UNTOLD)
    return [
        each if each.confirmed else replace(each, score=each.score * _UNTOLD, found=(*each.found, why))
        for each in listed
    ]


def scored(candidate: Candidate, base: float, likeness: Likeness | None, found: list[Evidence]) -> Scored:
    """Put a likeness of names and what was found together; what confirms counts if nothing contradicts."""
    score = base
    for each in found:
        score *= each.factor
    contradicted = any(each.contradicts for each in found)
    confirmed = any(each.confirms for each in found) and not contradicted
    if confirmed:
        for each in found:
            score += (1 - score) * each.confirms
    return Scored(candidate, score, tuple(found), likeness, confirmed, contradicted)


def decide(ranked: list[Scored]) -> tuple[str, str]:
    """Give `certain`, `possible` or `nil` for candidates, the best first, and what decided."""
    if not ranked or ranked[0].score < POSSIBLE:
        return "nil", "nothing fits"
    first = ranked[0]
    if first.contradicted:
        return "nil", f"the nearest, {first.candidate.label}, is contradicted"
    if len(ranked) > 1 and first.score - ranked[1].score < LEAD:
        return "possible", f"{first.candidate.label} and {ranked[1].candidate.label} fit equally well"
    told = next((each for each in ranked[1:] if each.confirmed and each.score > CAP), None)
    if told and not first.confirmed:
        return "possible", f"{first.candidate.label} fits by its name, {told.candidate.label} by what is told"
    if first.score >= CERTAIN:
        return "certain", "; ".join(first.reasons)
    return "possible", f"{first.candidate.label} fits only in part"
