"""Mapping sets: what can be read, what is wrong in which cell, and what the sssom package says of ours."""

from __future__ import annotations

import subprocess
from dataclasses import replace
from pathlib import Path

import pytest

from kg.errors import MalformedError, MissingInputError, ProblemsError
from kg.linking.linksets import write_mappings
from kg.linking.mapping import COLUMNS, PREDICATES, Mapping, MappingSet, to_text
from kg.linking.sssom import mapping_files, read_mappings
from kg.sources import locate_project

LINKS = locate_project().data / "links"
SSSOM = Path(__file__).parents[3] / ".venv" / "sssom" / "bin" / "sssom"
HEAD = """#mapping_set_id: https://w3id.org/kcg/graph/link/test
#license: https://creativecommons.org/publicdomain/zero/1.0/
#curie_map:
#  kcgid: https://w3id.org/kcg/id/
#  wd: http://www.wikidata.org/entity/
"""
ROW = {
    "subject_id": "kcgid:actor/alpha",
    "subject_label": "Alpha",
    "subject_category": "State",
    "predicate_id": "skos:exactMatch",
    "predicate_modifier": "",
    "object_id": "wd:Q1000001",
    "object_label": "Alpha",
    "object_category": "state",
    "mapping_justification": "semapv:ManualMappingCuration",
    "author_id": "kcgid:actor/editors",
    "mapping_date": "2026-11-27",
    "confidence": "0.95",
    "see_also": "https://example.org/a|https://example.org/b",
    "other": "Gazetteer of tests 1.0, row 7",
    "comment": "",
}


def table(*rows: dict[str, str], head: str = HEAD) -> str:
    lines = ["\t".join(COLUMNS), *("\t".join(row[name] for name in COLUMNS) for row in rows)]
    return head + "\n".join(lines) + "\n"


def read(tmp_path: Path, text: str) -> MappingSet:
    path = tmp_path / "test.sssom.tsv"
    path.write_text(text, "utf-8")
    return read_mappings(path)


def problems(tmp_path: Path, text: str) -> list[tuple[int, int, str]]:
    with pytest.raises(ProblemsError) as caught:
        read(tmp_path, text)
    places = [(each.where, each.what) for each in caught.value.problems]
    return [(where.line, where.column, what) for where, what in places if where]


def test_a_row_keeps_its_line_and_expands(tmp_path: Path) -> None:
    found = read(tmp_path, table(ROW))
    (mapping,) = found.mappings
    assert (mapping.line, mapping.holds) == (7, True)
    assert mapping.pages == ("https://example.org/a", "https://example.org/b")
    assert found.expand(mapping.object_id) == "http://www.wikidata.org/entity/Q1000001"
    assert found.contract("http://www.wikidata.org/entity/Q1000001") == "wd:Q1000001"
    assert found.contract("https://elsewhere.example/x") == "https://elsewhere.example/x"
    assert found.slug == "test"


@pytest.mark.parametrize(
    ("column", "cell", "told"),
    [
        ("predicate_id", "owl:sameAs", "'owl:sameAs' is no way in which two things match here."),
        ("predicate_modifier", "Never", "'Never' is no modifier."),
        ("object_id", "xx:Q1", "'xx:Q1' has no prefix of the curie_map."),
        ("object_id", "Q1", "'Q1' has no prefix of the curie_map."),
        ("mapping_date", "27.11.2026", "'27.11.2026' is no date."),
        ("mapping_date", "20261127", "'20261127' is no date."),
        ("confidence", "1.2", "'1.2' is no confidence."),
        ("confidence", "NaN", "'NaN' is no confidence."),
        ("see_also", "page 4", "'page 4' is no web address."),
        ("see_also", "", "nothing is given."),
        ("other", "", "nothing is given."),
        ("author_id", "", "nothing is given."),
    ],
)
def test_a_bad_cell_is_told_with_line_and_column(tmp_path: Path, column: str, cell: str, told: str) -> None:
    ((line, place, what),) = problems(tmp_path, table({**ROW, column: cell}))
    before = COLUMNS[: COLUMNS.index(column)]
    assert what == f"{column}: {told}"
    assert (line, place) == (7, sum(len(ROW[name]) + 1 for name in before) + 1)


def test_everything_wrong_is_told_at_once(tmp_path: Path) -> None:
    second = {**ROW, "object_id": "wd:Q1000002", "confidence": "high"}
    text = table(ROW, second, ROW) + "one\ttwo\n"
    assert [(line, column) for line, column, _ in problems(tmp_path, text)] == [(8, 132), (10, 0), (9, 1)]


def test_a_pair_stands_once(tmp_path: Path) -> None:
    again = {**ROW, "predicate_id": "skos:closeMatch"}
    ((line, _, what),) = problems(tmp_path, table(ROW, again))
    assert line == 8
    assert what == "The pair kcgid:actor/alpha and wd:Q1000001 stands in line 7 too."


@pytest.mark.parametrize(
    ("text", "line", "told"),
    [
        (table(ROW, head=HEAD.replace("#license", "#licence")), 1, "lack license"),
        (table(ROW, head=HEAD.replace("#curie_map:", "#curie_map: [")), 5, "are not YAML"),
        (table(ROW).replace("confidence", "sureness"), 6, "lacks confidence and has 'sureness'"),
        (table(ROW, head=""), 1, "lack mapping_set_id, license, curie_map"),
    ],
)
def test_bad_metadata_and_columns_are_told(tmp_path: Path, text: str, line: int, told: str) -> None:
    with pytest.raises(MalformedError, match=told) as caught:
        read(tmp_path, text)
    assert caught.value.where
    assert caught.value.where.line == line
    assert caught.value.mend


def test_a_file_that_is_not_there_or_not_text(tmp_path: Path) -> None:
    with pytest.raises(MissingInputError):
        read_mappings(tmp_path / "none.sssom.tsv")
    (tmp_path / "bad.sssom.tsv").write_bytes(b"#\xff\n")
    with pytest.raises(MalformedError, match="not UTF-8"):
        read_mappings(tmp_path / "bad.sssom.tsv")


def test_writing_sorts_and_replaces_the_pair(tmp_path: Path) -> None:
    found = read(tmp_path, table({**ROW, "object_id": "wd:Q1000002"}, ROW))
    (mapping,) = (each for each in found.mappings if each.object_id == "wd:Q1000001")
    changed = found.having(replace(mapping, predicate_id="skos:closeMatch", comment='a "quoted"\ttab'))
    write_mappings(changed)
    again = read_mappings(changed.path)
    assert [each.object_id for each in again.mappings] == ["wd:Q1000001", "wd:Q1000002"]
    assert again.mappings == changed.mappings
    assert to_text(again) == changed.path.read_text("utf-8")


@pytest.mark.parametrize("path", mapping_files(LINKS), ids=lambda path: path.name)
def test_our_mapping_sets_are_canonical(path: Path) -> None:
    assert to_text(read_mappings(path)) == path.read_text("utf-8")


def evident(mapping: Mapping) -> bool:
    return "/work/" not in mapping.other and "read_file" not in mapping.other and len(mapping.other) > 20


def test_every_link_of_ours_can_be_followed() -> None:
    mappings = [each for path in mapping_files(LINKS) for each in read_mappings(path).mappings]
    assert len(mappings) > 150
    assert all(evident(each) for each in mappings)
    assert {each.predicate_id for each in mappings} <= set(PREDICATES)


VALIDATE = """
import sys
from sssom.cli import validate
for path in sys.argv[1:]:
    try:
        validate.main([path], standalone_mode=False)
        print(path, "valid", flush=True)
    except Exception as error:
        print(path, "invalid", flush=True)
"""
"""What `sssom validate` does, for many files in one process: to start it takes longest."""


@pytest.mark.skipif(not SSSOM.exists(), reason="the sssom package is not here; `make test` installs it")
def test_the_sssom_package_finds_our_mapping_sets_valid_and_a_bad_one_not(tmp_path: Path) -> None:
    bad = tmp_path / "bad.sssom.tsv"
    bad.write_text(table({**ROW, "object_id": "xx:Q1"}), "utf-8")
    ours = mapping_files(LINKS)
    run = subprocess.run(
        [SSSOM.with_name("python"), "-c", VALIDATE, *ours, bad],
        capture_output=True, text=True, timeout=240,
    )  # fmt: skip
    told = [line for line in run.stdout.splitlines() if line.endswith("valid")]
    assert told == [*(f"{path} valid" for path in ours), f"{bad} invalid"], run.stderr
    errors = [line for line in (run.stdout + run.stderr).splitlines() if "error" in line.casefold()]
    assert errors == ["ERROR:root:Missing prefix: xx"], run.stderr
