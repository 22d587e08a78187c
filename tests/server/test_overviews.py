"""Contradictions and balance: what the pages show is what the graph holds, and the files say the same."""

from __future__ import annotations

import csv
import io
import json
from collections import Counter
from collections.abc import Iterator, Mapping
from typing import Any

import pyoxigraph as ox
import pytest
from flask.testing import FlaskClient
from lxml import html

from kg.release import Release
from kg.store import Answer, Formats, MemoryStore
from server import Publication, Settings, create_app
from server.views.disputes import COMPARED

KCG = "https://w3id.org/kcg/ontology#"
QUESTION = """PREFIX kcg: <https://w3id.org/kcg/ontology#> PREFIX oa: <http://www.w3.org/ns/oa#>
SELECT DISTINCT ?s ?verdict ?a ?b { ?s kcg:verdict ?verdict ; oa:hasTarget ?a , ?b .
  ?a kcg:reportedIn ?x . ?b kcg:reportedIn ?y . FILTER(STR(?a) < STR(?b)) }"""


class CountingStore:
    """Counts what is asked."""

    def __init__(self, store: MemoryStore) -> None:
        self.store, self.asked = store, 0

    def query(self, text: str, formats: Formats, **named: Any) -> Answer:
        self.asked += 1
        return self.store.query(text, formats, **named)


@pytest.fixture(scope="module")
def store(islands: Release) -> CountingStore:
    return CountingStore(MemoryStore.load(islands.nquads))


@pytest.fixture(scope="module")
def client(islands: Release, store: CountingStore) -> Iterator[FlaskClient]:
    settings = Settings(release=islands.path)
    yield create_app(settings, store, Publication.of_release(islands)).test_client()


def page(client: FlaskClient, address: str) -> html.HtmlElement:
    response = client.get(address, headers={"Accept": "text/html"})
    assert response.status_code == 200, response.text
    return html.document_fromstring(response.data)


def rows(client: FlaskClient, address: str) -> list[dict[str, str]]:
    response = client.get(address)
    assert response.status_code == 200
    assert response.content_type.startswith("text/csv")
    return list(csv.DictReader(io.StringIO(response.text, newline="")))


Pairs = dict[frozenset[str], set[tuple[str, str]]]


def pairs_of(engine: ox.Store) -> Pairs:
    """Claims set against each other, with what is found of them and the verdict: asked for by itself."""
    solutions = engine.query(QUESTION, use_default_graph_as_union=True)
    assert isinstance(solutions, ox.QuerySolutions)
    claims: dict[tuple[str, str], set[str]] = {}
    for row in solutions:
        verdict = row["verdict"].value.rpartition("/")[2]
        if verdict in COMPARED:
            claims.setdefault((row["s"].value, verdict), set()).update((row["a"].value, row["b"].value))
    found: Pairs = {}
    for finding, each in claims.items():
        found.setdefault(frozenset(each), set()).add(finding)
    return found


def assert_shows(client: FlaskClient, pairs: Pairs) -> None:
    """Page and file show each pair once, the gravest first, with every ground."""
    found = rows(client, "/contradictions.csv")
    assert len(found) == len(pairs)
    shown = {
        frozenset((row["claim"], *row["other_claim"].split("; "))): (
            set(row["iri"].split("; ")),
            set(row["grades"].split("; ")),
        )
        for row in found
    }
    assert shown == {
        claims: ({iri for iri, _ in each}, {verdict for _, verdict in each}) for claims, each in pairs.items()
    }
    gravity = ["grave", "contested", "mild", "note"]
    order = [gravity.index(row["gravity"]) for row in found]
    assert order == sorted(order)
    document = page(client, "/contradictions")
    table = document.xpath("//table[contains(@class, 'pairs')]/tbody/tr")
    assert len(table) == len(pairs)
    for row, tr in zip(found, table, strict=True):
        assert len(tr.xpath(".//div[@class='ground' and @id]")) == len(row["iri"].split("; "))
        assert len(tr.xpath(".//a[@class='said']")) == 1 + len(row["other_claim"].split("; "))
    status = document.xpath("string(//p[@role='status'])")
    assert f"{len(pairs)} of {len(pairs)} pairs" in " ".join(status.split())
    groups = [int(each.xpath("text()[last()]")[0]) for each in document.xpath("//section[@class='group']/h3")]
    assert sum(groups) == len(pairs)


def test_the_home_page_begins_with_the_first_pair_of_each_gravity(client: FlaskClient) -> None:
    first: dict[str, list[str]] = {}
    for row in rows(client, "/contradictions.csv"):
        first.setdefault(row["gravity"], [row["claim"], *row["other_claim"].split("; ")])
    assert first
    shown = page(client, "/").xpath("//ul[@class='against']/li")
    assert [[iri.partition("/claim/")[2] for iri in each] for each in first.values()] == [
        [href.partition("/claim/")[2] for href in each.xpath(".//a[@class='said']/@href")] for each in shown
    ]


def test_every_pair_of_the_graph_is_shown_once_the_gravest_first(
    client: FlaskClient, store: CountingStore
) -> None:
    pairs = pairs_of(store.store.engine)
    assert any(len(each) > 1 for each in pairs.values())  # found in two ways, shown once
    assert any(len(each) == 1 for each in pairs.values())
    assert_shows(client, pairs)


def test_a_pair_leads_to_both_claims_and_says_why(client: FlaskClient, islands: Release) -> None:
    document = page(client, "/contradictions")
    found = rows(client, "/contradictions.csv")
    for row, shown in zip(found, document.xpath("//table[contains(@class, 'pairs')]/tbody/tr"), strict=True):
        links = shown.xpath(".//a[@class='said']/@href")
        wanted = [islands.iris.page_path(row[name]) for name in ("claim", "other_claim")]
        assert [link.removeprefix("/") for link in links] == wanted
        assert row["why"]
        assert row["why"].split("; ")[0] in shown.text_content()
        assert row["rule"] or row["found_by"]


@pytest.mark.parametrize("name", ["grade", "about", "source"])
def test_filters_stand_in_the_address_and_hold_for_the_files(client: FlaskClient, name: str) -> None:
    every = rows(client, "/contradictions.csv")
    document = page(client, "/contradictions")
    choices = [each for each in document.xpath(f"//select[@name='{name}']/option/@value") if each]
    assert choices
    reached: set[str] = set()
    for choice in choices:
        address = f"?{name}={choice}"
        some = rows(client, f"/contradictions.csv{address}")
        assert 0 < len(some) <= len(every)
        as_json = json.loads(client.get(f"/contradictions.json{address}").data)
        assert as_json["rows"] == some
        shown = page(client, f"/contradictions{address}")
        assert len(shown.xpath("//table[contains(@class, 'pairs')]/tbody/tr")) == len(some)
        assert shown.xpath(f"//select[@name='{name}']/option[@selected]/@value") == [choice]
        reached |= {row["iri"] for row in some}
    assert reached == {row["iri"] for row in every}


def test_the_matrix_counts_what_its_cells_lead_to(client: FlaskClient) -> None:
    cells = page(client, "/contradictions").xpath("//table[contains(@class, 'matrix')]//td/a")
    assert cells
    for cell in cells:
        shown = page(client, cell.get("href"))
        count = len(shown.xpath("//table[contains(@class, 'pairs')]/tbody/tr"))
        assert cell.text_content().startswith(f"{count} ·")


@pytest.mark.parametrize("address", ["?grade=nonsense", "?about=actor/nobody", "?source=%22%3E%3Cscript%3E"])
def test_what_there_is_none_of_is_404(client: FlaskClient, address: str) -> None:
    response = client.get(f"/contradictions{address}", headers={"Accept": "text/html"})
    assert response.status_code == 404
    assert "<script>" not in response.text


def counted(store: CountingStore, path: str) -> Mapping[str, int]:
    solutions = store.store.engine.query(
        f"SELECT DISTINCT ?node ?who {{ ?node {path} ?who }}", use_default_graph_as_union=True
    )
    assert isinstance(solutions, ox.QuerySolutions)
    return Counter(row["who"].value for row in solutions)


def test_holders_have_as_many_claims_and_names_as_in_the_graph(
    client: FlaskClient, store: CountingStore
) -> None:
    found = rows(client, "/balance-holders.csv")
    claims, names = counted(store, f"<{KCG}claimedBy>"), counted(store, f"<{KCG}usedBy>")
    assert {row["who"]: int(row["claims"]) for row in found if row["claims"] != "0"} == claims
    assert {row["who"]: int(row["names"]) for row in found if row["names"] != "0"} == names
    assert [row["label"] for row in found] == sorted(row["label"] for row in found)


def test_sides_add_up_to_the_holders(client: FlaskClient) -> None:
    sides, holders = rows(client, "/balance-sides.csv"), rows(client, "/balance-holders.csv")
    for column in ("claims", "accusations", "denials", "names", *list(sides[0])[10:]):
        assert sum(int(row[column]) for row in sides) == sum(int(row[column]) for row in holders), column
    assert sum(int(row["holders"]) for row in sides) == len(holders)
    assert json.loads(client.get("/balance-sides.json").data)["rows"] == sides
    assert client.get("/balance-nobody.csv").status_code == 404


def test_the_method_stands_above_the_numbers(client: FlaskClient) -> None:
    text = page(client, "/balance").text_content()
    assert text.index("How this was counted") < text.index("By side") < text.index("By holder")


@pytest.mark.parametrize("address", ["/contradictions", "/balance"])
def test_a_page_asks_at_most_five_questions(islands: Release, store: CountingStore, address: str) -> None:
    fresh = create_app(Settings(release=islands.path), store, Publication.of_release(islands)).test_client()
    before = store.asked
    page(fresh, address)
    assert store.asked - before <= 5
