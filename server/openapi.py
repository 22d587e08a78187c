"""The HTTP interface as OpenAPI 3.1, made of the routes themselves, so that none is left out.

https://spec.openapis.org/oas/v3.1.0. Summaries are the first lines of the docstrings of the views; what an
address gives and which parameters it reads is said in the tables here.
"""

from __future__ import annotations

import json
import re
from typing import Any

from apispec import APISpec
from flask import current_app, url_for
from werkzeug.routing import Rule

from kg.formats import JSON_LD, RDF_FORMATS, RESULTS_FORMATS
from server.negotiation import HTML, PROBLEM
from server.site import current_site

_PAGE = (HTML.media_type,)
_RDF = tuple(each.media_type for each in RDF_FORMATS)
_TABLE = ("text/csv", "application/json")
_RESULTS = tuple(each.media_type for each in RESULTS_FORMATS)

_RECONCILE = (
    *("reconcile", "match", "propose_properties"),
    *("suggest_entity", "suggest_property", "suggest_type"),
)

GIVES: dict[str, tuple[str, ...]] = {
    "documents.data": _RDF,
    "documents.context": (JSON_LD.media_type,),
    "descriptions.void": _RDF,
    "descriptions.sparql_examples": _RDF,
    "descriptions.robots": ("text/plain",),
    "descriptions.sitemap": ("application/xml",),
    "descriptions.sitemap_part": ("application/xml",),
    "descriptions.llms": ("text/markdown",),
    "descriptions.cff": ("application/yaml",),
    "descriptions.api": ("application/json",),
    "dumps.download": ("application/octet-stream",),
    "releases.index": (*_RDF, HTML.media_type),
    "releases.index_as": _RDF,
    "releases.one": (*_RDF, HTML.media_type),
    "releases.patch": ("application/n-quads", "application/rdf-patch", "application/json"),
    "feeds.atom": ("application/atom+xml",),
    "feeds.activities": ("application/activity+json",),
    "feeds.activity_page": ("application/activity+json",),
    "feeds.stream": _RDF,
    "feeds.stream_node": _RDF,
    "memento.timemap": ("application/link-format",),
    "cite.cite": ("application/json", HTML.media_type),
    "graph_store.graph_store": _RDF,
    "health.health": ("application/json",),
    "lists.entities": (*_PAGE, *_TABLE),
    "search.lookup": ("application/json", *_PAGE),
    "visuals.map_data": _TABLE,
    "visuals.network_data": _TABLE,
    "visuals.timeline_data": _TABLE,
    **{f"reconcile.{name}": ("application/json",) for name in _RECONCILE},
    "overviews.balance_data": _TABLE,
    "overviews.contradictions_data": _TABLE,
    "reports.neutrality": (*_RDF, HTML.media_type),
    "reports.validation": (*_RDF, HTML.media_type),
    "sparql.sparql": (*_RESULTS, *_RDF, HTML.media_type),
    "sparql.sparql_with_slash": (*_RESULTS, *_RDF, HTML.media_type),
    "sparql.sparql_as": (*_RESULTS, *_RDF),
    "static": ("text/css",),
}
"""Media types of what an address gives; where nothing is said, its extension tells, or it is a page."""

EXTENSIONS = {".geojson": "application/geo+json", ".json": "application/json", ".csv": "text/csv"}

REDIRECTS = frozenset(
    {
        "things.thing",
        "wikidata.item",
        "reports.neutrality_iri",
        "reports.validation_iri",
        "releases.version",
        "releases.old",
        "memento.timegate",
    }
)
"""Addresses that only lead elsewhere (303; 302 to what was in force at a time)."""

_TEXT = {"type": "string"}
_MANY = {"type": "array", "items": {"type": "string", "format": "iri"}}
_FORMAT = ("format", "Name, extension or media type of a format, where `Accept` admits it", _TEXT)
_QUERY = ("query", "SPARQL 1.1 query", _TEXT)
_RELEASE = ("release", "Version or id of the release to ask; the newest if none is named", _TEXT)
_DATASET = (
    ("default-graph-uri", "Graphs that make up the default graph", _MANY),
    ("named-graph-uri", "Named graphs of the dataset", _MANY),
)
_NUMBER = {"type": "integer", "minimum": 1, "default": 1}

READS: dict[str, tuple[tuple[str, str, dict[str, Any]], ...]] = {
    "lists.entities": (("format", "`csv` or `json`", {"type": "string", "enum": ["csv", "json"]}),),
    "documents.data": (
        ("page", "Which page of what points at the thing", _NUMBER),
        ("asof", "As of this day", {"type": "string", "format": "date"}),
        ("known", "With `asof`: leave out what no document published by that day says", _TEXT),
        _FORMAT,
    ),
    "cite.cite": (
        _QUERY,
        _RELEASE,
        ("hash", "SHA-256 of the result, to be checked", {"type": "string", "pattern": "^[0-9a-f]{64}$"}),
    ),
    "sparql.sparql": (_QUERY, _RELEASE, *_DATASET, _FORMAT),
    "sparql.sparql_with_slash": (_QUERY, *_DATASET, _FORMAT),
    "sparql.sparql_as": (_QUERY, _RELEASE, *_DATASET),
    "graph_store.graph_store": (
        ("graph", "IRI of a named graph", {"type": "string", "format": "iri"}),
        ("default", "The default graph", {"type": "string", "const": ""}),
        _FORMAT,
    ),
    "search.page": (
        ("q", "A name, or a part of one, in any script", _TEXT),
        ("kind", "Only this kind: `event`, `actor`, `claim`, `concept` ...", _TEXT),
        ("page", "Which page of what was found", _NUMBER),
    ),
    "search.lookup": (
        ("q", "A name, or a part of one, in any script", _TEXT),
        ("kind", "Only this kind: `event`, `actor`, `claim`, `concept` ...", _TEXT),
        ("limit", "Hits at most", {"type": "integer", "minimum": 1, "maximum": 100, "default": 10}),
    ),
    "descriptions.void": (_FORMAT,),
    "descriptions.sparql_examples": (_FORMAT,),
    "health.health": (("deep", "Ask the store too", _TEXT),),
}
"""Query parameters: name, meaning, schema."""

_METHODS = ("GET", "POST")
_CONVERTER = re.compile(r"<(?:[^:<>]+:)?([^<>]+)>")


def openapi() -> str:
    """Give the document for the application that answers the request."""
    site = current_site()
    spec = APISpec(
        title=site.publication.title,
        version=site.publication.version or "0",
        openapi_version="3.1.0",
        info={"description": "Pages for people, RDF and SPARQL for machines. Every GET answers HEAD too."},
        servers=[{"url": url_for("home.home", _external=True).rstrip("/")}],
    )
    spec.components.schema("Problem", _problem())
    for path, operations in sorted(_paths().items()):
        spec.path(path, operations=operations)
    return json.dumps(spec.to_dict(), ensure_ascii=False, indent=1) + "\n"


def path_of(rule: Rule) -> str:
    """Give the path of a route as OpenAPI writes it: `/data/{path}`."""
    return _CONVERTER.sub(r"{\1}", rule.rule)


def _paths() -> dict[str, dict[str, Any]]:
    found: dict[str, dict[str, Any]] = {}
    for rule in current_app.url_map.iter_rules():
        methods = [each for each in _METHODS if each in (rule.methods or ())]
        operations = {each.lower(): _operation(rule, each) for each in methods}
        found.setdefault(path_of(rule), {}).update(operations)
    return found


def _operation(rule: Rule, method: str) -> dict[str, Any]:
    view = current_app.view_functions[rule.endpoint]
    name = method.lower() + path_of(rule).translate({ord("/"): "-", ord("{"): None, ord("}"): None})
    operation: dict[str, Any] = {
        "operationId": name,
        "summary": (view.__doc__ or rule.endpoint).strip().partition("\n")[0],
        "parameters": [_path_parameter(each) for each in sorted(rule.arguments)],
        "responses": _responses(rule),
    }
    if method == "GET":
        operation["parameters"] += [_query_parameter(*each) for each in READS.get(rule.endpoint, ())]
    else:
        operation["requestBody"] = _body(rule.endpoint)
    return operation


def _path_parameter(name: str) -> dict[str, Any]:
    return {"name": name, "in": "path", "required": True, "schema": _TEXT}


def _query_parameter(name: str, meaning: str, schema: dict[str, Any]) -> dict[str, Any]:
    return {"name": name, "in": "query", "description": meaning, "schema": schema}


def _given(rule: Rule) -> tuple[str, ...]:
    """Give the media types of an address: as the table says, or as its extension does, or a page."""
    by_extension = (kind for end, kind in EXTENSIONS.items() if rule.rule.endswith(end))
    return GIVES.get(rule.endpoint) or tuple(by_extension) or _PAGE


def _responses(rule: Rule) -> dict[str, Any]:
    schema = {"schema": {"$ref": "#/components/schemas/Problem"}}
    problem = {"description": "What went wrong, and how to mend it", "content": {PROBLEM.media_type: schema}}
    if rule.endpoint in REDIRECTS:
        document = {"description": "The document about the thing is at `Location`"}
        gone = {**problem, "description": "Withdrawn: with the reason and what stands in its place"}
        return {"303": document, "410": gone, "default": problem}
    given = {"description": "What was asked for", "content": _content(_given(rule))}
    return {"200": given, "304": {"description": "What the client has is current"}, "default": problem}


def _content(media_types: tuple[str, ...]) -> dict[str, Any]:
    return {each: {} for each in media_types}


def _body(endpoint: str) -> dict[str, Any]:
    if not endpoint.startswith("sparql."):
        return {
            "required": True,
            "content": _content(("application/json", "application/x-www-form-urlencoded")),
        }
    form = {"type": "object", "required": ["query"], "properties": {"query": _TEXT}}
    return {
        "required": True,
        "content": {
            "application/x-www-form-urlencoded": {"schema": form},
            "application/sparql-query": {"schema": _TEXT},
        },
    }


def _problem() -> dict[str, Any]:
    """Describe problem details: https://www.rfc-editor.org/rfc/rfc9457."""
    properties: dict[str, Any] = {
        "type": {"type": "string", "format": "uri-reference"},
        "title": _TEXT,
        "status": {"type": "integer"},
        "detail": _TEXT,
        "instance": {"type": "string", "format": "uri-reference"},
        "id": {"type": "string", "description": "The id of the request, as in the log"},
        "mend": {"type": "string", "description": "What to do about it"},
        "line": {"type": "integer"},
        "column": {"type": "integer"},
        "successors": {"type": "array", "items": {"type": "string", "format": "iri"}},
    }
    return {"type": "object", "required": ["type", "title", "status"], "properties": properties}
