from __future__ import annotations

import pytest

from kg.errors import DataError
from kg.geometry import from_wkt


def test_a_point_has_longitude_first() -> None:
    assert from_wkt("POINT (46.75 39.82)") == {"type": "Point", "coordinates": [46.75, 39.82]}


def test_the_default_reference_system_may_be_said() -> None:
    assert from_wkt("<http://www.opengis.net/def/crs/OGC/1.3/CRS84> POINT (1 2)")["coordinates"] == [1, 2]


CLOCKWISE = "(0 0, 0 4, 4 4, 4 0, 0 0)"
COUNTER = "(0 0, 4 0, 4 4, 0 4, 0 0)"
SQUARE = [[0, 0], [0, 0], [0, 4], [4, 0], [4, 4]]
HOLE = [[1, 1], [1, 1], [1, 2], [2, 1], [2, 2]]
HOLE_CLOCKWISE = "(1 1, 1 2, 2 2, 2 1, 1 1)"
HOLE_COUNTER = "(1 1, 2 1, 2 2, 1 2, 1 1)"


@pytest.mark.parametrize("outline", [CLOCKWISE, COUNTER])
@pytest.mark.parametrize("hole", [HOLE_CLOCKWISE, HOLE_COUNTER])
def test_outlines_go_counter_clockwise_and_holes_clockwise(outline: str, hole: str) -> None:
    polygon = from_wkt(f"POLYGON ({outline}, {hole})")["coordinates"]
    assert [turns(ring) for ring in polygon] == [1, -1]
    assert [sorted(ring) for ring in polygon] == [sorted(SQUARE), sorted(HOLE)]
    assert from_wkt(f"MULTIPOLYGON (({outline}, {hole}))")["coordinates"] == [polygon]


def turns(ring: list[list[float]]) -> int:
    """Give 1 for counter-clockwise, -1 for clockwise: by the turn at the lowest, then leftmost corner."""
    corners = ring[:-1]
    at = min(range(len(corners)), key=lambda index: corners[index][::-1])
    (ax, ay), (bx, by), (cx, cy) = corners[at - 1], corners[at], corners[(at + 1) % len(corners)]
    return 1 if (bx - ax) * (cy - by) - (by - ay) * (cx - bx) > 0 else -1


@pytest.mark.parametrize(
    "text",
    ["", "POINT", "Stepanakert", "<http://www.opengis.net/def/crs/EPSG/0/32638> POINT (1 2)", "POINT (a b)"],
)
def test_what_is_no_wkt_is_an_error(text: str) -> None:
    with pytest.raises(DataError, match="no geometry in WKT"):
        from_wkt(text)
