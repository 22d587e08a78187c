"""How long something lasted, as its name tells: `44-day war`, `six-week war`, `44 günlük müharibə`."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from itertools import pairwise

from kg.matching.fold import fold
from kg.matching.lexicon import lexicon
from kg.matching.times import Span


@dataclass(frozen=True, slots=True)
class Duration:
    """A number of days, give or take some; `rest` are the other words of the name."""

    days: int
    slack: int
    rest: str

    def fits(self, span: Span) -> bool:
        """Tell whether something may have lasted so long; the last day may be counted or not."""
        return abs(_days(span) - self.days) <= self.slack


def duration_of(name: str, language: str = "") -> Duration | None:
    """Give the duration that a name tells, if it tells one: a number before a unit of time."""
    known = lexicon()
    words = fold(name, language).split()
    for place, (number, unit) in enumerate(pairwise(words)):
        count = int(number) if number.isdigit() and len(number) < 4 else known.counts.get(number, 0)
        if count and unit in known.units:
            each = known.units[unit]
            return Duration(count * each, max(1, each // 2), " ".join(words[:place] + words[place + 2 :]))
    return None


def _days(span: Span) -> int:
    try:
        begin, end = (date(each // 10000, each // 100 % 100, min(each % 100, 28)) for each in span)
    except ValueError:  # before the year 1, or without a month
        return -1
    return (end - begin).days + max(span.end % 100 - 28, 0) - max(span.begin % 100 - 28, 0)
