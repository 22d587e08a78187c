"""What is kept as HTML is kept for each place that links are made from, and long texts are not kept."""

from __future__ import annotations

import pytest
from flask import Flask

from server import markup
from server.solutions import Term
from server.views.facts import Value

TOWN = Value(Term("uri", "https://w3id.org/kcg/id/place/town"), Term("literal", "Town & <fields>", "en"))


@pytest.mark.parametrize("root", ["", "/kcg"])
def test_links_lead_below_the_root_of_each_request(app: Flask, root: str) -> None:
    with app.test_request_context("/", environ_overrides={"SCRIPT_NAME": root}):
        wanted = f'<a href="{root}/page/place/town"><bdi lang="en">Town &amp; &lt;fields&gt;</bdi></a>'
        assert markup.link(TOWN) == markup.links([TOWN]) == wanted


@pytest.mark.parametrize("iri", ["javascript:alert(1)", "data:text/html,x", "urn:x"])
def test_what_cannot_be_followed_is_no_link(app: Flask, iri: str) -> None:
    with app.test_request_context("/"):
        assert markup.link(Value(Term("uri", iri), Term("literal", "x"))) == "<bdi>x</bdi>"


def test_giant_labels_are_not_kept(app: Flask) -> None:
    giant = Value(Term("uri", "https://w3id.org/kcg/id/place/giant"), Term("literal", "x" * 100_000))
    with app.test_request_context("/"):
        before = markup.kept()
        assert len(markup.link(giant)) > 100_000
        assert markup.kept() == before
        markup.link(Value(giant.term, Term("literal", "a name that is not yet kept")))
        assert markup.kept() > before
