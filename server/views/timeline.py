"""The timeline: what certainly was and what may have been, drawn to scale in a window of days."""

from __future__ import annotations

import re
from calendar import monthrange
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from functools import partial

from kg.errors import UsageError
from server.site import Site
from server.views.dated import SHOWN, Dated, choices, dated, has, ordinal

_PERIOD = re.compile(r"([0-9]{4})(?:-([0-9]{2})(?:-([0-9]{2}))?)?")
_MONTHS = (1, 2, 3, 6, 12, 24, 60, 120, 240, 600, 1200, 2400, 6000, 12000)
_DAYS = (1, 2, 7, 14)
_TICKS = 8
_SHORTEST = 7
_FIRST, _LAST = date.min.toordinal(), date.max.toordinal()


@dataclass(frozen=True, slots=True)
class Window:
    """The days that are drawn, counted; both are in it."""

    first: int
    last: int

    @property
    def begin(self) -> str:
        """The first day."""
        return _day(self.first).isoformat()

    @property
    def end(self) -> str:
        """The last day."""
        return _day(self.last).isoformat()

    @property
    def days(self) -> int:
        """How many there are."""
        return self.last + 1 - self.first

    def at(self, day: int) -> float:
        """Where a day begins, in percent of the width."""
        return round(100 * (day - self.first) / self.days, 3)

    def moved(self, share: float) -> Window:
        """Go back or forth by a share of what is seen."""
        step = round(self.days * share)
        return Window(_within(self.first + step), _within(self.last + step))

    def scaled(self, factor: float) -> Window:
        """See more or less around the same middle, a week at least."""
        middle, half = (self.first + self.last) / 2, (self.last - self.first) / 2 * factor
        half = max(half, _SHORTEST / 2)
        return Window(_within(round(middle - half)), _within(round(middle + half)))

    def clipped(self, other: Window) -> Window:
        """Leave out what is not in the other."""
        return Window(max(self.first, other.first), min(self.last, other.last))

    def parameters(self) -> dict[str, str]:
        """The parameters that lead to it."""
        return {"from": self.begin, "to": self.end}


@dataclass(frozen=True, slots=True)
class Stretch:
    """A bar: where it begins and how wide it is, in percent."""

    x: float
    width: float


@dataclass(frozen=True, slots=True)
class Bar:
    """One thing drawn: when it may have been, when it certainly was, and which of its ends is open."""

    item: Dated
    possible: Stretch
    certain: Stretch | None
    open_begin: bool
    open_end: bool


@dataclass(frozen=True, slots=True)
class Filter:
    """What is asked for; empty where nothing is."""

    show: tuple[str, ...] = ("event", "agreement")
    kind: str = ""
    actor: str = ""
    source: str = ""
    begin: str = ""
    end: str = ""

    @property
    def parameters(self) -> dict[str, str | list[str]]:
        """The parameters of the address, but for the window."""
        given: dict[str, str | list[str]] = {
            name: value for name in ("kind", "actor", "source") if (value := getattr(self, name))
        }
        return given if self.show == Filter().show else given | {"show": list(self.show)}

    @classmethod
    def read(cls, parameters: Mapping[str, str], show: Iterable[str]) -> Filter:
        """Read the parameters of a request; kinds of entity that are not known are passed over."""
        given = {name: parameters.get(name, "").strip() for name in ("kind", "actor", "source")}
        shown = tuple(each for each in SHOWN if each in set(show))
        begin, end = parameters.get("from", "").strip(), parameters.get("to", "").strip()
        return cls(shown or cls().show, **given, begin=begin, end=end)


@dataclass(frozen=True, slots=True)
class Timeline:
    """The page: bars in a window, marks on its axis, and what can be chosen."""

    asked: Filter
    window: Window
    whole: Window
    bars: tuple[Bar, ...]
    ticks: tuple[tuple[float, str], ...]
    total: int
    choices: dict[str, tuple[tuple[str, str], ...]] = field(default_factory=dict)

    @property
    def views(self) -> dict[str, dict[str, str]]:
        """Where to look next, as far as there is something: the parameters of windows by what leads there."""
        window, whole = self.window, self.whole
        moves: dict[str, Window] = {}
        if window.first > whole.first:
            moves["Earlier"] = window.moved(-0.5)
        if window.last < whole.last:
            moves["Later"] = window.moved(0.5)
        if window.days > _SHORTEST:
            moves["Zoom in"] = window.scaled(0.5)
        wider = window.scaled(2).clipped(whole)
        if wider.days > window.days:
            moves["Zoom out"] = wider
        back: dict[str, dict[str, str]] = {} if window == whole else {"Whole": {}}
        return {name: each.parameters() for name, each in moves.items()} | back


def timeline(site: Site, asked: Filter) -> Timeline:
    """Lay out what is `asked` for. Raises `UsageError` for a period that is none."""
    everything = dated(site)
    chosen = tuple(filter(partial(_is_asked, site, asked), everything))
    known = _known(chosen)
    window, whole = _window(asked, known), _window(Filter(), known)
    bars = tuple(_bar(item, window) for item in chosen if _touches(item, window))
    return Timeline(asked, window, whole, bars, _ticks(window), len(everything), site.remembered(_choices))


def _is_asked(site: Site, asked: Filter, item: Dated) -> bool:
    return (
        item.kind in asked.show
        and has(site, item.kinds, asked.kind)
        and has(site, item.actors, asked.actor)
        and has(site, item.sources, asked.source)
    )


def _choices(site: Site) -> dict[str, tuple[tuple[str, str], ...]]:
    items = dated(site)
    return {
        "kind": choices(site, items, lambda item: item.kinds),
        "actor": choices(site, items, lambda item: item.actors),
        "source": choices(site, items, lambda item: item.sources),
    }


def _known(items: Iterable[Dated]) -> tuple[int, int]:
    """Give the first and the last day that is known of any of them."""
    bounds = (bound for item in items for bound in (item.first, item.last, *_core(item)))
    known = [bound for bound in bounds if bound is not None] or list(period("2000"))
    return min(known), max(known)


def _window(asked: Filter, known: tuple[int, int]) -> Window:
    """Give the period asked for; what is not said is taken from the first and last day that are `known`."""
    margin = max(_SHORTEST, (known[1] - known[0]) // 40)
    first = period(asked.begin)[0] if asked.begin else known[0] - margin
    last = period(asked.end)[1] if asked.end else known[1] + margin
    if first > last and asked.begin and asked.end:
        raise UsageError(f"{asked.begin} is later than {asked.end}.", mend="Exchange from and to.")
    if first > last:
        # Only one of them was said, and it lies beyond all that is known.
        first, last = (first, first + margin) if asked.begin else (last - margin, last)
    return Window(_within(first), _within(last))


def _core(item: Dated) -> tuple[int | None, int | None]:
    return ordinal(item.dates.latest_begin), ordinal(item.dates.earliest_end)


def period(text: str) -> tuple[int, int]:
    """Give the first and the last day of a year, a month or a day, counted.

    Raises `UsageError` for anything else.
    """
    found = _PERIOD.fullmatch(text)
    try:
        if not found:
            raise ValueError(text)
        year, month, day = (int(part) if part else 0 for part in found.groups())
        first = date(year, month or 1, day or 1)
        last = date(year, month or 12, day or monthrange(year, month or 12)[1])
    except ValueError:
        raise UsageError(
            f"'{text}' is no year, month or day.", mend="Write it as 2020, 2020-11 or 2020-11-10."
        ) from None
    return first.toordinal(), last.toordinal()


def _touches(item: Dated, window: Window) -> bool:
    first, last = item.first, item.last
    return (first is None or first <= window.last) and (last is None or last >= window.first)


def _bar(item: Dated, window: Window) -> Bar:
    first, last = item.first, item.last
    begun, ending = _core(item)
    certain = None
    if begun is not None and ending is not None and begun <= ending:
        certain = _stretch(begun, ending, window)
    possible = _stretch(
        window.first if first is None else first, window.last if last is None else last, window
    )
    return Bar(item, possible or Stretch(0, 0), certain, first is None, last is None)


def _stretch(first: int, last: int, window: Window) -> Stretch | None:
    first, last = max(first, window.first), min(last, window.last)
    if first > last:
        return None
    x = window.at(first)
    return Stretch(x, round(window.at(last + 1) - x, 3))


def _ticks(window: Window) -> tuple[tuple[float, str], ...]:
    """Give where the axis is marked, at round dates, and with what."""
    days = window.last - window.first + 1
    if days <= _DAYS[-1] * _TICKS:
        step = next(each for each in _DAYS if days / each <= _TICKS)
        marks = [_day(number) for number in range(window.first, window.last + 1, step)]
        return tuple((window.at(mark.toordinal()), mark.isoformat()) for mark in marks)
    step = next((each for each in _MONTHS if days / 30.4 / each <= _TICKS), _MONTHS[-1])
    return tuple((window.at(mark.toordinal()), _written(mark, step)) for mark in _months(window, step))


def _months(window: Window, step: int) -> Iterable[date]:
    first, last = _day(window.first), _day(window.last)
    months = range(-(-(first.year * 12 + first.month - 1) // step) * step, last.year * 12 + last.month, step)
    found = (date(month // 12, month % 12 + 1, 1) for month in months if 12 <= month < 120_000)
    return (each for each in found if first <= each <= last)


def _written(mark: date, step: int) -> str:
    return f"{mark.year}" if step % 12 == 0 else f"{mark:%Y-%m}"


def _day(number: int) -> date:
    return date.fromordinal(number)


def _within(day: int) -> int:
    return min(max(day, _FIRST), _LAST)
