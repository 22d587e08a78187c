"""What identifiers, coordinates, places, countries and participants say for and against a candidate."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from kg.matching.candidate import Candidate
from kg.matching.evidence import TOLD, Evidence
from kg.matching.kinds import family_of
from kg.matching.query import Query
from kg.matching.shape import Shape
from kg.matching.surroundings import IDENTIFIERS, Surrounding, Surroundings

_SHARED = 0.7
"""How much of what a name lacks an identifier makes good that both have: it is not enough for any name."""
_TOOK_PART = 0.15
_CLOSE, _NEAR, _FAR = 5.0, 25.0, 60.0
"""Kilometres: as good as the same place; within what maps differ by; too far to be one town."""
_OF_AN_EVENT = 4.0
"""An event is told to be at a place that it only happened near, or that is large."""


def of_surroundings(query: Query, candidate: Candidate) -> Iterator[Evidence]:
    """Compare with a candidate what is known of a thing beside its names."""
    known = query.surroundings
    yield from _of_identifiers(known.identifiers, candidate)
    yield from _of_distance(known.shape, query.family, candidate)
    yield from _of_places(known, query.family, candidate)
    party = next(_met(known.participants, candidate.participants | candidate.countries), None)
    if party and query.family == "event":
        yield Evidence(f"{_linked(party)}, took part", 1.0, confirms=_TOOK_PART)


def _of_identifiers(known: frozenset[tuple[str, str]], candidate: Candidate) -> Iterator[Evidence]:
    """One number in both is strong; two numbers where a thing has one are strong against it."""
    for name, value in sorted(known):
        theirs = sorted(other for which, other in candidate.identifiers if which == name)
        if value in theirs:
            yield Evidence(f"same {IDENTIFIERS[name]} {value}", 1.0, confirms=_SHARED)
        elif theirs:
            yield Evidence(f"{IDENTIFIERS[name]} {', '.join(theirs)}, not {value}", 0.4)


def _of_distance(shape: Shape | None, family: str, candidate: Candidate) -> Iterator[Evidence]:
    """Compare a point of the candidate with ours; that of a country says little of a town."""
    if shape is None or candidate.point is None or family not in {"place", "event", ""}:
        return
    if shape.is_point and any(family_of(kind) == "country" for kind in candidate.kinds):
        return
    apart = shape.distance(candidate.point)
    slack = _OF_AN_EVENT if family == "event" else 1.0
    where = shape.said(apart)
    if apart <= _CLOSE * slack:
        yield Evidence(where, 1.0, confirms=TOLD)
    elif apart <= _NEAR * slack:
        yield Evidence(where)
    else:
        yield Evidence(where, 0.75 if apart <= _FAR * slack else 0.3)


def _of_places(known: Surroundings, family: str, candidate: Candidate) -> Iterator[Evidence]:
    """Compare what the candidate lies in with what ours lies in, and its country with those told for ours."""
    if family not in {"place", "event", ""}:
        return
    for each in _met(known.within, candidate.within):
        yield Evidence(f"lies in {_linked(each)}", 1.0, confirms=TOLD)
        break
    if not known.countries or not candidate.countries:
        return
    found = next(_met(known.countries, candidate.countries), None)
    if found:
        yield Evidence(f"its country there is {_linked(found)}")
    elif family != "event":
        shown = ", ".join(sorted(each.rpartition("/")[2] for each in candidate.countries))
        yield Evidence(f"its country there is {shown}, none of those told for ours", 0.5)


def _met(ours: Iterable[Surrounding], theirs: frozenset[str]) -> Iterator[Surrounding]:
    return (each for each in ours if each.item in theirs)


def _linked(each: Surrounding) -> str:
    number = each.item.rpartition("/")[2]
    return f"{number}, which is linked to our {each.label}" if each.label else f"{number}, as told"
