"""Timeline, map and network, each with a table that says the same; and what the query editor asks for."""

from __future__ import annotations

from collections.abc import Iterable

from flask import Blueprint, Response, render_template, request, url_for

from server.assets import asset
from server.links import below_root, href
from server.site import current_site
from server.tabular import document, table
from server.views.asof import moment
from server.views.completion import completion
from server.views.dated import SHOWN, Dated
from server.views.facts import Value
from server.views.map import Map, MapPlace, map_of
from server.views.network import Network, Tie, network
from server.views.timeline import Filter, Timeline, timeline

blueprint = Blueprint("visuals", __name__)

TIMELINE = (
    *("iri", "label", "type", "kinds", "when", "earliest_begin", "latest_begin", "earliest_end"),
    *("latest_end", "actors", "sources"),
)
"""Columns of the timeline as data."""

MAP = ("place", "label", "names", "certainty", "situation", "situation_label", "type", "actors", "when")
"""Columns of the map as a table."""

NETWORK = (
    *("situation", "label", "kinds", "actor", "actor_label", "towards", "towards_label", "when", "certainty"),
    *("sources", "page", "actor_page", "towards_page"),
)
"""Columns of the network; the last three lead to pages of this site."""


@blueprint.get("/completion.json")
def completion_data() -> Response:
    """Give what the query editor needs to know of this site."""
    site = current_site()
    known = {
        "base": site.iris.base,
        "root": below_root(""),
        "endpoint": url_for("sparql.sparql"),
        "basemap": asset("vendor/basemap.json"),
        "prefixes": dict(site.publication.prefixes),
        "terms": completion(site),
    }
    return document(known)


@blueprint.get("/timeline")
def show_timeline() -> str:
    """Show what is dated, drawn to scale."""
    return render_template("timeline.html", timeline=_timeline(), shown=SHOWN)


@blueprint.get("/timeline.<extension>")
def timeline_data(extension: str) -> Response:
    """Give exactly what the timeline shows."""
    rows = [_dated_row(bar.item) for bar in _timeline().bars]
    return table(rows, TIMELINE, extension, "timeline")


@blueprint.get("/map")
def show_map() -> str:
    """Show places, and what was so there."""
    return render_template("map.html", map=_map())


@blueprint.get("/map.geojson")
def map_geojson() -> Response:
    """Give what the map shows as features: https://www.rfc-editor.org/rfc/rfc7946."""
    features = [feature for place in _map().places for feature in _features(place)]
    return document({"type": "FeatureCollection", "features": features}, "application/geo+json")


@blueprint.get("/map.<extension>")
def map_data(extension: str) -> Response:
    """Give exactly what the table below the map shows."""
    rows = [row for place in _map().places for row in _place_rows(place)]
    return table(rows, MAP, extension, "map")


@blueprint.get("/network")
def show_network() -> str:
    """Show who is related to whom."""
    return render_template("network.html", network=_network())


@blueprint.get("/network.<extension>")
def network_data(extension: str) -> Response:
    """Give exactly what the network shows."""
    return table([_tie_row(tie) for tie in _network().ties], NETWORK, extension, "network")


def _network() -> Network:
    kind, actor = (request.args.get(name, "").strip() for name in ("kind", "actor"))
    return network(current_site(), moment(request.args), kind, actor)


def _tie_row(tie: Tie) -> dict[str, str]:
    return {
        "situation": tie.item.iri.value,
        "label": tie.item.label.value,
        "kinds": _names(tie.item.kinds),
        "actor": tie.actor.term.value,
        "actor_label": tie.actor.label.value,
        "towards": tie.towards.term.value,
        "towards_label": tie.towards.label.value,
        "when": "; ".join(tie.item.dates.recorded),
        "certainty": tie.certainty,
        "sources": _names(tie.item.sources),
        "page": href(tie.item.iri.value),
        "actor_page": href(tie.actor.term.value),
        "towards_page": href(tie.towards.term.value),
    }


def _map() -> Map:
    return map_of(current_site(), moment(request.args), request.args.get("place", "").strip())


def _features(place: MapPlace) -> Iterable[dict[str, object]]:
    properties = {
        "iri": place.iri.value,
        "page": href(place.iri.value),
        "label": place.label.value,
        "names": [{"name": name.value, "language": name.language} for name in place.names],
        "state": place.state,
        "lines": [line.text for line in place.lines],
    }
    for layer in place.layers:
        own = {
            "note": " ".join(note.value for note in layer.notes),
            "when": "; ".join(layer.when),
            "sources": _names(layer.sources),
        }
        yield {"type": "Feature", "geometry": layer.geometry, "properties": properties | own}


def _place_rows(place: MapPlace) -> Iterable[dict[str, str]]:
    own = {
        "place": place.iri.value,
        "label": place.label.value,
        "names": "; ".join(name.value for name in place.names),
    }
    for line in place.lines:
        yield own | {
            "certainty": line.certainty,
            "situation": line.item.iri.value,
            "situation_label": line.item.label.value,
            "type": "; ".join(line.item.types),
            "actors": _names(line.item.holders),
            "when": "; ".join(line.item.dates.recorded),
        }
    if not place.lines:
        yield own


def _timeline() -> Timeline:
    asked = Filter.read(request.args, request.args.getlist("show"))
    return timeline(current_site(), asked)


def _dated_row(item: Dated) -> dict[str, str]:
    return {
        "iri": item.iri.value,
        "label": item.label.value,
        "type": "; ".join(item.types),
        "kinds": _names(item.kinds),
        "when": "; ".join(item.dates.recorded),
        "earliest_begin": item.dates.earliest_begin,
        "latest_begin": item.dates.latest_begin,
        "earliest_end": item.dates.earliest_end,
        "latest_end": item.dates.latest_end,
        "actors": _names(item.actors),
        "sources": _names(item.sources),
    }


def _names(values: Iterable[Value]) -> str:
    return "; ".join(each.label.value for each in values)
