"""Bars to scale, and dates in words."""

from __future__ import annotations

import pytest

from server.views.bars import Extent, axis_of_days, axis_of_numbers, ordinal, point
from server.views.dates import Words, in_words


def test_an_axis_of_numbers_begins_at_zero_and_ends_at_a_round_number() -> None:
    axis = axis_of_numbers([Extent(sure=(20_000, 30_000)), point(31_000)])
    assert (axis.low, axis.high) == (0, 40_000)
    assert [tick.label for tick in axis.ticks] == ["0", "10,000", "20,000", "30,000", "40,000"]
    assert (axis.place(0), axis.place(40_000)) == (2, 98)


def test_an_open_end_has_room() -> None:
    axis = axis_of_numbers([point(30_000), Extent(sure=(30_000, 30_000), possible=(30_000, None))])
    assert axis.high == 40_000
    drawn = axis.bar(Extent(sure=(30_000, 30_000), possible=(30_000, None)))
    assert drawn.point == axis.place(30_000)
    assert drawn.possible == (axis.place(30_000), round(98 - axis.place(30_000), 2))
    assert (drawn.open_before, drawn.open_after) == (False, True)


@pytest.mark.parametrize("number", [0, 0.4, 1, 3, 7, 99, 12_345, 9e12])
def test_every_number_fits(number: float) -> None:
    axis = axis_of_numbers([point(number)])
    assert 2 <= axis.place(number) <= 98
    assert 2 <= len(axis.ticks) <= 7


@pytest.mark.parametrize(
    ("first", "last", "labels"),
    [
        ("1988-02-20", "2022-09-13", ["1990", "2000", "2010", "2020"]),
        ("2020-09-27", "2020-11-10", ["Sep 2020", "Oct 2020", "Nov 2020"]),
        ("0001-01-01", "9999-12-31", ["2000", "4000", "6000", "8000"]),
    ],
)
def test_an_axis_of_days(first: str, last: str, labels: list[str]) -> None:
    axis = axis_of_days([Extent(sure=(ordinal(first) or 0, ordinal(last) or 0))])
    assert [tick.label for tick in axis.ticks] == labels
    assert 2 <= axis.place(ordinal(first) or 0) < axis.place(ordinal(last) or 0) <= 98


def test_what_is_no_day_has_no_place() -> None:
    assert ordinal("") is None
    assert ordinal("2020") is None


@pytest.mark.parametrize(
    ("recorded", "words"),
    [
        ("2022-09-13", Words("on", "2022-09-13")),
        ("2020-23", Words("on", "autumn 2020")),
        ("199X", Words("on", "1990s")),
        ("1988~", Words("on", "about 1988")),
        ("2022-09-14?", Words("on", "2022-09-14 (uncertain)")),
        ("1994/2020", Words("span", "1994", "2020")),
        ("2020-11-10/..", Words("since", "2020-11-10")),
        ("2020-11-10/", Words("begun", "2020-11-10")),
        ("../1994", Words("until", "1994")),
        ("/1994", Words("ended", "1994")),
        ("[2022-09-13..2022-09-15]", Words("between", "2022-09-13", "2022-09-15")),
        ("[..2020]", Words("by", "2020")),
        ("[2020..]", Words("from", "2020")),
        ("soon", Words("on", "soon")),
        ("", Words("on", "")),
    ],
)
def test_dates_in_words(recorded: str, words: Words) -> None:
    assert in_words(recorded) == words
