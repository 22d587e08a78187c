"""For machines that watch."""

from __future__ import annotations

from flask import Blueprint, Response, jsonify, request

from server.site import current_site

blueprint = Blueprint("health", __name__)


@blueprint.get("/health")
def health() -> Response:
    """Say that the web process answers; with `?deep` ask the store too, whose errors then show."""
    site = current_site()
    if "deep" in request.args:
        site.ask("alive")
    publication = site.publication
    response = jsonify(status="ok", release=publication.id, version=publication.version)
    response.headers["Cache-Control"] = "no-store"
    return response
