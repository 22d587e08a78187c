"""A static copy: every link leads to a file, also over a plain file server; it is the same every time."""

from __future__ import annotations

import json
import re
import subprocess
import sys
import threading
from collections.abc import Iterator
from functools import partial
from hashlib import sha256
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any
from urllib.error import HTTPError
from urllib.parse import urljoin, urlsplit
from urllib.request import urlopen

import pyoxigraph as ox
import pytest
from lxml import html

from kg.formats import JSON_LD, RDF_FORMATS, TURTLE
from kg.release import Release
from server.export.addresses import Address, relative, resolved
from server.export.pages import NOTE, links, localised


def site(out: Path, release: Path, *more: str) -> subprocess.CompletedProcess[str]:
    kg = Path(sys.executable).with_name("kg")
    command = [kg, "site", "--out", out, "--release", release, *more]
    return subprocess.run(command, capture_output=True, text=True, timeout=300)


@pytest.fixture(scope="module")
def copied(islands: Release, tmp_path_factory: pytest.TempPathFactory) -> Path:
    out = tmp_path_factory.mktemp("site") / "public"
    result = site(out, islands.path, "--formats", "ttl,jsonld")
    assert result.returncode == 0, result.stderr
    assert "linked to, but not there" not in result.stderr
    assert re.search(r"[\d,]+ files, [\d,]+ of them pages, in", result.stdout)
    assert re.search(r"[\d,]+ of [\d,]+ addresses", result.stderr)
    return out


class Quiet(SimpleHTTPRequestHandler):
    def log_message(self, *_: Any) -> None:
        pass


@pytest.fixture(scope="module")
def served(copied: Path) -> Iterator[str]:
    handler = partial(Quiet, directory=copied)
    server = ThreadingHTTPServer(("127.0.0.1", 0), handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}/"
    server.shutdown()
    server.server_close()


def test_no_link_is_broken(served: str, copied: Path) -> None:
    """What a crawler finds from the home page on, over a plain file server."""
    waiting, seen, broken = [served], {served}, []
    while waiting:
        address = waiting.pop()
        try:
            with urlopen(address) as response:
                kind, body = response.headers.get_content_type(), response.read()
        except HTTPError as error:
            error.close()
            broken.append(address)
            continue
        if kind != "text/html":
            continue
        for element, attribute, link, _ in html.document_fromstring(body).iterlinks():
            target = urljoin(address, link).partition("#")[0]
            if attribute in {"href", "src"} and target.startswith(served) and element.tag != "form":
                assert not urlsplit(target).query, (address, link)
                if target not in seen:
                    seen.add(target)
                    waiting.append(target)
    assert not broken
    reached = {urlsplit(each).path.removeprefix("/") or "index.html" for each in seen}
    for entity in ("page/event", "page/actor", "page/claim"):
        pages = {str(path.relative_to(copied)) for path in (copied / entity).rglob("index.html")}
        assert pages
        assert pages <= reached


def test_each_entity_has_its_page_and_its_data(copied: Path, islands: Release) -> None:
    base = islands.manifest.base
    entities = {
        quad.subject.value.removeprefix(f"{base}id/")
        for quad in ox.parse(path=str(islands.nquads))
        if isinstance(quad.subject, ox.NamedNode) and "#" not in quad.subject.value
        if quad.subject.value.startswith(f"{base}id/")
    }
    assert len(entities) > 10
    for path in entities:
        page = (copied / "page" / path / "index.html").read_text("utf-8")
        assert f'rel="canonical" href="{base}id/{path}"' in page
        for syntax in (TURTLE, JSON_LD):
            file = copied / "data" / f"{path}{syntax.extension}"
            if syntax is JSON_LD:
                assert json.loads(file.read_text("utf-8"))
            else:
                subject = ox.NamedNode(f"{base}id/{path}")
                assert any(quad.subject == subject for quad in ox.parse(path=str(file), format=syntax.rdf))
    assert not list((copied / "data").rglob("*.rdf"))


def test_the_description_of_the_data_set_is_there(copied: Path, islands: Release) -> None:
    path = copied / ".well-known" / "void.ttl"
    assert any(quad.subject.value == islands.iris.dataset for quad in ox.parse(path=str(path)))


def test_dumps_are_those_of_the_release(copied: Path, islands: Release) -> None:
    files = [entry for entry in islands.manifest.files if entry.path.startswith("dumps/")]
    assert files
    for entry in files:
        assert sha256((copied / entry.path).read_bytes()).hexdigest() == entry.sha256


def test_hosts_are_told_the_media_types(copied: Path) -> None:
    for name in (".htaccess", "_headers", "mime.types"):
        text = (copied / name).read_text("utf-8")
        assert all(entry.media_type in text for entry in RDF_FORMATS)


def test_the_same_release_gives_the_same_files_and_replaces_the_old(copied: Path, islands: Release) -> None:
    before = digests(copied)
    (copied / "stray").touch()
    assert site(copied, islands.path, "--formats", "ttl,jsonld").returncode == 0
    assert digests(copied) == before
    assert [path.name for path in copied.parent.iterdir()] == [copied.name]


def digests(folder: Path) -> dict[str, str]:
    files = (path for path in folder.rglob("*") if path.is_file())
    return {str(path.relative_to(folder)): sha256(path.read_bytes()).hexdigest() for path in files}


@pytest.mark.parametrize(
    ("arguments", "words"),
    [(["--formats", "docx"], "no format 'docx'"), (["--base-url", "nowhere"], "no web address")],
)
def test_wrong_use_is_said(tmp_path: Path, islands: Release, arguments: list[str], words: str) -> None:
    result = site(tmp_path / "public", islands.path, *arguments)
    assert result.returncode == 2
    assert words in result.stderr
    assert list(tmp_path.iterdir()) == []


def test_a_folder_of_somebody_else_is_left_alone(tmp_path: Path, islands: Release) -> None:
    (tmp_path / "thesis.tex").touch()
    result = site(tmp_path, islands.path)
    assert result.returncode == 1
    assert "no copy of a site" in result.stderr
    assert [path.name for path in tmp_path.iterdir()] == ["thesis.tex"]


FILES = [
    ("/", "", "text/html", "index.html"),
    ("/page/event/x", "", "text/html", "page/event/x/index.html"),
    ("/page/event/x", "page=2", "text/html", "page/event/x/_page-2/index.html"),
    ("/entities/event", "page=2&format=csv", "text/csv", "entities/event_format-csv_page-2.csv"),
    ("/entities/event", "format=json", "application/json", "entities/event_format-json.json"),
    ("/data/event/x.ttl", "", "text/turtle", "data/event/x.ttl"),
    ("/data/event/x.ttl", "page=2", "text/turtle", "data/event/x_page-2.ttl"),
    ("/data/dataset/2021.5.0", "", "text/turtle", "data/dataset/2021.5.0.ttl"),
    ("/.well-known/void", "", "text/turtle", ".well-known/void.ttl"),
    ("/map.geojson", "", "application/geo+json", "map.geojson"),
    ("/robots.txt", "", "text/plain", "robots.txt"),
    ("/llms.txt", "", "text/markdown", "llms.txt"),
    ("/static/style.css", "v=123", "text/css", "static/style.css"),
    ("/page/x", "after=../../etc", "text/html", "page/x/_after-..-..-etc/index.html"),
]


@pytest.mark.parametrize(("path", "query", "media_type", "file"), FILES, ids=[each[3] for each in FILES])
def test_addresses_have_files(path: str, query: str, media_type: str, file: str) -> None:
    assert Address(path, query).is_copied
    assert Address(path, query).file(media_type) == file


@pytest.mark.parametrize(
    ("path", "query"),
    [("/sparql", "query=x"), ("/graph-store", ""), ("/entities/event", "sort=date"), ("/search", "q=x")],
)
def test_what_needs_the_server_has_none(path: str, query: str) -> None:
    assert not Address(path, query).is_copied


def test_links_are_resolved_and_made_relative() -> None:
    page = Address("/page/event/x", "page=2")
    assert resolved("/kcg/page/b%20c?d=1#e", page, "/kcg") == Address("/page/b c", "d=1")
    assert resolved("?page=3", page, "/kcg") == Address("/page/event/x", "page=3")
    for outside in (
        "#part",
        "https://w3id.org/kcg/id/x",
        "mailto:a@b",
        "/elsewhere",
        "javascript:x",
        "//e/kcg/x",
    ):
        assert resolved(outside, page, "/kcg") is None
    assert relative("page/event/b c/index.html", "page/event/x/index.html", "f") == "../b%20c/index.html#f"


def test_pages_lead_to_files_and_forms_become_a_note() -> None:
    text = b"""<!doctype html><html><head><link rel="alternate" href="/none"></head><body>
        <form action="/search"><input></form><main><form><input></form> after
        <a href="/page/a#b">kept</a> <a href="/page/none">plain</a> <a href="https://e/">outside</a>
        <a rel="nofollow" href="/page/endless">endless</a><form></form></main></body></html>"""
    page = Address("/page/x")
    assert set(links(text, page, "")) == {Address("/none"), Address("/page/a"), Address("/page/none")}
    files = {Address("/page/a"): "page/a/index.html"}
    found = localised(text, page, "", "page/x/index.html", lambda each: files.get(each, "")).decode()
    assert '<a href="../a/index.html#b">kept</a> <a>plain</a> <a href="https://e/">outside</a>' in found
    assert "<form" not in found
    assert "<link" not in found
    assert found.count(NOTE) == 1
    assert "after" in found
