from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kg.matching.context import read_context
from kg.matching.times import Span, day, find_times, months, of_datetime, years

TIMES = [
    ("1992", years(1992, 1992)),
    ("1988-1994", years(1988, 1994)),
    ("1918–20", years(1918, 1920)),
    ("2020-11-09", day(2020, 11, 9)),
    ("2020-11", months(2020, 11, 11)),
    ("9 November 2020", day(2020, 11, 9)),
    ("November 9, 2020", day(2020, 11, 9)),
    ("Nov. 2020", months(2020, 11, 11)),
    ("9 ноября 2020", day(2020, 11, 9)),
    ("autumn 2020", months(2020, 9, 11)),
    ("early 1990s", years(1990, 1993)),
    ("the 1990s", years(1990, 1999)),
]


@pytest.mark.parametrize(("text", "span"), TIMES, ids=[text for text, _ in TIMES])
def test_times_in_text(text: str, span: Span) -> None:
    assert find_times(f"the battle, {text}, was lost")[0] == [span]


@pytest.mark.parametrize("text", ["", "resolution 884", "44-day war", "room 12", "99999"])
def test_no_times(text: str) -> None:
    assert find_times(text) == ([], text)


@pytest.mark.parametrize(
    ("value", "precision", "span"),
    [
        ("1992-05-08T00:00:00Z", 11, day(1992, 5, 8)),
        ("1992-05-01T00:00:00Z", 10, months(1992, 5, 5)),
        ("1992-01-01T00:00:00Z", 9, years(1992, 1992)),
        ("-0216-08-02T00:00:00Z", 11, day(-216, 8, 2)),
        ("http://www.wikidata.org/.well-known/genid/1", 11, None),
    ],
)
def test_times_of_wikidata(value: str, precision: int, span: Span | None) -> None:
    assert of_datetime(value, precision) == span


@given(st.integers(-3000, 3000), st.integers(0, 50), st.integers(-3000, 3000), st.integers(0, 50))
def test_meeting_is_mutual(first: int, lasted: int, second: int, long: int) -> None:
    one, other = years(first, first + lasted), years(second, second + long)
    assert one.meets(other) == other.meets(one)
    assert one.meets(one)
    assert not one.holds(other) or one.meets(other)


def test_what_an_article_tells_of_a_person() -> None:
    told = read_context("Prime Minister of Armenia (2016); born 1963", "person")
    assert [(each.text, each.span) for each in told.phrases] == [
        ("Prime Minister of Armenia", years(2016, 2016))
    ]
    assert told.born == years(1963, 1963)


@pytest.mark.parametrize(
    ("text", "phrase", "span"),
    [
        ("Azerbaijan, on 2007-04-26", "Azerbaijan", day(2007, 4, 26)),
        ("on 2020-12-04", "", day(2020, 12, 4)),
        ("Prime Minister of Tajikistan, from 2013-01-01", "Prime Minister of Tajikistan", day(2013, 1, 1)),
        ("in Malta", "Malta", None),
    ],
)
def test_phrases(text: str, phrase: str, span: Span | None) -> None:
    (found,) = read_context(text, "person").phrases
    assert (found.text, found.span) == (phrase, span)


def test_the_years_of_a_life() -> None:
    assert read_context("German priest (1892-1985)", "person").born == years(1892, 1892)
    assert read_context("armed conflict (1892-1985)", "event").born is None


def test_the_years_of_an_office_are_no_life() -> None:
    told = read_context("president of Azerbaijan, 2003-2022", "person")
    assert told.born is None
    assert [(each.text, each.span) for each in told.phrases] == [
        ("president of Azerbaijan", years(2003, 2022))
    ]


@pytest.mark.parametrize(
    ("text", "kind"), [("town", "city"), ("administrative district", "region"), ("1992", "")]
)
def test_kinds_told(text: str, kind: str) -> None:
    assert read_context(text, "place").kind == kind
