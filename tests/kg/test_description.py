from __future__ import annotations

from pathlib import Path

import pyoxigraph as ox
import pytest
from rdflib import DCAT, OWL, PROV, RDF, RDFS, SKOS, VOID, Graph, URIRef

from kg.description import describe, read_dataset
from kg.dump import read_nquads
from kg.errors import DataError
from kg.iris import Iris
from kg.namespaces import DCAT as DCAT3
from kg.namespaces import SD
from kg.release import Release
from kg.sources import Project, locate_project, read_turtle
from kg.store import MemoryStore
from kg.terms import to_graph

GRAPH = ox.NamedNode("http://e/graph/reference")


def described(release: Release) -> tuple[Graph, list[ox.Quad]]:
    quads = read_nquads(release.nquads)
    return to_graph(quads), quads


@pytest.fixture(params=["release", "islands"])
def built(request: pytest.FixtureRequest) -> Release:
    found = request.getfixturevalue(request.param)
    assert isinstance(found, Release)
    return found


def test_the_counts_are_those_of_the_graph(built: Release) -> None:
    graph, quads = described(built)
    dataset = URIRef(built.iris.dataset)
    assert (dataset, RDF.type, DCAT.Dataset) in graph
    assert int(str(graph.value(dataset, VOID.triples))) == len(graph) == built.manifest.counts["triples"]
    assert int(str(graph.value(dataset, VOID.entities))) == built.manifest.counts["entities"]
    assert int(str(graph.value(dataset, VOID.properties))) <= len({quad.predicate for quad in quads})


def test_every_partition_counts_right(built: Release) -> None:
    graph, quads = described(built)
    by_hand = ox.NamedNode(built.iris.graph("description"))  # what is said there, people say in part
    elsewhere = to_graph(quad for quad in quads if quad.graph_name != by_hand)
    there = {quad.predicate.value for quad in quads if quad.graph_name == by_hand}
    checked = 0
    for partition in graph.objects(URIRef(built.iris.dataset), VOID.propertyPartition):
        predicate = graph.value(partition, VOID.property)
        if str(predicate) not in there:
            said = list(elsewhere.triples((None, predicate, None)))  # type: ignore[arg-type]
            names = (VOID.triples, VOID.distinctSubjects, VOID.distinctObjects)
            counted = [int(str(graph.value(partition, name))) for name in names]
            assert counted == [len(said), len({each[0] for each in said}), len({each[2] for each in said})]
            checked += 1
    assert checked > 30


# What the tools of the SIB ask of an endpoint (sparql-llm: "get_void_dict"), to know which properties a
# class has, and what their values are.
SIB_SCHEMA = """
PREFIX void: <http://rdfs.org/ns/void#>
PREFIX void-ext: <http://ldf.fi/void-ext#>
SELECT DISTINCT ?subjectClass ?prop ?objectClass ?objectDatatype
WHERE {
  {
    ?cp void:class ?subjectClass ; void:propertyPartition ?pp .
    ?pp void:property ?prop .
    OPTIONAL {
      { ?pp void:classPartition [ void:class ?objectClass ] . }
      UNION { ?pp void-ext:datatypePartition [ void-ext:datatype ?objectDatatype ] . }
    }
  } UNION {
    ?ls void:subjectsTarget [ void:class ?subjectClass ] ;
      void:linkPredicate ?prop ;
      void:objectsTarget [ void:class ?objectClass ] .
  }
}"""


def test_the_schema_that_tools_of_the_sib_read(built: Release) -> None:
    rows = MemoryStore.load(built.nquads).engine.query(SIB_SCHEMA, use_default_graph_as_union=True)
    found = {tuple(str(value).rpartition("#")[2].strip("<>") for value in row) for row in rows}  # type: ignore[union-attr]
    assert ("Claim", "claimedBy", "Actor", "None") in found
    assert ("Claim", "about", "Event", "None") in found
    assert any(row[:2] == ("QuantityClaim", "low") or row[:2] == ("Claim", "earliestBegin") for row in found)


def test_the_nested_partitions_count_what_they_name(built: Release) -> None:
    graph, quads = described(built)
    inside = to_graph(q for q in quads if str(q.graph_name)[1:-1] == built.iris.graph("reference"))
    node = URIRef(built.iris.graph("reference"))
    for partition in graph.objects(node, VOID.classPartition):
        members = set(inside.subjects(RDF.type, graph.value(partition, VOID["class"])))
        assert int(str(graph.value(partition, VOID.entities))) == len(members)
        for below in graph.objects(partition, VOID.propertyPartition):
            predicate = graph.value(below, VOID.property)
            said = [each for each in members for _ in inside.objects(each, predicate)]
            assert int(str(graph.value(below, VOID.triples))) == len(said)


def test_links_to_elsewhere_are_sets_of_links() -> None:
    quads = [
        ox.Quad(ox.NamedNode(f"http://e/{subject}"), ox.NamedNode(predicate), ox.NamedNode(target), GRAPH)
        for subject, predicate, target in (
            ("id/place/a", str(OWL.sameAs), "http://www.wikidata.org/entity/Q1"),
            ("id/place/b", str(OWL.sameAs), "http://www.wikidata.org/entity/Q2"),
            ("id/place/b", str(SKOS.closeMatch), "http://www.wikidata.org/entity/Q3"),
            ("id/place/b", str(OWL.sameAs), "http://e/id/place/a"),
            ("ontology", str(RDFS.seeAlso), "http://www.wikidata.org/entity/Q3"),
        )
    ]
    graph = to_graph(describe(quads, Iris("http://e/"), "1"))
    sets = set(graph.subjects(RDF.type, VOID.Linkset))
    sizes = {(graph.value(each, VOID.linkPredicate), str(graph.value(each, VOID.triples))) for each in sets}
    assert sizes == {(OWL.sameAs, "2"), (SKOS.closeMatch, "1")}
    assert set(graph.objects(None, VOID.objectsTarget)) == {URIRef("http://www.wikidata.org/")}


def test_the_release_says_how_it_came(built: Release) -> None:
    graph, quads = described(built)
    release = URIRef(built.iris.release(built.manifest.version))
    assert graph.value(release, URIRef(f"{DCAT3}isVersionOf")) == URIRef(built.iris.dataset)
    build = graph.value(release, PROV.wasGeneratedBy)
    touched = {str(each) for name in (PROV.used, PROV.generated) for each in graph.objects(build, name)}
    assert touched >= {str(quad.graph_name)[1:-1] for quad in quads}
    assert any("/rules/" in each for each in touched)
    assert graph.value(build, PROV.wasAssociatedWith)


def test_every_named_graph_is_described(built: Release) -> None:
    graph, quads = described(built)
    names = {str(quad.graph_name)[1:-1] for quad in quads}
    assert {str(iri) for iri in graph.objects(None, SD.graph)} == names
    for name in names - {built.iris.graph("description")}:
        size = sum(str(quad.graph_name)[1:-1] == name for quad in quads)
        assert int(str(graph.value(URIRef(name), VOID.triples))) == size


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("<http://e/d> a <http://e/other> .", "exactly one dcat:Dataset"),
        ("<http://e/d> a <http://www.w3.org/ns/dcat#Dataset> .", "lacks its title"),
    ],
)
def test_what_a_data_set_must_say(tmp_path: Path, text: str, words: str) -> None:
    (tmp_path / "dataset.ttl").write_text(text)
    here = locate_project()
    project = Project(tmp_path, here.ontology, here.shapes, here.queries)
    with pytest.raises(DataError, match=words) as caught:
        read_dataset(read_turtle(tmp_path / "dataset.ttl", "http://g/x"), project)
    assert caught.value.mend
