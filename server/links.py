"""Where an IRI leads on this server: our own to its page here, outside ones to themselves."""

from __future__ import annotations

from functools import lru_cache
from typing import NamedTuple
from urllib.parse import quote, urlencode, urlsplit

from flask import Flask, request

from kg.formats import Format
from kg.iris import Iris
from server.languages import suffix
from server.site import current_site

_HERE = "kcg.links"
_FOLLOWED = frozenset({"http", "https"})
"""A link to anything else (`javascript:`, `data:`) is never made out of data."""


def href(iri: str) -> str:
    """Give the page of one of our IRIs, an outside web address as it is, and nothing for other IRIs."""
    return target(iri, here())


class Here(NamedTuple):
    """What the links of one request have in common: the IRIs, the root of the site, what stands behind."""

    iris: Iris
    root: str
    suffix: str


def here() -> Here:
    """Give where the current request is answered."""
    environ = request.environ
    found: Here | None = environ.get(_HERE)
    if found is None:
        found = environ[_HERE] = Here(current_site().iris, quote(request.root_path), suffix())
    return found


@lru_cache(maxsize=16_384)
def target(iri: str, place: Here) -> str:
    """Give what `href` gives, for links of one request or of many."""
    if place.iris.is_ours(iri):
        return _joined(place.iris.page_path(iri), place)
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
    return _joined(path, here())


def _joined(path: str, place: Here) -> str:
    before, sign, fragment = path.partition("#")
    return f"{place.root}/{before}{place.suffix}{sign}{fragment}"


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
