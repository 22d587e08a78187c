"""Identifiers, coordinates, places, countries and participants: what each says, and what it decides."""

from __future__ import annotations

from dataclasses import replace

import pytest

from kg.linking.wikidata import ENTITY
from kg.matching.candidate import Candidate, Name
from kg.matching.evaluation import as_query
from kg.matching.matcher import Match, Matcher
from kg.matching.query import Query
from kg.matching.surroundings import Surrounding, Surroundings

TOWN = Candidate(
    id=f"{ENTITY}Q900001001",
    names=(Name("Dorvane", "en"),),
    kinds=frozenset({"place", "city"}),
    point=(40.0, 41.0),
    countries=frozenset({f"{ENTITY}Q900001101"}),
    within=frozenset({f"{ENTITY}Q900001102"}),
    identifiers=frozenset({("P1566", "7700001")}),
)
NAMESAKE = Candidate(
    id=f"{ENTITY}Q900001002",
    names=(Name("Dorvane", "en"),),
    kinds=frozenset({"place", "city"}),
    point=(41.0, 41.0),
    countries=frozenset({f"{ENTITY}Q900001103"}),
    identifiers=frozenset({("P1566", "7700002")}),
)
BATTLE = Candidate(
    id=f"{ENTITY}Q900001003",
    names=(Name("Battle of Dorvane", "en"),),
    kinds=frozenset({"event"}),
    point=(40.3, 41.0),
    participants=frozenset({f"{ENTITY}Q900001101"}),
)
MATCHER = Matcher([TOWN, NAMESAKE, BATTLE])


def matched(name: str = "Dorvane", kind: str = "city", **told: str) -> Match:
    return MATCHER.match(as_query({"name": name, "kind": kind, **told}))


def test_two_of_one_name_are_left_open() -> None:
    assert matched().decision == "possible"


@pytest.mark.parametrize(
    ("told", "reason"),
    [
        ({"P1566": "7700001"}, "same GeoNames number 7700001"),
        ({"P625": "41.0, 40.03"}, "3 km from our point"),
        ({"P625": "Point(40.0 41.0)"}, "less than 1 km from our point"),
        ({"P625": "POLYGON((39 40, 40.5 40, 40.5 42, 39 42, 39 40))"}, "within our outline"),
        ({"P131": "Q900001102"}, "lies in Q900001102, as told"),
        ({"P17": "Q900001101 Q900001104"}, "its country there is Q900001101, as told"),
    ],
)
def test_what_is_known_tells_namesakes_apart(told: dict[str, str], reason: str) -> None:
    match = matched(**told)
    assert match.certain is TOWN, match.why
    assert reason in match.ranked[0].reasons


@pytest.mark.parametrize(
    ("told", "reason"),
    [
        ({"P1566": "7709999"}, "GeoNames number 7700001, not 7709999"),
        ({"P625": "43.0,40.0"}, "222 km from our point"),
        ({"P17": "Q900001199"}, "its country there is Q900001101, none of those told for ours"),
    ],
)
def test_what_speaks_against_it(told: dict[str, str], reason: str) -> None:
    match = matched(**told)
    assert match.decision == "nil"
    assert reason in [said for each in match.ranked for said in each.reasons]


def test_eighty_kilometres_are_no_slip() -> None:
    match = matched(P625="41.72,40.0")
    assert "80 km from our point" in match.ranked[0].reasons or match.decision == "nil"
    assert match.certain is None


def test_an_identifier_alone_is_for_a_person_to_look_at() -> None:
    match = matched(name="Qwyxz", P1566="7700001", P625="41.0,40.0")
    assert match.decision == "possible"
    assert match.ranked[0].candidate is TOWN
    assert match.ranked[0].reasons[1] == "same GeoNames number 7700001"


def test_an_identifier_does_not_make_a_town_of_a_person() -> None:
    assert matched(name="Dorvane", kind="person", P1566="7700001").certain is None


def test_an_event_may_be_further_off() -> None:
    match = MATCHER.match(as_query({"name": "Battle of Dorvane", "kind": "battle", "P625": "41.0,40.0"}))
    assert match.certain is BATTLE
    assert "25 km from our point" in match.ranked[0].reasons


def test_reasons_name_what_is_ours() -> None:
    party = Surrounding(f"{ENTITY}Q900001101", "Ostrovia")
    known = Surroundings(participants=(party,), within=(replace(party, item=f"{ENTITY}Q900001102"),))
    match = MATCHER.match(Query("Battle of Dorvane", kind="battle", surroundings=known))
    assert "Q900001101, which is linked to our Ostrovia, took part" in match.ranked[0].reasons


@pytest.mark.parametrize(
    "odd", ["", "here", "1", "1,2,3", "POINT EMPTY", "91,x", "Point(", "POLYGON(())", "nan,nan"]
)
def test_what_is_no_place_says_nothing(odd: str) -> None:
    assert matched(P625=odd).decision == "possible"
