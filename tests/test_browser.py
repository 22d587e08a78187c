"""Pages in a real browser: they read well without scripts, on a phone, and reach no other host."""

from __future__ import annotations

from typing import Any

import pytest

PAGES = [
    "/",
    "/entities/event",
    "/entities/claim?about=event/september-2022-clashes",
    "/perspective?holder=actor/armenia&with=actor/azerbaijan",
    "/page/event/september-2022-clashes",
    "/page/place/nagorno-karabakh?asof=2015-06-01",
    "/page/agreement/cease-fire-2020",
    "/page/actor/minsk-group",
    "/page/claim/foreign-policy-2022-016",
    "/page/source/foreign-policy-2022",
    "/page/actor/armenia",
    "/sparql",
    "/dumps/",
    "/page/event/none",
]

pytestmark = pytest.mark.browser


@pytest.mark.parametrize("path", PAGES)
def test_a_page_on_a_phone_without_scripts(browser: Any, url: str, path: str) -> None:
    context = browser.new_context(viewport={"width": 390, "height": 800}, java_script_enabled=False)
    page = context.new_page()
    asked: list[str] = []
    complaints: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    page.on("console", lambda message: complaints.append(message.text))
    page.goto(url + path)
    assert page.locator("h1").count() == 1
    assert page.locator("main").count() == 1
    assert page.locator("html").get_attribute("lang") == "en"
    assert all(address.startswith((url, "data:")) for address in asked)
    assert [text for text in complaints if "404" not in text] == []
    context.close()


@pytest.mark.parametrize("path", PAGES)
def test_nothing_is_wider_than_the_screen(browser: Any, url: str, path: str) -> None:
    context = browser.new_context(viewport={"width": 1200, "height": 800})
    page = context.new_page()
    page.goto(url + path)
    for width in (1200, 390, 320):
        page.set_viewport_size({"width": width, "height": 800})
        assert page.evaluate("document.documentElement.scrollWidth") <= width, width
    context.close()


def test_the_keyboard_reaches_the_content_first(browser: Any, url: str) -> None:
    page = browser.new_page()
    page.goto(f"{url}/page/event/september-2022-clashes")
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.getAttribute('href')").startswith("#")
    page.close()


def test_both_sides_stand_on_the_page(browser: Any, url: str) -> None:
    page = browser.new_page()
    page.goto(f"{url}/id/event/september-2022-clashes")
    assert "/page/event/september-2022-clashes" in page.url
    text = page.locator("main").inner_text()
    for words in (
        "Officials of Armenia",
        "Officials of Azerbaijan",
        "at least 49",
        "50",
        "mutual accusation",
    ):
        assert words in text
    page.close()


def test_a_query_can_be_asked_by_hand(browser: Any, url: str) -> None:
    context = browser.new_context(java_script_enabled=False)
    page = context.new_page()
    page.goto(f"{url}/sparql")
    page.locator("textarea").fill("SELECT (1 + 1 AS ?two) WHERE {}")
    page.get_by_role("button", name="Run", exact=True).first.click()
    assert "two" in page.locator("table").inner_text()
    context.close()
