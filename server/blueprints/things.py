"""IRIs of things: each is answered with 303 and where the document about it is.

https://www.w3.org/TR/cooluris/#r303gendocument. `/id/event/x` leads to `/page/event/x` or to
`/data/event/x.ttl`, `.jsonld`, ... by what the client accepts; `/id/event/x.ttl` to that document.
"""

from __future__ import annotations

from flask import Blueprint, Response, redirect, request
from werkzeug.wrappers import Response as BaseResponse

from kg.formats import RDF_FORMATS, Format
from server.links import data_url, page_url
from server.negotiation import HTML, split_extension
from server.site import current_site, preference

blueprint = Blueprint("things", __name__)

OFFERS = (*RDF_FORMATS, HTML)


@blueprint.get("/id/<kind>/<path:slug>")
@blueprint.get("/concept/<path:slug>")
@blueprint.get("/graph/<path:slug>")
@blueprint.get("/ontology/<path:slug>")
@blueprint.get("/shapes/<path:slug>")
@blueprint.get("/shapes")
@blueprint.get("/shapes.<slug>")
@blueprint.get("/query/<path:slug>")
@blueprint.get("/dataset/<path:slug>")
@blueprint.get("/ontology")
@blueprint.get("/dataset")
@blueprint.get("/ontology.<slug>")
@blueprint.get("/dataset.<slug>")
def thing(slug: str = "", kind: str = "") -> BaseResponse:
    """Lead to the document about a thing."""
    path = request.path.removeprefix("/")
    iri, wanted = _resolve(path)
    chosen = wanted or preference().choose(OFFERS)
    target = page_url(iri) if chosen is HTML else data_url(iri, chosen)
    return redirect(target, 303, Response)


def _resolve(path: str) -> tuple[str, Format | None]:
    """Give the IRI that `path` names, and the format if it ends in an extension."""
    site = current_site()
    whole = f"{site.iris.base}{path}"
    stem, wanted = split_extension(path)
    if wanted is None or whole in site.withdrawn or site.knows(whole):
        site.require(whole)
        return whole, None
    iri = f"{site.iris.base}{stem}"
    site.require(iri)
    return iri, wanted
