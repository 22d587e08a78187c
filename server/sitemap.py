"""The map of the site: every page about a thing, in parts of at most 50,000 addresses.

https://www.sitemaps.org/protocol.html#index
"""

from __future__ import annotations

from collections.abc import Iterable
from xml.etree.ElementTree import Element, SubElement, tostring

from flask import request, url_for

from kg.errors import NotFoundError
from server.links import page_url
from server.site import Site

LARGEST = 50_000
"""Addresses in one map, as the protocol has it."""

_NAMESPACE = "http://www.sitemaps.org/schemas/sitemap/0.9"


def index(site: Site, largest: int = LARGEST) -> bytes:
    """Give the map, or where there are too many pages the list of its parts."""
    pages = addresses(site)
    if len(pages) <= largest:
        return _document("urlset", "url", pages, site.publication.modified)
    count = -(-len(pages) // largest)
    parts = (url_for("descriptions.sitemap_part", number=each + 1, _external=True) for each in range(count))
    return _document("sitemapindex", "sitemap", parts, site.publication.modified)


def part(site: Site, number: int, largest: int = LARGEST) -> bytes:
    """Give a part of the map; raises `NotFoundError` if there is none of that number."""
    pages = addresses(site)[(number - 1) * largest : number * largest] if number else []
    if not pages:
        raise NotFoundError(f"There is no part {number} of the map.", mend="See /sitemap.xml.")
    return _document("urlset", "url", pages, site.publication.modified)


def addresses(site: Site) -> list[str]:
    """Give the addresses of all pages, the home page first."""
    root = request.host_url.rstrip("/")
    things = (row["thing"].value for row in site.select("pages", base=site.iris.base) if "thing" in row)
    return [url_for("home.home", _external=True), *(f"{root}{page_url(iri)}" for iri in things)]


def _document(root: str, entry: str, pages: Iterable[str], modified: str) -> bytes:
    top = Element(root, xmlns=_NAMESPACE)
    for address in pages:
        below = SubElement(top, entry)
        SubElement(below, "loc").text = address
        if modified:
            SubElement(below, "lastmod").text = modified
    document: bytes = tostring(top, encoding="utf-8", xml_declaration=True)
    return document
