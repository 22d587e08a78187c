"""Ranges as bars on a common axis: of numbers, and of time.

Positions are per cent of the width of the drawing, so that it fits any screen. A bar is solid where something
is stated or certain, faint where it is only possible, and ends in an arrow where nothing bounds it.
"""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import MAXYEAR, date
from itertools import count, takewhile

_FIRST, _LAST = 2.0, 98.0
_MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
_MANY_DAYS = 800
"""Days up to which an axis has months, and above which it has years."""


@dataclass(frozen=True, slots=True)
class Extent:
    """What a bar shows, in numbers or ordinals of days: `sure` is stated or certain, `possible` may be open
    (`None`) at either end."""

    sure: tuple[float, float] | None = None
    possible: tuple[float | None, float | None] | None = None

    @property
    def ends(self) -> tuple[float, ...]:
        """Every end that is known."""
        return tuple(each for each in (*(self.sure or ()), *(self.possible or ())) if each is not None)


@dataclass(frozen=True, slots=True)
class Bar:
    """A bar as it is drawn; a part that has no width is a point."""

    sure: tuple[float, float] | None
    point: float | None
    possible: tuple[float, float] | None
    open_before: bool
    open_after: bool


@dataclass(frozen=True, slots=True)
class Tick:
    """A mark on an axis."""

    at: float
    label: str


@dataclass(frozen=True, slots=True)
class Axis:
    """What all bars of one drawing share."""

    low: float
    high: float
    ticks: tuple[Tick, ...]

    def place(self, value: float) -> float:
        """Give where `value` lies, in per cent of the width."""
        share = (value - self.low) / (self.high - self.low)
        return round(_FIRST + (_LAST - _FIRST) * min(max(share, 0.0), 1.0), 2)

    def bar(self, extent: Extent) -> Bar:
        """Draw an extent."""
        low, high = extent.possible or (None, None)
        first, last = (None, None) if extent.sure is None else map(self.place, extent.sure)
        possible = None
        if extent.possible is not None:
            possible = self._span(self.low if low is None else low, self.high if high is None else high)
        return Bar(
            sure=None if extent.sure is None or first == last else self._span(*extent.sure),
            point=first if first == last else None,
            possible=possible,
            open_before=possible is not None and low is None,
            open_after=possible is not None and high is None,
        )

    def _span(self, low: float, high: float) -> tuple[float, float]:
        begin = self.place(low)
        return begin, round(self.place(high) - begin, 2)


def axis_of_numbers(extents: Iterable[Extent]) -> Axis:
    """Give an axis from zero on that all extents fit on."""
    found = list(extents)
    highest = max((end for extent in found for end in extent.ends), default=1.0) or 1.0
    step = _step(highest)
    high = step * math.ceil(highest / step)
    if high - highest < step / 2 and any(each.possible and each.possible[1] is None for each in found):
        high += step  # room for an open end
    values = takewhile(lambda value: value <= high, (step * number for number in count()))
    return _axis(0.0, high, ((value, f"{value:,.0f}") for value in values))


def axis_of_days(extents: Iterable[Extent]) -> Axis:
    """Give an axis of whole years, or of months where it is short, that all extents fit on."""
    ends = [end for extent in extents for end in extent.ends]
    first = date.fromordinal(int(min(ends, default=date(2000, 1, 1).toordinal())))
    last = date.fromordinal(int(max(ends, default=date(2001, 1, 1).toordinal())))
    if (last - first).days > _MANY_DAYS:
        return _axis_of_years(first.year, min(last.year + 1, MAXYEAR))
    return _axis_of_months(first, last)


def point(value: float) -> Extent:
    """Give the extent of one value."""
    return Extent(sure=(value, value))


def ordinal(day: str) -> float | None:
    """Give the ordinal of a day in ISO 8601; nothing for what is none."""
    try:
        return float(date.fromisoformat(day).toordinal())
    except ValueError:
        return None


def _axis(low: float, high: float, marks: Iterable[tuple[float, str]]) -> Axis:
    bare = Axis(low, high, ())
    return Axis(low, high, tuple(Tick(bare.place(value), label) for value, label in marks))


def _step(highest: float, most: int = 4) -> float:
    """Give a round step of which at most about `most` reach `highest`."""
    power: float = 10 ** math.floor(math.log10(highest / most)) if highest > most else 1
    return next(power * factor for factor in (1, 2, 5, 10) if power * factor * most >= highest)


def _axis_of_years(first: int, last: int) -> Axis:
    step = int(_step(last - first, 6))
    years = range(first + -first % step, last + 1, step)
    low, high = (_day(year) for year in (first, last))
    return _axis(low, high, ((_day(year), str(year)) for year in years))


def _axis_of_months(first: date, last: date) -> Axis:
    begin = first.year * 12 + first.month - 1
    end = last.year * 12 + last.month
    step = max(1, math.ceil((end - begin) / 5))
    marks = ((_month(number), f"{_MONTHS[number % 12]} {number // 12}") for number in range(begin, end, step))
    return _axis(_month(begin), _month(end), marks)


def _day(year: int) -> float:
    return float(date(year, 1, 1).toordinal())


def _month(number: int) -> float:
    return float(date(number // 12, number % 12 + 1, 1).toordinal())
