"""Accept headers, valid, strange and hostile, against what they should get."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from flask.testing import FlaskClient

from kg.errors import NotAcceptableError, UnknownFormatError
from kg.formats import RDF_FORMATS, RESULTS_FORMATS, named
from server.negotiation import HTML, Preference, split_extension

EVERYTHING = (*RDF_FORMATS, HTML)

CASES = json.loads((Path(__file__).parent / "data" / "accept.json").read_text("utf-8"))
"""Three hundred headers: what sort of header, the header (`null`: none is sent), what is to be chosen of the
six syntaxes and HTML (`406`: none of them)."""


def test_the_table_is_large() -> None:
    assert len({header for _, header, _ in CASES}) == len(CASES) >= 300


@pytest.mark.parametrize(("sort", "header", "name"), CASES)
def test_accept(sort: str, header: str | None, name: str) -> None:
    preference = Preference.read(header)
    if name == "406":
        with pytest.raises(NotAcceptableError, match="Accept one of: text/turtle"):
            preference.choose(EVERYTHING)
    else:
        assert preference.choose(EVERYTHING).name == name, sort


FORMATS = [
    (None, "nt", "nt"),
    ("*/*", "jsonld", "jsonld"),
    ("text/html,*/*;q=0.8", "nq", "nq"),
    ("text/turtle", "jsonld", "ttl"),
    ("", "html", "html"),
]


@pytest.mark.parametrize(("header", "wished", "name"), FORMATS)
def test_named_format_where_accept_admits_it(header: str | None, wished: str, name: str) -> None:
    assert Preference.read(header, wished).choose(EVERYTHING).name == name


def test_unknown_format() -> None:
    with pytest.raises(UnknownFormatError, match="exe"):
        Preference.read(None, "exe").choose(RESULTS_FORMATS)
    with pytest.raises(UnknownFormatError):
        Preference.read(None, "html").choose(RDF_FORMATS)


@pytest.mark.parametrize(
    ("path", "stem", "name"),
    [
        ("event/x.ttl", "event/x", "ttl"),
        ("event/x.y.nq", "event/x.y", "nq"),
        ("dataset/0.1.0", "dataset/0.1.0", None),
        ("event/x.json", "event/x.json", None),
        (".ttl", ".ttl", None),
        ("", "", None),
    ],
)
def test_extension(path: str, stem: str, name: str | None) -> None:
    found, wanted = split_extension(path)
    assert (found, wanted and wanted.name) == (stem, name)


def test_every_header_gets_its_representation_from_the_server(client: FlaskClient) -> None:
    for _, header, name in CASES:
        sent = {} if header is None else {"Accept": header.encode().decode("latin-1")}
        response = client.get("/id/event/border-clash", headers=sent)
        assert "Accept" in response.headers["Vary"]
        if header and not header.isascii():  # HTTP carries bytes, of which a server makes other letters
            assert response.status_code in {303, 406}
            continue
        if name == "406":
            assert response.status_code == 406, header
            assert response.content_type == "application/problem+json"
            continue
        target = "/page/event/border-clash" if name == "html" else f"/data/event/border-clash.{name}"
        assert (response.status_code, response.headers["Location"]) == (303, target), header
        # At the address of the data HTML is not on offer, so that wildcards may still give a syntax.
        data = client.get("/data/event/border-clash", headers=sent)
        assert data.status_code in {200, 406}
        if name != "html":
            known = named(name, RDF_FORMATS)
            assert (data.status_code, data.content_type) == (200, known.content_type), header


@pytest.mark.parametrize("path", ["/sparql?query=ASK{}", "/.well-known/void", "/dumps/"])
def test_no_header_breaks_the_server(client: FlaskClient, path: str) -> None:
    for _, header, _ in CASES:
        sent = {} if header is None else {"Accept": header.encode().decode("latin-1")}
        response = client.get(path, headers=sent)
        assert response.status_code in {200, 303, 406}, header
        assert "Accept" in response.headers["Vary"]


@pytest.mark.parametrize(
    ("header", "names", "chosen"),
    [
        ("application/turtle,text/turtle", ("turtle", "application/turtle"), "ttl"),
        ("application/ld+json,application/x-json+ld", ("json-ld", "application/x-json+ld"), "jsonld"),
        ("application/rdf+xml", ("rdf+xml",), "rdf"),
        ("text/turtle", ("exe",), "ttl"),
        (None, ("exe", "json-ld"), "jsonld"),
        (None, ("application/n-triples",), "nt"),
    ],
)
def test_names_that_clients_send(header: str | None, names: tuple[str, ...], chosen: str) -> None:
    assert Preference.read(header, *names).choose(RDF_FORMATS).name == chosen
