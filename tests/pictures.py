"""The pictures of README and docs, taken anew of a release: `python -m tests.pictures [RELEASE] [FOLDER]`.

They are to be looked at before they are committed; no test compares them.
"""

from __future__ import annotations

import sys
from dataclasses import dataclass
from pathlib import Path

from playwright.sync_api import Browser, sync_playwright

from tests.conftest import CHROMIUM, FLAGS
from tests.load.served import served

ROOT = Path(__file__).parent.parent


@dataclass(frozen=True, slots=True)
class Picture:
    """What of a page is shown: from the element `start` on, so many pixels wide and high."""

    name: str
    path: str
    start: str
    width: int = 1100
    height: int = 900


PICTURES = (
    Picture("home", "/", "h1", height=960),
    Picture("event", "/page/event/first-nagorno-karabakh-war", "h1", height=880),
    Picture("asof", "/page/place/shusha-town?asof=2015-06-01", "#situations"),
    Picture("place", "/page/place/shusha-town", "#place-map", height=560),
    Picture("perspectives", "/perspective?holder=actor/armenia&with=actor/azerbaijan", "h1", height=1000),
    Picture("contradictions", "/contradictions", "#matrix"),
    Picture("timeline", "/timeline?from=2020-07&to=2020-12", ".timeline", width=1080, height=560),
    Picture("map", "/map?asof=2021-01-01", ".map", width=1080, height=560),
)


def main(release: str = str(ROOT / "build"), folder: str = str(ROOT / "docs" / "images")) -> int:
    """Take every picture."""
    with served("--release", release) as site, sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        for picture in PICTURES:
            _take(browser, site.url.rstrip("/"), picture, Path(folder) / f"{picture.name}.png")
        browser.close()
    return 0


def _take(browser: Browser, root: str, picture: Picture, file: Path) -> None:
    page = browser.new_page(viewport={"width": picture.width, "height": 900}, color_scheme="light")
    response = page.goto(f"{root}{picture.path}", wait_until="networkidle")
    assert response is not None, picture.path
    assert response.ok, f"{picture.path}: {response.status}"
    top = page.locator(picture.start).first.bounding_box()
    assert top is not None, f"{picture.path} has no {picture.start}"
    room = {"x": 0, "y": max(top["y"] - 16, 0), "width": picture.width, "height": picture.height}
    page.screenshot(path=file, full_page=True, clip=room)
    page.close()
    print(f"{file}: {file.stat().st_size // 1024} KB")


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
