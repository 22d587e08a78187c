from __future__ import annotations

from pathlib import Path

import pytest

from kg.errors import (
    DanglingReferenceError,
    DuplicateIriError,
    InvalidDateError,
    KgError,
    ProblemsError,
    UnknownTermError,
)
from kg.integrity import check_integrity
from kg.iris import Iris
from kg.skolem import skolemise
from kg.sources import locate_project, read_turtle, read_vocabulary

PREFIX = """PREFIX kcg: <https://w3id.org/kcg/ontology#>
PREFIX edtf: <http://id.loc.gov/datatypes/edtf/>
PREFIX event: <https://w3id.org/kcg/id/event/>
PREFIX stance: <https://w3id.org/kcg/concept/stance/>
"""
START = PREFIX.count("\n")
VOCABULARY = skolemise(read_vocabulary(locate_project(), Iris()))


def problems(folder: Path, *texts: str) -> tuple[KgError, ...]:
    statements = list(VOCABULARY)
    for number, text in enumerate(texts):
        path = folder / f"{number}.ttl"
        path.write_text(PREFIX + text)
        statements += read_turtle(path, "https://w3id.org/kcg/graph/reference")
    try:
        check_integrity(statements, Iris())
    except ProblemsError as error:
        return error.problems
    return ()


def test_the_vocabulary_itself_is_sound() -> None:
    check_integrity(VOCABULARY, Iris())


def test_sound_data_pass(tmp_path: Path) -> None:
    text = "event:a a kcg:Event ; kcg:when '2020-23'^^edtf:EDTF ; kcg:partOf event:b ."
    assert problems(tmp_path, text, "event:b a kcg:Conflict .") == ()


@pytest.mark.parametrize(
    ("text", "kind", "words"),
    [
        ("event:a a kcg:ArmdEvent .", UnknownTermError, "ArmedEvent"),
        ("event:a a kcg:Event ; kcg:stanc 1 .", UnknownTermError, "#stance"),
        ("event:a a kcg:Event ; kcg:stance stance:acuses .", UnknownTermError, "stance/accuses"),
        ("event:a a kcg:Event ; kcg:kind '1'^^kcg:cammeo .", UnknownTermError, "#cameo"),
        ("event:alpha a kcg:Event ; kcg:partOf event:alpa .", DanglingReferenceError, "event/alpha"),
        ("event:a a kcg:Event ; kcg:partOf event:zzz .", DanglingReferenceError, "rdf:type"),
        ("event:a a kcg:Event ;\n kcg:when 'autumn'^^edtf:EDTF .", InvalidDateError, ""),
        ("event:a a kcg:Event ; kcg:when '2020-13-45'^^edtf:EDTF .", InvalidDateError, ""),
    ],
)
def test_each_problem_is_named_placed_and_mended(
    tmp_path: Path, text: str, kind: type[KgError], words: str
) -> None:
    (problem,) = problems(tmp_path, text)
    assert type(problem) is kind
    assert problem.where is not None
    assert problem.where.line == START + 1 + text.count("\n")
    assert words in problem.mend
    assert problem.mend


def test_two_files_that_describe_one_iri(tmp_path: Path) -> None:
    (problem,) = problems(tmp_path, "event:a a kcg:Event .", "event:a a kcg:Conflict .")
    assert type(problem) is DuplicateIriError
    assert "0.ttl" in problem.what
    assert problem.where is not None
    assert problem.where.path.name == "1.ttl"


def test_all_problems_come_at_once_in_reading_order(tmp_path: Path) -> None:
    found = problems(tmp_path, "event:a a kcg:X ;\n kcg:partOf event:b ;\n kcg:when 'z'^^edtf:EDTF .")
    assert [each.where.line - START for each in found if each.where] == [1, 2, 3]
