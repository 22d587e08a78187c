"""EDTF dates as four calendar bounds, by the `edtf` library; nothing here reads a date by hand.

What the bounds mean, and what the library (5.0.2) does that we correct or pass on:

* An instant, however coarse (`2020-23`, `2020`, `2022-09-13`, `[2022-09-13..2022-09-15]`): begin and end
  both lie somewhere in it.
* `A/B`: the begin lies in A, the end in B.
* `A/..` (open end): no end bounds, for it was still so when last heard of. `../B` is the mirror.
* `A/` (unknown end): it ended on or after the first day on which it can have begun, and no last day
  is known. `/B` is the mirror. The library makes up an end ten years later, which is never published.
* `?` and `~` behind a date widen it by one unit of its finest part (`2020~` by a year, `2020-09~` by a
  month, `2020-09-27~` by a day), `%` by two. The library would add a unit for each part, so that an
  uncertain day would span two years. Signs inside a date (`2020-~09-27`) are left to the library.
* Winter is December of the year named: the library does not let a season cross into the next year.
* The library accepts 29 February of any year and intervals that end before they begin: both are refused.
* `datetime.date` ends at the years 1 and 9999; a bound beyond them is left out.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from datetime import MAXYEAR, MINYEAR, date
from functools import lru_cache
from time import struct_time
from typing import Any

import edtf
from dateutil.relativedelta import relativedelta

from kg.errors import InvalidDateError

_MEND = (
    "Write an EDTF date such as 2022-09-13, 2020-09, 2020, 2020-23 (autumn 2020), 1988~, "
    "2020-09-27/2020-11-10 or 1994-05/.. (see https://www.loc.gov/standards/datetime/)."
)


@dataclass(frozen=True, slots=True)
class Bounds:
    """The first and last day on which something can have begun, and can have ended; None is unbounded."""

    earliest_begin: date | None
    latest_begin: date | None
    earliest_end: date | None
    latest_end: date | None


@lru_cache(maxsize=65_536)
def bounds(text: str) -> Bounds:
    """Give the bounds of an EDTF date, as the module's docstring defines them.

    Raises `InvalidDateError` for what is not EDTF or is no date of the calendar.
    """
    parsed = _parse(text)
    try:
        found = _interval(parsed) if isinstance(parsed, edtf.Interval) else _instant(parsed)
    except Exception as error:  # the library raises whatever its parts raise
        raise _invalid(text) from error
    if _reversed(found):
        raise InvalidDateError(f"'{text}' ends before it begins.", mend="Swap its two dates.")
    return found


def is_edtf(text: str) -> bool:
    """Tell whether `bounds` accepts `text`."""
    try:
        bounds(text)
    except InvalidDateError:
        return False
    return True


def _parse(text: str) -> Any:
    # The library strips white space; as a literal, " 2020" is no EDTF.
    if text != text.strip():
        raise _invalid(text)
    try:
        return _plain(text) or edtf.parse_edtf(text)
    except Exception as error:  # beside its own exception it lets AttributeError and others through
        raise _invalid(text) from error


def _plain(text: str) -> Any:
    # Most dates are plain days; the library's own grammar of them takes 0.4 ms, its whole one 5 ms.
    grammar: Any = edtf.Date.parser
    try:
        return grammar.parse_string(text, parse_all=True)[0]
    except Exception:  # not a plain day: let the whole grammar decide
        return None


def _invalid(text: str) -> InvalidDateError:
    return InvalidDateError(f"'{text}' is not an EDTF date of the calendar.", mend=_MEND)


def _instant(parsed: Any) -> Bounds:
    lower, upper = _extent(parsed)
    return Bounds(lower, upper, lower, upper)


def _interval(parsed: Any) -> Bounds:
    begin = _Side(*_extent(parsed.lower)) if _is_given(parsed.lower) else None
    end = _Side(*_extent(parsed.upper)) if _is_given(parsed.upper) else None
    return Bounds(
        begin.lower if begin else None,
        begin.upper if begin else end.upper if end and _is_unknown(parsed.lower) else None,
        end.lower if end else begin.lower if begin and _is_unknown(parsed.upper) else None,
        end.upper if end else None,
    )


@dataclass(frozen=True, slots=True)
class _Side:
    lower: date | None
    upper: date | None


def _is_given(side: Any) -> bool:
    return not isinstance(side, edtf.UnspecifiedIntervalSection)


def _is_unknown(side: Any) -> bool:
    return isinstance(side, edtf.UnspecifiedIntervalSection) and bool(side.is_unknown)


def _extent(parsed: Any) -> tuple[date | None, date | None]:
    # The fuzzy bounds equal the strict ones where nothing is uncertain or approximate.
    if not (isinstance(parsed, edtf.UncertainOrApproximate) and parsed.ua):
        return _date(parsed.lower_fuzzy()), _date(parsed.upper_fuzzy())
    lower, upper = _date(parsed.lower_strict()), _date(parsed.upper_strict())
    times = 2 if parsed.ua.is_uncertain_and_approximate else 1
    if parsed.date.day:
        return _shifted(lower, relativedelta(days=-times)), _shifted(upper, relativedelta(days=times))
    unit = "months" if parsed.date.month else "years"
    before, after = relativedelta(**{unit: -times}), relativedelta(**{unit: times}, day=31)
    return _shifted(lower, before), _shifted(upper, after)


def _shifted(day: date | None, padding: relativedelta) -> date | None:
    try:
        return None if day is None else day + padding
    except (OverflowError, ValueError):  # beyond the years 1 and 9999
        return None


def _date(moment: struct_time | float) -> date | None:
    if isinstance(moment, float):
        if not math.isinf(moment):
            raise ValueError(f"neither a date nor an infinity: {moment}")
        return None
    if not MINYEAR <= moment.tm_year <= MAXYEAR:
        return None
    return date(moment.tm_year, moment.tm_mon, moment.tm_mday)


def _reversed(found: Bounds) -> bool:
    first, last = found.earliest_begin, found.latest_end
    return first is not None and last is not None and last < first
