"""Pages of the real record agree with the data, ask few questions, and are small."""

from __future__ import annotations

import random
import re
from collections.abc import Iterator
from html import unescape
from typing import Any

import pyoxigraph as ox
import pytest
from flask import Flask

from kg.formats import RESULTS_JSON, TURTLE
from kg.iris import KINDS
from kg.release import Release
from kg.rows import Solution, read_solutions
from kg.store import Formats, MemoryStore
from server import Publication, Settings, create_app
from server.description import Description
from server.site import Site, current_site
from server.views.asof import Certainty, Moment, certainty, standing
from server.views.situations import situations
from tests.server.test_overviews import assert_shows, pairs_of

SAMPLE = 100
SEED = 20201110
HTML = {"Accept": "text/html"}
PREFIXES = """
PREFIX dcterms: <http://purl.org/dc/terms/>
PREFIX kcg: <https://w3id.org/kcg/ontology#>
PREFIX oa: <http://www.w3.org/ns/oa#>
PREFIX prov: <http://www.w3.org/ns/prov#>
PREFIX rdfs: <http://www.w3.org/2000/01/rdf-schema#>
PREFIX skosxl: <http://www.w3.org/2008/05/skos-xl#>
"""


class CountingStore(MemoryStore):
    """Counts the queries that it answers."""

    asked = 0

    def query(self, *arguments: Any, **named: Any) -> Any:
        self.asked += 1
        return super().query(*arguments, **named)


@pytest.fixture(scope="module")
def store(release: Release) -> MemoryStore:
    return CountingStore.from_quads(
        ox.parse(path=str(release.path / "graph.nq"), format=ox.RdfFormat.N_QUADS),
        prefixes=release.manifest.prefixes,
    )


@pytest.fixture(scope="module")
def app(release: Release, store: MemoryStore) -> Flask:
    return create_app(Settings(release=release.path), store, Publication.of_release(release))


@pytest.fixture(scope="module")
def site(app: Flask) -> Iterator[Site]:
    with app.test_request_context("/"):
        yield current_site()


def ask(store: MemoryStore, text: str) -> tuple[Solution, ...]:
    return read_solutions(store.query(PREFIXES + text, Formats(RESULTS_JSON, TURTLE))).rows


@pytest.fixture(scope="module")
def entities(site: Site, store: MemoryStore) -> list[str]:
    """A hundred entities by chance, the same in every run: up to 15 of each kind, and more."""
    rows = ask(store, "SELECT DISTINCT ?s WHERE { ?s a ?class FILTER(isIRI(?s)) } ORDER BY ?s")
    ours = [row["s"].value for row in rows if site.iris.is_entity(row["s"].value)]
    whole = [site.iris.path(iri).removeprefix("id/") for iri in ours if "#" not in iri]
    chance = random.Random(SEED)  # noqa: S311 - a sample, no secret
    found: list[str] = []
    for kind in KINDS:
        of_kind = [path for path in whole if path.startswith(f"{kind}/")]
        found += chance.sample(of_kind, min(15, len(of_kind)))
    rest = [path for path in whole if path not in found]
    return [*found, *chance.sample(rest, max(0, SAMPLE - len(found)))]


def busiest(store: MemoryStore, site: Site, link: str, kind: str) -> str:
    """The entity of a kind that most claims point at."""
    rows = ask(
        store,
        f"""SELECT ?s (COUNT(?claim) AS ?n) WHERE {{
          ?claim kcg:{link} ?s . FILTER(CONTAINS(STR(?s), "/id/{kind}/"))
        }} GROUP BY ?s ORDER BY DESC(?n) ?s LIMIT 1""",
    )
    return site.iris.path(rows[0]["s"].value).removeprefix("id/")


def text_of(html: str) -> str:
    return re.sub(r"\s+", " ", unescape(re.sub(r"<[^>]+>", " ", html)))


def claims_in_rows(html: str) -> dict[str, str]:
    """The text of the table row of each claim that a section of a page shows."""
    rows = re.findall(r"<tr(?: id=[^>]*)?>(?:(?!</tr>).)*?</tr>", html, re.DOTALL)
    found = ((re.search(r'class="said" href="/page/(claim/[^"]+)"', row), row) for row in rows)
    return {match[1]: text_of(row) for match, row in found if match}


def section(html: str, anchor: str) -> str:
    start = html.find(f'<h2 id="{anchor}">')
    end = html.find("<h2 id=", start + 1)
    return html[start:end] if start >= 0 else ""


def expected_claims(store: MemoryStore, iri: str, link: str) -> dict[str, list[Solution]]:
    rows = ask(
        store,
        f"""SELECT ?claim ?holder ?source ?start ?end ?number WHERE {{
          {{ ?claim kcg:{link} <{iri}> }} UNION {{ <{iri}> kcg:provision ?part . ?claim kcg:{link} ?part }}
          ?claim kcg:reportedIn/rdfs:label ?source ; kcg:claimedBy/rdfs:label ?holder .
          FILTER(LANG(?holder) = "en")
          OPTIONAL {{ ?claim kcg:passage/oa:hasSelector ?at . ?at oa:start ?start ; oa:end ?end }}
          OPTIONAL {{ ?claim kcg:exact|kcg:low|kcg:high ?number }}
        }}""",
    )
    found: dict[str, list[Solution]] = {}
    for row in rows:
        found.setdefault(row["claim"].value.partition("/id/")[2], []).append(row)
    return found


def assert_rows_say(rows: dict[str, str], expected: dict[str, list[Solution]], *, with_holder: bool) -> None:
    for path, text in rows.items():
        for row in expected[path]:
            if with_holder:
                assert " ".join(row["holder"].value.split()) in text, path
            if "start" in row:
                assert f"characters {row['start'].value}–{row['end'].value}" in text, path
            if "number" in row:
                number = row["number"].value
                assert (f"{int(number):,}" if number.isdecimal() else number) in text, path


def test_a_hundred_pages_show_what_the_data_say(
    app: Flask, store: MemoryStore, site: Site, entities: list[str]
) -> None:
    client, compared = app.test_client(), 0
    for path in entities:
        iri = f"{site.iris.base}id/{path}"
        html = client.get(f"/page/{path}", headers=HTML).text
        for anchor, link in (("claims", "about"), ("claims-by", "claimedBy"), ("claims-in", "reportedIn")):
            if anchor == "claims-by" and not path.startswith("actor/"):
                continue
            if anchor == "claims-in" and not path.startswith("source/"):
                continue
            shown = claims_in_rows(section(html, anchor))
            expected = expected_claims(store, iri, link)
            if len(expected) <= 60:
                assert set(shown) == set(expected), (path, link)
            else:
                assert len(shown) >= 50, (path, link)
                assert set(shown) <= set(expected), (path, link)
            assert_rows_say(shown, expected, with_holder=anchor == "claims")
            compared += len(shown)
        assert_facts(store, iri, html)
    assert compared > 300


def assert_facts(store: MemoryStore, iri: str, html: str) -> None:
    """Labels, names, situations and dates of the page are those of the data."""
    text = text_of(html)
    for row in ask(store, f"SELECT ?label WHERE {{ <{iri}> rdfs:label ?label }}"):
        assert text_of(row["label"].value).strip() in text, iri
    for row in ask(store, f"SELECT ?form WHERE {{ <{iri}> kcg:hasName/skosxl:literalForm ?form }}"):
        assert row["form"].value in text, iri
    if "/id/actor/" in iri or "/id/place/" in iri:
        rows = ask(
            store,
            f"SELECT DISTINCT ?s WHERE {{ ?s kcg:territory|kcg:actor|kcg:object <{iri}> ; a kcg:Situation }}",
        )
        shown = section(html, "situations")
        for row in rows:
            assert f'href="/page/{row["s"].value.partition("/id/")[2]}"' in shown, (iri, row)
    if "/id/claim/" not in iri:
        for row in ask(store, f"SELECT ?when WHERE {{ <{iri}> kcg:when ?when }}"):
            assert row["when"].value in text, iri


def addresses(site: Site, store: MemoryStore) -> list[str]:
    """Every type of page, each where it has most to show."""
    event = busiest(store, site, "about", "event")
    place = busiest(store, site, "about", "place")
    actor = busiest(store, site, "about", "actor")
    voice = busiest(store, site, "claimedBy", "actor")
    source = busiest(store, site, "reportedIn", "source")
    agreement = busiest(store, site, "value", "agreement")
    things = [event, place, actor, voice, source, agreement, "concept/predicate", "concept/predicate/said"]
    return [
        "/",
        *(f"/page/{path}" for path in things),
        f"/page/{place}?asof=2015-06-01&known=1",
        f"/page/{actor}?asof=2015-06-01",
        "/page/ontology",
        "/page/dataset",
        *(f"/entities/{kind}" for kind in KINDS),
        f"/entities/claim?about={event}&sort=date",
        "/perspective",
        f"/perspective?holder={voice}",
        f"/perspective?holder={voice}&with={actor}",
    ]


def test_a_page_asks_at_most_five_questions_and_is_small(
    app: Flask, store: CountingStore, site: Site
) -> None:
    client = app.test_client()
    for address in addresses(site, store):
        client.get(address, headers=HTML)  # what a server asks once is asked now
        before = store.asked
        response = client.get(address, headers=HTML)
        assert response.status_code == 200, address
        assert store.asked - before <= 5, address
        assert len(response.data) < 200_000, address


def test_a_pair_found_by_a_rule_and_by_the_editors_stands_once(app: Flask, store: MemoryStore) -> None:
    pairs = pairs_of(store.engine)
    by_hand = {row["s"].value for row in ask(store, "SELECT ?s { ?s prov:wasAttributedTo ?who }")}
    found_by = [{iri in by_hand for iri, _ in each} for each in pairs.values()]
    assert {True, False} in found_by
    assert_shows(app.test_client(), pairs)


@pytest.mark.parametrize(
    "moment", [Moment("2015-06-01"), Moment("2021-06-01"), Moment("2016-05-01", known=True)]
)
def test_what_stood_on_a_day_is_the_same_in_sparql_and_by_the_dates(
    site: Site, store: MemoryStore, moment: Moment
) -> None:
    rows = ask(store, "SELECT ?s ?p ?o WHERE { ?s a kcg:Situation ; ?p ?o }")
    told = ask(
        store,
        """SELECT ?s (MIN(?day) AS ?published) WHERE {
          ?s a kcg:Situation ; kcg:evidence ?given .
          { ?given a kcg:Source ; kcg:latestEnd ?day } UNION { ?given kcg:reportedIn/kcg:latestEnd ?day }
        } GROUP BY ?s""",
    )
    everything = situations(Description(site.vocabulary, rows), told)
    expected = {
        each.iri.value: found
        for each in everything
        if (found := certainty(each.dates, moment.day)) is not Certainty.NOT and moment.knows(each.published)
    }
    assert {each.situation.iri.value: each.certainty for each in standing(site, moment)} == expected
    assert len(set(expected.values())) == 2
