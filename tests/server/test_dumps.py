"""Dumps: types, ranges, conditional requests, and no way out of their folder."""

from __future__ import annotations

from base64 import b64encode
from hashlib import sha256

import pytest
from flask.testing import FlaskClient

TYPES = [
    ("kcg.ttl", "text/turtle; charset=utf-8"),
    ("kcg.nq.gz", "application/gzip"),
    ("kcg.trig.zst", "application/zstd"),
]


@pytest.mark.parametrize(("name", "content_type"), TYPES)
def test_download(client: FlaskClient, name: str, content_type: str) -> None:
    response = client.get(f"/dumps/{name}")
    assert response.headers["Content-Type"] == content_type
    assert "Content-Encoding" not in response.headers
    etag = response.headers["ETag"]
    assert not etag.startswith("W/")
    again = client.get(f"/dumps/{name}", headers={"If-None-Match": etag})
    assert (again.status_code, again.data) == (304, b"")
    assert client.head(f"/dumps/{name}").headers["Content-Length"] == str(len(response.data))


def test_ranges(client: FlaskClient) -> None:
    part = client.get("/dumps/kcg.ttl", headers={"Range": "bytes=0-6"})
    assert (part.status_code, part.data) == (206, b"<urn:a>")
    outside = client.get("/dumps/kcg.ttl", headers={"Range": "bytes=9999-"})
    assert outside.status_code == 416
    assert outside.headers["Content-Range"] == "bytes */26"


def test_a_download_that_broke_off_goes_on_if_the_file_is_still_the_same(client: FlaskClient) -> None:
    etag = client.head("/dumps/kcg.ttl").headers["ETag"]
    rest = client.get("/dumps/kcg.ttl", headers={"Range": "bytes=7-", "If-Range": etag})
    assert (rest.status_code, rest.data) == (206, b" <urn:b> <urn:c> .\n")
    assert rest.headers["Content-Range"] == "bytes 7-25/26"
    other = client.get("/dumps/kcg.ttl", headers={"Range": "bytes=7-", "If-Range": '"another"'})
    assert (other.status_code, len(other.data)) == (200, 26)
    assert rest.headers["Repr-Digest"] == other.headers["Repr-Digest"]


@pytest.mark.parametrize("asked", ["bytes=0-1,3-4", "lines=1-2", "bytes"])
def test_ranges_that_are_not_done_are_answered_with_the_whole(client: FlaskClient, asked: str) -> None:
    response = client.get("/dumps/kcg.ttl", headers={"Range": asked})
    assert (response.status_code, len(response.data)) == (200, 26)


def test_the_digest_is_that_of_the_whole(client: FlaskClient) -> None:
    response = client.get("/dumps/kcg.ttl")
    digest = b64encode(sha256(response.data).digest()).decode()
    assert response.headers["Repr-Digest"] == f"sha-256=:{digest}:"
    assert response.headers["Accept-Ranges"] == "bytes"


def test_the_date_is_that_of_the_release_not_of_the_file(client: FlaskClient) -> None:
    assert client.get("/dumps/kcg.ttl").headers["Last-Modified"] == "Fri, 04 Nov 2022 00:00:00 GMT"


def test_a_named_graph_has_an_address_of_its_own(client: FlaskClient) -> None:
    response = client.get("/dumps/graph/source/gazette.ttl")
    assert response.data == b"<urn:a> <urn:b> <urn:d> .\n"
    assert "filename=gazette.ttl" in response.headers["Content-Disposition"]


@pytest.mark.parametrize(
    "name",
    ["../manifest.json", "..%2Fmanifest.json", "%2e%2e/manifest.json", "/etc/passwd", "none.ttl", "."],
)
def test_nothing_else_is_served(client: FlaskClient, name: str) -> None:
    response = client.get(f"/dumps/{name}", headers={"Accept": "application/json"})
    assert response.status_code in {308, 404}


def test_index(client: FlaskClient) -> None:
    text = client.get("/dumps/").text
    for name, _ in TYPES:
        assert f'href="/dumps/{name}"' in text
