"""Accept headers, valid, strange and hostile, against what they should get."""

from __future__ import annotations

import pytest
from flask.testing import FlaskClient

from kg.errors import NotAcceptableError, UnknownFormatError
from kg.formats import RDF_FORMATS, RESULTS_FORMATS
from server.negotiation import HTML, Preference, split_extension

EVERYTHING = (*RDF_FORMATS, HTML)

CHOSEN = [
    (None, "ttl"),
    ("", "ttl"),
    ("   ", "ttl"),
    ("*/*", "ttl"),
    ("*/*;q=0.1", "ttl"),
    ("*/*; q=.2", "ttl"),
    ("text/*", "ttl"),
    ("application/*", "nt"),
    ("text/turtle", "ttl"),
    ("TEXT/TURTLE", "ttl"),
    ("Text/Turtle;Q=0.5", "ttl"),
    ("application/x-turtle", "ttl"),
    ("text/turtle;version=1.2", "ttl"),
    ("text/turtle; version=1.2; q=0.3, application/ld+json;q=0.2", "ttl"),
    ('text/turtle;profile="a,b;c"', "ttl"),
    ("text/turtle;charset=utf-8", "ttl"),
    ("application/n-triples", "nt"),
    ("application/ld+json", "jsonld"),
    ('application/ld+json;profile="http://www.w3.org/ns/json-ld#compacted"', "jsonld"),
    ('application/ld+json; profile="x y, z"; q=0.9, text/turtle;q=0.8', "jsonld"),
    ("application/rdf+xml", "rdf"),
    ("application/trig", "trig"),
    ("application/x-trig", "trig"),
    ("application/n-quads", "nq"),
    ("text/html", "html"),
    ("application/xhtml+xml", "html"),
    ("text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8", "html"),
    ("text/html, image/gif, image/jpeg, *; q=.2, */*; q=.2", "html"),
    ("text/html;q=0.9, text/turtle", "ttl"),
    ("text/html, text/turtle;q=0.9", "html"),
    ("text/turtle,text/html", "ttl"),
    ("text/turtle;q=0.5, application/ld+json;q=0.6", "jsonld"),
    ("application/ld+json;q=0.6,text/turtle;q=0.5", "jsonld"),
    ("text/turtle;q=0.001", "ttl"),
    ("text/turtle;q=0, application/rdf+xml", "rdf"),
    ("text/turtle;q=0, */*", "nt"),
    ("*/*, text/turtle;q=0", "nt"),
    ("text/*;q=0.9, text/turtle;q=0.1", "html"),
    ("*/*;q=0.1, application/trig", "trig"),
    ("image/png, application/n-quads;q=0.1", "nq"),
    ("image/png, */*;q=0.1", "ttl"),
    (",,,text/turtle,,", "ttl"),
    ("\ttext/turtle\t", "ttl"),
    ("text/turtle ; q=1", "ttl"),
    ("text/turtle;q=1.000", "ttl"),
    # Not media ranges at all: as if there were no header.
    ("turtle", "ttl"),
    ("*", "ttl"),
    ("/", "ttl"),
    (";", "ttl"),
    ("q=0.5", "ttl"),
    ("text/turtle;q=nan", "ttl"),
    ("text/html;q=2", "ttl"),
    ("text/html;q=-1", "ttl"),
    ("text/html;q=abc, application/trig", "trig"),
    ('application/ld+json;profile="', "ttl"),
    ('application/ld+json;profile="\\', "ttl"),
    ('"', "ttl"),
    ("text/turtle" + ";x=1" * 500, "ttl"),
    ("a/b," * 500 + "application/n-quads", "nq"),
    ("*/*" + "," * 2000, "ttl"),
    ("text/turtle\x00", None),
    ("é/ü, application/trig;q=0.5", "trig"),
    ("text/turtle/extra, application/trig;q=0.1", "trig"),
    ("image/png", None),
    ("text/html;q=0", None),
    ("text/plain", None),
    ("image/*", None),
    ("text/turtle;q=0", None),
    ("*/*;q=0", None),
    ("*/turtle", None),
]


@pytest.mark.parametrize(("header", "name"), CHOSEN)
def test_accept(header: str | None, name: str | None) -> None:
    preference = Preference.read(header)
    if name is None:
        with pytest.raises(NotAcceptableError, match="Accept one of: text/turtle"):
            preference.choose(EVERYTHING)
    else:
        assert preference.choose(EVERYTHING).name == name


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


@pytest.mark.parametrize("header", [header for header, _ in CHOSEN if header and header.isascii()])
def test_no_header_breaks_the_server(client: FlaskClient, header: str) -> None:
    for path in ("/id/event/border-clash", "/data/event/border-clash", "/sparql?query=ASK{}"):
        response = client.get(path, headers={"Accept": header})
        assert response.status_code in {200, 303, 406}
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
