"""Where machines look first: what the data set is, how to ask it, and what may be crawled."""

from __future__ import annotations

from flask import Blueprint, Response, redirect, render_template, request, url_for
from werkzeug.wrappers import Response as BaseResponse

from kg.citation import citation
from kg.errors import NotFoundError
from kg.formats import RDF_FORMATS
from server.about import serialised
from server.catalogue import described, work
from server.links import page_url
from server.negotiation import HTML
from server.openapi import openapi
from server.site import current_site, preference
from server.sitemap import index, part

blueprint = Blueprint("descriptions", __name__)

_MARKDOWN = "text/markdown; charset=utf-8"
_PLAIN = "text/plain; charset=utf-8"
_XML = "application/xml"
_YAML = "application/yaml"


@blueprint.get("/.well-known/void")
def void() -> BaseResponse:
    """Give the description of the data set, its files and its service: https://www.w3.org/TR/void/#well-known."""
    site = current_site()
    chosen = preference().choose((*RDF_FORMATS, HTML))
    if chosen is HTML:
        return redirect(page_url(site.iris.dataset), 303, Response)
    if not site.graph("description"):
        raise NotFoundError("What is served here has no description.")
    body = serialised(site, site.iris.dataset, described(site), chosen)
    return _conditional(Response(body, content_type=chosen.content_type))


@blueprint.get("/.well-known/sparql-examples")
def sparql_examples() -> BaseResponse:
    """Give the example queries with their prefixes: https://github.com/sib-swiss/sparql-examples."""
    site = current_site()
    chosen = preference().choose((*RDF_FORMATS, HTML))
    if chosen is HTML:
        return redirect(url_for("sparql.sparql"), 303, Response)
    queries = site.graph("queries")
    if not queries:
        raise NotFoundError("What is served here has no example queries.")
    triples = (*queries, *site.constructed("prefixes"))
    body = serialised(site, f"{site.iris.base}query", triples, chosen)
    return _conditional(Response(body, content_type=chosen.content_type))


@blueprint.get("/robots.txt")
def robots() -> Response:
    """Tell crawlers what is there and what is endless: https://www.rfc-editor.org/rfc/rfc9309."""
    return _conditional(Response(render_template("robots.txt"), content_type=_PLAIN))


@blueprint.get("/sitemap.xml")
def sitemap() -> Response:
    """List the pages, or the lists of them: https://www.sitemaps.org/protocol.html."""
    return _conditional(Response(index(current_site()), content_type=_XML))


@blueprint.get("/sitemap-<int:number>.xml")
def sitemap_part(number: int) -> Response:
    """List some of the pages."""
    return _conditional(Response(part(current_site(), number), content_type=_XML))


@blueprint.get("/llms.txt")
def llms() -> Response:
    """Tell language models where what is: https://llmstxt.org/."""
    return _conditional(Response(render_template("llms.txt"), content_type=_MARKDOWN))


@blueprint.get("/CITATION.cff")
def cff() -> Response:
    """Tell how to cite what is served: https://citation-file-format.github.io/."""
    return _conditional(Response(citation(work(current_site())), content_type=_YAML))


@blueprint.get("/openapi.json")
def api() -> Response:
    """Describe the HTTP interface: https://spec.openapis.org/oas/v3.1.0."""
    return _conditional(Response(openapi(), content_type="application/json"))


def _conditional(response: Response) -> Response:
    response.add_etag()
    response.make_conditional(request)
    return response
