"""The record as of a day: what certainly, and what possibly, was so then; and what was published by then.

A reader asks with `?asof=2021-01-01`, and with `&known=1` for what documents published by that day say. The
same two parameters mean the same on every page and in the data addresses.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

import pyoxigraph as ox

from kg.errors import UsageError
from server.description import Description
from server.site import Site
from server.views.dates import Dates
from server.views.situations import Situation, situations

_DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
_XSD_DATE = ox.NamedNode("http://www.w3.org/2001/XMLSchema#date")
_YES = frozenset({"1", "on", "true", "yes"})


class Certainty(StrEnum):
    """How sure it is that something was so on a day."""

    CERTAINLY = "certainly"
    POSSIBLY = "possibly"
    NOT = "not"


@dataclass(frozen=True, slots=True)
class Moment:
    """A day to look at; `known` leaves out what no document published by that day says."""

    day: str
    known: bool = False

    @property
    def published_by(self) -> str:
        """The last day on which a document that counts may have been published."""
        return self.day if self.known else date.max.isoformat()

    @property
    def parameters(self) -> dict[str, str]:
        """The parameters that lead back to this moment."""
        return {"asof": self.day} | ({"known": "1"} if self.known else {})

    def substitutions(self) -> dict[str, ox.Literal]:
        """Give what `?day` and `?publishedBy` stand for in queries."""
        return {
            "day": ox.Literal(self.day, datatype=_XSD_DATE),
            "publishedBy": ox.Literal(self.published_by, datatype=_XSD_DATE),
        }

    def knows(self, published: str) -> bool:
        """Tell whether what is first said in a document of the day `published` counts."""
        return not self.known or (bool(published) and published <= self.day)


@dataclass(frozen=True, slots=True)
class Standing:
    """A situation on a day."""

    situation: Situation
    certainty: Certainty


def moment(parameters: Mapping[str, str]) -> Moment | None:
    """Read `asof` and `known`; `None` where no day is asked for. Raises `UsageError` for what is no day."""
    text = parameters.get("asof", "").strip()
    if not text:
        return None
    try:
        if not _DAY.fullmatch(text):
            raise ValueError(text)
        day = date.fromisoformat(text)
    except ValueError:
        raise UsageError(
            f"'{text}' is not a day of the calendar.",
            mend="Write asof as year-month-day, such as 2021-01-31.",
        ) from None
    return Moment(day.isoformat(), parameters.get("known", "").lower() in _YES)


def certainty(dates: Dates, day: str) -> Certainty:
    """Tell how sure it is that something with these dates was so on `day`.

    Certainly, if it had begun by then even at the latest and had not ended even at the earliest. An end of
    which nothing is known makes nothing certain.
    """
    if dates.earliest_begin > day or (dates.latest_end and dates.latest_end < day):
        return Certainty.NOT
    begun = bool(dates.latest_begin) and dates.latest_begin <= day
    return Certainty.CERTAINLY if begun and dates.earliest_end >= day else Certainty.POSSIBLY


def on(found: Iterable[Situation], when: Moment) -> tuple[Standing, ...]:
    """Give those of the situations that were, or may have been, so at the moment: the certain ones first."""
    known = (each for each in found if when.knows(each.published))
    judged = (Standing(each, certainty(each.dates, when.day)) for each in known)
    standing = (each for each in judged if each.certainty is not Certainty.NOT)
    return tuple(sorted(standing, key=lambda each: each.certainty))


def standing(site: Site, when: Moment) -> tuple[Standing, ...]:
    """Ask for every situation, of whatever place and actor, that was or may have been so at the moment."""
    rows = site.select("standing", **when.substitutions())
    return on(situations(Description(site.vocabulary, rows), rows), when)
