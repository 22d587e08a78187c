"""The timeline draws what is certain and what is possible to scale, and its tables say the same."""

from __future__ import annotations

import csv
import io

import pytest
from flask.testing import FlaskClient

from server.solutions import Term
from server.views.dated import Dated
from server.views.dates import Dates
from server.views.timeline import Filter, Timeline, Window, _bar, _ticks, period

YEAR_2020 = Window(*period("2020"))


def item(*bounds: str) -> Dated:
    nothing: tuple[()] = ()
    name = Term("literal", "A war")
    parts = (nothing,) * 8
    return Dated(Term("uri", "https://e.org/x"), name, "event", *parts, Dates(("2020",), *bounds))


@pytest.mark.parametrize(
    ("text", "first", "last"),
    [
        ("2020", "2020-01-01", "2020-12-31"),
        ("2020-02", "2020-02-01", "2020-02-29"),
        ("2020-11-10", "2020-11-10", "2020-11-10"),
    ],
)
def test_a_period_is_a_year_a_month_or_a_day(text: str, first: str, last: str) -> None:
    window = Window(*period(text))
    assert (window.begin, window.end) == (first, last)


def test_a_bar_is_hatched_where_it_may_and_full_where_it_must_have_been() -> None:
    bar = _bar(item("2020-01-01", "2020-07-01", "2020-10-01", "2020-12-31"), YEAR_2020)
    assert (bar.possible.x, bar.possible.width) == (0, 100)
    assert bar.certain is not None
    assert bar.certain.x == pytest.approx(100 * 182 / 366, abs=0.01)
    assert bar.certain.width == pytest.approx(100 * 93 / 366, abs=0.01)
    assert not bar.open_begin
    assert not bar.open_end


def test_one_of_several_days_is_nowhere_certain() -> None:
    assert _bar(item("2020-03-01", "2020-03-09", "2020-03-01", "2020-03-09"), YEAR_2020).certain is None


@pytest.mark.parametrize(
    ("bounds", "begin", "end"),
    [
        (("", "2020-06-01", "", "2020-06-01"), True, False),
        (("2020-06-01", "2020-06-01", "2020-06-01", ""), False, True),
        (("no day", "", "", "12020-01-01"), True, True),
    ],
)
def test_an_end_that_nobody_gives_is_open(bounds: tuple[str, ...], begin: bool, end: bool) -> None:
    bar = _bar(item(*bounds), YEAR_2020)
    assert (bar.open_begin, bar.open_end) == (begin, end)
    if end:
        assert bar.possible.x + bar.possible.width == pytest.approx(100, abs=0.01)


@pytest.mark.parametrize("text", ["0001", "2020-02", "2020-02-11", "9999-12-31"])
def test_marks_are_few_and_in_the_window(text: str) -> None:
    window = Window(*period(text))
    for _ in range(12):
        marks = _ticks(window)
        assert 1 <= len(marks) <= 9
        assert all(0 <= x <= 100 for x, _ in marks)
        window = window.scaled(3).moved(0.5)


def test_the_page_shows_what_is_asked_for(client: FlaskClient) -> None:
    text = client.get("/timeline?show=situation&from=2015").text
    assert "Northland controls the town" in text
    assert "/page/event/border-clash" not in text
    assert "2015-01-01" in text


def test_the_table_and_the_data_hold_the_same(client: FlaskClient) -> None:
    query = "?actor=northland&show=event&show=situation"
    page = client.get(f"/timeline{query}").text
    rows = list(csv.DictReader(io.StringIO(client.get(f"/timeline.csv{query}").text)))
    document = client.get(f"/timeline.json{query}").json
    assert document is not None
    assert rows
    assert [row["iri"] for row in rows] == [row["iri"] for row in document["rows"]]
    table = page[page.index("<tbody>") :]
    assert table.count("<tr>") == len(rows)
    for row in rows:
        assert row["label"] in table


@pytest.mark.parametrize("query", ["from=soon", "from=2020-13", "from=2021&to=2020", "to=2020-02-30"])
def test_what_is_no_period_is_refused_with_a_reason(client: FlaskClient, query: str) -> None:
    response = client.get(f"/timeline?{query}")
    assert response.status_code == 400
    assert response.json is not None
    assert response.json["mend"]


def test_nothing_found_is_said(client: FlaskClient) -> None:
    assert "0 of " in client.get("/timeline?actor=nobody").text


def test_there_is_no_other_format(client: FlaskClient) -> None:
    assert client.get("/timeline.xls").status_code == 404


WHOLE = Window(*period("2000")[:1], *period("2019")[1:])


@pytest.mark.parametrize(
    ("first", "last", "names"),
    [
        ("2000", "2019", {"Zoom in"}),
        ("2005", "2006", {"Earlier", "Later", "Zoom in", "Zoom out", "Whole"}),
        ("2000", "2004", {"Later", "Zoom in", "Zoom out", "Whole"}),
        ("2015", "2019", {"Earlier", "Zoom in", "Zoom out", "Whole"}),
        ("1900", "2100", {"Zoom in", "Whole"}),
        ("1900", "1901", {"Later", "Zoom in", "Whole"}),
        ("2005-03-01", "2005-03-07", {"Earlier", "Later", "Zoom out", "Whole"}),
    ],
)
def test_one_can_go_on_only_to_where_something_is(first: str, last: str, names: set[str]) -> None:
    window = Window(period(first)[0], period(last)[1])
    views = Timeline(Filter(), window, WHOLE, (), (), 0).views
    assert views.keys() == names
    if "Zoom out" in views:
        assert WHOLE.begin <= views["Zoom out"]["from"] <= views["Zoom out"]["to"] <= WHOLE.end
