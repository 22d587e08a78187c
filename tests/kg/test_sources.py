from __future__ import annotations

from pathlib import Path

import pytest

from kg.errors import MalformedError, MissingInputError, ProblemsError
from kg.iris import Iris
from kg.sources import Project, graph_of, locate_project, read_data, read_turtle

GRAPH = "https://w3id.org/kcg/graph/x"
PREFIX = "PREFIX e: <http://e/>\n"


def project(data: Path) -> Project:
    here = locate_project()
    return Project(data, here.ontology, here.shapes, here.queries)


def lines_of(path: Path) -> dict[str, int]:
    return {str(each.quad.object): each.where.line for each in read_turtle(path, GRAPH)}


def test_each_statement_knows_its_line(tmp_path: Path) -> None:
    path = tmp_path / "x.ttl"
    path.write_text(f"{PREFIX}\ne:a e:p 1 ;\n  e:q 2 ,\n    3 .\n\ne:b e:p '''long\ntext''' .\n")
    by_value = {value.split("^")[0]: line for value, line in lines_of(path).items()}
    assert by_value['"1"'] == 3
    assert by_value['"2"'] == 4
    assert by_value['"3"'] == 5
    assert by_value['"long\\ntext"'] == 8


def test_a_line_longer_than_a_buffer_is_read_whole(tmp_path: Path) -> None:
    path = tmp_path / "x.ttl"
    path.write_text(f"{PREFIX}e:a e:p '{'x' * 300_000}' .\ne:a e:p 2 .")
    assert [each.where.line for each in read_turtle(path, GRAPH)] == [2, 3]


@pytest.mark.parametrize(
    ("text", "line", "column"),
    [
        ("e:a e:p 'open .", 2, 9),
        ("e:a e:p 1\ne:b e:p 2 .", 3, 1),
        ("e:a e:p <not an iri> .", 2, 9),
        ("f:a e:p 1 .", 2, 1),
        ("\n\n]", 4, 1),
    ],
)
def test_malformed_turtle_is_located(tmp_path: Path, text: str, line: int, column: int) -> None:
    path = tmp_path / "x.ttl"
    path.write_text(PREFIX + text)
    with pytest.raises(MalformedError) as caught:
        read_turtle(path, GRAPH)
    assert caught.value.where is not None
    assert (caught.value.where.path.name, caught.value.where.line) == ("x.ttl", line)
    assert caught.value.where.column == column
    assert caught.value.mend


def test_bytes_that_are_not_utf8_are_located(tmp_path: Path) -> None:
    path = tmp_path / "x.ttl"
    path.write_bytes(b"# fine\n# \xe9 is Latin-1\n")
    with pytest.raises(MalformedError, match="not UTF-8") as caught:
        read_turtle(path, GRAPH)
    assert caught.value.where is not None
    assert caught.value.where.line == 2


def test_every_malformed_file_is_reported_at_once(tmp_path: Path) -> None:
    for name in ("a.ttl", "b.ttl"):
        (tmp_path / name).write_text("]")
    with pytest.raises(ProblemsError) as caught:
        read_data(project(tmp_path), Iris())
    assert len(caught.value.problems) == 2


def test_a_missing_file_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(MissingInputError, match="cannot be read"):
        read_turtle(tmp_path / "none.ttl", GRAPH)


def test_a_missing_data_folder_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(MissingInputError, match="no data folder"):
        locate_project(tmp_path / "none")


@pytest.mark.parametrize(
    ("file", "graph"),
    [
        ("dataset.ttl", "description"),
        ("reference/events.ttl", "reference"),
        ("reference/deep/places.ttl", "reference"),
        ("source/dw-2016.ttl", "source/dw-2016"),
        ("link/wikidata.ttl", "link/wikidata"),
        ("notes.ttl", "notes"),
    ],
)
def test_the_folder_decides_the_graph(tmp_path: Path, file: str, graph: str) -> None:
    assert graph_of(tmp_path / file, project(tmp_path)) == graph


def test_hidden_files_are_left_alone(tmp_path: Path) -> None:
    (tmp_path / ".draft.ttl").write_text("]")
    assert read_data(project(tmp_path), Iris()) == []


def test_paths_are_shown_from_here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "x.ttl").write_text("<http://e/a> a <http://e/b> .")
    monkeypatch.chdir(tmp_path)
    (statement,) = read_turtle(tmp_path / "x.ttl", GRAPH)
    assert str(statement.where) == "x.ttl:1"


def test_of_another_conflict_only_the_data_are_its_keepers(tmp_path: Path) -> None:
    (tmp_path / "data").mkdir()
    (tmp_path / "data" / "dataset.ttl").touch()
    project = locate_project(tmp_path / "data")
    assert project.own_turtle_files() == [tmp_path / "data" / "dataset.ttl"]
    assert set(project.own_turtle_files()) < set(project.turtle_files())


def test_of_the_tool_s_own_data_ontology_and_shapes_are_their_keepers_too() -> None:
    here = locate_project()
    assert here.own_turtle_files() == here.turtle_files()
