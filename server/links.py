"""Where an IRI leads on this server: our own to its page here, outside ones to themselves."""

from __future__ import annotations

from urllib.parse import quote, urlencode, urlsplit

from flask import Flask, request

from kg.formats import Format
from server.languages import suffix
from server.site import current_site

_FOLLOWED = frozenset({"http", "https"})
"""A link to anything else (`javascript:`, `data:`) is never made out of data."""


def href(iri: str) -> str:
    """Give the page of one of our IRIs, an outside web address as it is, and nothing for other IRIs."""
    if current_site().iris.is_ours(iri):
        return below_root(current_site().iris.page_path(iri))
    return iri if urlsplit(iri).scheme.lower() in _FOLLOWED else ""


def page_url(iri: str) -> str:
    """Give the path of the HTML page about one of our IRIs."""
    return below_root(current_site().iris.page_path(iri))


def data_url(iri: str, wanted: Format | None = None) -> str:
    """Give the path of the RDF about one of our IRIs, in one format or to be negotiated."""
    extension = wanted.extension if wanted else ""
    return below_root(current_site().iris.data_path(iri, extension))


def below_root(path: str) -> str:
    """Give the path below the root that a proxy in front may have put the site under."""
    before, sign, fragment = path.partition("#")
    return f"{quote(request.root_path)}/{before}{suffix()}{sign}{fragment}"


def with_parameters(url: str, **parameters: str | int) -> str:
    """Add parameters to a URL that may have some."""
    if not parameters:
        return url
    before, sign, fragment = url.partition("#")
    joint = "&" if "?" in before else "?"
    return f"{before}{joint}{urlencode(parameters)}{sign}{fragment}"


def install(app: Flask) -> None:
    """Let templates make links."""
    app.add_template_filter(href)
    app.add_template_filter(data_url)
    app.add_template_filter(page_url)
    app.add_template_filter(with_parameters)
