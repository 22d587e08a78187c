"""`/reconcile`: the Reconciliation Service API, by which OpenRefine and others match names to things.

https://reconciliation-api.github.io/specs/0.2/. JSONP is not given: `Access-Control-Allow-Origin` is.
"""

from __future__ import annotations

from typing import Any

from flask import Blueprint, Response, jsonify, make_response, render_template, request

from kg.errors import NotFoundError, UsageError
from server import reconciliation as protocol
from server.headers import CONTENT_SECURITY_POLICY
from server.site import current_site
from server.solutions import Solution

blueprint = Blueprint("reconcile", __name__)

_SUGGESTED = 10
_LARGEST = 8 << 20


@blueprint.before_request
def allow_batches() -> None:
    """Take larger bodies than elsewhere: a thousand names and what is told of each."""
    request.max_content_length = request.max_form_memory_size = _LARGEST


@blueprint.route("/reconcile", methods=("GET", "POST"))
@blueprint.route("/reconcile/", methods=("GET", "POST"))
def reconcile() -> Response:
    """Answer a batch of names or a data extension; describe the service to who sends neither."""
    if "queries" in request.values:
        return _batch(protocol.read_batch(protocol.read_json(request.values["queries"], "queries")))
    if "extend" in request.values:
        return jsonify(_extension(*protocol.read_extension(_json_of("extend"))))
    if request.method == "POST":
        raise UsageError("There is neither 'queries' nor 'extend'.", mend="Send one of them, as a form.")
    site = current_site()
    root = request.url_root
    return jsonify(protocol.manifest(site.publication.title, _spaces(), root, site.matching.kinds))


@blueprint.post("/reconcile/match")
def match() -> Response:
    """Answer a batch as the draft of version 1.0 has it."""
    asked = protocol.read_conditions(request.get_json(force=True, silent=True))
    spaces = _spaces()
    answers = current_site().matching.ask(asked)
    return jsonify({"results": [{"candidates": protocol.result(each, spaces)} for each in answers]})


@blueprint.get("/reconcile/suggest/entity")
def suggest_entity() -> Response:
    """Complete the name of a thing."""
    query = {"prefix": _prefix(), "limit": _SUGGESTED}
    (found,) = current_site().matching.ask([query])
    return jsonify(protocol.suggested(found["candidates"], _spaces()))


@blueprint.get("/reconcile/suggest/type")
def suggest_type() -> Response:
    """Complete the name of a kind."""
    prefix = _prefix().casefold()
    kinds = [kind for kind in current_site().matching.kinds if kind.startswith(prefix)]
    return jsonify({"result": [protocol.as_type(kind) for kind in kinds]})


@blueprint.get("/reconcile/suggest/property")
def suggest_property() -> Response:
    """Complete the name of a property."""
    prefix, site = _prefix().casefold(), current_site()
    telling = protocol.TELLING if site.matching.is_ours else ()
    found = [
        each
        for each in (*telling, *site.reconcilable)
        if prefix in each["name"].casefold() or each["id"].casefold().startswith(prefix)
    ]
    return jsonify({"result": found[:_SUGGESTED]})


@blueprint.get("/reconcile/properties")
def propose_properties() -> Response:
    """Give the properties that data can be extended by."""
    proposed = current_site().proposed
    limit = request.args.get("limit", type=int) or len(proposed)
    document: dict[str, Any] = {"properties": proposed[: max(limit, 1)], "limit": limit}
    if "type" in request.args:
        document["type"] = request.args["type"]
    return jsonify(document)


@blueprint.get("/reconcile/preview")
def preview() -> Response:
    """Show a thing in the frame of another site."""
    spaces = _spaces()
    identifier = request.args.get("id", "")
    iri = spaces.iri(identifier)
    (found,) = current_site().matching.ask([{"id": iri}])
    # What a column was extended by (a name, a source) is not matched to, but looked at all the same.
    thing = found["candidates"][0] if found["candidates"] else protocol.shown(_said_of(iri), spaces)
    if thing is None:
        raise NotFoundError(f"There is nothing with the identifier '{identifier}'.")
    view = spaces.view.replace("{{id}}", identifier)
    return make_response(render_template("preview.html", thing=thing, identifier=identifier, view=view))


@blueprint.after_request
def allow_framing(response: Response) -> Response:
    """Let other sites frame previews, and what is said where there is nothing to preview."""
    if request.endpoint == f"{blueprint.name}.{preview.__name__}":
        framed = CONTENT_SECURITY_POLICY.replace("frame-ancestors 'none'", "frame-ancestors *")
        response.headers["Content-Security-Policy"] = framed
    return response


def _batch(queries: dict[str, dict[str, Any]]) -> Response:
    answers = current_site().matching.ask(list(queries.values()))
    spaces = _spaces()
    return jsonify(
        {key: {"result": protocol.result(each, spaces)} for key, each in zip(queries, answers, strict=True)}
    )


def _extension(ids: list[str], wanted: list[str]) -> dict[str, Any]:
    site, spaces = current_site(), _spaces()
    names = {each["id"]: each["name"] for each in site.reconcilable}
    rows = {identifier: _said_of(spaces.iri(identifier)) for identifier in ids}
    return {
        "meta": [{"id": each, "name": names.get(each, each)} for each in wanted],
        "rows": {
            identifier: {each: protocol.cells(said, spaces.property_iri(each), spaces) for each in wanted}
            for identifier, said in rows.items()
        },
    }


def _said_of(iri: str) -> tuple[Solution, ...]:
    try:
        return current_site().select("extension", item=iri)
    except ValueError:  # no IRI, so that nothing is said of it
        return ()


def _spaces() -> protocol.Spaces:
    site = current_site()
    return protocol.Spaces.of(site.iris, request.url_root, site.matching.is_ours)


def _prefix() -> str:
    return request.args.get("prefix", "")[: protocol.LONGEST]


def _json_of(name: str) -> Any:
    return protocol.read_json(request.values[name], name)
