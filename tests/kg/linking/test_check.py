"""Links against an endpoint: what is gone, merged, of another kind, elsewhere, or at another time."""

from __future__ import annotations

import json

import pytest
from rdflib import SH

from kg.linking.check import check
from kg.linking.days import between, day_of, shown, within
from kg.linking.endpoint import Endpoint
from kg.linking.finding import (
    AGREES,
    DIFFERS,
    GONE,
    REDIRECT,
    Finding,
    summary,
    to_csv,
    to_graph,
    to_json,
)
from kg.linking.ours import linked
from kg.linking.questions import about, identifier
from kg.linking.report import to_html
from kg.store import MemoryStore


@pytest.fixture(scope="module")
def findings(world: MemoryStore, served: str) -> tuple[Finding, ...]:
    return check(linked(world), Endpoint(served, pause=0.0))


def verdicts(findings: tuple[Finding, ...], item: str) -> dict[str, str]:
    return {each.aspect: each.verdict for each in findings if identifier(each.item) == item}


@pytest.mark.parametrize(
    ("item", "expected"),
    [
        ("Q1000001", {"label": AGREES, "name": AGREES, "kind": AGREES}),
        ("Q1000002", {"label": DIFFERS, "name": AGREES, "kind": AGREES}),
        ("Q1000003", {"label": AGREES, "kind": AGREES, "begin": AGREES, "end": DIFFERS}),
        ("Q1000005", {"existence": REDIRECT}),
        ("Q1000007", {"label": AGREES, "name": AGREES, "kind": AGREES, "coordinates": DIFFERS}),
        ("Q1000008", {"label": AGREES, "kind": DIFFERS}),
        ("Q1000009", {"existence": GONE}),
    ],
)
def test_what_is_found_of_a_link(findings: tuple[Finding, ...], item: str, expected: dict[str, str]) -> None:
    assert verdicts(findings, item) == expected


def test_a_merged_item_names_its_target(findings: tuple[Finding, ...]) -> None:
    (merged,) = (each for each in findings if each.verdict == REDIRECT)
    assert merged.theirs == "Q1000006"


def test_a_non_match_is_not_checked(findings: tuple[Finding, ...]) -> None:
    assert not [each for each in findings if each.thing.endswith("town") and each.item.endswith("Q1000001")]


def test_the_worst_comes_first(findings: tuple[Finding, ...]) -> None:
    assert [each.verdict for each in findings[:2]] == [GONE, REDIRECT]
    assert summary(findings).startswith("1 gone, 1 redirect, 4 differs, ")


def test_a_report_has_every_form(findings: tuple[Finding, ...]) -> None:
    listed = json.loads(to_json(findings))["findings"]
    assert len(listed) == len(findings) == len(to_csv(findings).splitlines()) - 1
    graph = to_graph(findings, "https://w3id.org/kcg/graph/link/report")
    severities = [str(each).rpartition("#")[2] for each in graph.objects(None, SH.resultSeverity)]
    assert severities.count("Violation") == 2
    assert severities.count("Warning") == 4
    page = to_html(findings, "A & B")
    assert page.count("<tr>") == len(findings) + page.count("<table>")
    assert page.count("<table>") == len({each.verdict for each in findings})
    assert page.index("gone: 1") < page.index("differs: 4") < page.index("<details>")


def test_a_page_escapes_what_it_shows() -> None:
    bad = Finding("javascript:alert(1)", "<b>x</b>", "http://x/Q1", "label", DIFFERS, '"&', "<i>")
    page = to_html([bad], "<title>")
    assert "<b>" not in page
    assert "<i>" not in page
    assert "javascript" not in page


def test_numbers_in_a_page_lead_to_wikidata() -> None:
    found = Finding(
        "x", "y", "http://www.wikidata.org/entity/Q1", "P1120 number of deaths", DIFFERS, "", "Q5"
    )
    page = to_html([found], "t")
    for number in ("Q1", "Q5", "P1120"):
        assert f'<a href="http://www.wikidata.org/entity/{number}">{number}</a>' in page


@pytest.mark.parametrize(
    ("day", "bounds", "fits"),
    [
        ("2020-09-27", ("2020-09-01", "2020-09-30"), True),
        ("2020-10-01", ("2020-09-01", "2020-09-30"), False),
        ("2020-01-01", ("2020-09-01", "2020-09-30"), True),
        ("2021-01-01", ("2020-09-01", "2020-09-30"), False),
        ("2020-10-01", ("2020-09-01", ""), True),
        ("2019-10-01", ("2020-09-01", ""), False),
    ],
)
def test_a_day_within_bounds(day: str, bounds: tuple[str, str], fits: bool) -> None:
    assert within(day, bounds) is fits


def test_days() -> None:
    assert [day_of(each) for each in ("2020-09-27T00:00:00Z", "-0044-03-15T00:00:00Z", "x")] == [
        "2020-09-27",
        "",
        "",
    ]
    assert (shown("1994-01-01"), shown("1994-05-16")) == ("1994", "1994-05-16")
    assert (between(("a", "a")), between(("", "b"))) == ("a", "… to b")


def test_only_items_are_asked_about() -> None:
    with pytest.raises(ValueError, match="no item"):
        about("item-state", ["http://www.wikidata.org/entity/Q1> } DROP"])
