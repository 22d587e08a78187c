"""A page that is watched: what it complains of, whom it asks, what it opens."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any
from urllib.parse import urlsplit

POLICY = """
document.addEventListener("securitypolicyviolation", (event) =>
  console.error("policy: " + event.violatedDirective + " " + event.blockedURI));
"""


class Watched:
    """One page with what happened on it."""

    def __init__(self, page: Any, url: str) -> None:
        self.page = page
        self.url = url
        self.complaints: list[str] = []
        self.elsewhere: list[str] = []
        self.dialogs: list[str] = []
        page.add_init_script(POLICY)
        page.on("console", self._console)
        page.on("pageerror", lambda error: self.complaints.append(str(error)))
        page.on("request", self._request)
        page.on("dialog", self._dialog)

    def go(self, path: str) -> Any:
        """Open a page of the site and wait until what it loads is there."""
        self.page.goto(self.url + path)
        self.page.wait_for_load_state("networkidle")
        return self.page

    def assert_quiet(self) -> None:
        """Nothing went wrong, nobody else was asked, nothing popped up."""
        assert self.complaints == []
        assert self.elsewhere == []
        assert self.dialogs == []

    def _console(self, message: Any) -> None:
        # Chromium logs every answer that is an error; whether one is expected, the test knows.
        if message.type in {"error", "warning"} and "Failed to load resource" not in message.text:
            self.complaints.append(message.text)

    def _request(self, request: Any) -> None:
        if not request.url.startswith((self.url + "/", "data:", "blob:")):
            self.elsewhere.append(urlsplit(request.url).netloc or request.url)

    def _dialog(self, dialog: Any) -> None:
        self.dialogs.append(dialog.message)
        dialog.dismiss()


@contextmanager
def watched(browser: Any, url: str, **options: Any) -> Iterator[Watched]:
    """Give a page in a fresh context, watched."""
    context = browser.new_context(**{"viewport": {"width": 1200, "height": 900}, **options})
    context.set_default_timeout(15_000)
    try:
        yield Watched(context.new_page(), url)
    finally:
        context.close()
