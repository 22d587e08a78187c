from email.utils import parsedate_to_datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from server.lending.request import Response, _read, is_whole, read

GET = b"GET /sparql?query=ASK%7B%7D HTTP/1.1\r\nHost: x\r\nAccept: text/csv\r\n\r\n"
POST = b"POST /sparql HTTP/1.1\r\nHost: x\r\nContent-Type: application/sparql-query\r\n"
POST += b"Content-Length: 5\r\n\r\nASK{}"


def test_a_get() -> None:
    found = read(GET)
    assert found
    environ, stays = found
    assert stays
    assert environ["REQUEST_METHOD"] == "GET"
    assert environ["PATH_INFO"] == "/sparql"
    assert environ["QUERY_STRING"] == "query=ASK%7B%7D"
    assert environ["HTTP_ACCEPT"] == "text/csv"
    assert environ["HTTP_HOST"] == "x"
    assert environ["wsgi.input"].read() == b""


def test_a_post() -> None:
    found = read(POST)
    assert found
    environ, _ = found
    assert environ["CONTENT_TYPE"] == "application/sparql-query"
    assert environ["CONTENT_LENGTH"] == "5"
    assert environ["wsgi.input"].read() == b"ASK{}"


def test_who_wants_the_connection_closed() -> None:
    found = read(GET.replace(b"Accept: text/csv", b"Connection: close"))
    assert found
    assert not found[1]


LEFT = {
    "not whole": GET[:-1],
    "a body that has not come": POST[:-1],
    "two requests": GET + GET,
    "more than the body": POST + b"x",
    "no HTTP": b"\x16\x03\x01\x02\x00",
    "HTTP/1.0": GET.replace(b"HTTP/1.1", b"HTTP/1.0"),
    "no host": GET.replace(b"Host: x\r\n", b""),
    "two hosts": GET.replace(b"Host: x", b"Host: x\r\nHost: y"),
    "a header twice": GET.replace(b"Accept: text/csv", b"Accept: text/csv\r\nAccept: text/html"),
    "a header with an underscore": GET.replace(b"Accept:", b"X_Forwarded_For: y\r\nAccept:"),
    "Expect": POST.replace(b"Host: x", b"Host: x\r\nExpect: 100-continue"),
    "chunked": GET.replace(b"Host: x", b"Host: x\r\nTransfer-Encoding: chunked"),
    "an upgrade": GET.replace(b"Host: x", b"Host: x\r\nConnection: upgrade\r\nUpgrade: websocket"),
    "a length that is none": POST.replace(b"Length: 5", b"Length: five"),
    "length and chunked": POST.replace(b"Host: x", b"Host: x\r\nTransfer-Encoding: chunked"),
    "a header folded": GET.replace(b"text/csv", b"text/csv,\r\n text/html"),
    "a NUL": GET.replace(b"text/csv", b"text/\x00csv"),
    "a space before the colon": GET.replace(b"Accept:", b"Accept :"),
}


@pytest.mark.parametrize("data", LEFT.values(), ids=LEFT)
def test_what_is_left_to_the_web_server(data: bytes) -> None:
    assert read(data) is None


@given(st.binary(max_size=300))
def test_nothing_is_raised(data: bytes) -> None:
    read(data)
    is_whole(data)


@pytest.mark.parametrize("data", [GET, POST])
def test_when_a_request_is_whole(data: bytes) -> None:
    assert is_whole(data)
    assert not any(is_whole(data[:length]) for length in range(10, len(data)))


def test_a_response() -> None:
    response = Response("200 OK", [("X-A", "é"), ("Content-Length", "2")], [b"o", b"k"], stays=True)
    head, _, body = response.written("miss", "the-id").partition(b"\r\n\r\n")
    lines = head.split(b"\r\n")
    assert lines[0] == b"HTTP/1.1 200 OK"
    headers = dict(line.decode("latin-1").split(": ", 1) for line in lines[1:])
    assert headers.keys() == {"X-A", "Content-Length", "Date", "X-Cache", "X-Request-ID"}
    assert headers["X-A"] == "é"
    assert headers["X-Request-ID"] == "the-id"
    assert headers["X-Cache"] == "miss"
    assert parsedate_to_datetime(headers["Date"]).tzinfo
    assert body == b"ok"
    assert response.status == 200


def test_a_response_that_ends_the_connection() -> None:
    written = Response("200 OK", [], [], stays=False).written("hit", "x")
    assert b"\r\nConnection: close\r\n" in written


QUERIES = st.text(st.sampled_from('query=ASK%7B%7D&+ é"<>{}|\\^`#?/\t\x00\x7f\xff'), max_size=20)
HEADERS = st.lists(
    st.sampled_from(
        [
            "Host: x",
            "Accept: text/csv",
            "Accept: */*",
            "Connection: close",
            "Content-Length: 0",
            "Content-Length: 2",
            "Authorization: x",
            "Range: bytes=0-1",
            "X_A: b",
            "",
            "ab",
        ]
    ),
    max_size=4,
)


@given(st.sampled_from(["GET", "HEAD", "POST"]), QUERIES, HEADERS)
def test_what_is_remembered_changes_nothing(method: str, query: str, headers: list[str]) -> None:
    """A request is read the same as without the quick way over its first line."""
    data = "\r\n".join((f"{method} /sparql?{query} HTTP/1.1", *headers, "", "")).encode("latin-1")
    found, slowly = read(data), _read(data)
    assert (found is None) == (slowly is None)
    if found and slowly:
        assert found[0].pop("wsgi.input").read() == slowly[0].pop("wsgi.input").read()
        assert found == slowly
