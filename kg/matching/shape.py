"""Where a thing lies: a point or an outline, and how far from it another point is."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

from kg.errors import DataError
from kg.geometry import from_wkt

_EARTH = 6371.0
"""Kilometres from the middle of the Earth, taken as a sphere: at most half a per cent off."""

Point = tuple[float, float]
"""Longitude and latitude in degrees."""


@dataclass(frozen=True, slots=True)
class Shape:
    """A point, a line or an area: its corners, and the closed rings of its areas (outlines and holes)."""

    points: tuple[Point, ...]
    rings: tuple[tuple[Point, ...], ...] = ()

    @property
    def is_point(self) -> bool:
        """Whether it is a single point."""
        return len(self.points) == 1

    def holds(self, point: Point) -> bool:
        """Tell whether `point` lies within its areas: a ray from it crosses their edges an odd times."""
        return (
            sum(_crosses(one, other, point) for ring in self.rings for one, other in pairwise(ring)) % 2 == 1
        )

    def distance(self, point: Point) -> float:
        """Give the kilometres to `point`: none within, else to the nearest corner."""
        return 0.0 if self.holds(point) else min(distance(each, point) for each in self.points)

    def said(self, apart: float) -> str:
        """Say in words how far `apart` kilometres are: `4 km from our point`."""
        if not apart and self.rings:
            return "within our outline"
        kilometres = f"{apart:.0f}" if apart >= 1 else "less than 1"
        return f"{kilometres} km from our {'point' if self.is_point else 'outline'}"


def shape_of(wkt: str) -> Shape | None:
    """Read a WKT literal in longitude and latitude; nothing for what is none, or is empty."""
    try:
        given = from_wkt(wkt)
    except DataError:
        return None
    parts = list(_parts(given["coordinates"]))
    rings = tuple(parts) if given["type"].endswith("Polygon") else ()
    points = tuple(dict.fromkeys(point for part in parts for point in part))
    finite = all(map(math.isfinite, (number for point in points for number in point)))
    return Shape(points, rings) if points and finite else None


def _parts(coordinates: Sequence[Any]) -> Iterator[tuple[Point, ...]]:
    """Give the innermost lists of pairs of a GeoJSON geometry."""
    if not coordinates:
        return
    if not isinstance(coordinates[0], Sequence):
        yield (_point(coordinates),)
    elif coordinates[0] and not isinstance(coordinates[0][0], Sequence):
        yield tuple(map(_point, coordinates))
    else:
        for each in coordinates:
            yield from _parts(each)


def _point(pair: Sequence[float]) -> Point:
    return float(pair[0]), float(pair[1])


def _crosses(one: Point, other: Point, point: Point) -> bool:
    if (one[1] > point[1]) == (other[1] > point[1]):
        return False
    return point[0] < one[0] + (point[1] - one[1]) / (other[1] - one[1]) * (other[0] - one[0])


def distance(one: Point, other: Point) -> float:
    """Give the kilometres between two points on a sphere."""
    (a, b), (c, d) = (tuple(map(math.radians, each)) for each in (one, other))
    half = math.sin((d - b) / 2) ** 2 + math.cos(b) * math.cos(d) * math.sin((c - a) / 2) ** 2
    return 2 * _EARTH * math.asin(math.sqrt(half))
