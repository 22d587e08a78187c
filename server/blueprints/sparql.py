"""The SPARQL endpoint: https://www.w3.org/TR/sparql11-protocol/#query-operation.

`/sparql.csv`, `/sparql.ttl` and so on are the same endpoint, with the format named in the path.
"""

from __future__ import annotations

from flask import Blueprint, Response, make_response, render_template, request

from kg.errors import NotFoundError
from kg.formats import FORMATS, RDF_FORMATS, RESULTS_FORMATS, RESULTS_JSON, TURTLE, Format
from kg.store import Answer, Formats
from server.query_answer import FAILURE, TRUNCATED, Wanted, answer_of, wanted
from server.query_request import QueryRequest, read_request
from server.service import service_description
from server.site import current_site, preference
from server.views.elsewhere import calls
from server.views.examples import by_topic, examples
from server.views.result import result

blueprint = Blueprint("sparql", __name__)

_METHODS = ("GET", "POST")
_NAMED = {name: each for each in FORMATS for name in (each.name, *each.aliases)}


@blueprint.route("/sparql", methods=_METHODS)
def sparql() -> Response:
    """Answer a query, or show the form, or describe the service to who sends none."""
    if request.method == "GET" and not request.args.get("query"):
        wished = preference()
        if wished.prefers_html and "update" not in request.args:
            return _form()
        if not request.args and wished.best(RDF_FORMATS):
            return _description(wished.choose(RDF_FORMATS))
    asked = read_request(request)
    choice = wanted(request.headers.get("Accept"), asked.format_names)
    return _page(asked) if choice.page else _answer(asked, choice)


@blueprint.route("/sparql/", methods=_METHODS)
def sparql_with_slash() -> Response:
    """Answer also who writes a slash behind the address of the endpoint."""
    return sparql()


@blueprint.route("/sparql.<extension>", methods=_METHODS)
def sparql_as(extension: str) -> Response:
    """Answer a query in the format that the extension names, whatever `Accept` says."""
    chosen = _NAMED.get(extension)
    if chosen is None:
        raise NotFoundError(
            f"There is no format '{extension}' here.", mend=f"Use one of: {', '.join(_NAMED)}."
        )
    if request.method == "GET" and not request.args and chosen in RDF_FORMATS:
        return _description(chosen)
    return _answer(read_request(request), wanted(chosen.media_type))


def _answer(asked: QueryRequest, choice: Wanted) -> Response:
    if FAILURE in request.environ:
        raise request.environ[FAILURE]
    site = current_site()
    answer = answer_of(site.store, asked, choice, site.settings.results, site.settings.size << 20)
    response = Response(answer.body, content_type=answer.format.content_type)
    return _tagged(_flagged(response, answer))


def _flagged(response: Response, answer: Answer) -> Response:
    if answer.truncated:
        response.headers[TRUNCATED] = answer.truncated
    return response


def _tagged(response: Response) -> Response:
    """Give the response a strong ETag made from its bytes, and 304 where the client has them."""
    response.add_etag()
    if request.method != "POST":
        response.make_conditional(request)
    return response


def _page(asked: QueryRequest) -> Response:
    """Show as many rows as a page should hold; the web process never reads more than that."""
    settings = current_site().settings
    rows = min(settings.rows, settings.results or settings.rows)
    answer = current_site().store.query(
        asked.text,
        Formats(RESULTS_JSON, TURTLE, rows, settings.size << 20),
        default_graphs=asked.default_graphs,
        named_graphs=asked.named_graphs,
    )
    offers = RDF_FORMATS if answer.form == "triples" else RESULTS_FORMATS
    page = render_template("result.html", asked=asked, result=result(answer), offers=offers, calls=calls)
    return _flagged(make_response(page), answer)


def _description(chosen: Format) -> Response:
    return _tagged(Response(service_description(chosen), content_type=chosen.content_type))


def _form() -> Response:
    """Show the form, with the text of the example that `?example=` names."""
    known = examples(current_site())
    name = request.args.get("example")
    asked = next(({"text": each.text} for each in known if each.name == name), None)
    if name and asked is None:
        raise NotFoundError(f"There is no example called '{name}'.", mend="See /sparql for those there are.")
    return Response(render_template("sparql.html", topics=by_topic(known), asked=asked, calls=calls))
