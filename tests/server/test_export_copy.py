"""What is made of what came: redirections, addresses that are not there, errors of the server's."""

from __future__ import annotations

from contextlib import nullcontext
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from kg.errors import KgError
from server.export.addresses import Address
from server.export.copy import Copied, copy
from server.export.source import Source

STATUSES: dict[str, str] = {}
LINKS = ("/id/a", "/ring/1", "/gone", "/data/a.ttl", "https://elsewhere.example/")


def application(environ: dict[str, Any], start_response: Any) -> list[bytes]:
    path = environ["PATH_INFO"]
    leads = {"/id/a": "/id/b", "/id/b": "/data/a.ttl", "/ring/1": "/ring/2", "/ring/2": "/ring/1"}
    if path in leads:
        start_response("303 SEE OTHER", [("Location", leads[path])])
    elif path == "/":
        start_response("200 OK", [("Content-Type", "text/html; charset=utf-8")])
        anchors = "".join(f'<a href="{link}">x</a>' for link in LINKS)
        return [f"<html><body>{anchors}<a href='/broken'>y</a></body></html>".encode()]
    elif path == "/data/a.ttl":
        start_response("200 OK", [("Content-Type", "text/turtle")])
        return [b"<urn:a> <urn:b> <urn:c> ."]
    else:
        start_response(STATUSES.get(path, "404 NOT FOUND"), [])
    return [b""]


def copied(folder: Path, jobs: int = 2) -> Copied:
    publication: Any = SimpleNamespace(dumps=(), folder=None)
    source = Source(application, "https://site.example", publication)
    return copy(source, folder, lambda: nullcontext(lambda done, known: None), jobs)


@pytest.mark.filterwarnings("ignore:This process:DeprecationWarning")
def test_what_leads_elsewhere_has_the_file_of_its_end(tmp_path: Path) -> None:
    found = copied(tmp_path / "out")
    assert found.files[Address("/id/a")] == found.files[Address("/id/b")] == "data/a.ttl"
    assert Address("/ring/1") not in found.files
    assert found.missing[Address("/gone")] == 404
    page = (tmp_path / "out" / "index.html").read_text()
    assert page.count('href="data/a.ttl"') == 2
    assert "<a>x</a>" in page, "what is not there is plain text"
    assert 'href="https://elsewhere.example/"' in page


@pytest.mark.filterwarnings("ignore:This process:DeprecationWarning")
def test_an_error_of_the_server_ends_it(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(STATUSES, "/broken", "500 OH")
    with pytest.raises(KgError, match="/broken is answered with 500"):
        copied(tmp_path / "out")
