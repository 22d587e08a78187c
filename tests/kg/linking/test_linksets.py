"""Mapping sets as RDF: the links of a release, each with a node that qualifies it."""

from __future__ import annotations

from pathlib import Path

import pyoxigraph as ox
import pytest

from kg.dump import read_nquads
from kg.errors import ProblemsError
from kg.iris import Iris
from kg.linking.linksets import read_links, read_mapping_sets, statements_of
from kg.release import Release
from kg.sources import Project, locate_project

PREFIXES = """PREFIX owl: <http://www.w3.org/2002/07/owl#>
PREFIX skos: <http://www.w3.org/2004/02/skos/core#>
PREFIX sssom: <https://w3id.org/sssom/>
PREFIX void: <http://rdfs.org/ns/void#>
PREFIX rdfs: <http://www.w3.org/2000/01/rdf-schema#>
PREFIX pav: <http://purl.org/pav/>
PREFIX dcterms: <http://purl.org/dc/terms/>
"""


@pytest.fixture(scope="module")
def store(release: Release) -> ox.Store:
    found = ox.Store()
    found.extend(read_nquads(release.nquads))
    return found


def ask(store: ox.Store, question: str) -> bool:
    return bool(store.query(PREFIXES + question, use_default_graph_as_union=True))


def test_every_mapping_set_is_a_graph(release: Release, store: ox.Store) -> None:
    names = {str(each.value) for each in store.named_graphs()}
    slugs = [each.slug for each in read_mapping_sets(locate_project())]
    assert len(slugs) >= 6
    assert {release.iris.graph(f"link/{slug}") for slug in slugs} <= names


def test_a_link_is_stated_and_qualified(store: ox.Store) -> None:
    assert ask(
        store,
        """ASK { GRAPH <https://w3id.org/kcg/graph/link/wikidata> {
          <https://w3id.org/kcg/id/actor/armenia> skos:exactMatch <http://www.wikidata.org/entity/Q399> .
          <https://w3id.org/kcg/id/actor/armenia#wikidata-Q399>
            owl:annotatedSource <https://w3id.org/kcg/id/actor/armenia> ;
            owl:annotatedProperty skos:exactMatch ;
            owl:annotatedTarget <http://www.wikidata.org/entity/Q399> ;
            sssom:mapping_justification ?why ; sssom:confidence 0.99 ; sssom:other ?evidence ;
            rdfs:seeAlso ?page ; pav:authoredBy ?who ; dcterms:created ?day ; rdfs:label ?label } }""",
    )


def test_a_non_match_is_recorded_and_states_no_link(store: ox.Store) -> None:
    republic = "<https://w3id.org/kcg/id/actor/nagorno-karabakh-republic>"
    region = "<http://www.wikidata.org/entity/Q44302>"
    assert ask(
        store,
        f"""ASK {{ ?mapping owl:annotatedSource {republic} ; owl:annotatedTarget {region} ;
        sssom:predicate_modifier sssom:NegatedPredicate }}""",
    )
    assert not ask(store, f"ASK {{ {republic} ?any {region} }}")


def test_no_link_is_said_to_be_the_same(store: ox.Store) -> None:
    assert not ask(store, "ASK { GRAPH ?g { ?s owl:sameAs ?o } }")


def test_linksets_count_what_is_there(store: ox.Store) -> None:
    rows = store.query(
        PREFIXES
        + """SELECT ?set ?counted (COUNT(*) AS ?found) WHERE {
        GRAPH ?g { ?set a void:Linkset ; void:linkPredicate ?predicate ; void:triples ?counted }
        GRAPH ?g { ?s ?predicate ?o } } GROUP BY ?set ?counted"""
    )
    assert isinstance(rows, ox.QuerySolutions)
    listed = [(row["counted"].value, row["found"].value) for row in rows]  # type: ignore[union-attr]
    assert listed
    assert all(counted == found for counted, found in listed)


def test_statements_keep_file_and_line(tmp_path: Path) -> None:
    (mapping_set, *_) = read_mapping_sets(locate_project())
    lines = mapping_set.path.read_text("utf-8").splitlines()
    for each in statements_of(mapping_set, Iris()):
        if each.where.line > 1:
            subject = each.quad.subject
            assert isinstance(subject, ox.NamedNode)
            row = lines[each.where.line - 1].split("\t")
            assert subject.value.startswith((mapping_set.expand(row[0]), f"{Iris().base}graph/"))


def test_everything_wrong_in_all_files_is_told(tmp_path: Path) -> None:
    (tmp_path / "links").mkdir()
    (tmp_path / "links" / "a.sssom.tsv").write_text("nothing\n")
    (tmp_path / "links" / "b.sssom.tsv").write_text("#a: [\n")
    with pytest.raises(ProblemsError) as caught:
        read_links(Project(tmp_path, tmp_path, tmp_path, tmp_path), Iris())
    assert len(caught.value.problems) == 2


def test_a_project_without_links_has_none(tmp_path: Path) -> None:
    assert read_links(Project(tmp_path, tmp_path, tmp_path, tmp_path), Iris()) == []
