"""Dates as they were recorded (EDTF), and the bounds that follow from them."""

from __future__ import annotations

from dataclasses import dataclass

from server.description import Description
from server.views.terms import BOUNDS, kcg


@dataclass(frozen=True, slots=True)
class Dates:
    """`recorded` is EDTF; the bounds are days, empty where there is none."""

    recorded: tuple[str, ...] = ()
    earliest_begin: str = ""
    latest_begin: str = ""
    earliest_end: str = ""
    latest_end: str = ""

    @property
    def begin(self) -> str:
        """The begin in words."""
        return _between(self.earliest_begin, self.latest_begin)

    @property
    def end(self) -> str:
        """The end in words."""
        return _between(self.earliest_end, self.latest_end)

    @property
    def one_day(self) -> str:
        """The day, if all four bounds are the same one."""
        bounds = {self.earliest_begin, self.latest_begin, self.earliest_end, self.latest_end}
        return bounds.pop() if len(bounds) == 1 else ""

    def __bool__(self) -> bool:
        """Whether anything is known."""
        return bool(self.recorded or self.begin or self.end)


def dates(description: Description, subject: str) -> Dates:
    """Give the dates of an event, situation, name or claim."""
    recorded = tuple(term.value for term in description.values(subject, kcg("when")))
    return Dates(recorded, *(description.text(subject, bound) for bound in BOUNDS))


def _between(earliest: str, latest: str) -> str:
    if earliest == latest:
        return earliest
    if earliest and latest:
        return f"between {earliest} and {latest}"
    return f"{earliest} or later" if earliest else f"{latest} or earlier"
