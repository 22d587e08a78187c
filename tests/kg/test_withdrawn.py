"""Tombstones in the data of a project: what a build makes of them, and what it refuses."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from kg.build import read
from kg.description import describe
from kg.errors import DanglingReferenceError, ProblemsError
from kg.iris import Iris
from kg.sources import Project, Statement, locate_project
from kg.terms import iri_of, text_of

ISLANDS = Path(__file__).parents[1] / "data" / "islands"


@pytest.fixture
def project(tmp_path: Path) -> Project:
    shutil.copytree(ISLANDS / "data", tmp_path / "data")
    return locate_project(tmp_path / "data")


def tombstone(iri: str, successor: str) -> str:
    return f"""<{iri}> <http://www.w3.org/2002/07/owl#deprecated> true ;
        <http://www.w3.org/2004/02/skos/core#changeNote> "Recorded twice."@en ;
        <http://purl.org/dc/terms/isReplacedBy> <{successor}> .\n"""


def base_of(project: Project) -> str:
    return read(project)[0].base


def some_claim(project: Project) -> str:
    statements = read(project)[1]
    found = {str(each.quad.subject)[1:-1] for each in statements if "/id/claim/" in str(each.quad.subject)}
    return min(each for each in found if "#" not in each)


def test_a_tombstone_stands_in_a_graph_of_its_own_and_counts_as_no_entity(project: Project) -> None:
    base, claim = base_of(project), some_claim(project)
    before = read(project)[1]
    (project.data / "withdrawn.ttl").write_text(tombstone(f"{base}id/claim/told-twice", claim))
    after = read(project)[1]
    graphs = [{iri_of(each.quad.graph_name) for each in statements} for statements in (before, after)]
    assert graphs[1] - graphs[0] == {f"{base}graph/withdrawn"}

    def entities(statements: list[Statement]) -> set[str]:
        quads = describe([each.quad for each in statements], Iris(base), "1")
        about = (quad for quad in quads if iri_of(quad.subject) == f"{base}dataset")
        return {text_of(quad.object) for quad in about if quad.predicate.value.endswith("void#entities")}

    assert entities(before) == entities(after)


def test_nothing_may_point_at_what_was_withdrawn(project: Project) -> None:
    base, claim = base_of(project), some_claim(project)
    gone = f"{base}id/claim/told-twice"
    (project.data / "withdrawn.ttl").write_text(tombstone(gone, claim))
    extra = f"<{claim}> <https://w3id.org/kcg/ontology#respondsTo> <{gone}> .\n"
    (project.data / "reference" / "extra.ttl").write_text(extra)
    with pytest.raises(ProblemsError) as caught:
        read(project)
    dangling = [each for each in caught.value.problems if isinstance(each, DanglingReferenceError)]
    assert any(gone in str(each) for each in dangling)


def test_the_successor_must_be_described(project: Project) -> None:
    base = base_of(project)
    one, other = f"{base}id/claim/a", f"{base}id/claim/b"
    (project.data / "withdrawn.ttl").write_text(tombstone(one, other) + tombstone(other, one))
    with pytest.raises(ProblemsError) as caught:
        read(project)
    assert len([each for each in caught.value.problems if isinstance(each, DanglingReferenceError)]) == 2
