"""Our ranges, dates and statements against Wikidata's; and what could be submitted there."""

from __future__ import annotations

import pytest

from kg.linking.compare import compare
from kg.linking.endpoint import Endpoint
from kg.linking.finding import AGREES, DIFFERS, MISSING_THERE, Finding
from kg.linking.quickstatements import Export, export, review
from kg.store import MemoryStore


@pytest.fixture(scope="module")
def findings(world: MemoryStore, served: str) -> tuple[Finding, ...]:
    return compare(world, Endpoint(served, pause=0.0))


def told(findings: tuple[Finding, ...], aspect: str) -> set[tuple[str, str, str, str]]:
    return {(each.label, each.verdict, each.ours, each.theirs) for each in findings if each.aspect == aspect}


def test_deaths_with_their_reference(findings: tuple[Finding, ...]) -> None:
    assert told(findings, "P1120 number of deaths") == {
        ("War", AGREES, "6500 or more (all people)", "7000"),
        ("Clash", MISSING_THERE, "11 (all people)", ""),
    }
    (war,) = (each for each in findings if each.aspect.startswith("P1120") and each.label == "War")
    assert war.references == ("http://www.wikidata.org/entity/Q1000004", "https://example.org/report")
    assert war.note == "disputed there by Q1000002"
    assert war.claims == ("https://w3id.org/kcg/id/claim/killed",)


def test_dates_agree_or_differ(findings: tuple[Finding, ...]) -> None:
    assert told(findings, "begin") == {("War", AGREES, "2020-09-27", "2020-09-27")}
    assert told(findings, "end") == {("War", DIFFERS, "2020-11-10", "2021")}


def test_participants_one_by_one(findings: tuple[Finding, ...]) -> None:
    assert told(findings, "P710 participant") == {
        ("War", AGREES, "Alpha", "Alpha"),
        ("War", MISSING_THERE, "Beta", ""),
        ("War", MISSING_THERE, "A. Leader", ""),
    }


def test_an_office_held_within_the_time_given_there(findings: tuple[Finding, ...]) -> None:
    expected = ("A. Leader", AGREES, "2018-04-09 to 2020-12-31", "2018 to 2021-06-01")
    assert told(findings, "P39 position held") == {expected}


@pytest.fixture(scope="module")
def exported(world: MemoryStore, served: str) -> Export:
    return export(world, Endpoint(served, pause=0.0))


def test_commands_cite_and_keep_who_holds_and_who_denies(exported: Export) -> None:
    url, day = '"https://example.org/herald"', "+2020-10-01T00:00:00Z/11"
    assert exported.commands().splitlines() == [
        f"Q1000003\tP710\tQ1000002\tP3680\tQ1000004\tP1310\tQ1000002\tS854\t{url}\tS577\t{day}",
        f"Q1000003\tP710\tQ1000002\tS854\t{url}\tS577\t{day}",
        f"Q1000008\tP1120\t11\tP3680\tQ1000005\tS854\t{url}\tS577\t{day}",
    ]


def test_what_would_lose_something_is_left_out(exported: Export) -> None:
    reasons = [reason for _, reason in exported.left_out]
    assert {label for label, _ in exported.left_out} == {"Q1000003 P710 Q1000004"}
    assert any("held by somebody whose item is not known" in reason for reason in reasons)
    assert any("the denial must not be lost" in reason for reason in reasons)


def test_what_wikidata_has_is_not_exported(exported: Export) -> None:
    assert "P710\tQ1000001" not in exported.commands()
    assert "Q1000003\tP1120" not in exported.commands()


def test_the_review_names_document_and_claim(exported: Export) -> None:
    assert "Q1000008 P1120 11: War (2020-10-01); https://w3id.org/kcg/id/claim/eleven" in review(
        exported.proposals
    )
