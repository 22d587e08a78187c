"""Geometries of places, read from WKT, and where they are drawn: https://docs.ogc.org/is/22-047r1/22-047r1.html."""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from geomet import wkt

Point = tuple[float, float]
Geometry = dict[str, Any]
"""A geometry as in GeoJSON: https://www.rfc-editor.org/rfc/rfc7946#section-3.1."""

WIDTH = 960
_KINDS = frozenset({"Point", "MultiPoint", "LineString", "MultiLineString", "Polygon", "MultiPolygon"})
SHAPE = 4 / 3
"""How wide a drawing around a place is to its height."""
LEAST = 2.4
"""Degrees of latitude that such a drawing shows at least: some 270 km."""
_LONGEST = 500_000
_LATITUDE, _LONGITUDE = 85.0, 180.0


def read_wkt(text: str) -> Geometry | None:
    """Read a WKT literal in degrees, longitude first; `None` for what cannot be drawn."""
    text = text.strip()
    if text.startswith("<"):
        # The reference system stands in front: https://docs.ogc.org/is/22-047r1/22-047r1.html#_req_geometry_extension_wkt_literal
        text = text.partition(">")[2].strip()
    if not text or len(text) > _LONGEST:
        return None
    try:
        found: Geometry = wkt.loads(text)
    except (ValueError, StopIteration, RecursionError, ArithmeticError):
        return None
    points = list(points_of(found)) if found.get("type") in _KINDS else []
    return found if points and all(map(_is_on_earth, points)) else None


def points_of(geometry: Geometry) -> Iterator[Point]:
    """Give every point of a geometry."""
    return _points(geometry["coordinates"])


def _points(coordinates: Any) -> Iterator[Point]:
    if coordinates and isinstance(coordinates[0], int | float):
        if len(coordinates) > 1:
            yield coordinates[0], coordinates[1]
        return
    for each in coordinates:
        yield from _points(each)


def _is_on_earth(point: Point) -> bool:
    return abs(point[0]) <= _LONGITUDE and abs(point[1]) <= _LATITUDE


@dataclass(frozen=True, slots=True)
class Bounds:
    """The box that some points lie in, in degrees, and how many they are."""

    west: float
    south: float
    east: float
    north: float
    points: int

    @classmethod
    def of(cls, points: Iterable[Point]) -> Bounds:
        """Measure `points`, of which there is at least one."""
        found = list(points)
        xs, ys = [x for x, _ in found], [y for _, y in found]
        return cls(min(xs), min(ys), max(xs), max(ys), len(found))

    @property
    def width(self) -> float:
        """Degrees of longitude from side to side."""
        return self.east - self.west

    @property
    def height(self) -> float:
        """Degrees of latitude from bottom to top."""
        return self.north - self.south

    @property
    def middle(self) -> Point:
        """The point in the middle."""
        return (self.west + self.east) / 2, (self.south + self.north) / 2


@dataclass(frozen=True, slots=True)
class Projection:
    """Degrees to units of the drawing: equidistant along the meridians, true at the middle latitude."""

    west: float
    north: float
    scale: float
    narrowing: float
    height: int
    width: int = WIDTH

    @classmethod
    def of(cls, points: Iterable[Point], margin: float = 0.12) -> Projection:
        """Fit the drawing to `points`, with a margin as a share of what they take."""
        box = Bounds.of(list(points) or [(43.0, 38.0), (50.0, 42.0)])
        room = max(box.width, box.height, 0.2) * margin + 0.25
        west, east, south, north = box.west - room, box.east + room, box.south - room, box.north + room
        narrowing = math.cos(math.radians((south + north) / 2))
        scale = WIDTH / ((east - west) * narrowing)
        return cls(west, north, scale, narrowing, max(round((north - south) * scale), 120))

    @classmethod
    def around(cls, points: Iterable[Point], width: int = WIDTH) -> Projection:
        """Put the middle of `points` in the middle of a drawing of 4 to 3, with the country around it."""
        box = Bounds.of(points)
        x, y = box.middle
        narrowing = math.cos(math.radians(y))
        tall = max(max(box.width * narrowing / SHAPE, box.height) * 1.5, LEAST)
        scale = width / (tall * SHAPE)
        west, north = x - tall * SHAPE / narrowing / 2, y + tall / 2
        return cls(west, north, scale, narrowing, round(width / SHAPE), width)

    def at(self, point: Point) -> Point:
        """Where a point is drawn."""
        x, y = point
        return (
            round((x - self.west) * self.narrowing * self.scale, 1),
            round((self.north - y) * self.scale, 1),
        )

    def sees(self, point: Point) -> bool:
        """Tell whether a point lies in the drawing."""
        x, y = self.at(point)
        return 0 <= x <= self.width and 0 <= y <= self.height

    def path(self, geometry: Geometry) -> str:
        """Give lines and areas as the data of an SVG path; nothing for points."""
        kind, parts = geometry["type"], geometry["coordinates"]
        if kind.endswith("Point"):
            return ""
        depth = {"LineString": 0, "MultiLineString": 1, "Polygon": 1, "MultiPolygon": 2}[kind]
        closing = "Z" if "Polygon" in kind else ""
        return "".join(self.line(line) + closing for line in _lines(parts, depth))

    def line(self, points: Iterable[Point]) -> str:
        """Give one line as the data of an SVG path."""
        drawn = (self.at((point[0], point[1])) for point in points)
        return "M" + "L".join(f"{x:g} {y:g}" for x, y in drawn)


def _lines(parts: Any, depth: int) -> Iterator[Any]:
    if not depth:
        yield parts
        return
    for part in parts:
        yield from _lines(part, depth - 1)
