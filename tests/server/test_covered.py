"""How much of a document is covered: spans joined, counted once, drawn to scale."""

from __future__ import annotations

import pytest
from flask import Flask
from flask.testing import FlaskClient

from server.site import current_site
from server.views.covered import covered, merged


@pytest.mark.parametrize(
    ("spans", "gap", "expected"),
    [
        ([], 0, []),
        ([(5, 9), (0, 3)], 0, [(0, 3), (5, 9)]),
        ([(0, 3), (3, 5)], 0, [(0, 5)]),
        ([(0, 9), (2, 4), (8, 12)], 0, [(0, 12)]),
        ([(0, 3), (5, 9)], 2, [(0, 9)]),
        ([(0, 3), (6, 9)], 2, [(0, 3), (6, 9)]),
    ],
)
def test_spans_are_joined(spans: list[tuple[int, int]], gap: int, expected: list[tuple[int, int]]) -> None:
    assert merged(spans, gap) == expected


def test_the_share_is_shown(client: FlaskClient, app: Flask) -> None:
    with app.test_request_context("/"):
        found = covered(current_site(), "https://w3id.org/kcg/id/source/gazette")
    assert found is not None
    # 20 to 60 and 310 to 402 of 500 characters.
    assert (found.characters, found.share) == (132, 26)
    assert found.spans == ((4.0, 8.0), (62.0, 18.4))
    text = client.get("/page/source/gazette").text
    assert "26 % of its 500 characters" in text
    assert '<rect class="sure" x="62.0%" width="18.4%"' in text
