"""IRIs and the URL paths that stand for them."""

from __future__ import annotations

from urllib.parse import unquote

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kg.iris import KINDS, Iris, local_name, part, without_fragment

slugs = st.from_regex(r"[a-z0-9]+(-[a-z0-9]+){0,3}", fullmatch=True)
kinds = st.sampled_from(KINDS)


@given(kinds, slugs)
def test_an_entity_is_found_again_from_its_page(kind: str, slug: str) -> None:
    iris = Iris()
    iri = iris.entity(kind, slug)
    assert iris.is_entity(iri)
    assert iris.path(iri) == f"id/{kind}/{slug}"
    assert iris.of_document(unquote(iris.page_path(iri)).removeprefix("page/")) == iri


@given(kinds, slugs, slugs)
def test_a_part_stays_behind_its_entity(kind: str, slug: str, label: str) -> None:
    iris = Iris("https://example.org/x/")
    iri = part(iris.entity(kind, slug), label, content="text")
    assert iris.is_entity(iri)
    assert without_fragment(iri) == iris.entity(kind, slug)
    page, fragment = iris.page_path(iri).split("#")
    assert page == f"page/{kind}/{slug}"
    assert fragment == local_name(iri)
    assert iris.data_path(iri, ".ttl").startswith(f"data/{kind}/{slug}.ttl#")


def test_the_names_of_a_data_set() -> None:
    iris = Iris("https://example.org/")
    assert iris.graph("source/dw-2016") == "https://example.org/graph/source/dw-2016"
    assert iris.release("1.0") == "https://example.org/dataset/1.0"
    assert iris.of_document("ontology") == "https://example.org/ontology"
    assert not iris.is_entity(iris.dataset)


def test_an_iri_of_others_has_no_path() -> None:
    with pytest.raises(ValueError, match="not below"):
        Iris().path("http://www.wikidata.org/entity/Q1")


def test_parts_of_parts_and_parts_with_one_label() -> None:
    assert part("http://e/a#b", "c") == "http://e/a#b.c"
    assert part("http://e/a", "b", "x") != part("http://e/a", "b", "y")
    assert part("http://e/a", "b", "x") == part("http://e/a", "b", "x")


def test_odd_characters_are_quoted_in_paths() -> None:
    assert Iris().page_path("https://w3id.org/kcg/id/place/Շուշի") == (
        "page/place/%D5%87%D5%B8%D6%82%D5%B7%D5%AB"
    )


def test_local_names() -> None:
    assert local_name("http://e/a#b/c") == "b/c"
    assert local_name("http://e/a/b") == "b"
