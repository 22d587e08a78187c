"""What was so on a day: read from the address, judged by the bounds of dates, in SPARQL as on pages."""

from __future__ import annotations

import pytest
from flask.testing import FlaskClient

from kg.dates import bounds
from kg.errors import UsageError
from server.views.asof import Certainty, Moment, certainty, moment
from server.views.dates import Dates

CONTROL = "https://w3id.org/kcg/id/situation/control"
CLAIM = "https://w3id.org/kcg/id/situation/sovereignty"


def dates(edtf: str) -> Dates:
    found = bounds(edtf)
    days = (found.earliest_begin, found.latest_begin, found.earliest_end, found.latest_end)
    return Dates((edtf,), *("" if day is None else day.isoformat() for day in days))


@pytest.mark.parametrize(
    ("edtf", "day", "expected"),
    [
        ("1994/2020", "1993-12-31", Certainty.NOT),
        ("1994/2020", "1994-05-01", Certainty.POSSIBLY),
        ("1994/2020", "1995-01-01", Certainty.CERTAINLY),
        ("1994/2020", "2020-01-01", Certainty.CERTAINLY),
        ("1994/2020", "2020-01-02", Certainty.POSSIBLY),
        ("1994/2020", "2021-01-01", Certainty.NOT),
        ("2020-11-10/..", "2020-11-09", Certainty.NOT),
        ("2020-11-10/..", "2020-11-10", Certainty.POSSIBLY),
        ("2020-11-10/..", "2999-01-01", Certainty.POSSIBLY),
        ("2020-11-10/", "2020-11-10", Certainty.CERTAINLY),
        ("2020-11-10/", "2020-11-11", Certainty.POSSIBLY),
        ("[..2020]", "1200-01-01", Certainty.POSSIBLY),
        ("[..2020]", "2021-01-01", Certainty.NOT),
        ("2016-04-07", "2016-04-07", Certainty.CERTAINLY),
    ],
)
def test_certainty(edtf: str, day: str, expected: Certainty) -> None:
    assert certainty(dates(edtf), day) is expected


def test_what_has_no_date_is_possible() -> None:
    assert certainty(Dates(), "2000-01-01") is Certainty.POSSIBLY


def test_the_moment_is_read_from_the_address() -> None:
    assert moment({}) is None
    assert moment({"asof": "", "known": "1"}) is None
    assert moment({"asof": "2021-01-31"}) == Moment("2021-01-31")
    asked = moment({"asof": " 2021-01-31 ", "known": "on"})
    assert asked == Moment("2021-01-31", known=True)
    assert moment(asked.parameters) == asked


@pytest.mark.parametrize(
    "text", ["2021", "2021-02-30", "20210131", "2021-W01-1", "soon", "<script>", "٢٠٢١-٠١-٠١"]
)
def test_what_is_no_day_is_refused(text: str) -> None:
    with pytest.raises(UsageError, match="not a day"):
        moment({"asof": text})


def test_known_wants_a_document_of_the_time() -> None:
    assert Moment("2021-01-31").knows("")
    known = Moment("2021-01-31", known=True)
    assert known.knows("2021-01-31")
    assert not known.knows("2021-02-01")
    assert not known.knows("")


@pytest.mark.parametrize(
    ("address", "there", "missing"),
    [
        ("?asof=2000-01-01", [CONTROL, CLAIM], []),
        ("?asof=2021-06-01", [CLAIM], [CONTROL]),
        ("?asof=1950-01-01", [], [CONTROL, CLAIM]),
        ("?asof=2000-01-01&known=1", [], [CONTROL, CLAIM]),
        ("?asof=2023-01-01&known=1", [CLAIM], [CONTROL]),
    ],
)
def test_data_as_of_a_day(client: FlaskClient, address: str, there: list[str], missing: list[str]) -> None:
    response = client.get(f"/data/place/twin-town.nt{address}")
    assert response.status_code == 200
    assert response.headers["Content-Location"] == f"/data/place/twin-town.nt{address}"
    subjects = {line.split()[0].strip("<>") for line in response.text.splitlines()}
    assert subjects >= set(there)
    assert not subjects & set(missing)
    assert "name/northburg" in response.text


def test_claims_known_by_a_day(client: FlaskClient) -> None:
    before = client.get("/data/event/border-clash.nt?asof=2022-09-13&known=1").text
    after = client.get("/data/event/border-clash.nt?asof=2022-09-14&known=1").text
    assert "claim/north-49> <https://w3id.org/kcg/ontology#exact>" not in before
    assert "claim/north-49> <https://w3id.org/kcg/ontology#exact>" in after


def test_a_wrong_day_is_the_askers_mistake(client: FlaskClient) -> None:
    response = client.get("/data/place/twin-town.ttl?asof=2021-02-30")
    assert response.status_code == 400
    assert "year-month-day" in response.json["mend"]
