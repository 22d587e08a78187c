"""The claims of one document in reading order, a page at a time."""

from __future__ import annotations

from dataclasses import dataclass

import pyoxigraph as ox

from server.description import Description
from server.site import Site
from server.views.asof import Moment
from server.views.claims import Claim, claim, claims_in, reading_order

PAGE = 60
"""Claims on one page; `reading.rq` gives one more."""

_INTEGER = ox.NamedNode("http://www.w3.org/2001/XMLSchema#integer")


@dataclass(frozen=True, slots=True)
class Reading:
    """Claims from the position `start` on; `onward` is where the next page begins, 0 on the last."""

    claims: tuple[Claim, ...]
    start: int
    onward: int


def reading(site: Site, iri: str, start: int, when: Moment | None) -> Reading:
    """Ask for the claims of the document `iri` from `start` on."""
    rows = site.select("reading", entity=iri, **{"from": ox.Literal(str(start), datatype=_INTEGER)})
    told = Description(site.vocabulary, rows)
    found = reading_order(claim(told, each) for each in claims_in(told, "reportedIn", iri))
    onward = found[PAGE].start if len(found) > PAGE and found[PAGE].start > start else 0
    shown = [each for each in found if not onward or each.start < onward]
    known = (each for each in shown if when is None or not when.known or when.knows(each.published))
    return Reading(tuple(known), start, onward)
