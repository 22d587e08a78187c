"""What a SPARQL Protocol request asks for, however it was sent.

https://www.w3.org/TR/sparql11-protocol/#query-operation. Parameters that the protocol does not know are
tolerated; what it forbids is refused.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from urllib.parse import parse_qsl

from flask import Request
from werkzeug.datastructures import MultiDict
from werkzeug.exceptions import BadRequest, UnsupportedMediaType
from yarl import query_to_pairs

from kg.errors import QueryRefusedError

DIRECT = "application/sparql-query"
FORM = "application/x-www-form-urlencoded"
UPDATE = "application/sparql-update"

_BEYOND_ASCII = re.compile("%[89A-Fa-f]")


@dataclass(frozen=True, slots=True)
class QueryRequest:
    """A query with the RDF dataset to put it to, and the formats that the request names."""

    text: str
    default_graphs: tuple[str, ...] = ()
    named_graphs: tuple[str, ...] = ()
    format_names: tuple[str, ...] = ()


def read_request(request: Request) -> QueryRequest:
    """Read a request.

    Raises `QueryRefusedError` for updates, `UnsupportedMediaType` for other bodies, and `BadRequest`
    unless there is exactly one query.
    """
    parameters = _parameters(request)
    if "update" in parameters or request.mimetype == UPDATE:
        raise QueryRefusedError(
            "This endpoint answers queries only; it takes no updates.", mend="Send a query."
        )
    texts = parameters.getlist("query")
    if len(texts) != 1 or not texts[0].strip():
        found = "Several queries" if len(texts) > 1 else "No query"
        raise BadRequest(f"{found} in the request. Send one, as the parameter 'query' or as body.")
    return QueryRequest(
        texts[0],
        tuple(parameters.getlist("default-graph-uri")),
        tuple(parameters.getlist("named-graph-uri")),
        tuple(parameters.getlist("format") + parameters.getlist("output")),
    )


def read_plain(query_string: str) -> QueryRequest | None:
    """Read what stands behind the question mark, in a tenth of the time; `None` where it is not plain."""
    if not query_string.isascii():
        return None
    try:
        # The quick reading keeps bytes that are no UTF-8 as they were sent.
        pairs = (_strictly if _BEYOND_ASCII.search(query_string) else query_to_pairs)(query_string)
    except ValueError:
        return None
    found: dict[str, list[str]] = {}
    for name, value in pairs:
        found.setdefault(name, []).append(value)
    texts = found.get("query", ())
    if len(texts) != 1 or not texts[0].strip() or "update" in found:
        return None
    return QueryRequest(
        texts[0],
        tuple(found.get("default-graph-uri", ())),
        tuple(found.get("named-graph-uri", ())),
        (*found.get("format", ()), *found.get("output", ())),
    )


def _strictly(query_string: str) -> list[tuple[str, str]]:
    return parse_qsl(query_string, keep_blank_values=True, errors="strict")


def _parameters(request: Request) -> MultiDict[str, str]:
    parameters: MultiDict[str, str] = MultiDict(request.args)
    if request.method != "POST":
        return parameters
    if request.mimetype == FORM:
        parameters.update(request.form)
    elif request.mimetype == DIRECT:
        parameters.add("query", _body(request))
    elif request.mimetype != UPDATE:
        raise UnsupportedMediaType(f"Send the query as {DIRECT} or {FORM}.")
    return parameters


def _body(request: Request) -> str:
    charset = request.mimetype_params.get("charset", "utf-8")
    if charset.lower() not in {"utf-8", "utf8"}:
        raise UnsupportedMediaType("A SPARQL query is sent as UTF-8.")
    try:
        return request.get_data().decode("utf-8")
    except UnicodeDecodeError as error:
        raise BadRequest(f"The query is not UTF-8: {error.reason}, byte {error.start}.") from None
