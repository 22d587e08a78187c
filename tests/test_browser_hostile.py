"""Two hundred hostile literals and IRIs, served as data: nothing runs, nothing pops up, no page breaks."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any
from urllib.parse import quote

import pyoxigraph as ox
import pytest

from tests.conftest import served
from tests.watching import watched

BASE = "https://w3id.org/kcg/"
KCG = f"{BASE}ontology#"
RDFS = "http://www.w3.org/2000/01/rdf-schema#"
XSD = "http://www.w3.org/2001/XMLSchema#"
CALL = "window.hacked=1;alert(1)"
TEXTS = [
    f"<script>{CALL}</script>",
    f"</script><script>{CALL}</script>",
    f'"><img src=x onerror="{CALL}">',
    f"'><svg onload='{CALL}'>",
    f"</title><script>{CALL}</script>",
    f"</textarea><script>{CALL}</script>",
    f"</code></pre><script>{CALL}</script>",
    f"javascript:{CALL}",
    f'<a href="javascript:{CALL}">click</a>',
    f"<iframe srcdoc='<script>{CALL}</script>'>",
    "{{ 7 * 7 }}{% raw %}${7*7}#{7*7}",
    "\u202eTXET DEKCAB\u202d\u2066\u2067 never closed",
    "\u200f\u061c right to left",
    "W" * 20_000,
    "word " * 4_000,
    "Z\u0335\u0321\u0322" * 500,
    "<!--",
    "]]>",
    "&lt;script&gt;",
    "\u0000 null"[1:],
    "=cmd|' /C calc'!A0",
    "--><base href=//evil.example/><!--",
    "<style>*{display:none}</style>",
    "<meta http-equiv=refresh content='0;url=//evil.example/'>",
    "<form action=//evil.example/><input name=q></form>",
]
IRIS = [
    f"javascript:{CALL}",
    f"JaVaScRiPt:{CALL}",
    f"data:text/html,%3Cscript%3E{CALL}%3C/script%3E",
    f"vbscript:{CALL}",
    "https://evil.example/'onmouseover='alert(1)",
    "http://evil.example/?a=1&b=%22%3E%3Cscript%3E",
    f"{BASE}id/event/'onclick='alert(1)",
    f"{BASE}id/event/../../../static/x",
    f"{BASE}id/event/%3Cscript%3E",
    f"{BASE}id/event/" + "x" * 3_000,
    "urn:x:\u202e",
]
COUNT = 205
RUN = """[...document.scripts].filter(e => e.type !== 'application/ld+json')
  .map(e => e.getAttribute('src') || e.textContent)"""
"""The scripts of a page but for data blocks, which no browser runs."""
HARMLESS = ("/", "#", "?", "http://", "https://", "data:,")
PATHS = [
    "/",
    "/entities/event",
    "/entities/place",
    "/entities/claim",
    "/perspective",
    "/timeline?show=event&show=situation",
    "/map",
    "/network",
    "/page/event/e0",
    "/page/event/e2",
    "/page/event/e13",
    "/page/place/e1",
    "/page/claim/c5",
    "/page/situation/s3",
    "/sparql?query=" + quote("SELECT ?x ?y ?n { ?x ?y ?n } LIMIT 500"),
    "/sparql?query=" + quote("SELECT ?l (1 AS ?n) { ?x <" + RDFS + "label> ?l }") + "#chart",
    "/sparql?query=" + quote("SELECT ?x ?w { ?x <" + KCG + "earliestBegin> ?w }") + "#timeline",
    "/sparql?query=" + quote("SELECT ?place { ?place a <" + KCG + "Place> }") + "#map",
]

pytestmark = pytest.mark.browser


def literal(text: str, suffix: str = "") -> str:
    escaped = text.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n").replace("\r", "\\r")
    return f'"{escaped}"{suffix}'


def iri(text: str) -> str:
    """As N-Triples writes it: what may not stand in an IRI is left out."""
    return "<" + "".join(each for each in text if each > " " and each not in '<>"{}|^`\\') + ">"


def triples() -> Iterator[str]:
    labelled = f"<{RDFS}label>"
    for name in ("Event", "Situation", "Place", "Actor", "Claim", "Relation"):
        yield f"<{KCG}{name}> {labelled} {literal(TEXTS[0], '@en')} ."
    yield f"<{KCG}Relation> <{RDFS}subClassOf> <{KCG}Situation> ."
    for number in range(COUNT):
        text, other = TEXTS[number % len(TEXTS)], IRIS[number % len(IRIS)]
        yield from _things(
            number, literal(f"{number} {text}" if number > len(TEXTS) else text, "@en"), iri(other)
        )


def _things(number: int, label: str, other: str) -> Iterator[str]:
    a = "<http://www.w3.org/1999/02/22-rdf-syntax-ns#type>"
    labelled = f"<{RDFS}label>"
    day = literal("2020-01-01", f"^^<{XSD}date>")
    kind = "place" if number % 2 else "event"
    thing = f"<{BASE}id/{kind}/e{number}>"
    situation, claim = f"<{BASE}id/situation/s{number}>", f"<{BASE}id/claim/c{number}>"
    for subject, name in ((thing, kind.capitalize()), (situation, "Situation"), (claim, "Claim")):
        yield f"{subject} {a} <{KCG}{name}> ."
        yield f"{subject} {labelled} {label} ."
        yield f"{subject} <{KCG}when> {label} ."
        yield f"{subject} <{KCG}earliestBegin> {day} ."
        yield f"{subject} <http://www.w3.org/2002/07/owl#sameAs> {other} ."
        yield f"{subject} <{KCG}kind> {other} ."
    yield f"{situation} {a} <{KCG}Relation> ."
    yield f"{situation} <{KCG}actor> {other} ."
    yield f"{situation} <{KCG}object> {thing} ."
    yield f"{situation} <{KCG}territory> <{BASE}id/place/e{number | 1}> ."
    yield f"{claim} <{KCG}about> {thing} ."
    yield f"{claim} <{KCG}claimedBy> {other} ."
    yield f"{claim} <{KCG}reportedIn> {other} ."
    yield f"{other} {labelled} {label} ."
    yield f"{thing} <http://www.opengis.net/ont/geosparql#hasGeometry> <{BASE}id/{kind}/e{number}#g> ."
    wkt = literal(f"POINT ({44 + number / 50} 40)", "^^<http://www.opengis.net/ont/geosparql#wktLiteral>")
    yield f"<{BASE}id/{kind}/e{number}#g> <http://www.opengis.net/ont/geosparql#asWKT> {wkt} ."


@pytest.fixture(scope="module")
def hostile(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    path = tmp_path_factory.mktemp("hostile") / "hostile.nt"
    path.write_text("\n".join(triples()) + "\n", "utf-8")
    yield from served("--load", str(path))


def test_they_are_two_hundred_and_legal() -> None:
    quads = list(ox.parse("\n".join(triples()), format=ox.RdfFormat.N_TRIPLES))
    labels = {each.object.value for each in quads if each.predicate.value == f"{RDFS}label"}
    assert len(labels) >= 200
    assert set(TEXTS) <= labels
    assert len({each.subject.value for each in quads if each.subject.value.startswith(BASE)}) > 3 * COUNT


@pytest.mark.parametrize("path", PATHS)
def test_nothing_runs_and_nothing_breaks(browser: Any, hostile: str, path: str) -> None:
    with watched(browser, hostile) as seen:
        page = seen.go(path)
        assert page.locator("h1").count() == 1
        assert page.locator("footer.site").is_visible()
        assert page.evaluate("window.hacked") is None
        links = page.evaluate("[...document.querySelectorAll('[href]')].map(e => e.getAttribute('href'))")
        assert [link for link in links if not link.lower().startswith(HARMLESS)] == []
        scripts = page.evaluate(RUN)
        assert all(script.startswith("/static/") for script in scripts)
        assert page.evaluate("document.querySelectorAll('iframe, base, style, meta[http-equiv]').length") == 0
        assert page.evaluate("document.documentElement.scrollWidth") <= 1200
        seen.assert_quiet()
