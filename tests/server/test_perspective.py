"""The record as one holder tells it, and two side by side."""

from __future__ import annotations

import re

from flask.testing import FlaskClient

NORTH, SOUTH = "actor/northland", "actor/southland"


def rows(text: str) -> list[str]:
    """The rows of the table, matter by matter."""
    return re.findall(r"<tr.*?</tr>", text[text.index("<tbody>") : text.index("</tbody>")], re.DOTALL)


def test_one_can_choose_a_holder(client: FlaskClient) -> None:
    text = client.get("/perspective").text
    assert 'href="/perspective?holder=actor/southland"' in text
    # Northland holds no claim itself; its ministry speaks on its side.
    assert "2 claims (0 in its own name)" in text
    assert "<table" not in text


def test_one_holder_alone(client: FlaskClient) -> None:
    text = client.get(f"/perspective?holder={SOUTH}").text
    assert "105 killed" in text
    assert "Northland blamed" in text
    assert "49 killed" not in text
    assert 'href="/page/source/gazette?at=20#claim-south-105"' in text


def test_voices_of_a_side_are_named(client: FlaskClient) -> None:
    text = client.get(f"/perspective?holder={NORTH}").text
    assert "49 killed" in text
    assert "also through <a" in text
    assert "105 killed" not in text


def test_two_side_by_side(client: FlaskClient) -> None:
    found = rows(client.get(f"/perspective?holder={NORTH}&with={SOUTH}").text)
    assert len(found) == 2
    # What both speak of comes first, each in a column of its own.
    assert 'class="shared"' in found[0]
    cells = found[0].split("<td")[1:]
    assert "49 killed" in cells[0]
    assert "105 killed" not in cells[0]
    assert "105 killed" in cells[1]
    assert "certain contradiction" in cells[0]
    assert "certain contradiction" in cells[1]
    assert "says nothing of it here" in found[1]


def test_as_known_on_a_day(client: FlaskClient) -> None:
    address = f"/perspective?holder={SOUTH}&known=1&asof="
    assert "105 killed" in client.get(f"{address}2022-09-14").text
    assert "No claim of theirs" in client.get(f"{address}2022-09-13").text


def test_who_holds_no_claim_is_not_found(client: FlaskClient) -> None:
    for token in ("actor/evil", "nobody", "<script>"):
        response = client.get("/perspective", query_string={"holder": token})
        assert response.status_code == 404
