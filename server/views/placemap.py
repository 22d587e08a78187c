"""The small map on the page of a place: what is recorded of where it lies, and what lies around it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from server.site import Site
from server.solutions import Term
from server.views.basemap import Drawn, base_map, drawn
from server.views.facts import Value
from server.views.geometry import Bounds, Point, Projection, points_of
from server.views.map import Layer, MapPlace, placed

WIDTH = 380
"""Units that the drawing is wide: about as many as pixels, so that names stay legible on a telephone."""


@dataclass(frozen=True, slots=True)
class PlaceMap:
    """The drawing: `place` is drawn in full; it is what the place lies in where `stands_for` says so."""

    place: MapPlace
    stands_for: bool
    others: tuple[MapPlace, ...]
    projection: Projection
    base: Drawn
    source: str

    @property
    def boxes(self) -> tuple[tuple[Layer, Bounds], ...]:
        """Each geometry of the place drawn, with the box that it lies in."""
        return tuple((layer, Bounds.of(points_of(layer.geometry))) for layer in self.place.layers)

    @property
    def countries(self) -> tuple[tuple[str, float, float], ...]:
        """Those names of the base map that are not cut by an edge of the drawing."""
        named = self.base.countries
        return tuple(
            (name, x, y) for name, x, y in named if min(x, self.projection.width - x) > len(name) * 5
        )

    @property
    def labels(self) -> tuple[tuple[MapPlace, str], ...]:
        """The points around, and on which side the name of each fits: `right`, `left` or nowhere (empty)."""
        taken = [(*self.projection.at(self.place.at), "right")] if self.place.is_point else []
        found = []
        for each in self.others:
            if each.is_point:
                x, y = self.projection.at(each.at)
                side = next((side for side in _sides(x) if not _is_taken(x, y, side, taken)), "")
                taken.append((x, y, side))
                found.append((each, side))
        return tuple(found)

    @property
    def top(self) -> Point:
        """Where the name of an area stands: above the middle of its outline."""
        drawn_at = [self.projection.at(point) for point in self.place.points]
        return self.projection.at(self.place.at)[0], min(y for _, y in drawn_at)


def place_map(site: Site, iri: str, wholes: Iterable[Value]) -> PlaceMap | None:
    """Draw the place `iri`, or the first of `wholes` that can be drawn; `None` where none can be."""
    known = {place.iri: place for place in placed(site)}
    wanted = (Term("uri", iri), *(each.term for each in wholes))
    place = next((known[term] for term in wanted if term in known), None)
    if place is None:
        return None
    projection = Projection.around(place.points, WIDTH)
    # What is drawn above all others is the place itself; of the others points only, and areas as outlines.
    others = tuple(each for each in known.values() if each is not place and _is_seen(each, projection))
    return PlaceMap(
        place,
        place.iri.value != iri,
        others,
        projection,
        drawn(projection),
        base_map().source,
    )


def _is_seen(place: MapPlace, projection: Projection) -> bool:
    return any(map(projection.sees, place.points))


def _sides(x: float) -> tuple[str, ...]:
    """The sides of a point on which there is room for a name, the better one first."""
    return ("right", "left") if x < WIDTH * 0.45 else ("left", "right") if x > WIDTH * 0.55 else ("left",)


def _is_taken(x: float, y: float, side: str, taken: list[tuple[float, float, str]]) -> bool:
    return any(
        abs(y - other_y) < 18 and abs(x - other_x) < WIDTH / 2 and side == other
        for other_x, other_y, other in taken
    )
