from __future__ import annotations

import pytest

from kg.matching.shape import distance, shape_of

RING = "POLYGON ((0 0, 4 0, 4 4, 0 4, 0 0), (1 1, 1 2, 2 2, 2 1, 1 1))"


@pytest.mark.parametrize(
    ("wkt", "point", "within"),
    [
        (RING, (3.0, 3.0), True),
        (RING, (1.5, 1.5), False),
        (RING, (5.0, 3.0), False),
        ("MULTIPOLYGON (((0 0, 1 0, 1 1, 0 0)), ((9 9, 10 9, 10 10, 9 9)))", (9.8, 9.5), True),
        ("POINT (1 1)", (1.0, 1.0), False),
        ("LINESTRING (0 0, 2 2)", (1.0, 1.0), False),
    ],
)
def test_within(wkt: str, point: tuple[float, float], within: bool) -> None:
    shape = shape_of(wkt)
    assert shape is not None
    assert shape.holds(point) is within
    assert (shape.distance(point) == 0) is (within or wkt.startswith("POINT"))


def test_a_degree_of_the_equator() -> None:
    assert distance((0.0, 0.0), (1.0, 0.0)) == pytest.approx(111.2, abs=0.1)


@pytest.mark.parametrize("wkt", ["", "POINT", "POINT (x y)", "<http://example.org/crs> POINT (1 2)"])
def test_what_is_no_shape(wkt: str) -> None:
    assert shape_of(wkt) is None
