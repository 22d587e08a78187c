"""Documents about things: `/page/...` for people, `/data/...` in RDF, `/context.jsonld` for JSON-LD."""

from __future__ import annotations

import json
from collections.abc import Mapping
from urllib.parse import urlencode

from flask import Blueprint, Response, render_template, request, url_for

from kg.errors import NotFoundError
from kg.formats import JSON_LD, RDF_FORMATS, Format
from kg.namespaces import SD
from server.about import About, about, about_on, neighbours, serialised
from server.links import data_url, page_url
from server.negotiation import split_extension
from server.site import Site, current_site, preference
from server.views.asof import moment
from server.views.concepts import code_list, concept, is_code
from server.views.entity import View, entity
from server.views.ontology import ontology
from server.views.shapes import shapes
from server.views.structured import of_concept, of_entity

blueprint = Blueprint("documents", __name__)

_CONTEXT_RELATION = "http://www.w3.org/ns/json-ld#context"


@blueprint.get("/page/<path:path>")
def page(path: str) -> Response:
    """Show the page about a thing."""
    site = current_site()
    iri = site.iris.of_document(path)
    special = _vocabulary(site, iri)
    if special:
        response = Response(special)
        _link(response, iri)
        return _conditional(response)
    shown = entity(site, iri, View(moment(request.args), request.args.get("at", 0, int)))
    response = Response(render_template("entity.html", entity=shown, structured=of_entity(site, shown)))
    _link(response, iri)
    return _conditional(response)


def _vocabulary(site: Site, iri: str) -> str:
    """Give the page of the ontology, the shapes, a code list or a concept; nothing for anything else."""
    if iri == site.iris.ontology and site.knows(iri):
        return render_template("vocabulary.html", page=site.remembered(ontology))
    if iri == site.iris.shapes and site.knows(iri):
        return render_template("shapes.html", page=site.remembered(shapes))
    if iri in {row["thing"].value for row in site.schemes}:
        return render_template("codelist.html", page=code_list(site, iri))
    if is_code(site, iri):
        found = concept(site, iri, _number(request.args.get("page", "1")))
        if found is not None:
            return render_template("concept.html", concept=found, structured=of_concept(site, found))
    return ""


@blueprint.get("/data/<path:path>")
def data(path: str) -> Response:
    """Give the RDF about a thing, by extension or as negotiated.

    With `?page=2` the next part, where there is more of it; with `?asof=` as of that day.
    """
    site = current_site()
    stem, wanted = split_extension(path)
    iri = _known(stem)
    chosen = wanted or preference().choose(RDF_FORMATS)
    when = moment(request.args)
    if when is None:
        found = about(site, iri, _number(request.args.get("page", "1")))
    else:
        found = about_on(site, iri, when.substitutions())
    response = Response(serialised(site, iri, found.triples, chosen), content_type=chosen.content_type)
    address = _asking(data_url(iri, chosen), when.parameters if when else {})
    page = {"page": str(found.page)} if found.page > 1 else {}
    response.headers["Content-Location"] = _asking(address, page)
    _link(response, iri, chosen)
    _link_pages(response, found, address)
    return _conditional(response)


@blueprint.get("/context.jsonld")
def context() -> Response:
    """Give the JSON-LD context: https://www.w3.org/TR/json-ld11/#the-context."""
    document = {"@context": current_site().context}
    body = json.dumps(document, ensure_ascii=False, indent=1) + "\n"
    return _conditional(Response(body, content_type=JSON_LD.content_type))


def _known(path: str) -> str:
    """Give the IRI that a document is about; raises `NotFoundError` if nothing is known of it."""
    site = current_site()
    iri = site.iris.of_document(path)
    site.require(iri)
    return iri


def _number(text: str) -> int:
    if not (text.isascii() and text.isdecimal() and len(text) < 10):
        raise NotFoundError(f"There is no page '{text}'.", mend="Pages are numbered from 1.")
    return int(text)


def _link(response: Response, iri: str, shown: Format | None = None) -> None:
    """Say where the thing and the other representations are: https://www.rfc-editor.org/rfc/rfc8288."""
    add = response.headers.add
    site = current_site()
    add("Link", f'<{iri}>; rel="canonical"')
    add("Link", f'<{iri}>; rel="describes"')
    if site.publication.license:
        add("Link", f'<{site.publication.license}>; rel="license"')
    if shown is not None:
        add("Link", f'<{page_url(iri)}>; rel="alternate"; type="text/html"')
    for other in RDF_FORMATS:
        if other is not shown:
            relation = "alternate" if shown else "alternate describedby"
            url = data_url(iri, other)
            add("Link", f'<{url}>; rel="{relation}"; type="{other.media_type}"')
    if iri.startswith(site.iris.graph("")):
        add("Link", f'<{url_for("graph_store.graph_store", graph=iri)}>; rel="{SD.graph}"')
    if shown is not None:
        add("Link", f'<{data_url(site.iris.dataset)}>; rel="describedby"')
    if shown is JSON_LD:
        add("Link", f'<{url_for("documents.context")}>; rel="{_CONTEXT_RELATION}"')


def _link_pages(response: Response, found: About, address: str) -> None:
    for relation, number in neighbours(found).items():
        response.headers.add("Link", f'<{_asking(address, {"page": str(number)})}>; rel="{relation}"')


def _asking(address: str, parameters: Mapping[str, str]) -> str:
    """Give the address with these parameters too."""
    sign = "&" if "?" in address else "?"
    return f"{address}{sign}{urlencode(parameters)}" if parameters else address


def _conditional(response: Response) -> Response:
    """Give the response a strong ETag made from its bytes, and 304 where the client has them."""
    response.add_etag()
    response.make_conditional(request)
    return response
