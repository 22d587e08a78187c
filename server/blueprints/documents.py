"""Documents about things: `/page/...` for people, `/data/...` in RDF."""

from __future__ import annotations

from urllib.parse import urlencode

from flask import Blueprint, Response, render_template, request, url_for

from kg.errors import NotFoundError
from kg.formats import RDF_FORMATS, Format
from kg.namespaces import SD
from server.links import data_url, page_url
from server.negotiation import split_extension
from server.site import current_site, preference
from server.views.asof import moment
from server.views.entity import entity

blueprint = Blueprint("documents", __name__)


@blueprint.get("/page/<path:path>")
def page(path: str) -> Response:
    """Show the page about a thing."""
    site = current_site()
    iri = _known(path)
    response = Response(render_template("entity.html", entity=entity(site, iri)))
    _link(response, iri)
    return _conditional(response)


@blueprint.get("/data/<path:path>")
def data(path: str) -> Response:
    """Give the RDF about a thing, by extension or as negotiated; with `?asof=` as of that day."""
    stem, wanted = split_extension(path)
    iri = _known(stem)
    chosen = wanted or preference().choose(RDF_FORMATS)
    when = moment(request.args)
    if when is None:
        answer = current_site().construct("description", chosen, entity=iri)
    else:
        answer = current_site().construct("description-asof", chosen, entity=iri, **when.substitutions())
    response = Response(answer.body, content_type=chosen.content_type)
    asked = f"?{urlencode(when.parameters)}" if when else ""
    response.headers["Content-Location"] = data_url(iri, chosen) + asked
    _link(response, iri, chosen)
    return _conditional(response)


def _known(path: str) -> str:
    """Give the IRI that a document is about; raises `NotFoundError` if nothing is known of it."""
    site = current_site()
    iri = site.iris.of_document(path)
    if not site.knows(iri):
        raise NotFoundError(f"Nothing is known of {iri}.", mend="Look for it in the lists on the home page.")
    return iri


def _link(response: Response, iri: str, shown: Format | None = None) -> None:
    """Say where the thing and the other representations are: https://www.rfc-editor.org/rfc/rfc8288."""
    add = response.headers.add
    add("Link", f'<{iri}>; rel="canonical"')
    add("Link", f'<{iri}>; rel="describes"')
    if shown is not None:
        add("Link", f'<{page_url(iri)}>; rel="alternate"; type="text/html"')
    for other in RDF_FORMATS:
        if other is not shown:
            relation = "alternate" if shown else "alternate describedby"
            url = data_url(iri, other)
            add("Link", f'<{url}>; rel="{relation}"; type="{other.media_type}"')
    if iri.startswith(current_site().iris.graph("")):
        add("Link", f'<{url_for("graph_store.graph_store", graph=iri)}>; rel="{SD.graph}"')
    if shown is not None:
        add("Link", f'<{data_url(current_site().iris.dataset)}>; rel="describedby"')


def _conditional(response: Response) -> Response:
    """Give the response a strong ETag made from its bytes, and 304 where the client has them."""
    response.add_etag()
    response.make_conditional(request)
    return response
