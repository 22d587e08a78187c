"""Lists: filters, sorting, pages, and CSV and JSON of exactly what a page shows."""

from __future__ import annotations

import csv
import re
from io import StringIO

import pytest
from flask.testing import FlaskClient

from server.views import listing

HOLDER = "actor/southland"


def on_page(text: str) -> list[str]:
    """The entities of the rows of a page, in their order."""
    return re.findall(r'<tr><th scope="row"><a href="/page/([^"]+)">', text)


def in_csv(text: str) -> list[dict[str, str]]:
    return list(csv.DictReader(StringIO(text)))


def in_json(client: FlaskClient, address: str) -> list[str]:
    sign = "&" if "?" in address else "?"
    rows = client.get(f"{address}{sign}format=json").json["rows"]
    return [row["iri"].removeprefix("https://w3id.org/kcg/id/") for row in rows]


@pytest.mark.parametrize(
    ("address", "expected"),
    [
        ("/entities/event", ["event/border-clash", "event/long-dispute"]),
        ("/entities/event?sort=-name", ["event/long-dispute", "event/border-clash"]),
        ("/entities/event?sort=date", ["event/border-clash", "event/long-dispute"]),
        ("/entities/event?within=event/long-dispute", ["event/border-clash"]),
        ("/entities/event?actor=actor/northland", ["event/border-clash"]),
        ("/entities/event?actor=actor/nobody", []),
        ("/entities/event?place=place/twin-town&source=source/gazette", ["event/border-clash"]),
        ("/entities/event?q=DISPUTE", ["event/long-dispute"]),
        ("/entities/event?from=2022&to=2022-09", ["event/border-clash"]),
        ("/entities/event?from=2022-09-15", []),
        ("/entities/event?to=2022-09-12", []),
        (
            "/entities/claim?holder=actor/southland&stance=concept/stance/accuses",
            ["claim/accusation", "claim/breach"],
        ),
        ("/entities/name?script=Armn", ["name/southburg"]),
        ("/entities/situation?territory=place/twin-town", ["situation/control", "situation/sovereignty"]),
        ("/entities/actor?type=ontology%23Person", ["actor/evil"]),
    ],
)
def test_a_list_is_filtered_and_sorted(client: FlaskClient, address: str, expected: list[str]) -> None:
    assert on_page(client.get(address).text) == expected
    assert in_json(client, address) == expected
    sign = "&" if "?" in address else "?"
    rows = in_csv(client.get(f"{address}{sign}format=csv").text)
    assert [row["iri"].removeprefix("https://w3id.org/kcg/id/") for row in rows] == expected


def test_filters_say_how_many_they_leave(client: FlaskClient) -> None:
    text = client.get(f"/entities/claim?holder={HOLDER}").text
    assert f'<option value="{HOLDER}" selected>Southland (3)</option>' in text
    # The other holders are counted as if this one had not been chosen.
    assert "Ministry of Defence of Northland (2)" in text
    assert '<option value="concept/stance/denies">' not in text
    assert "<strong>3</strong>" in text


def test_csv_has_numbers_and_positions(client: FlaskClient) -> None:
    response = client.get("/entities/claim?about=event/border-clash&format=csv")
    assert response.headers["Content-Type"].startswith("text/csv")
    rows = {row["iri"].rpartition("/")[2]: row for row in in_csv(response.text)}
    assert len(rows) == 4
    assert (rows["north-49"]["exact"], rows["north-49"]["hedge"]) == ("49", "at least")
    assert (rows["south-105"]["low"], rows["south-105"]["high"]) == ("105", "110")
    assert (rows["north-49"]["start"], rows["north-49"]["end"]) == ("310", "402")
    assert rows["accusation"]["value"] == "Northland"
    assert rows["accusation"]["value_iri"].endswith("actor/northland")


def test_pages_of_a_list(client: FlaskClient, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(listing, "PAGE", 2)
    everything = in_json(client, "/entities/claim?page=all")
    pages = [in_json(client, f"/entities/claim?page={page}") for page in (1, 2, 3)]
    assert [len(page) for page in pages] == [2, 2, 1]
    assert [each for page in pages for each in page] == everything
    text = client.get("/entities/claim?page=2&sort=-name").text
    assert on_page(text) == in_json(client, "/entities/claim?page=2&sort=-name")
    assert 'rel="prev" href="/entities/claim?sort=-name"' in text
    assert 'rel="next" href="/entities/claim?sort=-name&amp;page=3"' in text
    assert 'href="/entities/claim?sort=-name&amp;page=2&amp;format=csv"' in text
    assert client.get("/entities/claim?page=4").status_code == 404


@pytest.mark.parametrize(
    ("address", "status"),
    [
        ("/entities/planet", 404),
        ("/entities/event?page=0", 404),
        ("/entities/event?page=-1", 404),
        ("/entities/event?page=two", 404),
        ("/entities/event?page=99999999999999999999", 404),
        ("/entities/event?sort=size", 400),
        ("/entities/event?from=soon", 400),
        ("/entities/event?format=xml", 400),
    ],
)
def test_what_there_is_not_is_said(client: FlaskClient, address: str, status: int) -> None:
    response = client.get(address)
    assert response.status_code == status
    assert response.json["mend"]


def test_each_cell_of_a_list_says_what_it_is_where_a_row_becomes_a_card(client: FlaskClient) -> None:
    text = client.get("/entities/event").text
    cells = re.findall(r"<tr><th scope=\"row\">.*?</tr>", text)
    assert cells
    assert all(row.count("<td") == row.count('<td data-label="') > 1 for row in cells)
