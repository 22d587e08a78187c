"""The base map that the front-end build cut out of Natural Earth; empty where it was not built."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache, lru_cache
from itertools import groupby

from server.assets import STATIC
from server.views.geometry import Point, Projection


@dataclass(frozen=True, slots=True)
class BaseMap:
    """Coasts, borders and names of countries, as one source draws them."""

    source: str = ""
    coasts: tuple[tuple[Point, ...], ...] = ()
    borders: tuple[tuple[Point, ...], ...] = ()
    countries: tuple[tuple[str, Point], ...] = ()


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


@lru_cache(maxsize=256)
def drawn(projection: Projection) -> Drawn:
    """Give what of the base map lies in a drawing."""
    base = base_map()
    seen = ((name, *projection.at(at)) for name, at in base.countries if projection.sees(at))
    return Drawn(_path(base.coasts, projection), _path(base.borders, projection), tuple(seen))


def _lines(lines: list[list[list[float]]]) -> tuple[tuple[Point, ...], ...]:
    return tuple(tuple((x, y) for x, y in line) for line in lines)


def _path(lines: tuple[tuple[Point, ...], ...], projection: Projection) -> str:
    return "".join(projection.line(run) for line in lines for run in _runs(line, projection))


def _runs(line: Sequence[Point], projection: Projection) -> Iterator[Sequence[Point]]:
    """Give the stretches of a line that are seen, each with the point before and the point after."""
    seen = [projection.sees(point) for point in line]
    kept = [any(seen[max(n - 1, 0) : n + 2]) for n in range(len(line))]
    start = 0
    for is_kept, stretch in groupby(kept):
        end = start + len(list(stretch))
        if is_kept:
            yield line[start:end]
        start = end
