from __future__ import annotations

import socket
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from pathlib import Path

import pytest

from kg.errors import (
    EndpointAwayError,
    EndpointBusyError,
    EndpointError,
    EndpointNonsenseError,
    UsageError,
)
from kg.linking.endpoint import ATTEMPTS, Endpoint, retry_after
from tests.kg.linking.misbehaving import ONE, Reply, cut_short, dripping, hanging, results, sending, serving

QUERY = "SELECT ?x WHERE { BIND('1' AS ?x) }"


def patient(url: str, waits: list[float], timeout: float = 5) -> Endpoint:
    return Endpoint(url, contact="tests", pause=0, timeout=timeout, sleep=waits.append)


def test_a_plain_answer() -> None:
    with serving(results()) as server:
        rows = patient(server.url, []).select(QUERY)
    assert [row["x"].value for row in rows] == ["1"]
    assert server.agents == ["karabakh-conflict-graph (https://w3id.org/kcg/; tests)"]


def test_a_long_query_is_posted() -> None:
    query = QUERY + "#" * 5000
    with serving(results()) as server:
        assert len(patient(server.url, []).select(query)) == 1
    assert server.asked == {query: 1}


HTML = sending(b"<!DOCTYPE html><title>Down for maintenance</title>", media_type="text/html")
TRUNCATED = sending(b'{"head": {"vars": ["x"]}, "results": {"bindings": [{"x": {"type": "lit')
NOT_RESULTS = sending(b'{"error": "no"}')
TRIED_AGAIN: dict[str, tuple[Reply, type[EndpointError], str]] = {
    "HTML": (HTML, EndpointNonsenseError, "<!DOCTYPE html>"),
    "truncated": (TRUNCATED, EndpointNonsenseError, "no whole SPARQL result"),
    "cut short": (cut_short, EndpointNonsenseError, "no whole SPARQL result"),
    "other JSON": (NOT_RESULTS, EndpointNonsenseError, "error"),
    "500": (sending(b"java.util.concurrent.TimeoutException", 500), EndpointError, "answered 500"),
    "503": (sending(b"", 503), EndpointBusyError, "answered 503"),
    "429": (sending(b"", 429), EndpointBusyError, "answered 429"),
    "slow": (hanging(1), EndpointAwayError, "does not answer"),
    "dripping": (dripping, EndpointAwayError, "not whole after"),
}


@pytest.mark.parametrize(("reply", "error", "words"), TRIED_AGAIN.values(), ids=TRIED_AGAIN)
def test_what_may_pass_is_tried_again_then_reported(
    reply: Reply, error: type[EndpointError], words: str
) -> None:
    waits: list[float] = []
    with serving(reply) as server, pytest.raises(error, match=words) as caught:
        patient(server.url, waits, timeout=0.2).select(QUERY)
    assert type(caught.value) is error
    assert caught.value.mend
    assert server.asked[QUERY] == ATTEMPTS
    assert waits == [1, 2, 4, 8]


@pytest.mark.parametrize(("reply", "error", "words"), TRIED_AGAIN.values(), ids=TRIED_AGAIN)
def test_what_passes_is_forgotten(reply: Reply, error: type[EndpointError], words: str) -> None:
    with serving(reply, results()) as server:
        assert len(patient(server.url, [], timeout=0.5).select(QUERY)) == 1
    assert server.asked[QUERY] == 2


def in_an_hour() -> str:
    return format_datetime(datetime.now(UTC) + timedelta(hours=1), usegmt=True)


def test_retry_after_is_honoured() -> None:
    waits: list[float] = []
    with serving(sending(b"", 429, Retry_After="37"), results()) as server:
        patient(server.url, waits).select(QUERY)
    assert waits == [37]


@pytest.mark.parametrize("value", ["4000", in_an_hour()], ids=["seconds", "date"])
def test_too_long_a_pause_is_not_waited_for(value: str) -> None:
    waits: list[float] = []
    with serving(sending(b"", 503, Retry_After=value)) as server, pytest.raises(EndpointBusyError) as caught:
        patient(server.url, waits).select(QUERY)
    assert "asks to wait" in caught.value.what
    assert not waits
    assert server.asked[QUERY] == 1


@pytest.mark.parametrize(("value", "seconds"), [(None, 0), ("", 0), ("soon", 0), ("0", 0), ("12", 12)])
def test_retry_after(value: str | None, seconds: float) -> None:
    assert retry_after(value) == seconds


def test_retry_after_as_a_date() -> None:
    assert 3590 < retry_after(in_an_hour()) <= 3600
    assert retry_after("Wed, 21 Oct 2015 07:28:00 GMT") == 0


def test_a_redirection_to_another_host_is_refused() -> None:
    with serving(results()) as elsewhere:
        away = sending(b"", 302, Location=elsewhere.url)
        with serving(away) as server, pytest.raises(EndpointNonsenseError, match="redirects to"):
            patient(server.url, []).select(QUERY)
    assert not elsewhere.asked
    assert server.asked[QUERY] == 1


def test_a_redirection_on_the_same_host_is_followed() -> None:
    with serving(sending(b"", 302, Location="/sparql?query=moved"), results()) as server:
        assert len(patient(server.url, []).select(QUERY)) == 1
    assert server.asked == {QUERY: 1, "moved": 1}


@pytest.mark.parametrize("status", [400, 401, 403, 404, 414])
def test_a_refusal_is_not_tried_again(status: int) -> None:
    with serving(sending(b"malformed", status)) as server, pytest.raises(EndpointError, match="malformed"):
        patient(server.url, []).select(QUERY)
    assert server.asked[QUERY] == 1


def test_an_endpoint_that_is_away() -> None:
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    with pytest.raises(EndpointAwayError, match="refused"):
        patient(f"http://127.0.0.1:{port}/", []).select(QUERY)


@pytest.mark.parametrize("url", ["", "query.wikidata.org", "ftp://example.org/", "file:///etc/passwd"])
def test_an_address_that_is_none(url: str) -> None:
    with pytest.raises(UsageError, match="no address"):
        Endpoint(url)


def test_requests_keep_their_distance() -> None:
    waits: list[float] = []
    with serving(results()) as server:
        endpoint = Endpoint(server.url, pause=30, sleep=waits.append)
        for number in range(3):
            endpoint.select(f"{QUERY}#{number}")
    assert len(waits) == 2
    assert all(29 < wait <= 30 for wait in waits)


def _emptied(file: Path) -> None:
    file.write_bytes(b"")


def _cut(file: Path) -> None:
    file.write_bytes(file.read_bytes()[:-5])


def test_nothing_is_asked_twice(tmp_path: Path) -> None:
    with serving(results()) as server:
        first = Endpoint(server.url, cache=tmp_path, pause=0).select(QUERY)
        second = Endpoint(server.url, cache=tmp_path, pause=0).select(QUERY)
    assert first == second
    assert server.asked == {QUERY: 1}


@pytest.mark.parametrize("damage", [_emptied, _cut])
def test_a_damaged_answer_is_asked_for_again(tmp_path: Path, damage: Callable[[Path], None]) -> None:
    with serving(results(ONE)) as server:
        Endpoint(server.url, cache=tmp_path, pause=0).select(QUERY)
        (kept,) = tmp_path.rglob("*.srj")
        damage(kept)
        assert len(Endpoint(server.url, cache=tmp_path, pause=0).select(QUERY)) == 1
    assert server.asked == {QUERY: 2}


def test_failures_are_not_kept(tmp_path: Path) -> None:
    with serving(HTML) as server, pytest.raises(EndpointNonsenseError):
        Endpoint(server.url, cache=tmp_path, pause=0, sleep=lambda _: None).select(QUERY)
    assert not list(tmp_path.rglob("*.srj"))
