"""Which representation a client gets: by `Accept`, by extension, by `?format=`.

https://www.rfc-editor.org/rfc/rfc9110#name-accept. Werkzeug parses the header; media type parameters
(`text/turtle;version=1.2`, profiles) are dropped, because no representation here differs by them.
HTML is given only to who names it: `*/*` and no header at all mean a machine.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from werkzeug.datastructures import MIMEAccept
from werkzeug.http import parse_accept_header

from kg.errors import NotAcceptableError, UnknownFormatError
from kg.formats import FORMATS, RDF_FORMATS, Format, named

HTML = Format("html", "HTML", ("text/html", "application/xhtml+xml"), "")
"""The representation for people; offered last, so that only who asks for it gets it."""

PROBLEM = Format("problem", "problem details", ("application/problem+json", "application/json"), "")
"""How machines are told what went wrong: https://www.rfc-editor.org/rfc/rfc9457."""

_ANYTHING = MIMEAccept([("*/*", 1)])
_BARE_WEIGHT = re.compile(r"(;\s*q=)\.", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Preference:
    """What a client asked for: its `Accept` header, and what it named as `?format=`."""

    accept: MIMEAccept
    format_names: tuple[str, ...] = ()

    @classmethod
    def read(cls, header: str | None, *format_names: str) -> Preference:
        """Read a raw header; one that holds no usable media range counts as absent."""
        # Java's HttpURLConnection sends `*/*; q=.2`, which the RFC does not allow but everybody reads.
        tolerant = _BARE_WEIGHT.sub(r"\g<1>0.", header or "")
        ranges = [
            (item.partition(";")[0].strip().lower(), weight)
            for item, weight in parse_accept_header(tolerant, MIMEAccept)
        ]
        usable = [entry for entry in ranges if "/" in entry[0].strip("/")]
        return cls(MIMEAccept(usable) if usable else _ANYTHING, format_names)

    def weight(self, offered: Format) -> float:
        """Give the weight of a format: the most specific range decides; other names only if named."""
        registered, *aliases = offered.media_types
        named = (weight for item, weight in self.accept if item in aliases)
        return max(self.accept.quality(registered), *named, 0)

    def best(self, offers: Sequence[Format]) -> Format | None:
        """Give the acceptable offer with the highest weight.

        Where weights are equal, one that is named wins over one that only a wildcard takes in, then the
        earlier one.
        """
        chosen = max(offers, key=lambda offer: (self.weight(offer), self._names(offer)))
        return chosen if self.weight(chosen) > 0 else None

    def _names(self, offered: Format) -> bool:
        return any(item in offered.media_types for item, _ in self.accept)

    def choose(self, offers: Sequence[Format]) -> Format:
        """Give what `?format=` names where `Accept` admits it, else the best offer.

        Raises `UnknownFormatError` for a name not on offer, `NotAcceptableError` if nothing fits.
        """
        wished = self.named(offers)
        if wished is not None and self.weight(wished) > 0:
            return wished
        best = self.best(offers)
        if best is None:
            raise not_acceptable(offers)
        return best

    def named(self, offers: Sequence[Format]) -> Format | None:
        """Give the first offer that `?format=` names.

        Clients send several names, also ones that we do not know, beside an `Accept` that says it all;
        so an unknown name is an `UnknownFormatError` only where `Accept` says nothing particular.
        """
        refused: UnknownFormatError | None = None
        for name in self.format_names:
            try:
                return named_offer(name, offers)
            except UnknownFormatError as error:
                refused = refused or error
        if refused is not None and all(item == "*/*" for item, _ in self.accept):
            raise refused
        return None

    @property
    def prefers_html(self) -> bool:
        """Whether a person seems to be asking."""
        return self.best((PROBLEM, HTML)) is HTML


def named_offer(name: str, offers: Sequence[Format]) -> Format:
    """Give the offer called `name`; raises `UnknownFormatError` if there is none."""
    if name == HTML.name and HTML in offers:
        return HTML
    return named(name, tuple(offer for offer in offers if offer in FORMATS))


def not_acceptable(offers: Sequence[Format]) -> NotAcceptableError:
    """Give the error that tells a client what it could have instead."""
    types = ", ".join(offer.media_type for offer in offers)
    return NotAcceptableError(
        "None of the media types that you accept can be given here.",
        mend=f"Accept one of: {types}.",
    )


def split_extension(path: str) -> tuple[str, Format | None]:
    """Split `event/x.ttl` into `event/x` and Turtle; other dots belong to the name."""
    stem, dot, extension = path.rpartition(".")
    for entry in RDF_FORMATS if dot and stem else ():
        if entry.name == extension:
            return stem, entry
    return path, None
