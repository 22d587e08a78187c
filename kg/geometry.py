"""Geometries: from the WKT of GeoSPARQL to GeoJSON."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise
from typing import Any

from geomet import wkt

from kg.errors import DataError

_CRS84 = "<http://www.opengis.net/def/crs/OGC/1.3/CRS84>"
"""Longitude before latitude, on WGS 84: the default of GeoSPARQL, and all that GeoJSON knows."""

Ring = Sequence[Sequence[float]]


def from_wkt(text: str) -> dict[str, Any]:
    """Give the GeoJSON geometry for a `geo:wktLiteral`, its outlines counter-clockwise.

    https://www.rfc-editor.org/rfc/rfc7946#section-3.1.6. Raises `DataError` for what is no WKT, or in another
    coordinate reference system than CRS84.
    """
    plain = text.removeprefix(_CRS84).strip().upper()  # Wikidata writes Point(46.75 39.82)
    try:
        shape: dict[str, Any] = wkt.loads(plain)
    except (ValueError, KeyError, StopIteration) as error:
        raise DataError(
            f"This is no geometry in WKT with longitude and latitude: {text[:60]!r} ({error}).",
            mend="Write POINT (46.75 39.82), or a LINESTRING, POLYGON or MULTI... of such pairs.",
        ) from None
    if shape["type"] == "Polygon":
        shape["coordinates"] = _wound(shape["coordinates"])
    if shape["type"] == "MultiPolygon":
        shape["coordinates"] = [_wound(polygon) for polygon in shape["coordinates"]]
    return shape


def _wound(rings: Sequence[Ring]) -> list[Ring]:
    """Give the outline counter-clockwise and the holes clockwise."""
    return [ring if (_area(ring) > 0) == (place == 0) else ring[::-1] for place, ring in enumerate(rings)]


def _area(ring: Ring) -> float:
    """Give twice the signed area: positive if the ring goes counter-clockwise."""
    return sum(x * next_y - next_x * y for (x, y), (next_x, next_y) in pairwise(ring))
