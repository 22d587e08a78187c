from __future__ import annotations

from pathlib import Path

import pyoxigraph as ox
import pytest
from rdflib import DCAT, RDF, VOID, Graph, URIRef

from kg.description import read_dataset
from kg.dump import read_nquads
from kg.errors import DataError
from kg.namespaces import SD
from kg.release import Release
from kg.sources import Project, locate_project, read_turtle
from kg.terms import to_graph


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
    graph, _ = described(built)
    dataset = URIRef(built.iris.dataset)
    for partition in graph.objects(dataset, VOID.propertyPartition):
        iri = graph.value(partition, VOID.property)
        if not str(iri).startswith((str(VOID), str(SD), str(RDF))):
            assert int(str(graph.value(partition, VOID.triples))) == len(
                list(graph.triples((None, iri, None)))
            )  # type: ignore[arg-type]


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
