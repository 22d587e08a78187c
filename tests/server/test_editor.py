"""What the query editor asks the server for, and what the page offers without it."""

from __future__ import annotations

import html
import re

import pytest
from flask import Flask
from flask.testing import FlaskClient

from server.views.elsewhere import calls
from server.views.examples import Example, by_topic

HTML = {"Accept": "text/html"}
QUERY = 'SELECT ?s WHERE { ?s ?p "<b>&amp;\'" }'


def test_completion_knows_our_terms(client: FlaskClient) -> None:
    known = client.get("/completion.json").json
    assert known is not None
    assert known["base"] == "https://w3id.org/kcg/"
    assert known["endpoint"] == "/sparql"
    assert known["prefixes"]["kcg"] == "https://w3id.org/kcg/ontology#"
    terms = {each["name"]: each["label"] for each in known["terms"]}
    assert terms["kcg:claimedBy"] == "claimed by"
    assert "event:border-clash" in terms
    assert all(re.fullmatch(r"[A-Za-z][\w.-]*:[\w-]+", name) for name in terms)


@pytest.mark.parametrize("path", ["/sparql", f"/sparql?query={QUERY.replace('&', '%26')}"])
def test_the_page_has_the_query_for_elsewhere(client: FlaskClient, path: str) -> None:
    text = html.unescape(client.get(path, headers=HTML).text)
    for language in ("curl", "Python", "R"):
        assert f"<h3>{language}</h3>" in text
    assert "curl 'http://localhost/sparql'" in text
    assert 'data-terms="/completion.json"' in text
    if "query=" in path:
        assert QUERY in text.partition("END-OF-QUERY")[2]


def test_nothing_of_a_query_becomes_markup(client: FlaskClient) -> None:
    asked = "SELECT * WHERE { ?s ?p '</code><script>alert(1)</script>' }"
    text = client.get("/sparql", query_string={"query": asked}, headers=HTML).text
    assert "<script>alert" not in text


@pytest.mark.parametrize("accept", ["text/csv", "text/turtle"])
def test_python_code_compiles(accept: str) -> None:
    for call in calls("https://e.org/sparql", accept):
        code = call.text("\nASK {}\n")
        assert "ASK {}" in code
        assert accept in code
        if call.language == "Python":
            compile(code, "call", "exec")


def example(name: str, *keywords: str) -> Example:
    return Example(f"https://e.org/query/{name}", name, "ASK {}", keywords)


def test_examples_stand_by_topic() -> None:
    found = (
        example("a", "casualties", "first war"),
        example("b", "casualties"),
        example("c", "offices"),
        example("d"),
    )
    grouped = [(topic, [each.name for each in members]) for topic, members in by_topic(found)]
    assert grouped == [("casualties", ["a", "b"]), ("more", ["c", "d"])]


@pytest.mark.parametrize("path", ["/sparql", "/map", "/network"])
def test_pages_say_what_was_not_built(app: Flask, monkeypatch: pytest.MonkeyPatch, path: str) -> None:
    monkeypatch.setitem(app.jinja_env.globals, "built", lambda name: False)
    text = app.test_client().get(path, headers=HTML).text
    assert "/static/vendor/" not in text
    # Where nothing is drawn, nothing is missed.
    assert ("was not built" in text) == ("<svg" in text or path == "/sparql")
