"""The site that is copied, asked in this process."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING
from urllib.parse import quote, urlsplit

from werkzeug.test import create_environ

from kg.formats import RDF_FORMATS, Format
from server.export.addresses import Address
from server.publication import Publication
from server.reply import Reply, run

if TYPE_CHECKING:
    from _typeshed.wsgi import WSGIApplication

_ACCEPT = "text/html, text/turtle;q=0.8, */*;q=0.5"
_ACCEPT_DATA = "text/turtle, */*;q=0.5"
_WELL_KNOWN = "/.well-known/"
"""Where machines look, and so the copy has what they get: https://www.rfc-editor.org/rfc/rfc8615."""


@dataclass(frozen=True, slots=True)
class Source:
    """The site to copy: its application, and the address that pages shall give as their own.

    `formats` are the RDF syntaxes that are wanted.
    """

    app: WSGIApplication
    base_url: str
    publication: Publication
    formats: Sequence[Format] = RDF_FORMATS

    @property
    def root(self) -> str:
        """The path below which the site lies; links begin with it."""
        return urlsplit(self.base_url).path.rstrip("/")

    def get(self, address: Address) -> Reply:
        """Ask for an address in this process, as a browser does."""
        accept = _ACCEPT_DATA if address.path.startswith(_WELL_KNOWN) else _ACCEPT
        headers = {"Accept": accept}
        environ = create_environ(
            quote(address.path), self.base_url, address.query, headers=headers, errors_stream=sys.stderr
        )
        return run(self.app, environ)

    def wants(self, address: Address) -> bool:
        """Tell whether an address belongs into the copy."""
        unwanted = {each.extension for each in RDF_FORMATS} - {each.extension for each in self.formats}
        is_data = address.path.startswith("/data/")
        return address.is_copied and not (is_data and address.path.endswith(tuple(unwanted)))
