"""What is read once for a release is read before the first visitor comes."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

import pytest
from werkzeug.test import Client

from kg.release import open_release
from kg.store import Answer, MemoryStore
from server import Publication, Settings, warming
from server.metrics import Metrics
from server.stack import cached_app
from server.warming import PAGES, warm

VISITED = ["/", "/map", "/network", "/timeline", "/entities/event", "/page/event/border-clash"]


class Counting:
    """A store that counts what it is asked."""

    def __init__(self, store: MemoryStore) -> None:
        self.store = store
        self.asked = 0

    def query(self, *arguments: Any, **named: Any) -> Answer:
        self.asked += 1
        return self.store.query(*arguments, **named)


def application(release: Path, store: Counting) -> Any:
    settings, publication = Settings(release=release, cache=0), Publication.of_release(open_release(release))
    return cached_app(settings, store, publication, Metrics())


def queries_of_first_visits(app: Any, store: Counting) -> int:
    before = store.asked
    for path in VISITED:
        assert Client(app).get(path, headers={"Accept": "text/html"}).status_code == 200
    return store.asked - before


def test_the_first_visitor_waits_for_less(release: Path, store: MemoryStore) -> None:
    counting = Counting(store)
    cold = queries_of_first_visits(application(release, counting), counting)
    app = application(release, counting)
    warm(app)
    assert queries_of_first_visits(app, counting) < cold


def test_what_fails_is_logged_and_the_rest_is_read(caplog: pytest.LogCaptureFixture) -> None:
    asked = []

    def app(environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
        asked.append(environ["PATH_INFO"])
        if len(asked) == 1:
            raise OSError("away")
        start_response("200 OK", [])
        return [b""]

    warm(app)
    assert len(asked) == len(PAGES)
    assert "could not be read" in caplog.text


def test_it_ends_in_time(monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture) -> None:
    monkeypatch.setattr(warming, "BUDGET", -1.0)
    warm(lambda environ, start_response: pytest.fail("asked"))
    assert "not everything was read" in caplog.text
