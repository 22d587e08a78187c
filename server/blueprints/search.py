"""Search by name: a page for people, and a look-up for programs in the form of DBpedia Lookup.

https://github.com/dbpedia/dbpedia-lookup: `docs` is a list whose members hold lists.
"""

from __future__ import annotations

import json

from flask import Blueprint, Response, render_template, request

from kg.errors import UsageError
from kg.search import Hit
from server.languages import lazy_gettext
from server.links import href
from server.negotiation import HTML, Preference
from server.site import current_site, preference
from server.views.listing import PLURALS
from server.views.search import KINDS_FOUND, search

blueprint = Blueprint("search", __name__)

MOST = 100
"""Hits that one look-up gives at most."""
_HEADINGS = {**PLURALS, "concept": lazy_gettext("Concepts")}


@blueprint.get("/search")
def page() -> str:
    """Show what was found, or the form alone."""
    text, kind = request.args.get("q", ""), _kind()
    found = search(current_site(), text, kind, _number("page", 1, 10_000))
    return render_template("search.html", found=found, headings=_HEADINGS)


@blueprint.get("/lookup")
def lookup() -> Response | str:
    """Give what fits `q` (or `query`) best, as JSON, or as a page where that is preferred."""
    text = request.args.get("q") or request.args.get("query") or ""
    limit = _number("limit", _number("maxResults", 10, MOST), MOST)
    found = search(current_site(), text, _kind(), size=max(1, limit))
    if _wants_page(preference()):
        return render_template("search.html", found=found, headings=_HEADINGS)
    body = json.dumps({"docs": [_document(hit) for hit in found.hits]}, ensure_ascii=False)
    return Response(body, content_type="application/json")


def _wants_page(asked: Preference) -> bool:
    named = request.args.get("format", "").lower()
    return named == HTML.name or (not named and asked.prefers_html)


def _document(hit: Hit) -> dict[str, list[str]]:
    return {
        "resource": [hit.thing],
        "label": [hit.label],
        "typeName": [hit.kind],
        "redirectlabel": [hit.name],
        "language": [hit.language],
        "score": [str(hit.score)],
        "page": [href(hit.thing)],
    }


def _kind() -> str:
    kind = request.args.get("kind") or request.args.get("typeName") or ""
    if kind and kind not in KINDS_FOUND:
        raise UsageError(f"There is no kind '{kind}'.", mend=f"Use one of: {', '.join(KINDS_FOUND)}.")
    return kind


def _number(name: str, default: int, most: int) -> int:
    text = request.args.get(name, "")
    if text and not (text.isascii() and text.isdigit()):
        raise UsageError(f"'{text}' is no number for '{name}'.", mend="Give a whole number.")
    return min(int(text or default), most)
