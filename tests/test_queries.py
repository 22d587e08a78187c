"""Every example query is run over the real release, and says what it should."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator
from pathlib import Path

import pytest

from kg import formats
from kg.examples import Example, example_named, read_examples
from kg.release import Release
from kg.sources import locate_project
from kg.store import Answer, Formats
from kg.workers import WorkerPool
from tests.load.compare import PARAMETERS, Terms, queries

EXAMPLES = read_examples(locate_project().queries)
EXPECTED = Path(__file__).parent / "data" / "queries"
PAGES = [each for each in queries() if each[0].startswith("page: ")]
CSV = Formats(results=formats.RESULTS_CSV, graph=formats.N_TRIPLES)


@pytest.fixture(scope="module")
def pool(release: Release) -> Iterator[WorkerPool]:
    with WorkerPool(release.nquads, workers=1) as running:
        yield running


def solutions(answer: Answer) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(answer.body.decode(), newline="")))


@pytest.mark.parametrize("example", EXAMPLES, ids=lambda example: example.name)
def test_every_example_is_complete_and_runs(example: Example, pool: WorkerPool) -> None:
    assert example.question.endswith("?") or example.question.endswith(".")
    assert example.keywords
    assert example.iri.endswith(example.name)
    answer = pool.query(example.text, CSV)
    assert answer.form in {"solutions", "boolean", "triples"}


EXPECTED_ROWS = sorted(EXPECTED.glob("*.csv"))


@pytest.mark.parametrize("path", EXPECTED_ROWS, ids=lambda path: path.stem)
def test_the_answer_holds_the_expected_rows(path: Path, pool: WorkerPool) -> None:
    """A file has some columns of some rows that the answer must have; order does not matter."""
    answer = solutions(pool.query(example_named(path.stem, EXAMPLES).text, CSV))
    expected = list(csv.DictReader(io.StringIO(path.read_text("utf-8"), newline="")))
    assert expected
    for row in expected:
        assert any(row.items() <= found.items() for found in answer), row


def test_both_sides_count_their_own_dead_and_no_number_wins(pool: WorkerPool) -> None:
    example = example_named("who-says-how-many-were-killed", EXAMPLES)
    found = solutions(pool.query(example.text, CSV))
    bounds = {(row["holder"], row["low"], row["high"]) for row in found if "2022" in row["document"]}
    assert ("Officials of Armenia (unnamed)", "49", "") in bounds
    assert ("Officials of Azerbaijan (unnamed)", "50", "50") in bounds
    assert all(int(row["start"]) < int(row["end"]) for row in found)


def test_something_is_contested(pool: WorkerPool) -> None:
    answer = pool.query(example_named("is-anything-contested", EXAMPLES).text, CSV)
    assert answer.body.strip() == b"true"


def test_everything_about_a_claim_has_its_number_and_its_place(pool: WorkerPool) -> None:
    answer = pool.query(example_named("everything-about-a-claim", EXAMPLES).text, CSV)
    text = answer.body.decode()
    assert 'ontology#low> "49"' in text
    assert "concept/hedge/at-least" in text
    assert "http://www.w3.org/ns/oa#start" in text


def test_every_example_has_its_answer() -> None:
    apart = {"everything-about-a-claim", "is-anything-contested"}
    assert {path.stem for path in EXPECTED_ROWS} | apart == {example.name for example in EXAMPLES}


def test_parameters_are_those_of_queries_that_there_are() -> None:
    assert {f"page: {name}" for name in PARAMETERS} <= {name for name, _, _ in PAGES}


@pytest.mark.parametrize(("name", "text", "terms"), PAGES, ids=lambda value: value if "page" in value else "")
def test_what_is_compared_with_other_engines_has_an_answer(
    name: str, text: str, terms: Terms, pool: WorkerPool
) -> None:
    answer = pool.query(text, CSV, substitutions=terms)
    assert answer.count or name == "page: withdrawn"
