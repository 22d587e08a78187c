"""Two releases on a really running server: side by side, dated, queried, cited."""

from __future__ import annotations

import json
import os
import re
import signal
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from email.message import Message
from http.client import HTTPConnection
from pathlib import Path
from urllib.parse import quote, urlsplit

import defusedxml.ElementTree
import pyoxigraph as ox
import pytest
import rdflib

from kg.history import History
from kg.namespaces import DCAT
from kg.patch import patched

CLAIM = "page/claim/gazette-2021-002"
IRI = "https://example.org/islands/id/claim/gazette-2021-002"
QUERY = f"SELECT ?label WHERE {{ <{IRI}> <http://www.w3.org/2000/01/rdf-schema#label> ?label }}"
OLD, NEW = "Sudland's navy: 7 sailors", "Sudland's navy: seven sailors"
MAY, JUNE = "Tue, 04 May 2021 00:00:00 GMT", "Fri, 04 Jun 2021 00:00:00 GMT"
FORMER = "situation/norland-claims-grey-isle"
IDLE = 2


@pytest.fixture(scope="module")
def site(two_releases: Path) -> Iterator[str]:
    command = [sys.executable, "-m", "server", "--port", "0", "--release", str(two_releases)]
    environment = {k: v for k, v in os.environ.items() if not k.startswith("KG_")}
    environment |= {"KG_IDLE": str(IDLE), "KG_ARCHIVE": "1", "KG_WORKERS": "1"}
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True, env=environment) as process:
        assert process.stdout is not None
        found = re.search(r"http://\S+", process.stdout.readline())
        assert found
        yield found[0].rstrip("/")
        process.send_signal(signal.SIGTERM)
        assert process.wait(30) == 0


def get(site: str, path: str, **headers: str) -> tuple[int, Message, bytes]:
    """Ask without following."""
    parts = urlsplit(site)
    connection = HTTPConnection(parts.hostname or "", parts.port or 80, timeout=60)
    names = {name.replace("_", "-"): value for name, value in headers.items()}
    try:
        connection.request("GET", f"/{path}", headers=names)
        response = connection.getresponse()
        return response.status, response.headers, response.read()
    finally:
        connection.close()


def links(headers: Message) -> dict[str, str]:
    """Give each relation of Memento and its target."""
    found = {}
    for value in headers.get_all("Link", []):
        target, relations = re.search(r"<([^>]+)>", value), re.search(r'rel="([^"]+)"', value)
        assert target
        assert relations
        if "alternate" not in relations[1]:
            found[" ".join(sorted(relations[1].split()))] = target[1]
    return found


def test_the_original_leads_to_its_past(site: str) -> None:
    status, headers, body = get(site, CLAIM, Accept="text/html")
    assert status == 200
    assert NEW.encode() in body.replace(b"&#39;", b"'")
    assert "Memento-Datetime" not in headers
    assert "accept-datetime" in headers["Vary"].lower()
    found = links(headers)
    assert found["original"] == f"{site}/{CLAIM}"
    assert found["timegate"] == f"{site}/timegate/{CLAIM}"
    assert found["timemap"] == f"{site}/timemap/link/{CLAIM}"


WHEN = [
    ("Mon, 01 Jan 2001 00:00:00 GMT", "2021.5.0"),
    (MAY, "2021.5.0"),
    ("Thu, 03 Jun 2021 23:59:59 GMT", "2021.5.0"),
    (JUNE, "2021.6.0"),
    ("Fri, 01 Jan 2100 00:00:00 GMT", "2021.6.0"),
    ("", "2021.6.0"),
]


@pytest.mark.parametrize(("when", "version"), WHEN)
def test_the_timegate_leads_to_the_release_in_force(site: str, when: str, version: str) -> None:
    asked = {"Accept_Datetime": when} if when else {}
    status, headers, _ = get(site, f"timegate/{CLAIM}", **asked)
    assert (status, headers["Location"]) == (302, f"{site}/release/{version}/{CLAIM}")
    assert "accept-datetime" in headers["Vary"].lower()
    assert {"original", "timemap", "first memento", "last memento"} <= set(links(headers))
    if when:  # the original negotiates by itself too
        assert get(site, CLAIM, **asked)[1]["Location"] == headers["Location"]


def test_a_date_that_is_none_is_refused(site: str) -> None:
    assert get(site, f"timegate/{CLAIM}", Accept_Datetime="last spring")[0] == 400


def test_a_timegate_takes_the_whole_address_too(site: str) -> None:
    assert get(site, f"timegate/{site}/{CLAIM}")[1]["Location"] == f"{site}/release/2021.6.0/{CLAIM}"


def test_the_memento_says_what_it_is(site: str) -> None:
    status, headers, body = get(site, f"release/2021.5.0/{CLAIM}", Accept="text/html")
    assert status == 200
    text = body.decode().replace("&#39;", "'")
    assert OLD in text
    assert NEW not in text
    assert 'href="/release/2021.5.0/page/actor/' in text
    assert headers["Memento-Datetime"] == MAY
    found = links(headers)
    assert found["original"] == f"{site}/{CLAIM}"
    assert found["first memento"] == f"{site}/release/2021.5.0/{CLAIM}"
    assert found["last memento next"] == f"{site}/release/2021.6.0/{CLAIM}"
    assert get(site, f"release/2021.6.0/{CLAIM}", Accept="text/html")[1]["Memento-Datetime"] == JUNE


def test_the_timemap_lists_the_releases_that_tell_of_it(site: str) -> None:
    status, headers, body = get(site, f"timemap/link/{CLAIM}")
    assert (status, headers["Content-Type"]) == (200, "application/link-format")
    entries = body.decode().strip().split(",\n")
    assert entries[0] == f'<{site}/{CLAIM}>; rel="original"'
    assert entries[-2:] == [
        f'<{site}/release/2021.5.0/{CLAIM}>; rel="first memento"; datetime="{MAY}"',
        f'<{site}/release/2021.6.0/{CLAIM}>; rel="last memento"; datetime="{JUNE}"',
    ]
    former = get(site, f"timemap/link/page/{FORMER}")[2].decode()
    assert f"/release/2021.5.0/page/{FORMER}" in former
    assert "2021.6.0" not in former
    assert get(site, "timemap/link/page/claim/nobody")[0] == 404


def test_what_was_withdrawn_is_still_there_in_the_old_release(site: str) -> None:
    assert get(site, f"page/{FORMER}")[0] == 404
    assert get(site, f"release/2021.5.0/page/{FORMER}")[0] == 200
    moved = get(site, f"page/{FORMER}", Accept_Datetime=JUNE)
    assert moved[1]["Location"] == f"{site}/release/2021.5.0/page/{FORMER}"


def test_rdflib_reads_an_old_entity(site: str) -> None:
    graph = rdflib.Graph().parse(f"{site}/release/2021.5.0/id/claim/gazette-2021-002", format="turtle")
    assert OLD in str(graph.value(rdflib.URIRef(IRI), rdflib.RDFS.label))


@pytest.mark.parametrize("path", ["release/{}/sparql?", "sparql?release={}&", "sparql.csv?release={}&"])
def test_a_query_is_pinned_to_a_release(site: str, path: str) -> None:
    for version, label in (("2021.5.0", OLD), ("2021.6.0", NEW), ("latest", NEW)):
        if version == "latest" and path.startswith("release"):
            continue
        address = path.format(version) + f"query={quote(QUERY)}"
        assert label.encode() in get(site, address, Accept="text/csv")[2]


@pytest.mark.parametrize(
    "path", ["sparql?release=1999.1.0&query=ASK%7B%7D", "release/1999.1.0/", "releases/x"]
)
def test_an_unknown_release_is_not_found_and_the_known_are_named(site: str, path: str) -> None:
    status, _, body = get(site, path)
    assert status == 404
    assert "2021.5.0" in json.loads(body)["mend"]


def test_latest_moves_the_releases_stay(site: str) -> None:
    status, headers, _ = get(site, f"release/latest/{CLAIM}?x=1")
    assert (status, headers["Location"]) == (302, f"/release/2021.6.0/{CLAIM}?x=1")


def test_a_result_is_cited_and_checked(site: str) -> None:
    first = json.loads(get(site, f"cite?release=2021.5.0&query={quote(QUERY)}")[2])
    assert first["version"] == "2021.5.0"
    assert first["verified"] is None
    assert first["hash"] in first["link"]
    again = json.loads(get(site, first["link"].removeprefix(f"{site}/"))[2])
    assert again["verified"] is True
    other = json.loads(get(site, f"cite?query={quote(QUERY)}&hash={first['hash']}")[2])
    assert (other["version"], other["verified"]) == ("2021.6.0", False)
    page = get(site, first["link"].removeprefix(f"{site}/"), Accept="text/html")[2]
    assert b"is the one cited" in page
    assert get(site, f"cite?query={quote(QUERY)}&hash=nonsense")[0] == 400
    assert get(site, "cite")[0] == 400


def test_the_releases_are_listed_and_described(site: str) -> None:
    page = get(site, "releases/", Accept="text/html")[2].decode()
    assert page.index("2021.6.0") < page.index("2021.5.0")
    graph = rdflib.Graph().parse(f"{site}/dataset/2021.6.0", format="turtle")
    release = rdflib.URIRef("https://example.org/islands/dataset/2021.6.0")
    before = rdflib.URIRef("https://example.org/islands/dataset/2021.5.0")
    assert graph.value(release, DCAT.previousVersion) == before
    files = list(graph.objects(release, rdflib.DCAT.distribution))
    assert len(files) > 100
    url = graph.value(files[0], rdflib.DCAT.downloadURL)
    with urllib.request.urlopen(str(url)) as response:
        assert len(response.read()) == int(str(graph.value(files[0], rdflib.DCAT.byteSize)))


@pytest.mark.parametrize("path", ["releases/", "releases.ttl", "releases/2021.5.0", "dataset/2021.5.0.nt"])
@pytest.mark.parametrize("accept", ["text/turtle", "application/ld+json", "application/rdf+xml"])
def test_descriptions_of_releases_can_be_had_in_each_syntax(site: str, path: str, accept: str) -> None:
    request = urllib.request.Request(f"{site}/{path}", headers={"Accept": accept})
    with urllib.request.urlopen(request) as response:
        syntax = ox.RdfFormat.from_media_type(response.headers.get_content_type())
        assert list(ox.parse(response.read(), format=syntax))


def test_the_patch_at_its_address_gives_the_new_release(site: str, two_releases: Path) -> None:
    old, new = History.of(two_releases).releases
    removed, added = (
        get(site, f"releases/2021.6.0/{name}")[2].splitlines(keepends=True)
        for name in ("removed.nq", "added.nq")
    )
    with old.nquads.open("rb") as lines:
        assert b"".join(patched(lines, removed, added)) == new.nquads.read_bytes()
    status, headers, part = get(site, "releases/2021.6.0/added.nq", Range="bytes=0-9")
    assert (status, part) == (206, added[0][:10])
    assert get(site, "releases/2021.6.0/added.nq", If_None_Match=headers["ETag"])[0] == 304
    assert get(site, "releases/2021.5.0/added.nq")[0] == 404


def test_the_feed_is_atom(site: str) -> None:
    status, headers, body = get(site, "releases/feed.atom")
    assert (status, headers["Content-Type"]) == (200, "application/atom+xml")
    feed = defusedxml.ElementTree.fromstring(body)
    atom = "{http://www.w3.org/2005/Atom}"
    entries = feed.findall(f"{atom}entry")
    assert [entry.findtext(f"{atom}title") for entry in entries] == ["Release 2021.6.0", "Release 2021.5.0"]
    assert entries[0].findtext(f"{atom}id") == "https://example.org/islands/dataset/2021.6.0"
    assert "actor: 1 added" in (entries[0].findtext(f"{atom}summary") or "")


def test_activities_say_what_was_created_updated_and_deleted(site: str) -> None:
    collection = json.loads(get(site, "releases/activities")[2])
    pages, address = [], collection["first"]["id"]
    while address:
        pages.append(json.loads(get(site, address.removeprefix(f"{site}/"))[2]))
        address = pages[-1].get("next", {}).get("id", "")
    items = [item for page in pages for item in page["orderedItems"]]
    assert len(items) == collection["totalItems"]
    assert len({item["id"] for item in items}) == len(items)
    newest = {
        (item["type"], item["object"]["id"].rpartition("/id/")[2]) for item in pages[-1]["orderedItems"]
    }
    assert newest == {
        ("Create", "actor/harbour-police"),
        ("Update", "claim/gazette-2021-002"),
        ("Create", "situation/claim-of-norland"),
        ("Delete", FORMER),
    }


def test_an_ldes_client_finds_every_member(site: str) -> None:
    tree, stream = rdflib.Namespace("https://w3id.org/tree#"), rdflib.URIRef(f"{site}/releases/ldes")
    root = rdflib.Graph().parse(str(stream), format="turtle")
    assert (stream, rdflib.RDF.type, rdflib.URIRef("https://w3id.org/ldes#EventStream")) in root
    members = set()
    for node in root.objects(None, tree.node):
        members |= set(rdflib.Graph().parse(str(node), format="turtle").objects(stream, tree.member))
    assert len(members) == json.loads(get(site, "releases/activities")[2])["totalItems"]


def test_an_old_release_that_nobody_asks_is_put_away_and_fetched_again(site: str) -> None:
    address = f"release/2021.5.0/sparql?query={quote(QUERY + ' # 1')}"
    assert OLD.encode() in get(site, address, Accept="text/csv")[2]
    time.sleep(IDLE + 5)
    fresh = f"release/2021.5.0/sparql?query={quote(QUERY + ' # 2')}"
    assert OLD.encode() in get(site, fresh, Accept="text/csv")[2]
