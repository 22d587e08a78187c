"""The front door: what this is, what it is not, and the ways in."""

from __future__ import annotations

from flask import Blueprint, render_template

from server.site import Site, current_site
from server.views.disputes import first_of_each_gravity
from server.views.listing import kinds
from server.views.structured import of_dataset

blueprint = Blueprint("home", __name__)


@blueprint.get("/")
def home() -> str:
    """Show the home page."""
    site = current_site()
    return render_template(
        "home.html",
        kinds=kinds(),
        schemes=site.select("schemes"),
        example=_example(site),
        contested=first_of_each_gravity(site),
        structured=of_dataset(site),
    )


def _example(site: Site) -> str:
    """Give the IRI of the entity to lead with: the one that is set, else the one with most claims."""
    if site.settings.example:
        return site.iris.of_document(site.settings.example)
    return site.example["thing"].value if site.example else ""
