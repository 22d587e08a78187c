"""For machines that watch, and for those that look for the description of the data set."""

from __future__ import annotations

from flask import Blueprint, Response, jsonify, redirect, request
from werkzeug.wrappers import Response as BaseResponse

from kg.errors import NotFoundError
from kg.formats import RDF_FORMATS, RESULTS_JSON
from kg.store import Formats
from server.links import page_url
from server.negotiation import HTML
from server.site import current_site, preference, question

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


@blueprint.get("/.well-known/void")
def void() -> BaseResponse:
    """Give the description of the data set: https://www.w3.org/TR/void/#well-known."""
    site = current_site()
    chosen = preference().choose((*RDF_FORMATS, HTML))
    if chosen is HTML:
        return redirect(page_url(site.iris.dataset), 303, Response)
    answer = site.store.query(
        question("graph"),
        Formats(RESULTS_JSON, chosen),
        default_graphs=[site.iris.graph("description")],
    )
    if not answer.count:
        raise NotFoundError("What is served here has no description.")
    response = Response(answer.body, content_type=chosen.content_type)
    response.add_etag()
    response.make_conditional(request)
    return response
