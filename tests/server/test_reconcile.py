"""The Reconciliation Service API 0.2 over a slice of a made-up Wikidata, and over a release of ours.

The schemas here are written for these tests, after the text of the specification; its own are not copied.
"""

from __future__ import annotations

import json
import subprocess
import sys
from typing import Any
from urllib.parse import urlencode

import pytest
from flask import Flask
from flask.testing import FlaskClient
from jsonschema import validate

from kg.errors import QueryTimeoutError
from kg.matching.evaluation import NIL, read_cases
from kg.store import Answer, MemoryStore
from server import Settings, create_app
from server.matching import Matching
from server.site import current_site
from tests.server.conftest import ROOT, BufferedClient

FOLDER = ROOT / "tests" / "data" / "matching"
SCHEMAS = json.loads((FOLDER / "reconciliation.json").read_text("utf-8"))


@pytest.fixture(scope="module")
def slice_app() -> Flask:
    path = FOLDER / "slice.ttl"
    app = create_app(Settings(load=(path,)), MemoryStore.load(path))
    app.test_client_class = BufferedClient
    return app


@pytest.fixture
def wikidata(slice_app: Flask) -> FlaskClient:
    return slice_app.test_client()


def fits(name: str, document: Any) -> Any:
    validate(document, SCHEMAS[name])
    return document


def batch(client: FlaskClient, queries: dict[str, Any]) -> Any:
    answer = client.post("/reconcile", data={"queries": json.dumps(queries)})
    assert answer.status_code == 200, answer.text
    return fits("results", answer.json)


def test_the_manifest(wikidata: FlaskClient) -> None:
    answer = wikidata.get("/reconcile", headers={"Origin": "http://127.0.0.1:3333"})
    document = fits("manifest", answer.json)
    assert document["identifierSpace"] == "http://www.wikidata.org/entity/"
    assert answer.headers["Access-Control-Allow-Origin"] == "*"


def test_the_figures_are_those_of_the_matcher(wikidata: FlaskClient) -> None:
    cases = read_cases(FOLDER / "gold.csv")
    queries = {
        case.id: {
            "query": case.query.name,
            "type": case.query.kind,
            "properties": [
                {"pid": "language", "v": case.query.language},
                {"pid": "context", "v": case.query.context},
            ],
        }
        for case in cases
    }
    results = batch(wikidata, queries)
    for case in cases:
        matches = [each["id"] for each in results[case.id]["result"] if each["match"]]
        assert matches == ([] if case.expected == NIL else [case.expected]), case.id


def test_by_get(wikidata: FlaskClient) -> None:
    queries = json.dumps({"a": {"query": "Островия"}})
    document = fits("results", wikidata.get("/reconcile", query_string={"queries": queries}).json)
    assert document["a"]["result"][0]["id"] == "Q900000101"


@pytest.mark.parametrize(
    ("properties", "expected"),
    [
        ([{"pid": "P569", "v": "1979"}], "Q900000502"),
        ([{"pid": "P569", "v": "1950-06-01"}], "Q900000501"),
        ([{"pid": "P39", "v": [{"id": "Q900000401", "name": "President of Ostrovia"}]}], "Q900000501"),
        ([], None),
    ],
)
def test_properties_tell_namesakes_apart(
    wikidata: FlaskClient, properties: list[Any], expected: str | None
) -> None:
    query = {"query": "Aram Torosyan", "type": "person", "properties": properties}
    found = batch(wikidata, {"q": query})["q"]["result"]
    assert next((each["id"] for each in found if each["match"]), None) == expected


@pytest.mark.parametrize(
    ("name", "properties", "expected"),
    [
        ("Solen", [{"pid": "P17", "v": {"id": "Q900000102", "name": "Marinia"}}], "Q900000204"),
        ("Solen", [{"pid": "P17", "v": {"id": "not matched yet"}}], None),
        ("Karabulak", [{"pid": "P1566", "v": 7700202}], "Q900000202"),
        ("Qarabulaq", [{"pid": "P625", "v": "41.26,40.5"}], "Q900000202"),
        ("Qarabulaq", [{"pid": "P625", "v": "45.0,40.5"}], None),
    ],
)
def test_identifiers_places_and_points_tell_apart(
    wikidata: FlaskClient, name: str, properties: list[Any], expected: str | None
) -> None:
    query = {"query": name, "type": "city", "properties": properties}
    found = batch(wikidata, {"q": query})["q"]["result"]
    assert next((each["id"] for each in found if each["match"]), None) == expected


def test_half_a_name_is_nobody(wikidata: FlaskClient) -> None:
    asked = {"p": {"query": "Zeno Torosyan", "type": "person"}, "q": {"query": "Torosyan", "type": "person"}}
    found = batch(wikidata, asked)
    assert found["p"]["result"] == []
    assert len(found["q"]["result"]) >= 2
    assert all(each["score"] >= 50 for each in found["q"]["result"])


def test_limit(wikidata: FlaskClient) -> None:
    assert len(batch(wikidata, {"q": {"query": "Torosyan", "limit": 1}})["q"]["result"]) == 1


def test_nothing_fits(wikidata: FlaskClient) -> None:
    assert batch(wikidata, {"q": {"query": "Zzyzx"}}) == {"q": {"result": []}}
    assert batch(wikidata, {}) == {}


WRONG: dict[str, tuple[dict[str, str], int]] = {
    "no JSON": ({"queries": "{"}, 400),
    "a list": ({"queries": "[]"}, 400),
    "no name": ({"queries": '{"q": {}}'}, 400),
    "a number": ({"queries": '{"q": {"query": 7}}'}, 400),
    "too many": ({"queries": json.dumps({str(n): {"query": "x"} for n in range(2001)})}, 413),
    "nothing": ({}, 400),
    "extend is no object": ({"extend": "[]"}, 400),
    "extend without properties": ({"extend": '{"ids": []}'}, 400),
}


@pytest.mark.parametrize(("form", "status"), WRONG.values(), ids=WRONG)
def test_what_is_sent_wrongly(wikidata: FlaskClient, form: dict[str, str], status: int) -> None:
    answer = wikidata.post("/reconcile", data=form)
    assert answer.status_code == status
    assert answer.content_type == "application/problem+json"
    assert answer.json["mend"]


def test_suggest(wikidata: FlaskClient) -> None:
    found = fits("suggestions", wikidata.get("/reconcile/suggest/entity?prefix=Qarab").json)["result"]
    assert {"Q900000201", "Q900000202"} <= {each["id"] for each in found}
    kinds = fits("suggestions", wikidata.get("/reconcile/suggest/type?prefix=pe").json)["result"]
    assert kinds == [{"id": "person", "name": "person"}]
    ids = fits("suggestions", wikidata.get("/reconcile/suggest/property?prefix=P5").json)["result"]
    assert {"P569", "P580", "P582", "P585"} == {each["id"] for each in ids}
    assert fits("suggestions", wikidata.get("/reconcile/suggest/entity").json)["result"] == []


def test_extension(wikidata: FlaskClient) -> None:
    asked = {
        "ids": ["Q900000202", "Q900000501", "none such", "<"],
        "properties": [{"id": "P17"}, {"id": "P569"}],
    }
    answer = wikidata.post("/reconcile", data={"extend": json.dumps(asked)})
    document = fits("extension", answer.json)
    assert [each["id"] for each in document["meta"]] == ["P17", "P569"]
    rows = document["rows"]
    assert rows["Q900000202"] == {"P17": [{"id": "Q900000101", "name": "Ostrovia"}], "P569": []}
    assert rows["Q900000501"]["P569"] == [{"date": "1950-06-01T00:00:00Z"}]
    assert rows["none such"] == rows["<"] == {"P17": [], "P569": []}


def test_properties_are_proposed(wikidata: FlaskClient) -> None:
    document = fits("proposal", wikidata.get("/reconcile/properties?type=person&limit=3").json)
    assert len(document["properties"]) == 3
    assert document["type"] == "person"


def test_preview_may_be_framed(wikidata: FlaskClient) -> None:
    page = wikidata.get("/reconcile/preview?id=Q900000202")
    assert "Գարաբուլաղ" in page.text
    assert page.headers.getlist("Content-Security-Policy") == [page.headers["Content-Security-Policy"]]
    assert "frame-ancestors *" in page.headers["Content-Security-Policy"]
    assert wikidata.get("/reconcile/preview?id=Q1").status_code == 404


def test_the_draft_of_the_next_version(wikidata: FlaskClient) -> None:
    conditions = [
        {"matchType": "name", "propertyValue": "Aram Torosyan"},
        {"matchType": "property", "propertyId": "P569", "propertyValue": "1979"},
    ]
    answer = wikidata.post(
        "/reconcile/match", json={"queries": [{"type": "person", "conditions": conditions}]}
    )
    (result,) = answer.json["results"]
    assert result["candidates"][0]["id"] == "Q900000502"
    assert result["candidates"][0]["match"] is True
    assert wikidata.post("/reconcile/match", data="{").status_code == 400


def test_the_next_question_finds_another_process(slice_app: Flask) -> None:
    with slice_app.app_context():
        matching = current_site().matching
    assert matching.kinds["person"] == 5
    running = matching._running
    assert running is not None
    running.process.kill()
    running.process.wait()
    query = {"name": "Ostrovia", "limit": 1}
    assert matching.ask([query])[0]["decision"] == "certain"
    assert matching._running is not running


class Silent(MemoryStore):
    """A store that answers nothing in time."""

    def query(self, *arguments: Any, **named: Any) -> Answer:
        raise QueryTimeoutError("The query took too long.")


def test_an_index_that_cannot_be_made(caplog: pytest.LogCaptureFixture) -> None:
    app = create_app(Settings(load=(FOLDER / "slice.ttl",)), Silent.from_quads([]))
    answer = app.test_client().get("/reconcile")
    assert answer.status_code == 503
    assert "took too long" in answer.json["detail"]
    assert answer.headers["Retry-After"]
    assert "could not be made" in caplog.text


def test_its_memory_is_bounded() -> None:
    code = "from kg.matching.process import limit; limit(900); len(bytearray(9 << 20)); bytearray(900 << 20)"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True)
    assert done.returncode == 1
    assert "MemoryError" in done.stderr


def test_a_graph_of_ours(client: FlaskClient) -> None:
    document = fits("manifest", client.get("/reconcile").json)
    assert document["identifierSpace"] == "https://w3id.org/kcg/id/"
    found = batch(client, {"q": {"query": "border clash", "type": "event"}})["q"]["result"]
    assert found[0]["id"] == "event/border-clash"
    assert client.get("/reconcile/preview?id=event/border-clash").status_code == 200
    assert isinstance(client.get("/reconcile/properties").json["properties"], list)


def test_the_process_ends_with_the_server(slice_app: Flask) -> None:
    with slice_app.app_context():
        site = current_site()
    matching = Matching(site.store, 0, site.iris)
    assert matching.kinds
    process = matching._running.process  # type: ignore[union-attr]
    del matching
    assert process.poll() is not None


OPENREFINE = {"User-Agent": "OpenRefine/3.6.2 [62de008]", "Accept-Encoding": "gzip, x-gzip, deflate"}
FORM = "application/x-www-form-urlencoded; charset=UTF-8"
TO_GUESS = {"q1": {"query": "Островия", "limit": 3}, "q0": {"query": "Ostrovia", "limit": 3}}
TO_MATCH = {
    "q0": {
        "query": "Karabulak",
        "type": "city",
        "properties": [{"pid": "country", "v": "Ostrovia"}],
        "type_strict": "should",
    },
    "q1": {"query": "Atlantis", "type": "city", "type_strict": "should"},
}
WITH_ITEM = {
    "q0": {"query": "Solen", "properties": [{"pid": "P17", "v": {"id": "Q900000102", "name": "Marinia"}}]}
}
FROM_OPENREFINE: dict[str, tuple[dict[str, Any], dict[str, str | None]]] = {
    "a guess of types": (TO_GUESS, {"q0": "Q900000101", "q1": "Q900000101"}),
    "a column with another": (TO_MATCH, {"q0": "Q900000202", "q1": None}),
    "a column beside a matched one": (WITH_ITEM, {"q0": "Q900000204"}),
}


@pytest.mark.parametrize(("queries", "expected"), FROM_OPENREFINE.values(), ids=FROM_OPENREFINE)
def test_batches_as_openrefine_sends_them(
    wikidata: FlaskClient, queries: dict[str, Any], expected: dict[str, str | None]
) -> None:
    """Java's form encoding and headers, as they were recorded of version 3.6.2."""
    text = json.dumps(queries, ensure_ascii=False, separators=(",", ":"))
    answer = wikidata.post(
        "/reconcile", data=urlencode({"queries": text}), content_type=FORM, headers=OPENREFINE
    )
    found = fits("results", json.loads(answer.text))
    assert set(found) == set(queries)
    best = {key: next((each["id"] for each in found[key]["result"]), None) for key in queries}
    assert best == expected


SUGGEST = "spell=always&exact=false&scoring=schema&prefixed=true"
BY_SCRIPT = {
    "/reconcile": "manifest",
    f"/reconcile/suggest/type?prefix=pe&{SUGGEST}": "suggestions",
    f"/reconcile/suggest/property?prefix=P5&{SUGGEST}&type=city": "suggestions",
    "/reconcile/suggest/entity?prefix=Ostrov&spell=always&exact=false&prefixed=true": "suggestions",
    "/reconcile/properties?type=city": "proposal",
}


@pytest.mark.parametrize(("address", "schema"), BY_SCRIPT.items())
def test_what_the_scripts_of_openrefine_ask(wikidata: FlaskClient, address: str, schema: str) -> None:
    accept = "application/json, text/javascript, */*; q=0.01"
    answer = wikidata.get(address, headers={"Origin": "http://127.0.0.1:3333", "Accept": accept})
    document = fits(schema, answer.json)
    assert answer.headers["Access-Control-Allow-Origin"] == "*"
    assert document.get("result") != []


def test_what_tells_apart_is_suggested(client: FlaskClient) -> None:
    found = fits("suggestions", client.get("/reconcile/suggest/property?prefix=count").json)["result"]
    assert "country" in {each["id"] for each in found}


def test_what_is_proposed_is_what_the_matched_have(client: FlaskClient, app: Flask) -> None:
    proposed = [each["id"] for each in client.get("/reconcile/properties?type=city").json["properties"]]
    with app.app_context():
        in_use = {each["id"] for each in current_site().reconcilable}
    assert "kind" in proposed
    assert {"holder", "stance"} & in_use
    assert set(proposed) < in_use
    assert not {"holder", "stance"} & set(proposed)


def test_the_preview_of_what_is_not_matched_to(client: FlaskClient) -> None:
    page = client.get("/reconcile/preview?id=name/northburg")
    missing = client.get("/reconcile/preview?id=none/such")
    assert "Northburg" in page.text
    assert (page.status_code, missing.status_code) == (200, 404)
    for each in (page, missing):
        assert each.headers.getlist("Content-Security-Policy") == [each.headers["Content-Security-Policy"]]
        assert "frame-ancestors *" in each.headers["Content-Security-Policy"]
    assert "frame-ancestors 'none'" in client.get("/reconcile").headers["Content-Security-Policy"]
