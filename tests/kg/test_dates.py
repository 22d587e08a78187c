"""EDTF to bounds: a table of cases, what is refused, and properties over random dates."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kg.dates import Bounds, bounds, is_edtf
from kg.errors import InvalidDateError

INSTANTS = {
    "2020": ("2020-01-01", "2020-12-31"),
    "2020-02": ("2020-02-01", "2020-02-29"),
    "2022-09-13": ("2022-09-13", "2022-09-13"),
    "2022-09-13T10:00:00Z": ("2022-09-13", "2022-09-13"),
    "2020-21": ("2020-03-01", "2020-05-31"),
    "2020-23": ("2020-09-01", "2020-11-30"),
    "2020-24": ("2020-12-01", "2020-12-31"),
    "2020-40": ("2020-01-01", "2020-06-30"),
    "199X": ("1990-01-01", "1999-12-31"),
    "1994-05-XX": ("1994-05-01", "1994-05-31"),
    "[2022-09-13..2022-09-15]": ("2022-09-13", "2022-09-15"),
    "{2020,2021-06}": ("2020-01-01", "2021-06-30"),
    "[..1988]": (None, "1988-12-31"),
    "[1988..]": ("1988-01-01", None),
    "1988~": ("1987-01-01", "1989-12-31"),
    "1988?": ("1987-01-01", "1989-12-31"),
    "1988%": ("1986-01-01", "1990-12-31"),
    "1994-05~": ("1994-04-01", "1994-06-30"),
    "2020-09-27~": ("2020-09-26", "2020-09-28"),
    "2020-09-~10": ("2020-09-09", "2020-09-11"),
    "199X~": ("1980-01-01", "2009-12-31"),
    "-0044": (None, None),
    "Y17000": (None, None),
}

INTERVALS = {
    "2020-09-27/2020-11-10": ("2020-09-27", "2020-09-27", "2020-11-10", "2020-11-10"),
    "1988/1994-05": ("1988-01-01", "1988-12-31", "1994-05-01", "1994-05-31"),
    "2020-22/2020-24": ("2020-06-01", "2020-08-31", "2020-12-01", "2020-12-31"),
    "1994~/2020": ("1993-01-01", "1995-12-31", "2020-01-01", "2020-12-31"),
    "1988/1994~": ("1988-01-01", "1988-12-31", "1993-01-01", "1995-12-31"),
    "2020-09-27/..": ("2020-09-27", "2020-09-27", None, None),
    "1988-02~/..": ("1988-01-01", "1988-03-31", None, None),
    "../2020": (None, None, "2020-01-01", "2020-12-31"),
    "1988/": ("1988-01-01", "1988-12-31", "1988-01-01", None),
    "/1988": (None, "1988-12-31", "1988-01-01", "1988-12-31"),
    "../..": (None, None, None, None),
}

REFUSED = [
    "",
    " 2020",
    "2020\n",
    "20",
    "2020-9",
    "2020-00",
    "2020-13",
    "2020-09-31",
    "2020-02-30",
    "2021-02-29",
    "1900-02-29",
    "2021-02-29~",
    "2021-02-29/2022",
    "2020/2021-02-29",
    "2021/2020",
    "2020-09-27/2020-09-26",
    "2020-09-27/2020-13",
    "[2022-13-01..2022-09-15]",
    "/",
    "open",
    "unknown",
    "autumn 2020",
    "27.09.2020",
    "2020-W01",
]


def day(text: str | None) -> date | None:
    return None if text is None else date.fromisoformat(text)


@pytest.mark.parametrize(("text", "extent"), INSTANTS.items())
def test_an_instant_begins_and_ends_within_it(text: str, extent: tuple[str | None, str | None]) -> None:
    lower, upper = day(extent[0]), day(extent[1])
    assert bounds(text) == Bounds(lower, upper, lower, upper)


@pytest.mark.parametrize(("text", "days"), INTERVALS.items())
def test_an_interval(text: str, days: tuple[str | None, ...]) -> None:
    assert bounds(text) == Bounds(*(day(each) for each in days))


@pytest.mark.parametrize("text", REFUSED)
def test_what_is_no_date_is_refused_with_a_hint(text: str) -> None:
    assert not is_edtf(text)
    with pytest.raises(InvalidDateError) as caught:
        bounds(text)
    assert caught.value.mend


@pytest.mark.parametrize("text", [*INSTANTS, *INTERVALS])
def test_what_is_a_date_is_known_as_one(text: str) -> None:
    assert is_edtf(text)


def _write(value: date, form: str, season: int) -> str:
    match form:
        case "year":
            return f"{value.year:04d}"
        case "month":
            return f"{value.year:04d}-{value.month:02d}"
        case "season":
            return f"{value.year:04d}-{season}"
        case _:
            return value.isoformat()


DAYS = st.dates(min_value=date(10, 1, 1), max_value=date(9980, 12, 31))
FORMS = st.sampled_from(["year", "month", "season", "day"])
INSTANT = st.builds(_write, DAYS, FORMS, st.integers(21, 41))
PLAIN = st.builds(_write, DAYS, st.sampled_from(["year", "month", "day"]), st.just(0))
QUALIFIED = st.builds("".join, st.tuples(PLAIN, st.sampled_from("?~%")))


def _interval(first: date, second: date, forms: tuple[str, str]) -> str:
    begin, end = sorted((first, second))
    return f"{_write(begin, forms[0], 23)}/{_write(end, forms[1], 23)}"


CLOSED = st.builds(_interval, DAYS, DAYS, st.tuples(*[st.sampled_from(["year", "month", "day"])] * 2))
HALF_OPEN = st.builds(
    str.format, st.sampled_from(["{}/..", "{}/", "../{}", "/{}"]), st.one_of(PLAIN, QUALIFIED)
)


@given(st.one_of(INSTANT, QUALIFIED, CLOSED, HALF_OPEN))
def test_bounds_are_in_order(text: str) -> None:
    found = bounds(text)
    pairs = [
        (found.earliest_begin, found.latest_begin),
        (found.earliest_end, found.latest_end),
        (found.earliest_begin, found.latest_end),
    ]
    assert all(first <= last for first, last in pairs if first and last)


@given(DAYS)
def test_a_day_is_itself(value: date) -> None:
    assert bounds(value.isoformat()) == Bounds(value, value, value, value)


@given(QUALIFIED)
def test_a_qualified_date_is_wider_than_the_plain_one(text: str) -> None:
    wide, plain = bounds(text), bounds(text[:-1])
    assert wide.earliest_begin is not None
    assert plain.earliest_begin is not None
    assert wide.earliest_begin < plain.earliest_begin
    assert wide.latest_end is not None
    assert plain.latest_end is not None
    assert wide.latest_end > plain.latest_end


@given(st.text(max_size=24))
def test_any_text_is_a_date_or_refused(text: str) -> None:
    assert is_edtf(text) in {True, False}
