from __future__ import annotations

from pathlib import Path

import pytest

from kg import errors
from kg.errors import KgError, Location, ProblemsError


@pytest.mark.parametrize(
    ("line", "column", "shown"), [(0, 0, "a.ttl"), (3, 0, "a.ttl:3"), (3, 7, "a.ttl:3:7"), (0, 7, "a.ttl")]
)
def test_a_place_reads_as_editors_follow_it(line: int, column: int, shown: str) -> None:
    assert str(Location(Path("a.ttl"), line, column)) == shown


def test_an_error_is_one_paragraph() -> None:
    error = KgError("It is wrong.", where=Location(Path("a.ttl"), 3), mend="Mend it.")
    assert str(error) == "a.ttl:3: It is wrong. Mend it."


@pytest.mark.parametrize(("count", "words"), [(1, "1 problem found"), (2, "2 problems found")])
def test_several_problems_are_counted(count: int, words: str) -> None:
    assert words in str(ProblemsError([KgError("x")] * count))


def test_every_error_of_the_project_is_in_the_tree() -> None:
    classes = [
        each for each in vars(errors).values() if isinstance(each, type) and issubclass(each, Exception)
    ]
    assert len(classes) > 15
    for each in classes:
        assert issubclass(each, KgError)
        assert each.__doc__
        assert each.exit_code in {1, 2}
