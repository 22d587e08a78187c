"""The search page and the look-up, over the names of what is served."""

from __future__ import annotations

import pytest
from flask.testing import FlaskClient


def test_the_form_alone(client: FlaskClient) -> None:
    page = client.get("/search").get_data(as_text=True)
    assert '<input id="page-search" type="search" name="q"' in page
    assert 'role="status"' not in page


@pytest.mark.parametrize("asked", ["Northburg", "Нортбург", "northbrug", "Հարավբուրգ", "Southburg"])
def test_a_page_finds_a_place_by_any_name(client: FlaskClient, asked: str) -> None:
    page = client.get("/search", query_string={"q": asked}).get_data(as_text=True)
    assert 'href="/page/place/twin-town"' in page


def test_kinds_part_the_hits(client: FlaskClient) -> None:
    page = client.get("/search?q=border&kind=event").get_data(as_text=True)
    assert "/page/event/border-clash" in page
    assert 'href="/page/place/border-region"' not in page


@pytest.mark.parametrize("path", ["/search?q=x&kind=dragon", "/search?q=x&page=two", "/lookup?q=x&limit=-1"])
def test_wrong_parameters_are_told(client: FlaskClient, path: str) -> None:
    assert client.get(path).status_code == 400


def test_a_question_is_shown_and_not_run(client: FlaskClient) -> None:
    page = client.get("/search", query_string={"q": "<script>alert(1)</script>"}).get_data(as_text=True)
    assert "<script>alert(1)" not in page
    assert "&lt;script&gt;alert(1)" in page


def test_names_are_shown_and_not_run(client: FlaskClient) -> None:
    page = client.get("/search", query_string={"q": "alert label"}).get_data(as_text=True)
    assert "/page/actor/evil" in page
    assert "<script>alert('label')" not in page


def test_the_look_up(client: FlaskClient) -> None:
    response = client.get("/lookup?q=Clash at the border&limit=3")
    assert response.mimetype == "application/json"
    docs = response.get_json()["docs"]
    assert docs[0]["resource"] == ["https://w3id.org/kcg/id/event/border-clash"]
    assert docs[0]["label"] == ["Clash at the border"]
    assert docs[0]["typeName"] == ["event"]
    assert docs[0]["page"] == ["/page/event/border-clash"]
    assert float(docs[0]["score"][0]) > 0.95
    assert len(docs) <= 3


def test_the_look_up_finds_an_item_of_wikidata(client: FlaskClient) -> None:
    docs = client.get("/lookup?query=Q1000001").get_json()["docs"]
    assert [doc["resource"] for doc in docs] == [["https://w3id.org/kcg/id/actor/northland"]]


def test_the_look_up_says_nothing_where_nothing_fits(client: FlaskClient) -> None:
    assert client.get("/lookup?q=Quetzalcoatl").get_json() == {"docs": []}
    assert client.get("/lookup").get_json() == {"docs": []}


@pytest.mark.parametrize(
    ("path", "accept", "mimetype"),
    [
        ("/lookup?q=x", "text/html,*/*;q=0.8", "text/html"),
        ("/lookup?q=x&format=html", "*/*", "text/html"),
        ("/lookup?q=x&format=json", "text/html", "application/json"),
        ("/lookup?q=x", "application/json", "application/json"),
    ],
)
def test_the_look_up_is_a_page_for_people(client: FlaskClient, path: str, accept: str, mimetype: str) -> None:
    assert client.get(path, headers={"Accept": accept}).mimetype == mimetype


def test_every_page_has_the_form(client: FlaskClient) -> None:
    page = client.get("/").get_data(as_text=True)
    assert 'action="/search"' in page
    assert "search.js" in page
