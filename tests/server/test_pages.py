"""Pages say what they should, escape what they must, and every link on every page leads somewhere."""

from __future__ import annotations

import re
from html.parser import HTMLParser
from urllib.parse import urldefrag, urljoin, urlsplit

import pytest
from flask import Flask
from flask.testing import FlaskClient

from server.headers import FIXED

HTML = {"Accept": "text/html,application/xhtml+xml,*/*;q=0.8"}


class Page(HTMLParser):
    """Collects links, identifiers and the elements of a page."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.links: list[str] = []
        self.ids: list[str] = []
        self.tags: list[str] = []
        self.attributes: list[str] = []
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        values = {name: value or "" for name, value in attrs}
        self.tags.append(tag)
        self.attributes.extend(values)
        if "id" in values:
            self.ids.append(values["id"])
        # Some links lead on without end (earlier, earlier): they tell robots not to follow them.
        endless = "nofollow" in values.get("rel", "").split()
        for name in ("href", "src", "action"):
            if name in values and not endless:
                self.links.append(values[name])


def crawl(client: FlaskClient) -> dict[str, str]:
    waiting, pages = ["/"], {}
    while waiting:
        url = waiting.pop()
        response = client.get(url, headers=HTML, follow_redirects=True)
        assert response.status_code == 200, url
        pages[url] = response.text if response.mimetype == "text/html" else ""
        if response.mimetype != "text/html":
            continue
        for link in Page(response.text).links:
            target = urldefrag(urljoin(url, link)).url
            # Old releases are answered in front of this application: tests/server/test_releases.py.
            local = not urlsplit(target).scheme and not target.startswith("/release/")
            if local and target not in pages and target not in waiting:
                waiting.append(target)
    return pages


def test_every_internal_link_resolves(app: Flask) -> None:
    pages = crawl(app.test_client())
    for expected in (
        "/page/event/border-clash",
        "/page/claim/denial",
        "/page/name/northburg",
        "/page/situation/control",
        "/page/concept/event-kind/clash",
        "/page/ontology",
        "/page/dataset",
        "/dumps/kcg.ttl",
        "/data/event/border-clash.jsonld",
    ):
        assert expected in pages


def test_every_page_is_sound(app: Flask) -> None:
    for url, text in crawl(app.test_client()).items():
        if not text:
            continue
        page = Page(text)
        assert len(page.ids) == len(set(page.ids)), url
        assert page.tags.count("h1") == 1, url
        assert page.tags.count("main") == 1, url
        assert page.tags.count("table") == page.tags.count("caption"), url
        scripts = re.findall(r"<script\b[^>]*>", text)
        assert len(scripts) == page.tags.count("script")
        scripts = [each for each in scripts if each != '<script type="application/ld+json">']  # not run
        assert all(' src="/static/' in each for each in scripts), url
        assert not [name for name in page.attributes if name.startswith("on") or name == "style"]
        assert '<html lang="en">' in text
        assert 'class="skip" href="#content"' in text


def test_event_page(client: FlaskClient) -> None:
    text = client.get("/page/event/border-clash").text
    for expected in (
        '<h1><bdi lang="en">Clash at the border</bdi></h1>',
        '<bdi lang="de">Grenzgefecht</bdi>',
        "armed event",
        "2022-09-13/2022-09-14",
        '<span class="small">began</span> <span class="day">2022-09-13</span>',
        "belligerent",
        "Between <strong>49</strong> and <strong>110</strong>, by 2 claims of 2 holders: a range, not a",
        '<span class="number">105 to 110</span>',
        "at least",
        "characters 310–402",
        'href="/page/source/gazette?at=310#claim-north-49"',
        "certain contradiction",
        "the numbers do not overlap",
        "Wire Agency</bdi></a>, <a",
        "that it is not so",
        'href="/page/claim/accusation"',
        'href="/page/event/long-dispute"',
        "Part of",
    ):
        assert expected in text, expected
    # Both sides of the blame stand in one table, under one heading.
    blamed = text[text.index("blamed for</bdi></a></h3>") :]
    assert blamed.index("accuses") < blamed.index("denies") < blamed.index("</table>")


def test_what_is_contested_comes_first(client: FlaskClient) -> None:
    text = client.get("/page/event/border-clash").text
    glance = text[text.index('id="contested"') : text.index('id="participants"')]
    for expected in (
        "4 claims",
        "at least 49",
        "105 to 110",
        "Ministry of Defence of Northland",
        'class="badge grave"',
        "the numbers do not overlap",
        '<strong><bdi lang="en">Southland</bdi></strong>: <a href="/page/claim/south-105">',
        "1 with a recorded answer",
    ):
        assert expected in glance, expected
    answers = text[text.index('id="accusations"') : text.index('id="claims"')]
    assert answers.index("Northland blamed") < answers.index("Northland not to blame")


def test_numbers_are_drawn_to_scale(client: FlaskClient) -> None:
    """49 or more, and 105 to 110, on an axis from 0 to 150 that spans 2 to 98 per cent of the drawing."""
    text = client.get("/page/event/border-clash").text
    assert '<circle class="sure" cx="33.36%"' in text
    assert '<rect class="possible" x="33.36%" width="64.64%"' in text
    assert '<rect class="sure" x="69.2%" width="3.2%"' in text
    assert text.count('class="arrow"') == 1
    assert 'role="img" aria-label="at least 49"' in text


def test_place_page_shows_all_names(client: FlaskClient) -> None:
    text = client.get("/page/place/twin-town").text
    assert "Northburg / Southburg" in text
    for expected in ('lang="ru">Нортбург', "Cyrillic", 'lang="hy"', "Armenian", "EDTF 1923/.."):
        assert expected in text
    for situation in ("Northland controls the town", "Southland claims the town", "EDTF 1994/2020"):
        assert situation in text
    assert text.index('id="band-control"') < text.index('id="band-sovereigntyclaim"')


def test_place_page_as_of_a_day(client: FlaskClient) -> None:
    text = client.get("/page/place/twin-town?asof=2000-01-01").text
    day = text[text.index('id="onday"') : text.index('id="names"')]
    assert day.index("certainly") < day.index("Northland controls the town")
    assert day.index("possibly") < day.index("Southland claims the town")
    assert 'class="mark"' in text
    assert 'value="2000-01-01"' in text
    assert "/data/place/twin-town.ttl?asof=2000-01-01" in text
    later = client.get("/page/place/twin-town?asof=2021-01-01&known=1").text
    assert "Nothing that was published by then tells of any." in later
    assert client.get("/page/place/twin-town?asof=soon").status_code == 400


def test_claims_known_on_a_day(client: FlaskClient) -> None:
    assert "105 to 110" in client.get("/page/event/border-clash?asof=2022-09-14&known=1").text
    before = client.get("/page/event/border-clash?asof=2022-09-13&known=1").text
    assert "105 to 110" not in before
    assert "published by 2022-09-13" in before


def test_a_source_is_read_from_a_position_on(client: FlaskClient) -> None:
    text = client.get("/page/source/gazette").text
    assert text.index('id="claim-south-105"') < text.index('id="claim-north-49"')
    onward = client.get("/page/source/gazette?at=310").text
    assert 'id="claim-north-49"' in onward
    assert 'id="claim-south-105"' not in onward
    assert "From the beginning" in onward


def test_agreement_claim_and_source_pages(client: FlaskClient) -> None:
    truce = client.get("/page/agreement/truce").text
    assert 'id="provision-1"' in truce
    assert "Both withdraw ten kilometres" in truce
    assert "shots &lt;b&gt;fired&lt;/b&gt; &amp; heard" in truce
    claim = client.get("/page/claim/north-49").text
    assert "Second Wire" in claim
    assert "Findings about this claim" in claim
    source = client.get("/page/source/gazette").text
    assert source.index("characters 20–60") < source.index("characters 310–402")
    actor = client.get("/page/actor/southland").text
    assert "Claims it holds" in actor


def test_hostile_data_is_escaped(client: FlaskClient) -> None:
    text = client.get("/page/actor/evil").text
    assert "<script>" not in text
    assert "&lt;script&gt;alert" in text
    assert "<img" not in text
    southland = client.get("/page/actor/southland").text
    assert 'href="javascript:' not in southland
    assert 'href="http://www.wikidata.org/entity/Q42"' in southland


@pytest.mark.parametrize(
    "path",
    [
        "/page/event/<script>alert(1)</script>",
        "/id/event/%22%3E%3Cscript%3Ealert(1)%3C/script%3E",
        "/entities/<script>",
        "/sparql?query=<script>alert(1)</script>",
        "/sparql?query=</textarea><script>alert(1)</script>",
        "/sparql?query=SELECT ('<script>alert(1)</script>' AS ?x) {}",
        '/sparql?query=ASK{}&default-graph-uri="><script>',
        "/sparql?query=ASK{}&format=<script>",
        "/dumps/<script>",
        "/entities/event?actor=<script>",
        "/entities/event?sort=<script>",
        "/entities/event?from=<script>",
        "/entities/event?q=<script>",
        "/entities/event?page=<script>",
        "/entities/event?format=<script>",
        "/<script>alert(1)</script>",
    ],
)
def test_hostile_requests_are_escaped(client: FlaskClient, path: str) -> None:
    response = client.get(path, headers=HTML)
    assert response.status_code < 500
    assert response.mimetype == "text/html"
    # The site's own scripts come from a file; nothing of the request became one.
    assert all(
        tag.startswith('<script defer src="/static/') for tag in re.findall(r"<script[^>]*>?", response.text)
    )


ROUTES = [
    ("/", 200),
    ("/static/style.css", 200),
    ("/id/event/border-clash", 303),
    ("/page/event/border-clash", 200),
    ("/data/event/border-clash", 200),
    ("/entities/event", 200),
    ("/sparql", 200),
    ("/sparql?query=ASK{}", 200),
    ("/dumps/", 200),
    ("/dumps", 308),
    ("/dumps/kcg.ttl", 200),
    ("/health", 200),
    ("/health?deep", 200),
    ("/.well-known/void", 200),
    ("/nowhere", 404),
]


@pytest.mark.parametrize(("path", "status"), ROUTES)
def test_headers_on_every_route(client: FlaskClient, path: str, status: int) -> None:
    response = client.get(path)
    assert response.status_code == status
    for name, value in FIXED.items():
        assert response.headers.getlist(name) == [value]
    assert "Accept" in response.headers["Vary"]


def test_home(client: FlaskClient) -> None:
    text = client.get("/").text
    assert "8,000" in text
    assert 'href="/page/event/border-clash"' in text
    assert "not</em> a ruling" in text


def test_health(client: FlaskClient) -> None:
    assert client.get("/health").json == {
        "status": "ok",
        "release": "0.1.0-cafe",
        "version": "0.1.0",
    }
