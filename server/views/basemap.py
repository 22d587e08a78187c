"""The base map that the front-end build cut out of Natural Earth; empty where it was not built."""

from __future__ import annotations

import json
from dataclasses import dataclass
from functools import cache

from server.assets import STATIC
from server.views.geometry import Point, Projection


@dataclass(frozen=True, slots=True)
class BaseMap:
    """Coasts, borders and names of countries, as one source draws them."""

    source: str = ""
    coasts: tuple[tuple[Point, ...], ...] = ()
    borders: tuple[tuple[Point, ...], ...] = ()
    countries: tuple[tuple[str, Point], ...] = ()

    def drawn(self, projection: Projection) -> Drawn:
        """Give what of it lies in a drawing."""
        seen = ((name, *projection.at(at)) for name, at in self.countries if projection.sees(at))
        return Drawn(_path(self.coasts, projection), _path(self.borders, projection), tuple(seen))


@dataclass(frozen=True, slots=True)
class Drawn:
    """A base map in the units of a drawing: paths, and names with their places."""

    coasts: str
    borders: str
    countries: tuple[tuple[str, float, float], ...]


@cache
def base_map() -> BaseMap:
    """Read the base map once."""
    path = STATIC / "vendor" / "basemap.json"
    if not path.is_file():
        return BaseMap()
    content = json.loads(path.read_text("utf-8"))
    return BaseMap(
        content["source"],
        _lines(content["coasts"]),
        _lines(content["borders"]),
        tuple((each["name"], (each["at"][0], each["at"][1])) for each in content["countries"]),
    )


def _lines(lines: list[list[list[float]]]) -> tuple[tuple[Point, ...], ...]:
    return tuple(tuple((x, y) for x, y in line) for line in lines)


def _path(lines: tuple[tuple[Point, ...], ...], projection: Projection) -> str:
    return "".join(projection.line(line) for line in lines if any(map(projection.sees, line)))
