"""Plain lists, so that everything can be reached by links alone."""

from __future__ import annotations

from flask import Blueprint, render_template, request

from kg.errors import NotFoundError
from kg.iris import KINDS
from server.site import current_site
from server.views.listing import PLURALS, listing

blueprint = Blueprint("lists", __name__)


@blueprint.get("/entities/<kind>")
def entities(kind: str) -> str:
    """Show the entities of one kind."""
    if kind not in KINDS:
        raise NotFoundError(
            f"There is no kind of entity called '{kind}'.", mend=f"Use one of: {', '.join(KINDS)}."
        )
    try:
        found = listing(current_site(), kind, request.args.get("after", ""))
    except ValueError:
        raise NotFoundError("The list cannot begin there.", mend="Begin at its top.") from None
    return render_template("list.html", listing=found, heading=PLURALS[kind])
