from __future__ import annotations

import pytest

from kg.matching.evaluation import NIL, Case, evaluate, figures, read_cases, short
from kg.matching.matcher import Matcher
from kg.matching.query import Query
from tests.kg.matching.slices import GOLD

CASES = read_cases(GOLD)


@pytest.mark.parametrize("case", CASES, ids=[case.id for case in CASES])
def test_what_a_name_means(matcher: Matcher, case: Case) -> None:
    match = matcher.match(case.query)
    proposed = short(match.certain.id) if match.certain else NIL
    assert proposed == case.expected, match.why


def test_every_candidate_has_reasons(matcher: Matcher) -> None:
    for case in CASES:
        for each in matcher.match(case.query).ranked:
            assert each.reasons
            assert all(reason.strip() for reason in each.reasons)
            assert 0 < each.score <= 1


def test_scores_fall(matcher: Matcher) -> None:
    for case in CASES:
        scores = [each.score for each in matcher.match(case.query).ranked]
        assert scores == sorted(scores, reverse=True)


def test_the_reasons_can_be_read(matcher: Matcher) -> None:
    match = matcher.match(Query("Qarabulaq war", "en", "war", "autumn 2011"))
    assert match.decision == "certain"
    first = " ".join(match.ranked[0].reasons)
    assert "dated 2011" in first
    assert any("not 2011" in reason for each in match.ranked[1:] for reason in each.reasons)


@pytest.mark.parametrize(
    "name", ["", " ", "()", "-", "的", "a" * 5000, "\x00", "of the", "«»", "1", "(((", "'s"]
)
def test_odd_names_are_answered(matcher: Matcher, name: str) -> None:
    assert matcher.match(Query(name)).certain is None


def test_the_order_of_reading_does_not_matter(matcher: Matcher) -> None:
    turned = Matcher(reversed(list(matcher.index.candidates.values())))
    for case in CASES:
        here, there = matcher.match(case.query), turned.match(case.query)
        assert (here.decision, here.certain) == (there.decision, there.certain)
        assert [each.candidate.id for each in here.ranked] == [each.candidate.id for each in there.ranked]


def test_figures(matcher: Matcher) -> None:
    counted = figures(evaluate(CASES, matcher.match))
    items = sum(case.expected != NIL for case in CASES)
    assert counted.rows == len(CASES)
    assert counted.precision == counted.recall == (items, items)
    assert counted.nil == (len(CASES) - items,) * 2
    assert counted.hard_wrong == (0, sum(case.hard for case in CASES))
