"""Times in running text and in data, as days counted in numbers that compare: 19920508 is 8 May 1992.

A span has a first and a last day, both within it: a year is the span of its days.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import NamedTuple

_ENGLISH = "january february march april may june july august september october november december"
_RUSSIAN = "января февраля марта апреля мая июня июля августа сентября октября ноября декабря"
_MONTH = {
    name: number
    for months_of_a_language in (_ENGLISH, _RUSSIAN)
    for number, full in enumerate(months_of_a_language.split(), 1)
    for name in (full, full[:3])
} | {"sept": 9}
_SEASONS = {"spring": (3, 5), "summer": (6, 8), "autumn": (9, 11), "fall": (9, 11)}
_PARTS = {"early": (0, 3), "mid": (4, 6), "late": (7, 9), "": (0, 9)}


class Span(NamedTuple):
    """From the first day to the last."""

    begin: int
    end: int

    @property
    def years(self) -> tuple[int, int]:
        """First and last year."""
        return self.begin // 10000, self.end // 10000

    def meets(self, other: Span) -> bool:
        """Tell whether some day lies in both."""
        return self.begin <= other.end and other.begin <= self.end

    def holds(self, other: Span) -> bool:
        """Tell whether all of the other lies in this."""
        return self.begin <= other.begin and other.end <= self.end


ALWAYS = Span(-(10**9), 10**9)


def years(first: int, last: int) -> Span:
    """Give the span of whole years."""
    return Span(first * 10000 + 101, last * 10000 + 1231)


def months(year: int, first: int, last: int) -> Span:
    """Give the span of whole months of one year."""
    return Span(year * 10000 + first * 100 + 1, year * 10000 + last * 100 + 31)


def day(year: int, month: int, number: int) -> Span:
    """Give the span of one day."""
    value = year * 10000 + month * 100 + number
    return Span(value, value)


_ALTERNATIVES = re.compile(
    rf"""
      (?P<iso>\b\d{{4}}-\d\d-\d\d\b)
    | (?P<month_iso>\b\d{{4}}-(?:0[1-9]|1[0-2])\b(?!-))
    | (?P<dmy>\b\d{{1,2}}\s+(?:{"|".join(_MONTH)})\.?,?\s+\d{{4}}\b)
    | (?P<mdy>\b(?:{"|".join(_MONTH)})\.?\s+\d{{1,2}},?\s+\d{{4}}\b)
    | (?P<my>\b(?:{"|".join(_MONTH)})\.?\s+\d{{4}}\b)
    | (?P<season>\b(?:{"|".join(_SEASONS)})\s+(?:of\s+)?\d{{4}}\b)
    | (?P<decade>\b(?:(?:early|mid|late)[\s-]+)?(?:the\s+)?\d{{3}}0s\b)
    | (?P<range>\b\d{{4}}\s*[-–—/]\s*(?:\d{{4}}|\d\d)\b)
    | (?P<year>\b(?:1\d|20)\d\d\b)
    """,
    re.VERBOSE | re.IGNORECASE,
)


def find_times(text: str) -> tuple[list[Span], str]:
    """Give the times that `text` speaks of, in their order, and the text without them."""
    spans = [_span(found.lastgroup or "", found[0].lower()) for found in _ALTERNATIVES.finditer(text)]
    return spans, _ALTERNATIVES.sub(" ", text)


def _span(form: str, text: str) -> Span:
    numbers = [int(number) for number in re.findall(r"\d+", text)]
    word = next(iter(re.findall(r"[^\W\d_]+", text)), "")
    month = _MONTH.get(word, 0)
    match form:
        case "iso":
            return day(*numbers)
        case "month_iso":
            return months(numbers[0], numbers[1], numbers[1])
        case "dmy" | "mdy":
            return day(max(numbers), month, min(numbers))
        case "my":
            return months(numbers[0], month, month)
        case "season":
            return months(numbers[0], *_SEASONS[word])
    return _years_of(form, word, numbers)


def _years_of(form: str, word: str, numbers: list[int]) -> Span:
    if form == "decade":
        first, last = _PARTS.get(word, _PARTS[""])
        return years(numbers[0] + first, numbers[0] + last)
    first, last = numbers[0], numbers[-1]
    return years(first, last if last > 99 else first // 100 * 100 + last)


def of_datetime(value: str, precision: int = 11) -> Span | None:
    """Read an xsd:dateTime of Wikidata; without a day (precision 9 is a year, 10 a month) it is a span."""
    found = re.match(r"([+-]?\d+)-(\d\d)-(\d\d)", value)
    if found is None:
        return None
    year, month, number = (int(part) for part in found.groups())
    if precision <= 9 or not month or (precision > 11):
        return years(year, year)
    return months(year, month, month) if precision == 10 or not number else day(year, month, number)


def hull(spans: Iterable[Span]) -> Span | None:
    """Give the least span that holds all of `spans`."""
    listed = list(spans)
    return Span(min(each.begin for each in listed), max(each.end for each in listed)) if listed else None
