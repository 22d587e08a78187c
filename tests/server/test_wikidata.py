"""From Wikidata to here: what is linked is led to, what is not is explained."""

from __future__ import annotations

import pytest
from flask.testing import FlaskClient


@pytest.mark.parametrize("identifier", ["Q1000001", "q1000001"])
def test_an_item_leads_to_the_thing(client: FlaskClient, identifier: str) -> None:
    response = client.get(f"/wikidata/{identifier}")
    assert response.status_code == 303
    assert response.headers["Location"].endswith("/id/actor/northland")


@pytest.mark.parametrize(
    ("identifier", "told"),
    [
        ("Q1000002", "Border region is related to “Border” (Q1000002)"),
        ("Q1000003", "No link to it is recorded"),
        ("L42", "is no identifier of Wikidata"),
        ("Q1 ; DROP", "is no identifier of Wikidata"),
        ("Q0", "is no identifier of Wikidata"),
    ],
)
def test_what_is_not_linked_is_explained(client: FlaskClient, identifier: str, told: str) -> None:
    response = client.get(f"/wikidata/{identifier}", headers={"Accept": "application/problem+json"})
    assert response.status_code == 404
    assert told in str(response.get_json())


def test_a_person_gets_a_page(client: FlaskClient) -> None:
    response = client.get("/wikidata/Q1000003", headers={"Accept": "text/html"})
    assert response.status_code == 404
    assert response.mimetype == "text/html"


def test_the_links_stand_in_the_data_of_the_thing(client: FlaskClient) -> None:
    body = client.get("/data/actor/northland.nt").get_data(as_text=True)
    assert "northland#wikidata-Q1000001> <http://www.w3.org/2002/07/owl#annotatedTarget>" in body
