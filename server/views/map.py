"""The map: places with all their names, and what was or may have been so there, on a day or at any time."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace

from kg.errors import UsageError
from server.description import Description
from server.site import Site
from server.solutions import Term
from server.views.asof import Certainty, Moment, standing
from server.views.basemap import Drawn, base_map, drawn
from server.views.dated import Dated, brief, briefly, dated, short
from server.views.facts import Value, labelled, linked
from server.views.geometry import Bounds, Geometry, Point, Projection, points_of, read_wkt
from server.views.terms import LITERAL_FORM, SKOS, kcg

_GEO = "http://www.opengis.net/ont/geosparql#"
_CONTROL = kcg("Control")


@dataclass(frozen=True, slots=True)
class Layer:
    """One geometry of a place: where it comes from, of what time it is, and what it does not say."""

    geometry: Geometry
    notes: tuple[Term, ...]
    sources: tuple[Value, ...]
    when: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Line:
    """Something that was so at a place; `certainty` is empty unless a day is asked for."""

    item: Dated
    certainty: str = ""

    @property
    def text(self) -> str:
        """It in words: what, by whom, how sure, when."""
        what = ", ".join(self.item.types)
        who = ", ".join(each.label.value for each in self.item.holders)
        sure = f" ({self.certainty})" if self.certainty else ""
        return f"{what}: {who or self.item.label.value}{sure}, {', '.join(self.item.dates.recorded)}"


@dataclass(frozen=True, slots=True)
class MapPlace:
    """One place: `name` stands for it in addresses, `state` tells how sure it is that somebody
    controlled it on the day asked for."""

    iri: Term
    name: str
    label: Term
    names: tuple[Term, ...]
    kinds: tuple[Value, ...]
    layers: tuple[Layer, ...]
    lines: tuple[Line, ...] = ()
    state: str = "none"

    @property
    def points(self) -> list[Point]:
        """Every point of its geometries."""
        return [point for layer in self.layers for point in points_of(layer.geometry)]

    @property
    def at(self) -> Point:
        """Where its label stands: its point, or the middle of its box."""
        return Bounds.of(self.points).middle

    @property
    def is_point(self) -> bool:
        """Whether it is drawn as a dot."""
        return all(layer.geometry["type"] == "Point" for layer in self.layers)


@dataclass(frozen=True, slots=True)
class Map:
    """The page: places, those that cannot be placed, and the drawing."""

    moment: Moment | None
    places: tuple[MapPlace, ...]
    unplaced: tuple[Value, ...]
    projection: Projection
    base: Drawn
    source: str
    centre: MapPlace | None = None

    @property
    def frame(self) -> tuple[Point, Point] | None:
        """South-west and north-east of what is shown around the centre; `None` where all is shown."""
        if self.centre is None:
            return None
        shown = self.projection
        east = shown.west + shown.width / (shown.scale * shown.narrowing)
        return (shown.west, shown.north - shown.height / shown.scale), (east, shown.north)

    def is_crowded(self, place: MapPlace) -> bool:
        """Tell whether the name of a point drawn before stands where that of `place` would."""
        x, y = self.projection.at(place.at)
        drawn = (self.projection.at(each.at) for each in self._points_before(place))
        return any(abs(x - other_x) < 160 and abs(y - other_y) < 16 for other_x, other_y in drawn)

    def _points_before(self, place: MapPlace) -> Iterable[MapPlace]:
        return (each for each in self.places[: self.places.index(place)] if each.is_point)


def map_of(site: Site, moment: Moment | None, centre: str = "") -> Map:
    """Put the places of the data set on a map, with what was so there at `moment`, or ever.

    `centre` is the name, as in addresses, of the place that the drawing shows the surroundings of. Raises
    `UsageError` if no place of that name is on the map.
    """
    lines = _lines(site, moment)
    found = tuple(_with(place, lines.get(place.iri, ())) for place in placed(site))
    middle = _centre(found, centre) if centre else None
    points = (point for place in found for point in place.points)
    projection = Projection.around(middle.points) if middle else Projection.of(points)
    unplaced = site.remembered(_unplaced)
    return Map(moment, found, unplaced, projection, drawn(projection), base_map().source, middle)


def placed(site: Site) -> tuple[MapPlace, ...]:
    """Give the places that have a position or an outline, the largest first; asked for once."""
    return site.remembered(_places)


def _centre(places: Iterable[MapPlace], name: str) -> MapPlace:
    for place in places:
        if place.name == name:
            return place
    mend = "The table below the map at /map names those that are."
    raise UsageError(f"No place '{name}' is on the map.", mend=mend)


def _places(site: Site) -> tuple[MapPlace, ...]:
    described = Description(site.vocabulary, site.select("places"))
    geometries = f"{_GEO}hasGeometry"
    found = (_place(site, described, key) for key in described.subjects if described.values(key, geometries))
    # Areas first, the largest at the bottom, so that none hides another.
    return tuple(sorted((each for each in found if each.layers), key=_extent, reverse=True))


def _extent(place: MapPlace) -> tuple[float, str]:
    box = Bounds.of(place.points)
    return box.width * box.height, place.iri.value


def _place(site: Site, described: Description, key: str) -> MapPlace:
    layers = (_layer(described, node) for node in described.values(key, f"{_GEO}hasGeometry"))
    iri = Term("uri", key)
    return MapPlace(
        iri,
        short(site, key),
        brief(described.label(iri)),
        tuple(brief(name) for name in described.values(key, LITERAL_FORM)),
        briefly(linked(described, key, "kind")),
        tuple(layer for layer in layers if layer),
    )


def _layer(described: Description, node: Term) -> Layer | None:
    geometry = read_wkt(described.text(node.key, f"{_GEO}asWKT"))
    if geometry is None:
        return None
    return Layer(
        geometry,
        tuple(described.values(node.key, f"{SKOS}note")),
        briefly(labelled(described, described.values(node.key, kcg("evidence")))),
        tuple(term.value for term in described.values(node.key, kcg("when"))),
    )


def _unplaced(site: Site) -> tuple[Value, ...]:
    labels: dict[Term, list[Term]] = {}
    for row in site.select("unplaced"):
        labels.setdefault(row["thing"], []).extend([row["label"]] if "label" in row else [])
    found = (Value(term, site.vocabulary.label(term.value, each)) for term, each in labels.items())
    return tuple(sorted(briefly(found), key=lambda each: each.label.value))


def _lines(site: Site, moment: Moment | None) -> Mapping[Term, tuple[Line, ...]]:
    """Give the situations of each place: all, or those that were or may have been so at the moment."""
    sure = {each.situation.iri: each.certainty for each in standing(site, moment)} if moment else {}
    found: dict[Term, list[Line]] = {}
    for item in dated(site):
        if item.kind != "situation" or (moment and item.iri not in sure):
            continue
        for place in item.places:
            found.setdefault(place.term, []).append(Line(item, str(sure.get(item.iri, ""))))
    return {place: tuple(lines) for place, lines in found.items()}


def _with(place: MapPlace, lines: Iterable[Line]) -> MapPlace:
    lines = tuple(lines)
    held = {line.certainty for line in lines if _CONTROL in line.item.classes}
    state = next((str(each) for each in (Certainty.CERTAINLY, Certainty.POSSIBLY) if each in held), "none")
    return replace(place, lines=lines, state=state)
