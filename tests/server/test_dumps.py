"""Dumps: types, ranges, conditional requests, and no way out of their folder."""

from __future__ import annotations

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
