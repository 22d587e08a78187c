"""Which file of a static copy holds what the site has at an address.

Addresses keep their paths: a page is `index.html` in a folder of its name, data and other files have an
extension that says their media type. What depends on what a visitor asks for has no file.
"""

from __future__ import annotations

import mimetypes
import re
from dataclasses import dataclass
from posixpath import dirname, relpath
from urllib.parse import parse_qsl, quote, unquote, urljoin, urlsplit

from kg.formats import FORMATS

PAGED = frozenset({"page", "after", "at", "format"})
"""Parameters that lead to more of the same; what has others is a choice of the visitor's."""

LIVE = (
    "/sparql",
    "/graph-store",
    "/health",
    "/metrics",
    "/search",
    "/lookup",
    "/reconcile",
    "/suggest",
    "/release/",
    "/cite",
    "/timegate/",
    "/timemap/",
)
"""What needs the server; of these the copy has the page about SPARQL only, for what it says."""

_EXTENSIONS = {entry.media_type: entry.extension for entry in FORMATS} | {
    "text/html": ".html",
    "application/json": ".json",
    "application/geo+json": ".geojson",
    "application/atom+xml": ".atom",
    "application/xml": ".xml",
    "text/javascript": ".js",
    "text/plain": ".txt",
}
_UNSAFE = re.compile(r"[^A-Za-z0-9._~-]+")
_STATIC = "/static/"


@dataclass(frozen=True, slots=True)
class Address:
    """A path below the root of the site, unquoted, and the query behind it."""

    path: str
    query: str = ""

    @property
    def is_copied(self) -> bool:
        """Whether a static copy can have it."""
        names = {name for name, _ in parse_qsl(self.query, keep_blank_values=True)}
        if self.path.startswith(_STATIC):
            return True
        if self.path.startswith(LIVE):
            return self.path == "/sparql" and not names
        return names <= PAGED

    @property
    def is_static(self) -> bool:
        """Whether it is one of the site's own files, which are copied as they are."""
        return self.path.startswith(_STATIC)

    def file(self, media_type: str) -> str:
        """Give the path of the file that holds it, below the folder of the copy."""
        path = self.path.removeprefix("/")
        if self.is_static:
            return path
        asked = "_".join(f"{name}-{value}" for name, value in sorted(parse_qsl(self.query)))
        marked = f"_{_UNSAFE.sub('-', asked)}" if asked else ""
        if media_type == "text/html":
            return "/".join(part for part in (path.rstrip("/"), marked, "index.html") if part)
        wanted = extension_of(media_type)
        if not marked and mimetypes.guess_type(path)[0]:  # it says by itself what it is
            return path
        return f"{path.rstrip('/').removesuffix(wanted)}{marked}{wanted}"


def extension_of(media_type: str) -> str:
    """Give the extension, with its dot, that stands for a media type; none if there is none."""
    return _EXTENSIONS.get(media_type) or mimetypes.guess_extension(media_type) or ""


def resolved(link: str, page: Address, root: str) -> Address | None:
    """Give where a link on `page` leads below `root`; `None` for other hosts, fragments and other schemes."""
    parts = urlsplit(link)
    if parts.scheme or parts.netloc or not (parts.path or parts.query):
        return None
    here = f"{root}{quote(page.path)}{'?' if page.query else ''}{page.query}"
    target = urlsplit(urljoin(here, link))
    path = unquote(target.path)
    if not path.startswith(f"{root}/"):
        return None
    return Address(path.removeprefix(root), target.query)


def relative(target: str, page: str, fragment: str = "") -> str:
    """Give the link from the file `page` to the file `target`."""
    link = quote(relpath(target, dirname(page) or "."))
    return f"{link}#{fragment}" if fragment else link
