"""The graph against the articles themselves, where they are at hand: they are not part of the project."""

from __future__ import annotations

import re
from pathlib import Path
from statistics import median

import pytest

from kg.build import read
from kg.coverage import measure
from kg.documents import Verification, verify
from kg.iris import Iris
from kg.sources import Statement, locate_project

ARTICLES = Path(__file__).parent.parent.parent / "shared" / "seeds"

pytestmark = pytest.mark.skipif(not ARTICLES.is_dir(), reason=f"the articles are not at {ARTICLES}")


@pytest.fixture(scope="module")
def statements() -> list[Statement]:
    return read(locate_project())[1]


@pytest.fixture(scope="module")
def verification(statements: list[Statement]) -> Verification:
    return verify(statements, ARTICLES)


def test_every_hash_and_position_fits(verification: Verification) -> None:
    assert len(verification.documents) == 5
    assert len({passage.claim for passage in verification.passages}) > 1000


def test_passages_are_clauses_not_paragraphs(verification: Verification) -> None:
    lengths = [passage.end - passage.start for passage in verification.passages]
    assert median(lengths) < 120
    assert max(lengths) < 300


def test_the_claims_cover_the_articles(statements: list[Statement]) -> None:
    found = measure(statements, ARTICLES, Iris())
    assert len(found) == 5
    assert min(each.percent for each in found) >= 90


def words(text: str) -> list[str]:
    return re.findall(r"[^\W_]+", text.casefold())


def test_no_label_copies_the_article(verification: Verification) -> None:
    """A label is the editors' own words: no seven words in a row stand in the passage's document."""
    texts = {
        source: " ".join(words(path.read_text("utf-8"))) for source, path in verification.documents.items()
    }
    copied = []
    for passage in verification.passages:
        label = words(passage.label)
        runs = (" ".join(label[start : start + 7]) for start in range(len(label) - 6))
        copied += [passage.claim for run in runs if f" {run} " in f" {texts[passage.source]} "]
    assert not copied
