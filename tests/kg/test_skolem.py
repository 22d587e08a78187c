from __future__ import annotations

from pathlib import Path

import pyoxigraph as ox
import pytest
from hypothesis import given
from hypothesis import strategies as st

from kg.errors import ProblemsError
from kg.skolem import label_by_content, skolemise
from kg.sources import Statement, read_turtle

PREFIX = "PREFIX e: <http://e/>\n"


def read(tmp_path: Path, text: str) -> list[Statement]:
    path = tmp_path / "x.ttl"
    path.write_text(PREFIX + text)
    return read_turtle(path, "http://g/x")


def subjects(statements: list[Statement]) -> set[str]:
    return {str(each.quad.subject)[1:-1] for each in statements}


def test_a_single_part_is_named_after_its_property(tmp_path: Path) -> None:
    named = skolemise(read(tmp_path, "e:a e:passage [ e:selector [ e:start 1 ] ] ."))
    assert subjects(named) == {"http://e/a", "http://e/a#passage", "http://e/a#passage.selector"}


def test_several_parts_are_told_apart_by_content_not_order(tmp_path: Path) -> None:
    one = skolemise(read(tmp_path, "e:a e:p [ e:n 1 ] , [ e:n 2 ] ."))
    other = skolemise(read(tmp_path, "e:a e:p [ e:n 2 ] , [ e:n 1 ] ."))
    assert {str(each.quad) for each in one} == {str(each.quad) for each in other}
    assert len(subjects(one)) == 3


def test_lists_are_named_too(tmp_path: Path) -> None:
    named = skolemise(read(tmp_path, "e:a e:via ( e:x e:y ) ."))
    assert subjects(named) == {"http://e/a", "http://e/a#via", "http://e/a#via.rest"}


def test_places_are_kept(tmp_path: Path) -> None:
    statements = read(tmp_path, "e:a e:p [\n e:n 1 ] .")
    assert [each.where for each in skolemise(statements)] == [each.where for each in statements]


@pytest.mark.parametrize(
    "text",
    [
        "[] e:p 1 .",
        "e:a e:p _:x . e:b e:p _:x .",
        "_:x e:p _:y . _:y e:p _:x .",
    ],
    ids=["on nothing", "on two", "on itself"],
)
def test_a_blank_node_that_cannot_be_named_is_refused(tmp_path: Path, text: str) -> None:
    with pytest.raises(ProblemsError) as caught:
        skolemise(read(tmp_path, text))
    assert caught.value.problems[0].where is not None
    assert "IRI" in caught.value.problems[0].mend


TREES = st.recursive(
    st.integers(0, 3).map(str),
    lambda inner: st.lists(inner, min_size=1, max_size=3).map(
        lambda parts: "[ " + " ; ".join(f"e:p{i} {part}" for i, part in enumerate(parts)) + " ]"
    ),
    max_leaves=8,
)


@given(st.lists(TREES, min_size=1, max_size=4))
def test_naming_keeps_every_statement_and_leaves_no_blank_node(trees: list[str]) -> None:
    text = f"{PREFIX}e:a e:p {' , '.join(trees)} ."
    statements = [
        Statement(ox.Quad(t.subject, t.predicate, t.object), None)  # type: ignore[arg-type]
        for t in ox.parse(text, format=ox.RdfFormat.TURTLE)
    ]
    named = [each.quad for each in skolemise(statements)]
    assert len(named) == len(statements)
    assert not any(isinstance(t, ox.BlankNode) for q in named for t in (q.subject, q.object))


def test_labels_follow_content(tmp_path: Path) -> None:
    first = label_by_content(each.quad for each in read(tmp_path, "e:a e:p [ e:n 2 ] , [ e:n 1 ] ."))
    again = label_by_content(each.quad for each in read(tmp_path, "e:a e:p [ e:n 1 ] , [ e:n 2 ] ."))
    assert {str(quad) for quad in first} == {str(quad) for quad in again}
