"""The record as one holder tells it, or two side by side."""

from __future__ import annotations

from flask import Blueprint, render_template, request

from kg.errors import NotFoundError
from server.site import current_site
from server.views.asof import moment
from server.views.perspective import Holder, holders, perspective

blueprint = Blueprint("perspectives", __name__)


@blueprint.get("/perspective")
def show() -> str:
    """Show what `?holder=` says, and beside it what `?with=` says; without either, who can be chosen."""
    site = current_site()
    everybody = holders(site)
    known = {each.token: each for each in everybody}
    asked = [request.args[name] for name in ("holder", "with") if request.args.get(name)]
    when = moment(request.args)
    chosen = [_holder(known, token) for token in dict.fromkeys(asked)]
    return render_template(
        "perspective.html",
        holders=everybody,
        perspective=perspective(site, chosen, when) if chosen else None,
        moment=when,
    )


def _holder(known: dict[str, Holder], token: str) -> Holder:
    if token not in known:
        raise NotFoundError(
            f"Nobody called '{token}' holds a claim here.", mend="Choose one of those on /perspective."
        )
    return known[token]
