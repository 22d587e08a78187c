"""Ten things that somebody who has never been here wants to do, found by words and headings, not by paths."""

from __future__ import annotations

import csv
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.watching import Watched, watched

ROOT = Path(__file__).parent.parent
EDITOR = ROOT / "server" / "static" / "vendor" / "editor.js"

pytestmark = pytest.mark.browser


@pytest.fixture
def visitor(browser: Any, url: str) -> Iterator[Watched]:
    """Somebody at the front door; at the end nothing may have gone wrong."""
    with watched(browser, url) as seen:
        seen.go("/")
        yield seen
        seen.assert_quiet()


def way_in(page: Any, name: str) -> None:
    page.get_by_role("navigation", name="Main").get_by_role("link", name=name, exact=True).click()


def main(page: Any) -> str:
    return str(page.locator("main").inner_text())


def test_the_death_toll_of_a_war_and_that_sources_disagree(visitor: Watched) -> None:
    page = visitor.page
    way_in(page, "Events")
    page.get_by_label("Name contains").fill("war over")
    page.get_by_role("button", name="Filter").click()
    page.get_by_role("link", name=re.compile("^First war over Artsakh")).click()
    contested = page.get_by_role("region", name="What is contested").inner_text()
    assert "people killed" in contested
    assert re.search(r"20,000 to 30,000.*Wessex Scene", contested, re.DOTALL)
    assert re.search(r"30,000.*GlobalSecurity\.org", contested, re.DOTALL)
    assert "tension" in contested
    assert "a range, not a verdict" in main(page)


def test_who_is_said_to_have_broken_the_agreement_and_what_the_accused_replied(visitor: Watched) -> None:
    page = visitor.page
    way_in(page, "Agreements")
    page.get_by_role("link", name=re.compile("Cease-fire statement of November 2020")).click()
    text = main(page)
    assert "Azerbaijan broke the 2020 cease-fire" in text
    assert "Azerbaijan did not break the 2020 cease-fire" in text
    # The accused of the other side stands on the same page.
    assert "Armenia did not carry out the withdrawal" in text
    page.get_by_role("link", name="Azerbaijan did not break the 2020 cease-fire").first.click()
    reply = main(page)
    assert "The claim" in reply
    assert "characters " in reply


def test_who_controlled_shusha_on_a_date(visitor: Watched) -> None:
    page = visitor.page
    way_in(page, "Map")
    page.get_by_role("table").get_by_role("link", name="Shusha / Shushi", exact=True).click()
    page.get_by_label("As of").first.fill("2016-05-01")
    page.get_by_role("button", name="Show").first.click()
    page.wait_for_url("**asof=2016-05-01**")
    text = main(page)
    assert "On 2016-05-01" in text
    held = text[text.index("On 2016-05-01") :]
    assert re.search(r"control\s+certainly\s+Control of Armenian forces over Shusha / Shushi", held)
    page.get_by_label("As of").first.fill("2020-11-08")
    page.get_by_role("button", name="Show").first.click()
    page.wait_for_url("**asof=2020-11-08**")
    for actor in ("Armenian forces", "Azerbaijan"):  # the one said that it was taken, the other denied it
        assert re.search(rf"possibly\s+Control of {actor} over Shusha / Shushi", main(page))


def test_a_town_by_its_armenian_azerbaijani_and_russian_name(visitor: Watched) -> None:
    page = visitor.page
    for name in ("Շուշի", "Şuşa", "Шуша"):
        field = page.get_by_label("Search names, claims and concepts").first
        field.fill(name)
        field.press("Enter")
        page.wait_for_url("**/search?**")
        page.get_by_role("main").get_by_role("link", name="Shusha / Shushi", exact=True).first.click()
        assert page.locator("h1").inner_text() == "Shusha / Shushi"
    # On the map they stand in one row.
    way_in(page, "Map")
    rows = page.get_by_role("table").get_by_role("row")
    found = {name: rows.filter(has_text=name) for name in ("Շուշի", "Şuşa", "Шуша")}
    leading_to = {row.get_by_role("link").first.get_attribute("href") for row in found.values()}
    assert leading_to == {"/page/place/shusha-town"}


def test_two_perspectives_side_by_side(visitor: Watched) -> None:
    page = visitor.page
    way_in(page, "Perspectives")
    page.locator("select[name=holder]").select_option("actor/armenia")
    page.locator("select[name=with]").select_option("actor/azerbaijan")
    page.get_by_role("button", name="Show").click()
    assert page.locator("h1").inner_text() == "As told by Armenia and by Azerbaijan"
    head = page.locator("table").first.locator("thead").inner_text()
    assert head.index("Armenia") < head.index("Azerbaijan")
    said = main(page)
    assert "Armenia demands" in said
    assert "Azerbaijan accuses" in said


def test_the_claims_of_one_event_as_csv(visitor: Watched) -> None:
    page = visitor.page
    visitor.go("/page/event/first-nagorno-karabakh-war")
    page.get_by_role("link", name="All of them as a list, with CSV and JSON").click()
    shown = int(page.get_by_role("status").locator("strong").inner_text())
    address = page.get_by_role("link", name="CSV", exact=True).first.get_attribute("href")
    response = page.request.get(visitor.url + address)
    assert response.headers["content-type"].startswith("text/csv")
    rows = list(csv.reader(response.text().splitlines()))
    assert len(rows) == shown + 1
    assert any("20,000 to 30,000 people were killed" in cell for row in rows for cell in row)


@pytest.mark.skipif(not EDITOR.exists(), reason="the front end is not built: Node.js is missing")
def test_an_example_query_run_and_changed(visitor: Watched) -> None:
    page = visitor.page
    way_in(page, "SPARQL")
    example = page.locator("details#sources")
    example.locator("summary").click()
    example.get_by_role("link", name="Edit this query").click()
    page.locator(".editor .CodeMirror").wait_for()
    page.get_by_role("button", name="Run", exact=True).click()
    table = page.locator("#result table tbody")
    table.wait_for()
    before = table.locator("tr").count()
    assert before > 3
    page.locator(".editor .CodeMirror").click()
    page.keyboard.press("Control+End")
    page.keyboard.type("\nLIMIT 2" if "LIMIT" not in page.locator("#query").input_value() else "")
    page.get_by_role("button", name="Run", exact=True).click()
    until(page, "document.querySelectorAll('#result tbody tr').length === 2")
    visitor.go("/sparql?query=SELECT * { ?polity a <https://w3id.org/kcg/ontology%23State> } LIMIT 2")
    page.locator("#result td a", has_text=re.compile("^[A-Z]")).first.wait_for()
    assert page.locator("#result td a").first.get_attribute("href").startswith("/page/actor/")


@pytest.mark.skipif(not EDITOR.exists(), reason="the front end is not built: Node.js is missing")
def test_a_term_is_completed_from_this_data_set(visitor: Watched) -> None:
    page = visitor.page
    visitor.go("/sparql")
    page.locator(".editor .CodeMirror").click()
    page.keyboard.press("Control+A")
    page.keyboard.type("SELECT * WHERE { ?claim kcg:claimedB")
    page.keyboard.press("Control+Space")
    page.locator(".CodeMirror-hint").first.wait_for()
    assert "claimed by" in page.locator(".CodeMirror-hint").first.inner_text()
    page.keyboard.press("Enter")
    query = page.locator("#query").input_value()
    assert query.startswith("PREFIX kcg: <https://w3id.org/kcg/ontology#>")
    assert query.rstrip().endswith("kcg:claimedBy")


def test_a_link_shows_somebody_else_the_same(visitor: Watched, browser: Any) -> None:
    page = visitor.page
    way_in(page, "Timeline")
    page.get_by_label("Situations").check()
    page.wait_for_url("**show=situation**")
    page.get_by_label("Actor").select_option(label="Turkey")
    page.wait_for_url("**actor=turkey**")
    page.get_by_role("link", name="Zoom in").click()
    page.wait_for_url("**from=**")
    until(page, "!document.querySelector('#live').hasAttribute('aria-busy')")
    mine, status = page.locator(".tl-rows").inner_text(), page.get_by_role("status").inner_text()
    with watched(browser, visitor.url, java_script_enabled=False) as other:
        theirs = other.go(page.url.removeprefix(visitor.url))
        assert theirs.locator(".tl-rows").inner_text() == mine
        assert theirs.get_by_role("status").inner_text() == status


def test_an_event_is_read_without_scripts(browser: Any, url: str) -> None:
    with watched(browser, url, java_script_enabled=False) as seen:
        page = seen.go("/")
        way_in(page, "Events")
        page.get_by_label("Name contains").fill("September 2022")
        page.get_by_role("button", name="Filter").click()
        page.get_by_role(
            "link", name=re.compile("^Clashes between Armenia and Azerbaijan, September")
        ).click()
        text = main(page)
        for words in ("Officials of Armenia", "Officials of Azerbaijan", "at least 49", "characters "):
            assert words in text
        seen.assert_quiet()


def test_the_site_with_the_keyboard_alone(visitor: Watched) -> None:
    page = visitor.page
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    assert page.evaluate("location.hash") == "#content"
    reach(page, "a", "Timeline")
    page.keyboard.press("Enter")
    page.wait_for_url("**/timeline")
    reach(page, "figure", "Timeline; the table below says the same")
    page.keyboard.press("+")
    page.wait_for_url("**from=**")
    until(page, "document.activeElement.matches('[data-timeline]')")
    page.keyboard.press("0")
    until(page, "!location.search.includes('from=')")
    reach(page, "a", "First war over Artsakh / Nagorno-Karabakh")
    page.keyboard.press("Enter")
    page.wait_for_url("**/page/event/first-nagorno-karabakh-war")


@pytest.mark.skipif(not EDITOR.exists(), reason="the front end is not built: Node.js is missing")
def test_the_editor_does_not_hold_the_keyboard(visitor: Watched) -> None:
    page = visitor.page
    visitor.go("/sparql")
    page.locator(".editor .CodeMirror").click()
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.closest('.editor')") is None
    reach(page, "button", "Run")
    page.keyboard.press("Enter")
    page.locator("#result table tbody tr").first.wait_for()


def until(page: Any, condition: str) -> None:
    """Wait for a condition; the policy of the site forbids playwright's own way, which is `eval`."""
    for _ in range(100):
        if page.evaluate(condition):
            return
        page.wait_for_timeout(100)
    raise AssertionError(condition)


def reach(page: Any, tag: str, name: str, limit: int = 150) -> None:
    """Press the tabulator until what is looked for has the focus; one always sees where one is."""
    script = "e => [e.tagName.toLowerCase(), (e.getAttribute('aria-label') || e.innerText || '').trim()]"
    for _ in range(limit):
        page.keyboard.press("Tab")
        if page.evaluate(f"({script})(document.activeElement)") == [tag, name]:
            outline = page.evaluate("getComputedStyle(document.activeElement).outlineStyle")
            assert outline != "none", name
            return
    raise AssertionError(f"{name} is not reached in {limit} steps")
