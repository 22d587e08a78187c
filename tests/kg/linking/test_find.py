"""Candidates from a real SPARQL server over a made-up slice; killed at any moment, it asks nothing twice."""

from __future__ import annotations

import csv
import io
import json
import re
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import fields
from http.server import BaseHTTPRequestHandler
from pathlib import Path

import pytest
from click.testing import CliRunner

from kg.cli import commands
from kg.formats import RESULTS_JSON, TURTLE
from kg.linking.endpoint import Endpoint
from kg.linking.mapping import Mapping
from kg.linking.retrieval import Retrieval
from kg.linking.wikidata import ENTITY, Select, whole
from kg.matching.evaluation import read_cases
from kg.matching.query import Query
from kg.matching.surroundings import Surroundings
from kg.store import Formats, MemoryStore
from tests.kg.linking.misbehaving import Reply, sending, serving
from tests.kg.matching.slices import GOLD, MADE_UP, select_from

STORE = MemoryStore.load(MADE_UP)
KG = Path(sys.executable).with_name("kg")


def answering(handler: BaseHTTPRequestHandler) -> None:
    """Answer the query from the made-up slice, as `oxigraph serve` would."""
    query = handler.query  # type: ignore[attr-defined]
    sending(STORE.query(query, Formats(RESULTS_JSON, TURTLE)).body)(handler)


def as_the_query_service(handler: BaseHTTPRequestHandler) -> None:
    """Answer as the Wikidata Query Service does: no item has its type, and a search is there."""
    query = handler.query  # type: ignore[attr-defined]
    if "a wikibase:Item" in query:
        sending(b'{"head": {"vars": ["item"]}, "results": {"bindings": []}}')(handler)
    elif "mwapi" in query:
        found = [f"{ENTITY}Q900000503"] if "Khalillov" in query else []
        rows = [{"item": {"type": "uri", "value": iri}} for iri in found]
        sending(json.dumps({"head": {"vars": ["item"]}, "results": {"bindings": rows}}).encode())(handler)
    else:
        answering(handler)


def slowly(handler: BaseHTTPRequestHandler) -> None:
    time.sleep(0.15)
    as_the_query_service(handler)


def run(*arguments: str | Path, text: str = "") -> str:
    result = CliRunner().invoke(commands, ["link", *map(str, arguments)], input=text, catch_exceptions=False)
    assert result.exit_code == 0, result.output
    return result.output


def test_a_small_slice_is_read_whole(select: Select) -> None:
    with serving(answering) as server:
        retrieval = Retrieval(Endpoint(server.url, pause=0))
        found = retrieval.candidates([Query("Ostrovia")])
    assert found == whole(select)
    assert sum(server.asked.values()) == retrieval.endpoint.requests


@pytest.fixture
def select() -> Select:
    return select_from(MADE_UP)


def test_the_query_service_is_asked_for_what_is_needed() -> None:
    queries = [Query("Foreign Minister Elchin Khalillov", "en", "person"), Query("Островия", "ru")]
    with serving(as_the_query_service) as server:
        found = Retrieval(Endpoint(server.url, pause=0)).candidates(queries)
    names = {each.id.removeprefix(ENTITY): each for each in found}
    assert {"Q900000101", "Q900000503", "Q900000402"} <= set(names)
    assert "Q900000204" not in names
    assert names["Q900000503"].classes == ("human",)
    assert names["Q900000503"].tenures[0].office == f"{ENTITY}Q900000402"


def no_search(handler: BaseHTTPRequestHandler) -> None:
    if "mwapi" in handler.query:  # type: ignore[attr-defined]
        sending(b"SERVICE is not allowed", 400)(handler)
    else:
        as_the_query_service(handler)


def test_a_search_that_is_not_there_is_asked_once() -> None:
    with serving(no_search) as server:
        Retrieval(Endpoint(server.url, pause=0)).candidates([Query("Ostrovia"), Query("Marinia")])
    assert sum("mwapi" in query for query in server.asked) == 1


def test_all_of_a_country_and_class() -> None:
    with serving(as_the_query_service) as server:
        retrieval = Retrieval(Endpoint(server.url, pause=0), ("Q900000101",), ("Q900000004",), search=False)
        found = retrieval.candidates([Query("nothing")])
    identifiers = {each.id.removeprefix(ENTITY) for each in found}
    assert {f"Q90000020{n}" for n in (1, 2, 3)} <= identifiers
    assert "Q900000204" not in identifiers


def test_find_writes_candidates_and_links_nothing(tmp_path: Path) -> None:
    out = tmp_path / "found" / "candidates.json"
    with serving(answering) as server:
        told = run("--names", GOLD, "--endpoint", server.url, "--cache", tmp_path / "answers", "--out", out)
    assert "certain" in told
    names = {each["id"]: each for each in json.loads(out.read_text("utf-8"))["names"]}
    for case in read_cases(GOLD):
        entry = names[case.id]
        assert (entry["decision"] == "certain") == (case.expected != "NIL")
        if case.expected != "NIL":
            assert entry["candidates"][0]["id"] == ENTITY + case.expected
            assert entry["candidates"][0]["reasons"]


def test_evaluate(tmp_path: Path) -> None:
    with serving(answering) as server:
        told = run("evaluate", GOLD, "--endpoint", server.url, "--cache", tmp_path, "--json")
    document = json.loads(told[told.index("{") :])
    assert document["precision"][0] == document["precision"][1] > 20
    assert document["hard_wrong"][0] == 0


ENTITIES = "id,name,language,kind,context\n" + "".join(
    f"{number},{name},en,,\n"
    for number, name in enumerate(("Ostrovia", "Marinia", "Solen", "Veranor", "Aram Torosyan", "Qarabulaq"))
)


@pytest.mark.parametrize("answered", [1, 3, 6])
def test_killed_at_any_moment_it_asks_nothing_twice(tmp_path: Path, answered: int) -> None:
    names, out = tmp_path / "names.csv", tmp_path / "out.json"
    names.write_text(ENTITIES, "utf-8")
    out.write_text("kept", "utf-8")
    with serving(slowly) as server:
        given = ["--names", names, "--endpoint", server.url, "--cache", tmp_path / "answers", "--out", out]
        with subprocess.Popen([KG, "link", *given], stderr=subprocess.DEVNULL) as process:
            until = time.monotonic() + 60
            while sum(server.asked.values()) < answered and time.monotonic() < until:
                time.sleep(0.01)
            process.send_signal(signal.SIGKILL)
        before = sum(server.asked.values())
        assert before >= answered
        assert out.read_text("utf-8") == "kept"
        run(*given)
        twice = [query for query, count in server.asked.items() if count > 1]
        after = sum(server.asked.values())
        run(*given)
    assert after > before
    assert len(twice) <= 1, "only the request that the kill cut off may be sent again"
    assert sum(server.asked.values()) == after, "what was answered is not asked again"
    assert len(json.loads(out.read_text("utf-8"))["names"]) == 6


HTML = sending(b"<html>Bad gateway</html>", media_type="text/html")
FAILURES: dict[str, tuple[Reply, str]] = {
    "HTML": (HTML, "no whole SPARQL result"),
    "refused": (sending(b"no", 403), "answered 403"),
    "elsewhere": (sending(b"", 302, Location="http://192.0.2.1/sparql"), "redirects to"),
    "come back in an hour": (sending(b"", 429, Retry_After="3600"), "asks to wait 3600 s"),
}


@pytest.mark.parametrize(("reply", "words"), FAILURES.values(), ids=FAILURES)
def test_a_failure_is_clear(
    tmp_path: Path, reply: Reply, words: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("kg.linking.endpoint.ATTEMPTS", 1)
    with serving(reply) as server:
        command = ["link", "--names", str(GOLD), "--endpoint", server.url, "--cache", str(tmp_path)]
        result = CliRunner().invoke(commands, command)
    assert words in str(result.exception)
    assert not list(tmp_path.rglob("*.json"))


# Review

HEAD = """#mapping_set_id: https://example.org/links
#license: https://creativecommons.org/publicdomain/zero/1.0/
#curie_map:
#  kcgid: https://w3id.org/kcg/id/
#  wd: http://www.wikidata.org/entity/
"""
COLUMNS = [each.name for each in fields(Mapping) if each.name != "line"]


@pytest.fixture
def links(tmp_path: Path) -> Path:
    path = tmp_path / "wikidata.sssom.tsv"
    path.write_text(HEAD + "\t".join(COLUMNS) + "\n", "utf-8")
    return path


@pytest.fixture
def found(tmp_path: Path) -> Iterator[Path]:
    names = tmp_path / "names.csv"
    names.write_text(
        "id,name,language,kind,context\n"
        "https://w3id.org/kcg/id/place/solen,Solen,en,city,\n"
        "https://w3id.org/kcg/id/actor/ostrovia,Ostrovia,en,country,\n",
        "utf-8",
    )
    out = tmp_path / "candidates.json"
    with serving(answering) as server:
        run("find", "--names", names, "--endpoint", server.url, "--cache", tmp_path / "answers", "--out", out)
    yield out


def rows(path: Path) -> list[dict[str, str]]:
    text = path.read_text("utf-8")
    assert text.startswith(HEAD)
    return list(csv.DictReader(io.StringIO(text[len(HEAD) :]), delimiter="\t"))


def test_review_accepts_and_rejects(found: Path, links: Path) -> None:
    rejected = "-2\nsource 7: another Solen\nhttps://example.org/7\n0.9\nin Marinia\n"
    accepted = "1\nskos:closeMatch\nsource 8\nhttps://example.org/8\n0.95\n\n"
    run("review", "--candidates", found, "--links", links, text=rejected + accepted)
    first, second = sorted(rows(links), key=lambda row: row["predicate_modifier"])
    assert list(first) == COLUMNS
    assert (first["subject_id"], first["predicate_id"], first["object_id"]) == (
        "kcgid:actor/ostrovia",
        "skos:closeMatch",
        "wd:Q900000101",
    )
    assert first["mapping_justification"] == "semapv:MappingReview"
    assert (first["other"], first["see_also"]) == ("source 8", "https://example.org/8")
    assert second["predicate_modifier"] == "Not"
    assert second["subject_id"] == "kcgid:place/solen"
    assert second["comment"] == "in Marinia"


def test_review_goes_on_where_it_was_left(found: Path, links: Path) -> None:
    before = links.read_bytes()
    run("review", "--candidates", found, "--links", links, text="s\nq\n")
    assert links.read_bytes() == before
    answer = "1\nskos:exactMatch\nsource 7\nhttps://example.org/7\n0.9\n\nq\n"
    run("review", "--candidates", found, "--links", links, text=answer)
    assert [row["subject_id"] for row in rows(links)] == ["kcgid:place/solen"]
    told = run("review", "--candidates", found, "--links", links, text="q\n")
    assert "Ostrovia" in told
    assert "Solen" not in told


def test_review_writes_nothing_that_is_no_good(found: Path, links: Path) -> None:
    before = links.read_bytes()
    answer = "1\nskos:exactMatch\nsource 7\nnot an address\n2\n\nq\n"
    told = run("review", "--candidates", found, "--links", links, text=answer)
    assert links.read_bytes() == before
    assert re.search("Not written", told)
    assert [path.name for path in links.parent.glob(".*")] == []


def test_what_has_the_identifier_is_found_under_any_name() -> None:
    known = Surroundings(identifiers=frozenset({("P1566", "7700202")}))
    with serving(as_the_query_service) as server:
        retrieval = Retrieval(Endpoint(server.url, pause=0), search=False)
        found = retrieval.candidates([Query("Qwyxz", "en", "city", surroundings=known)])
    assert f"{ENTITY}Q900000202" in {each.id for each in found}
