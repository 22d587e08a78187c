"""Static files are kept for ever under an address that changes with them."""

from __future__ import annotations

import pytest
from flask import Flask, render_template_string
from flask.testing import FlaskClient

from server import assets


def render(app: Flask, text: str) -> str:
    with app.test_request_context("/"):
        return render_template_string(text)


def test_a_page_names_its_style_with_a_digest(client: FlaskClient) -> None:
    address = f"/static/style.css?v={assets._digest('style.css')}"
    assert address in client.get("/").text
    response = client.get(address)
    assert response.headers["Cache-Control"] == assets.FOREVER
    assert response.mimetype == "text/css"


@pytest.mark.parametrize("address", ["/static/style.css", "/static/style.css?v=0123456789ab"])
def test_another_address_is_asked_for_again(client: FlaskClient, address: str) -> None:
    response = client.get(address)
    assert "immutable" not in response.headers["Cache-Control"]
    again = client.get(address, headers={"If-None-Match": response.headers["ETag"]})
    assert again.status_code == 304


def test_what_is_not_there_is_not_kept(client: FlaskClient) -> None:
    response = client.get("/static/vendor/nothing.js")
    assert response.status_code == 404
    assert "immutable" not in response.headers.get("Cache-Control", "")


def test_templates_know_what_was_not_built(app: Flask) -> None:
    assert render(app, "{{ built('nothing.js') }}") == "False"


def test_scripts_come_from_here_only(client: FlaskClient) -> None:
    policy = client.get("/").headers["Content-Security-Policy"]
    assert "script-src 'self';" in policy
    assert "unsafe" not in policy
