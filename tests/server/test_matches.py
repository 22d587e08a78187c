"""Mappings on pages: what a thing is elsewhere, what it is not to be taken for, and what was read."""

from __future__ import annotations

from flask.testing import FlaskClient

from kg.namespaces import SSSOM
from server.description import Description
from server.solutions import Solution, Term
from server.views.matches import Page, matches, stated
from server.views.terms import ANNOTATED_PROPERTY, ANNOTATED_SOURCE, ANNOTATED_TARGET, COMMENT, SEE_ALSO, SKOS
from server.vocabulary import Vocabulary

THING = "https://w3id.org/kcg/id/place/northburg"
EXACT, CLOSE = f"{SKOS}exactMatch", f"{SKOS}closeMatch"


def test_what_is_read_of_a_mapping() -> None:
    own = described(
        *mapping("a", "https://elsewhere.example/2", other="a list: 2| a map: Northburg ||"),
        *mapping(
            "not-b",
            "https://elsewhere.example/1",
            predicate_modifier="https://w3id.org/sssom/NegatedPredicate",
        ),
        (f"{THING}#a", COMMENT, Term("literal", "By its place.", language="en")),
        (f"{THING}#a", SEE_ALSO, Term("uri", "https://code.example/someone/list/blob/1/names.csv#L7")),
        (f"{THING}#a", str(SSSOM.confidence), Term("literal", "0.95")),
        *mapping("c", "https://elsewhere.example/1", thing=f"{THING}-station"),
    )
    first, second = matches(own, THING)
    assert (first.anchor, first.denied, first.confidence) == ("a", False, "0.95")
    assert first.evidence == ("a list: 2", "a map: Northburg")
    assert first.how.label.value == "exact match"
    assert [each.value for each in first.notes] == ["By its place."]
    assert first.pages == (
        Page(
            "https://code.example/someone/list/blob/1/names.csv#L7",
            "code.example/someone/list/…/names.csv#L7",
        ),
    )
    assert (second.anchor, second.denied, second.evidence) == ("not-b", True, ())


def test_where_evidence_was_read_is_named_as_far_as_it_goes() -> None:
    addresses = {
        "https://a.example": "a.example",
        "https://a.example/": "a.example",
        "https://a.example/one/": "a.example/one",
        "https://a.example/one/two": "a.example/one/two",
        "https://a.example/one/two/three": "a.example/one/two/three",
        "https://a.example/one/two/three/four": "a.example/one/two/…/four",
    }
    for address, name in addresses.items():
        own = described(*mapping("a", THING), (f"{THING}#a", SEE_ALSO, Term("uri", address)))
        assert matches(own, THING)[0].pages == (Page(address, name),)


def test_a_link_without_a_mapping_keeps_its_place_among_the_facts() -> None:
    bare = (THING, CLOSE, Term("uri", "https://elsewhere.example/9"))
    held = (THING, EXACT, Term("uri", "https://elsewhere.example/2"))
    own = described(*mapping("a", "https://elsewhere.example/2"), held, bare)
    assert stated(own, THING, matches(own, THING)) == {EXACT}
    own.add(rows((THING, EXACT, Term("uri", "https://elsewhere.example/3"))))
    assert stated(own, THING, matches(own, THING)) == frozenset()


def test_a_denied_mapping_hides_no_link() -> None:
    held = (THING, EXACT, Term("uri", "https://elsewhere.example/2"))
    own = described(*mapping("not-a", "https://elsewhere.example/2", predicate_modifier="Not"), held)
    assert stated(own, THING, matches(own, THING)) == frozenset()


def test_the_page_shows_both_sorts_where_links_lead_to_them(client: FlaskClient) -> None:
    text = client.get("/page/place/border-region").text
    section = text[text.index('id="matches"') :]
    related, denied = (
        section.index('<tr id="wikidata-Q1000002">'),
        section.index('<tr id="not-wikidata-Q1000001">'),
    )
    assert related < denied
    for expected in (
        'href="http://www.wikidata.org/entity/Q1000001"><bdi lang="en">Border region is not to be taken for',
        "no exact match",
        "a gazetteer: border, Q1000002",
        ">gazetteer.example/places/all/…/border.csv#L4</a>",
    ):
        assert expected in section, expected


def test_the_ontology_lists_them_with_the_term(client: FlaskClient) -> None:
    text = client.get("/page/ontology").text
    term = text[text.index('<section class="term" id="Event">') :]
    assert '<details id="Event.wikidata-Q1000004">' in term[: term.index("</section>")]


def mapping(part: str, target: str, *, thing: str = THING, **slots: str) -> list[tuple[str, str, Term]]:
    """Give the statements of one mapping of the set."""
    node = f"{thing}#{part}"
    return [
        (node, ANNOTATED_SOURCE, Term("uri", thing)),
        (node, ANNOTATED_PROPERTY, Term("uri", EXACT)),
        (node, ANNOTATED_TARGET, Term("uri", target)),
        *((node, str(SSSOM[name]), Term("literal", value)) for name, value in slots.items()),
    ]


def rows(*triples: tuple[str, str, Term]) -> list[Solution]:
    return [{"s": Term("uri", s), "p": Term("uri", p), "o": o} for s, p, o in triples]


def described(*triples: tuple[str, str, Term]) -> Description:
    return Description(Vocabulary({}, {}, {}), rows(*triples))
