"""The SPARQL endpoint: https://www.w3.org/TR/sparql11-protocol/#query-operation."""

from __future__ import annotations

from flask import Blueprint, Response, render_template, request

from kg.formats import RDF_FORMATS, RESULTS_FORMATS, RESULTS_JSON, TURTLE, Format
from kg.store import Answer, Formats
from server.negotiation import HTML, Preference, not_acceptable
from server.query_request import QueryRequest, read_request
from server.service import service_description
from server.site import current_site, preference
from server.views.examples import examples
from server.views.result import result

blueprint = Blueprint("sparql", __name__)


@blueprint.route("/sparql", methods=["GET", "POST"])
def sparql() -> Response:
    """Answer a query, or show the form, or describe the service to who sends none."""
    if request.method == "GET" and not request.args.get("query"):
        wished = preference()
        if wished.prefers_html:
            return _form()
        if not request.args and wished.best(RDF_FORMATS):
            chosen = wished.choose(RDF_FORMATS)
            return Response(service_description(chosen), content_type=chosen.content_type)
    asked = read_request(request)
    wished = Preference.read(request.headers.get("Accept"), *asked.format_names)
    # A plain form cannot set headers: a format that it names wins wherever Accept admits it.
    return _page(asked) if _for_reading(wished) else _answer(asked, wished)


def _for_reading(wished: Preference) -> bool:
    return wished.choose((*RESULTS_FORMATS, *RDF_FORMATS, HTML)) is HTML


def _answer(asked: QueryRequest, wished: Preference) -> Response:
    results, graph = _fitting(wished, RESULTS_FORMATS), _fitting(wished, RDF_FORMATS)
    answer = _run(asked, Formats(results or RESULTS_JSON, graph or TURTLE))
    offers = RDF_FORMATS if answer.form == "triples" else RESULTS_FORMATS
    if answer.format not in (results, graph):
        raise not_acceptable(offers)
    response = Response(answer.body, content_type=answer.format.content_type)
    response.add_etag()
    if request.method != "POST":
        response.make_conditional(request)
    return response


def _fitting(wished: Preference, offers: tuple[Format, ...]) -> Format | None:
    """Give the best of `offers`, which the named format need not be among: the form decides later."""
    best = wished.best(offers)
    named = wished.named((*RESULTS_FORMATS, *RDF_FORMATS, HTML))
    if named is None or not wished.weight(named):
        return best
    return named if named in offers else None


def _run(asked: QueryRequest, formats: Formats) -> Answer:
    return current_site().store.query(
        asked.text,
        formats,
        default_graphs=asked.default_graphs,
        named_graphs=asked.named_graphs,
    )


def _page(asked: QueryRequest) -> Response:
    answer = _run(asked, Formats(RESULTS_JSON, TURTLE))
    site = current_site()
    shown = result(answer, site.settings.rows)
    offers = RDF_FORMATS if answer.form == "triples" else RESULTS_FORMATS
    page = render_template("result.html", asked=asked, result=shown, offers=offers)
    return Response(page)


def _form() -> Response:
    return Response(render_template("sparql.html", examples=examples(current_site())))
