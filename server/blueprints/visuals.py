"""Timeline, map and network: drawings of the record, each with a table that says the same."""

from __future__ import annotations

from collections.abc import Iterable

from flask import Blueprint, Response, render_template, request

from server.site import current_site
from server.tabular import table
from server.views.dated import SHOWN, Dated
from server.views.facts import Value
from server.views.timeline import Filter, Timeline, timeline

blueprint = Blueprint("visuals", __name__)

TIMELINE = (
    *("iri", "label", "type", "kinds", "when", "earliest_begin", "latest_begin", "earliest_end"),
    *("latest_end", "actors", "sources"),
)
"""Columns of the timeline as data."""


@blueprint.get("/timeline")
def show_timeline() -> str:
    """Show what is dated, drawn to scale."""
    return render_template("timeline.html", timeline=_timeline(), shown=SHOWN)


@blueprint.get("/timeline.<extension>")
def timeline_data(extension: str) -> Response:
    """Give exactly what the timeline shows."""
    rows = [_dated_row(bar.item) for bar in _timeline().bars]
    return table(rows, TIMELINE, extension, "timeline")


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
