"""Lists with filters, so that everything can be reached by links alone; as pages, CSV and JSON."""

from __future__ import annotations

from flask import Blueprint, Response, render_template, request

from kg.errors import NotFoundError, UnknownFormatError
from kg.formats import RESULTS_CSV
from kg.iris import KINDS
from server.site import current_site
from server.views.listing import PLURALS, SORTS, Listing, listing, value_columns
from server.views.tabular import as_csv, as_json

blueprint = Blueprint("lists", __name__)

FORMATS = ("html", "csv", "json")
"""What `?format=` can be; HTML without it."""


@blueprint.get("/entities/<kind>")
def entities(kind: str) -> Response:
    """Show the entities of one kind, or give exactly what is shown as CSV or JSON."""
    if kind not in KINDS:
        raise NotFoundError(
            f"There is no kind of entity called '{kind}'.", mend=f"Use one of: {', '.join(KINDS)}."
        )
    wanted = request.args.get("format", FORMATS[0])
    if wanted not in FORMATS:
        raise UnknownFormatError(
            f"A list cannot be had as '{wanted}'.", mend=f"Use one of: {', '.join(FORMATS)}."
        )
    parameters = dict(request.args.items())
    if wanted == FORMATS[0] and parameters.get("page") == "all":
        parameters["page"] = "1"  # a page for people is never as long as the list
    return _answer(listing(current_site(), kind, parameters), wanted)


def _answer(found: Listing, wanted: str) -> Response:
    kind = found.catalogue.kind
    if wanted == "csv":
        response = Response(as_csv(found), content_type=RESULTS_CSV.content_type)
        response.headers["Content-Disposition"] = f'attachment; filename="{kind}.csv"'
        return response
    if wanted == "json":
        return Response(as_json(found), content_type="application/json")
    columns = value_columns(found)
    return Response(
        render_template("list.html", listing=found, heading=PLURALS[kind], columns=columns, sorts=SORTS)
    )
