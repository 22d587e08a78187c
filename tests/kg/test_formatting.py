from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from kg.errors import DataError, MalformedError
from kg.formatting import format_turtle
from kg.namespaces import declared_prefixes
from kg.sources import locate_project

PROJECT = locate_project()
PREFIXES = declared_prefixes(PROJECT.prefixes)


def formatted(tmp_path: Path, text: str) -> str:
    path = tmp_path / "x.ttl"
    path.write_text(text, "utf-8")
    return format_turtle(path, PREFIXES)


def test_the_layout(tmp_path: Path) -> None:
    text = (
        "@prefix k: <https://w3id.org/kcg/ontology#> . @prefix e: <https://w3id.org/kcg/id/event/> ."
        "e:b k:low 2 ; a k:Event . e:a a k:Event ; k:partOf e:b ; k:via ( e:b ) ;"
        " k:participation [ k:side e:b ] , [ k:actor e:b ] ."
    )
    assert formatted(tmp_path, text) == (
        "PREFIX event: <https://w3id.org/kcg/id/event/>\n"
        "PREFIX kcg: <https://w3id.org/kcg/ontology#>\n"
        "PREFIX rdf: <http://www.w3.org/1999/02/22-rdf-syntax-ns#>\n"
        "PREFIX xsd: <http://www.w3.org/2001/XMLSchema#>\n\n"
        "event:a\n    a kcg:Event ;\n    kcg:partOf event:b ;\n    kcg:participation\n"
        "        [\n            kcg:actor event:b ;\n        ] ,\n"
        "        [\n            kcg:side event:b ;\n        ] ;\n"
        "    kcg:via (\n        event:b\n    ) ;\n.\n\n"
        "event:b\n    a kcg:Event ;\n    kcg:low 2 ;\n.\n"
    )


@pytest.mark.parametrize("path", PROJECT.turtle_files(), ids=lambda path: path.stem)
def test_every_file_of_the_project_is_in_this_layout(path: Path) -> None:
    assert format_turtle(path, PREFIXES) == path.read_text("utf-8")


def test_a_comment_is_not_lost_but_refused(tmp_path: Path) -> None:
    with pytest.raises(DataError, match="comment") as caught:
        formatted(tmp_path, "<http://e/a> a <http://e/#b> .\n# why\n")
    assert caught.value.where is not None
    assert caught.value.where.line == 2


def test_a_sharp_sign_in_a_literal_or_iri_is_no_comment(tmp_path: Path) -> None:
    assert "# 1" in formatted(tmp_path, "<http://e/#a> <http://e/p> 'no # 1' .")


def test_malformed_turtle_is_refused(tmp_path: Path) -> None:
    with pytest.raises(MalformedError):
        formatted(tmp_path, "<a")


@pytest.mark.parametrize("literal", ['"007"^^xsd:integer', '"1.50"^^xsd:decimal', '"x"@en-GB', '"a \\n b"'])
def test_no_literal_changes(tmp_path: Path, literal: str) -> None:
    text = f"PREFIX xsd: <http://www.w3.org/2001/XMLSchema#>\n<http://e/a> <http://e/p> {literal} ."
    try:
        once = formatted(tmp_path, text)
    except DataError as error:
        assert "change what it says" in error.what
    else:
        assert formatted(tmp_path, once) == once


TEXT = st.text(st.characters(codec="utf-8", exclude_categories=["Cs", "Cc"]), max_size=20)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=50)
@given(st.lists(st.tuples(st.integers(0, 2), TEXT), min_size=1, max_size=5))
def test_formatting_twice_changes_nothing(tmp_path: Path, rows: list[tuple[int, str]]) -> None:
    lines = []
    for number, value in rows:
        escaped = value.replace("\\", "\\\\").replace('"', '\\"')
        lines.append(f'<http://e/{number}> <http://e/p> [ <http://e/q> "{escaped}" ] .')
    once = formatted(tmp_path, "\n".join(lines))
    assert formatted(tmp_path, once) == once
