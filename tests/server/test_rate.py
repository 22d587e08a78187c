"""Who sends too many queries is told when to come again; who stands behind a proxy is told apart."""

from __future__ import annotations

import json
from typing import Any

import pytest
from werkzeug.test import Client, create_environ

from kg.errors import UsageError
from server import Settings
from server.rate import RateLimit, client


def app(environ: dict[str, Any], start_response: Any) -> list[bytes]:
    start_response("200 OK", [])
    return [b"here"]


def asked(site: Client, path: str = "/sparql", **more: Any) -> Any:
    return site.get(path, **more)


def test_one_too_many() -> None:
    site = Client(RateLimit.around(app, Settings(rate="2/minute; 100/hour")))
    assert [asked(site).status_code for _ in range(3)] == [200, 200, 429]
    reply = asked(site, "/sparql.csv")
    assert 1 <= int(reply.headers["Retry-After"]) <= 60
    assert json.loads(reply.data)["status"] == 429
    assert "2 per 1 minute" in json.loads(reply.data)["detail"]
    assert site.head("/sparql").data == b""
    assert asked(site, "/health").status_code == 200
    assert site.options("/sparql").status_code == 200
    assert asked(site, environ_overrides={"REMOTE_ADDR": "192.0.2.7"}).status_code == 200


def test_there_is_none_unless_it_is_set() -> None:
    assert RateLimit.around(app, Settings()) is app
    with pytest.raises(UsageError, match="KG_RATE"):
        Settings.from_environment({"KG_RATE": "many"})


@pytest.mark.parametrize(
    ("forwarded", "proxies", "expected"),
    [
        ("", 0, "10.0.0.1"),
        ("192.0.2.1", 0, "10.0.0.1"),
        ("192.0.2.1", 1, "192.0.2.1"),
        ("6.6.6.6, 192.0.2.1", 1, "192.0.2.1"),
        ("6.6.6.6, 192.0.2.1, 10.0.0.2", 2, "192.0.2.1"),
        ("192.0.2.1", 2, "10.0.0.1"),
        ("2001:db8:1:2:3::4", 1, "2001:db8:1:2::/64"),
        ("::ffff:192.0.2.1", 1, "192.0.2.1"),
        ("unknown", 1, "unknown"),
    ],
)
def test_who_asks(forwarded: str, proxies: int, expected: str) -> None:
    environ = create_environ(headers={"X-Forwarded-For": forwarded} if forwarded else {})
    environ["REMOTE_ADDR"] = "10.0.0.1"
    assert client(environ, proxies) == expected
