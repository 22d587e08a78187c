"""A crawl of a really running server; `python -m tests.load.crawl` does the same with more entities."""

from __future__ import annotations

import pytest

from tests.load.crawl import Crawl, chosen, minted

ALWAYS = (
    "ontology",
    "ontology#Claim",
    "ontology/prefixes",
    "ontology/rules/60-repeat",
    "shapes",
    "shapes#ClaimHolder",
    "shapes/claim",
    "concept/stance",
    "concept/stance/denies",
    "graph/reference",
    "graph/source/dw-2016",
    "query/accusations",
    "dataset",
    "id/event/nagorno-karabakh-war-2020",
    "id/claim/dw-2016-010#passage-393a151c",
)
"""One of each sort of IRI."""


@pytest.fixture(scope="module")
def crawl(url: str) -> Crawl:
    return Crawl(f"{url}/", "https://w3id.org/kcg/")


def test_every_sort_of_iri_in_every_format(crawl: Crawl) -> None:
    base, iris = minted(crawl.root)
    assert base == crawl.base
    release = next(iri for iri in iris if iri.startswith(f"{base}dataset/") and "#" not in iri)
    for iri in (*(base + path for path in ALWAYS), release, *chosen(iris, base, 5)):
        crawl.entity(iri)
    crawl.parse_by_iri(f"{base}id/event/nagorno-karabakh-war-2020")
    assert not crawl.faults
    assert crawl.documents > 100


def test_links_from_the_home_page(crawl: Crawl) -> None:
    crawl.links(limit=40)
    assert not crawl.faults
    assert crawl.pages == 40


@pytest.mark.parametrize(("start", "limit"), [("page/dataset", 60), ("page/graph/link/wikidata", 180)])
def test_parts_that_pages_link_to_are_there(url: str, start: str, limit: int) -> None:
    crawl = Crawl(f"{url}/", "https://w3id.org/kcg/")
    crawl.links(limit, start)
    assert not crawl.faults
    assert crawl.fragments > 25
