"""What the checks of the build found in the release: as pages and as RDF.

`/report` is the SHACL report, `/neutrality` that on wording; `.ttl`, `.jsonld`, ... name a format. The IRIs
`/graph/report` and `/graph/neutrality`, by which the reports name themselves, lead there.
"""

from __future__ import annotations

import pyoxigraph as ox
from flask import Blueprint, Response, redirect, render_template, request, url_for
from werkzeug.wrappers import Response as BaseResponse

from kg.errors import NotFoundError
from kg.formats import RDF_FORMATS, Format, named
from server.about import serialised
from server.negotiation import HTML
from server.site import current_site, preference
from server.views.report import report

blueprint = Blueprint("reports", __name__)


@blueprint.get("/report")
@blueprint.get("/report.<extension>")
def validation(extension: str = "") -> Response:
    """Give the report of the shapes and checks."""
    return _given("report", extension)


@blueprint.get("/neutrality")
@blueprint.get("/neutrality.<extension>")
def neutrality(extension: str = "") -> Response:
    """Give the report on loaded words, names of one side alone, and voices."""
    return _given("neutrality", extension)


@blueprint.get("/graph/report")
def validation_iri() -> BaseResponse:
    """Lead to the report of the shapes."""
    return redirect(url_for("reports.validation"), 303, Response)


@blueprint.get("/graph/neutrality")
def neutrality_iri() -> BaseResponse:
    """Lead to the report on wording."""
    return redirect(url_for("reports.neutrality"), 303, Response)


def _given(name: str, extension: str) -> Response:
    chosen = named(extension, RDF_FORMATS) if extension else preference().choose((*RDF_FORMATS, HTML))
    triples = _triples(name)
    response = _page(name, triples) if chosen is HTML else _data(name, triples, chosen)
    for other in RDF_FORMATS:
        address = url_for(request.endpoint or "", extension=other.name)
        response.headers.add("Link", f'<{address}>; rel="alternate"; type="{other.media_type}"')
    response.add_etag()
    response.make_conditional(request)
    return response


def _triples(name: str) -> list[ox.Triple]:
    """Read the report from the release; it is none of the named graphs, as it is about them."""
    folder = current_site().publication.folder
    path = folder.parent / f"{name}.ttl" if folder else None
    if path is None or not path.is_file():
        raise NotFoundError("What is served here has no such report.")
    return [quad.triple for quad in ox.parse(path=path, format=ox.RdfFormat.TURTLE)]


def _data(name: str, triples: list[ox.Triple], chosen: Format) -> Response:
    site = current_site()
    body = serialised(site, site.iris.graph(name), triples, chosen)
    return Response(body, content_type=chosen.content_type)


def _page(name: str, triples: list[ox.Triple]) -> Response:
    folder = current_site().publication.folder
    text = folder.parent / f"{name}.txt" if folder else None
    tables = text.read_text("utf-8") if text and text.is_file() else ""
    return Response(render_template("report.html", name=name, report=report(triples), tables=tables))
