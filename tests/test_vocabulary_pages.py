"""The pages of the ontology, the code lists, the shapes and the reports, of the real release."""

from __future__ import annotations

import json
import re

import pyoxigraph as ox
import pytest
from flask import Flask
from flask.testing import FlaskClient
from lxml import html
from rdflib import OWL, RDF, RDFS, SH, SKOS, Graph, URIRef
from rdflib.term import Node

from kg.dump import read_nquads
from kg.iris import Iris
from kg.namespaces import CONCEPT
from kg.release import Release
from kg.store import MemoryStore
from kg.terms import to_graph
from kg.validation import SHAPES
from server import Publication, Settings, create_app
from server.views.diagram import tree
from server.views.report import report

HTML = {"Accept": "text/html"}


@pytest.fixture(scope="module")
def app(release: Release) -> Flask:
    store = MemoryStore.load(release.nquads, prefixes=release.manifest.prefixes)
    return create_app(Settings(release=release.path), store)


@pytest.fixture(scope="module")
def graph(release: Release) -> Graph:
    return to_graph(read_nquads(release.nquads))


@pytest.fixture
def client(app: Flask) -> FlaskClient:
    return app.test_client()


def section(page: str, anchor: str) -> str:
    """Give what stands between an anchor and the end of its section."""
    return page.partition(f'id="{anchor}"')[2].partition("</section>")[0]


def test_every_term_has_its_place_its_meaning_and_its_uses(client: FlaskClient, graph: Graph) -> None:
    page = client.get("/page/ontology").text
    terms = set(graph.subjects(RDFS.isDefinedBy, URIRef("https://w3id.org/kcg/ontology")))
    assert len(terms) > 80
    for term in terms:
        found = section(page, str(term).rpartition("#")[2])
        assert str(graph.value(term, SKOS.definition))[:20].replace("'", "&#39;") in found, term
        uses = len(set(graph.subjects(RDF.type, term))) or len(list(graph.triples((None, term, None))))  # type: ignore[arg-type]
        assert f"<dd>{uses:,}" in found, term
    about = section(page, "claimedBy")
    assert 'href="/page/ontology#Claim"' in about
    assert re.search(r'for example <a href="/page/claim/[^"#]+"', about)


def test_the_diagram_says_the_same_in_words(client: FlaskClient) -> None:
    page = client.get("/page/ontology").text
    drawing = page.partition("<svg")[2].partition("</svg>")[0]
    assert "polity: de facto entity, state" in drawing
    assert drawing.count("<rect") == 32
    assert 'href="/page/ontology#DeFactoEntity"' in drawing
    assert "style=" not in drawing


def test_a_tree_that_closes_on_itself_is_drawn_all_the_same() -> None:
    drawn = tree({"a": "A", "b": "B", "c": "C"}, {"b": ["a"], "c": ["b"], "a": ["elsewhere"]})
    assert [box.x for box in drawn.boxes] == sorted(box.x for box in drawn.boxes)
    assert (drawn.outline, len(drawn.lines)) == ("A: B; B: C", 2)
    assert len(tree({"a": "A", "b": "B"}, {"a": ["b"], "b": ["a"]}).boxes) <= 2
    assert tree({}, {}).boxes == ()


def uses(graph: Graph, concept: Node) -> set[tuple[str, Node]]:
    """What uses a concept, and with which property; of parts what they are a part of."""
    return {
        (str(thing).partition("#")[0], link)
        for thing, link in graph.subject_predicates(concept)
        if isinstance(thing, URIRef) and not str(link).startswith(str(SKOS)) and link != OWL.annotatedSource
    }


@pytest.mark.parametrize("scheme", ["stance", "event-kind", "quantity", "loaded-word", "office"])
def test_a_code_list_has_every_concept_with_its_meaning_and_uses(
    client: FlaskClient, graph: Graph, scheme: str
) -> None:
    page = html.document_fromstring(client.get(f"/page/concept/{scheme}").text)
    concepts = set(graph.subjects(SKOS.inScheme, CONCEPT[scheme]))
    assert concepts
    rows = page.xpath("//table[contains(@class, 'concepts')]/tbody/tr")
    assert len(rows) == len(concepts)
    for concept in concepts:
        row = page.get_element_by_id(str(concept).rpartition("/")[2])
        text = " ".join(row.text_content().split())
        assert row.xpath("th/a/@href") == [f"/page/concept/{str(concept).rpartition('/concept/')[2]}"]
        for each in (SKOS.prefLabel, SKOS.altLabel, SKOS.definition, SKOS.scopeNote):
            for literal in graph.objects(concept, each):
                assert " ".join(literal.split()) in text, (concept, each)
        assert row.xpath("string(td[@class='figure'])") == f"{len(uses(graph, concept)):,}", concept


def test_what_uses_a_concept_is_listed_in_pages(client: FlaskClient, graph: Graph) -> None:
    concept = CONCEPT["stance/opines"]
    wanted = {thing for thing, _ in uses(graph, concept)}
    address, found = "/page/concept/stance/opines", []
    for _ in range(9):
        page = html.document_fromstring(client.get(address, headers=HTML).text)
        rows = page.xpath("//table[@class='listing']/tbody/tr/th/a/@href")
        assert 0 < len(rows) <= 50
        found += rows
        following = page.xpath("//a[@rel='next']/@href")
        if not following:
            break
        address = following[0]
    assert len(found) == len(set(found)) == len(wanted) > 50
    assert {f"https://w3id.org/kcg/id/{each.removeprefix('/page/')}" for each in found} == wanted
    assert client.get("/page/concept/stance/opines?page=99", headers=HTML).status_code == 404
    assert client.get("/page/concept/stance/opines?page=x", headers=HTML).status_code == 404
    assert client.get("/page/concept/stance/none", headers=HTML).status_code == 404


@pytest.mark.parametrize("path", ["stance", "event-kind", "quantity", "stance/asserts", "event-kind/war"])
def test_a_link_to_a_filtered_list_leads_to_as_many(client: FlaskClient, path: str) -> None:
    page = html.document_fromstring(client.get(f"/page/concept/{path}").text)
    links = page.xpath("//main//a[starts-with(@href, '/entities/')]")
    assert links
    for link in links[:12]:
        count = re.search(r"\(([\d,]+)\)", link.tail)
        shown = html.document_fromstring(client.get(link.get("href"), headers=HTML).text)
        assert count is not None
        assert shown.xpath("string(//p[@role='status']/strong)") == count[1], link.get("href")


def test_a_concept_leads_to_what_is_wider_and_narrower(client: FlaskClient, graph: Graph) -> None:
    pairs = list(graph.subject_objects(SKOS.broader))
    assert pairs
    for narrow, wide in pairs:
        below, above = (f"/page/{str(each).removeprefix('https://w3id.org/kcg/')}" for each in (narrow, wide))
        key = html.document_fromstring(client.get(below).text).xpath("//dl[@class='key']")[0]
        assert above in key.xpath(".//a/@href")
        key = html.document_fromstring(client.get(above).text).xpath("//dl[@class='key']")[0]
        assert below in key.xpath(".//a/@href")


def test_shapes_and_checks(client: FlaskClient, graph: Graph) -> None:
    page = client.get("/page/shapes").text
    with_message = [each for each in graph.subjects(SH.message) if str(each).startswith(SHAPES)]
    assert len(with_message) > 140
    for shape in with_message:
        assert page.count(f'id="{str(shape).removeprefix(SHAPES)}"') == 1, shape
    holder = page.partition('id="ClaimHolder"')[2].partition("</tr>")[0]
    for expected in ("kcg:claimedBy", "minCount 1", "class kcg:Actor", "Violation", "has no single holder"):
        assert expected in holder
    chain = page.partition('id="ClaimViaActor"')[2].partition("</tr>")[0]
    assert "kcg:via / rdf:rest* / rdf:first" in chain
    assert "SELECT DISTINCT ?focus_node" in section(page, "part-of-acyclic")


def test_report_as_page_and_as_rdf(client: FlaskClient, release: Release) -> None:
    page = client.get("/report", headers=HTML)
    assert "The release conforms" in page.text
    data = Graph().parse(data=client.get("/report", headers={"Accept": "text/turtle"}).data)
    assert set(data) == set(Graph().parse(release.path / "report.ttl"))
    wording = client.get("/neutrality", headers=HTML).text
    assert "contested-without-names" in wording
    assert 'href="/page/shapes#contested-without-names"' in wording
    tree_of = json.loads(client.get("/neutrality.jsonld").data)
    assert tree_of["@type"]
    for name in ("report", "neutrality"):
        moved = client.get(f"/graph/{name}")
        assert (moved.status_code, moved.headers["Location"]) == (303, f"/{name}")
        etag = client.get(f"/{name}.ttl").headers["ETag"]
        assert client.get(f"/{name}.ttl", headers={"If-None-Match": etag}).status_code == 304
    assert client.get("/report.exe").status_code == 400
    assert client.get("/report", headers={"Accept": "image/png"}).status_code == 406


def test_the_gravest_findings_come_first() -> None:
    text = """PREFIX sh: <http://www.w3.org/ns/shacl#>
        <urn:r> a sh:ValidationReport ; sh:conforms false ; sh:result <urn:1>, <urn:2> .
        <urn:1> a sh:ValidationResult ; sh:resultSeverity sh:Info ;
            sh:focusNode <urn:a> ; sh:resultMessage "one" .
        <urn:2> a sh:ValidationResult ; sh:resultSeverity sh:Violation ; sh:focusNode <urn:b> ;
            sh:resultPath <urn:p> ; sh:value "v" ; sh:resultMessage "two" ; sh:sourceShape <urn:s> ."""
    found = report([quad.triple for quad in ox.parse(text, format=ox.RdfFormat.TURTLE)])
    assert not found.conforms
    assert [each.message for each in found.findings] == ["two", "one"]
    assert found.counts == (("Violation", 1), ("Warning", 0), ("Info", 1))


def test_loaded_files_have_no_report() -> None:
    client = create_app(Settings(), MemoryStore.from_quads([]), Publication("x", Iris())).test_client()
    assert client.get("/report").status_code == 404
    assert client.get("/page/ontology").status_code == 404
    assert client.get("/.well-known/void").status_code == 404
    for path in ("/llms.txt", "/robots.txt", "/sitemap.xml", "/CITATION.cff", "/openapi.json"):
        assert client.get(path).status_code == 200
