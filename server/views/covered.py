"""How much of a document its claims cover, by the positions of their passages: no text is needed for that."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from server.site import Site

_FINEST = 0.25
"""Gaps that are narrower, in per cent of the document, are not drawn."""


@dataclass(frozen=True, slots=True)
class Covered:
    """Characters of the document, those that a passage holds, and where, in per cent: begin and width."""

    length: int
    characters: int
    spans: tuple[tuple[float, float], ...]

    @property
    def share(self) -> int:
        """Whole per cent."""
        return round(100 * self.characters / self.length)


def covered(site: Site, iri: str) -> Covered | None:
    """Ask where the claims of the document `iri` stand; `None` if its length is not recorded."""
    rows = site.select("covered", entity=iri)
    length = max((int(row["length"].value) for row in rows), default=0)
    if length <= 0:
        return None
    spans = merged((int(row["start"].value), min(int(row["end"].value), length)) for row in rows)
    drawn = merged(spans, int(length * _FINEST / 100))
    return Covered(
        length,
        sum(end - start for start, end in spans),
        tuple(
            (round(100 * start / length, 2), round(100 * (end - start) / length, 2)) for start, end in drawn
        ),
    )


def merged(spans: Iterable[tuple[int, int]], gap: int = 0) -> list[tuple[int, int]]:
    """Join spans that overlap, touch, or lie no further apart than `gap`."""
    found: list[tuple[int, int]] = []
    for start, end in sorted(spans):
        if found and start <= found[-1][1] + gap:
            found[-1] = (found[-1][0], max(found[-1][1], end))
        else:
            found.append((start, end))
    return found
