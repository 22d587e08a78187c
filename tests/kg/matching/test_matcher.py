from __future__ import annotations

import pytest

from kg.matching.candidate import Candidate, Name
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


# Names that need more than letters: how long it lasted, an office of a country by its other name


@pytest.mark.parametrize("name", ["43-day war", "43 day offensive", "six-week war", "43 günlük müharibə"])
def test_a_war_is_found_by_how_long_it_lasted(matcher: Matcher, name: str) -> None:
    match = matcher.match(Query(name, "az" if "ü" in name else "en", "war"))
    assert short(match.ranked[0].candidate.id) == "Q900000302"
    assert match.decision == "possible", "others may have lasted as long"


@pytest.mark.parametrize("name", ["12-day war", "43-day hunger strike of Solen", "43 war"])
def test_another_duration_is_another_war(matcher: Matcher, name: str) -> None:
    found = matcher.match(Query(name, "en", "war")).ranked
    assert not [each for each in found if "it lasted as long" in " ".join(each.reasons)]


def test_an_office_of_a_country_by_its_shorter_name(matcher: Matcher) -> None:
    match = matcher.match(Query("President of the Ostrovia Republic", "en", "office"))
    assert short(match.ranked[0].candidate.id) == "Q900000401"


@pytest.mark.parametrize(("asked", "known"), [("Nerkin Agbash", "Ağ Baş"), ("Gez Agzy", "Gezagzy")])
def test_words_may_be_parted_otherwise(asked: str, known: str) -> None:
    village = Candidate(id="v", names=(Name(known, "az"),), kinds=frozenset({"place"}))
    (found,) = Matcher([village]).match(Query(asked, "", "city")).ranked
    assert found.candidate is village


def test_three_letters_of_which_one_is_missing() -> None:
    state = Candidate(id="s", names=(Name("Oltu", "en"),), kinds=frozenset({"place"}))
    match = Matcher([state]).match(Query("Olt", "", "region"))
    assert match.ranked[0].candidate is state
    assert match.decision == "possible"


def test_what_is_worth_showing() -> None:
    person = Candidate(id="p", names=(Name("Anna Torosyan", "en"),), kinds=frozenset({"person"}))
    place = Candidate(id="q", names=(Name("Torosyan", "en"),), kinds=frozenset({"place"}))
    matcher = Matcher([person, place])
    other = matcher.match(Query("Zeno Torosyan", "en", "person"))
    assert other.decision == "nil"
    assert other.worth_showing == ()
    village = matcher.match(Query("Verin Torosyan", "en", "city"))
    assert [each.candidate.id for each in village.worth_showing] == ["q"]
