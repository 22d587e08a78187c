"""The named graphs to read: https://www.w3.org/TR/sparql11-http-rdf-update/#http-get.

Graphs are identified indirectly, by `?graph=IRI` or `?default`; nothing here can be written.
"""

from __future__ import annotations

from flask import Blueprint, Response, request
from werkzeug.exceptions import BadRequest

from kg.errors import NotFoundError, QueryResourceError
from kg.formats import RDF_FORMATS, RESULTS_JSON
from kg.store import Formats
from server.site import current_site, preference, question

blueprint = Blueprint("graph_store", __name__)


@blueprint.get("/graph-store")
def graph_store() -> Response:
    """Give the triples of one graph, whole or not at all."""
    iri = _requested()
    site = current_site()
    chosen = preference().choose(RDF_FORMATS)
    answer = site.store.query(
        question("graph"),
        Formats(RESULTS_JSON, chosen, size=site.settings.size << 20),
        default_graphs=[iri] if iri else [],
    )
    if iri and not answer.count:
        raise NotFoundError(f"There is no graph {iri}.", mend="/sparql describes those there are.")
    if answer.truncated:
        raise QueryResourceError("The graph is too large to be given here.", mend="Take a dump: see /dumps/.")
    response = Response(answer.body, content_type=chosen.content_type)
    response.add_etag()
    response.make_conditional(request)
    return response


def _requested() -> str:
    """Give the IRI of the graph; empty for the default graph, which is the union of all.

    Raises `BadRequest` unless exactly one graph is asked for
    (https://www.w3.org/TR/sparql11-http-rdf-update/#indirect-graph-identification).
    """
    graphs, default = request.args.getlist("graph"), "default" in request.args
    if len(graphs) + default != 1:
        raise BadRequest("Ask for one graph: /graph-store?graph=IRI, or /graph-store?default.")
    if graphs and ":" not in graphs[0]:
        raise BadRequest("The parameter 'graph' is an absolute IRI.")
    return graphs[0] if graphs else ""
