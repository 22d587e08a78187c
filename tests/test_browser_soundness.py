"""Every type of page: no complaint, no other host, nothing serious found by axe-core, every width, dark."""

from __future__ import annotations

from pathlib import Path
from typing import Any
from urllib.parse import quote

import pytest

from tests.watching import watched

ROOT = Path(__file__).parent.parent
AXE = ROOT / "frontend" / "node_modules" / "axe-core" / "axe.min.js"
BUNDLES = ROOT / "server" / "static" / "vendor" / "editor.js"
WIDTHS = (1440, 768, 320)
RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]
PLACES = "SELECT ?place WHERE { ?place a <https://w3id.org/kcg/ontology#Place> } LIMIT 9"
PAGES = [
    "/",
    "/entities/event",
    "/page/event/september-2022-clashes",
    "/page/place/nagorno-karabakh?asof=2021-01-01",
    "/page/claim/foreign-policy-2022-016",
    "/page/source/foreign-policy-2022",
    "/page/actor/armenia",
    "/page/agreement/cease-fire-2020",
    "/page/concept/event-kind/war",
    "/page/ontology",
    "/page/dataset",
    "/perspective",
    "/perspective?holder=actor/armenia&with=actor/azerbaijan",
    "/timeline",
    "/map",
    "/network",
    "/sparql",
    f"/sparql?query={quote(PLACES)}",
    f"/sparql?query={quote(PLACES)}#map",
    "/search?q=%D5%87%D5%B8%D6%82%D5%B7%D5%AB",
    "/contradictions",
    "/balance",
    "/report",
    "/dumps/",
    "/page/event/none",
]
DARK = ["/page/event/september-2022-clashes", "/map", "/sparql"]

ONE_OF_EACH = """() => {
  const seen = new Set();
  for (const each of document.querySelectorAll("tbody > tr, li, dl > div, option")) {
    const list = each.closest("table, ul, ol, dl, select");
    const skeleton = each.outerHTML
      .replace(/>[^<]*[^<\\s][^<]*</g, ">t<")
      .replace(/ (?!class|type|role|lang)([\\w-]+)="[^"]+"/g, ' $1="v"');
    const key = `${list?.tagName} ${list?.className} ${skeleton}`;
    if (seen.has(key)) each.remove();
    else seen.add(key);
  }
}"""
"""Leaves one of those rows and items that differ in nothing but their words and addresses: what axe-core says
of one it says of all, and pages have thousands. What is empty, or of another class or language, differs."""

pytestmark = pytest.mark.browser


@pytest.mark.parametrize("path", PAGES)
def test_a_page_is_sound(browser: Any, url: str, path: str) -> None:
    with watched(browser, url) as seen:
        page = seen.go(path)
        assert page.locator("h1").count() == 1
        too_wide = [width for width in WIDTHS if _width(page, width) > width]
        page.set_viewport_size({"width": 1200, "height": 900})
        found = serious(page) if AXE.exists() else []
        seen.assert_quiet()
        assert found == []
        assert too_wide == []


@pytest.mark.skipif(not AXE.exists(), reason="axe-core is not installed: Node.js is missing")
@pytest.mark.parametrize(
    "path", ["/page/event/september-2022-clashes", "/timeline", "/map", "/network", "/sparql"]
)
def test_colours_can_be_told_apart_in_the_dark(browser: Any, url: str, path: str) -> None:
    with watched(browser, url, color_scheme="dark", viewport={"width": 360, "height": 800}) as seen:
        assert serious(seen.go(path)) == []


@pytest.mark.skipif(not BUNDLES.exists(), reason="the front end is not built: Node.js is missing")
@pytest.mark.parametrize(
    ("path", "drawn"),
    [
        ("/map", ".map-moving .leaflet-overlay-pane path.map-area"),
        ("/network", ".network-moving canvas"),
        ("/sparql", ".editor .CodeMirror"),
    ],
)
def test_a_page_moves_where_the_front_end_was_built(browser: Any, url: str, path: str, drawn: str) -> None:
    with watched(browser, url) as seen:
        page = seen.go(path)
        page.locator(drawn).first.wait_for()
        assert not page.locator(".map-still, .network-still, textarea#query").first.is_visible()
        seen.assert_quiet()


@pytest.mark.parametrize("path", ["/timeline", "/map", "/network", "/sparql"])
def test_a_page_says_the_same_without_scripts(browser: Any, url: str, path: str) -> None:
    with watched(browser, url, java_script_enabled=False) as seen:
        page = seen.go(path)
        if path == "/sparql":
            assert page.locator("textarea#query").is_visible()
        else:
            assert page.locator("figure svg").last.is_visible()
            assert page.locator("table tbody tr").count() > 3
        seen.assert_quiet()


def _width(page: Any, width: int) -> int:
    page.set_viewport_size({"width": width, "height": 900})
    found: int = page.evaluate("document.documentElement.scrollWidth")
    return found


def serious(page: Any) -> list[str]:
    """Give what axe-core finds serious or critical: https://github.com/dequelabs/axe-core."""
    page.evaluate(ONE_OF_EACH)
    page.evaluate(AXE.read_text("utf-8"))
    options = {"runOnly": RULES, "resultTypes": ["violations"], "elementRef": False}
    found = page.evaluate("options => axe.run(document, options)", options)
    return [
        f"{each['id']}: {node['target']} {node['failureSummary'][:200]}"
        for each in found["violations"]
        if each["impact"] in {"serious", "critical"}
        for node in each["nodes"][:3]
    ]


@pytest.mark.skipif(not BUNDLES.exists(), reason="the front end is not built: Node.js is missing")
@pytest.mark.parametrize("width", [360, 768])
def test_names_on_the_map_are_whole_and_stand_on_no_other(browser: Any, url: str, width: int) -> None:
    page = browser.new_page(viewport={"width": width, "height": 800})
    page.goto(f"{url}/map?asof=2021-01-01")
    page.locator(".map-label").first.wait_for(state="attached")
    frame = page.locator(".map-moving").bounding_box()
    names = [each for each in page.locator(".map-label").all() if each.is_visible()]
    boxes = [each.bounding_box() for each in names]
    assert len(boxes) >= 3
    for number, one in enumerate(boxes):
        assert frame["x"] - 1 <= one["x"], names[number].inner_text()
        assert one["x"] + one["width"] <= frame["x"] + frame["width"] + 1, names[number].inner_text()
        for other in boxes[:number]:
            apart_x = one["x"] + one["width"] <= other["x"] + 1 or other["x"] + other["width"] <= one["x"] + 1
            apart_y = (
                one["y"] + one["height"] <= other["y"] + 1 or other["y"] + other["height"] <= one["y"] + 1
            )
            assert apart_x or apart_y, names[number].inner_text()
    page.close()
