from __future__ import annotations

import pytest

from kg.matching.durations import duration_of
from kg.matching.times import Span

CASES = [
    ("44-day war", "en", 44, "war"),
    ("Six-Week War", "en", 42, "war"),
    ("44-дневная война", "ru", 44, "voyna"),
    ("44 günlük müharibə", "az", 44, "muhariba"),
    ("44-օրյա պատերազմ", "hy", 44, "paterazm"),
]


@pytest.mark.parametrize(("name", "language", "days", "rest"), CASES)
def test_a_name_tells_how_long(name: str, language: str, days: int, rest: str) -> None:
    told = duration_of(name, language)
    assert told is not None
    assert (told.days, told.rest) == (days, rest)


@pytest.mark.parametrize("name", ["Second War", "May war", "resolution 884", "2020 war", "", "day"])
def test_most_names_do_not(name: str) -> None:
    assert duration_of(name) is None


def test_the_last_day_may_be_counted_or_not() -> None:
    told = duration_of("44-day war")
    assert told is not None
    assert told.fits(Span(20200927, 20201110))
    assert not told.fits(Span(20200927, 20201113))
    assert not told.fits(Span(-500101, -491231))
