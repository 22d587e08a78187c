"""`/wikidata/Q399`: from an item or property of Wikidata to what is described here."""

from __future__ import annotations

import re

from flask import Blueprint, Response, redirect
from rdflib import SKOS
from werkzeug.wrappers import Response as BaseResponse

from kg.errors import NotFoundError
from server.links import below_root
from server.site import current_site
from server.solutions import Solution

blueprint = Blueprint("wikidata", __name__)

ENTITY = "http://www.wikidata.org/entity/"
_IDENTIFIER = re.compile(r"[QP][1-9]\d{0,11}")


@blueprint.get("/wikidata/<identifier>")
def item(identifier: str) -> BaseResponse:
    """Lead to the thing that is exactly the item; where there is none, say what is known of the item."""
    name = identifier.upper()
    if not _IDENTIFIER.fullmatch(name):
        raise NotFoundError(
            f"'{identifier}' is no identifier of Wikidata.",
            mend="Give an item, such as /wikidata/Q244165, or a property, such as /wikidata/P710.",
        )
    rows = current_site().select("wikidata", item=f"{ENTITY}{name}")
    exact = [row for row in rows if row["match"].value == str(SKOS.exactMatch) and "denied" not in row]
    if not exact:
        raise NotFoundError(f"Nothing here is exactly {ENTITY}{name}.", mend=_what_is_known(rows))
    path = current_site().iris.path(exact[0]["thing"].value)
    return redirect(below_root(path), 303, Response)


def _what_is_known(rows: tuple[Solution, ...]) -> str:
    if not rows:
        return "No link to it is recorded, but it may be described here all the same: look by its name."
    said = [row["label"].value for row in rows if "label" in row]
    return f"What is recorded of it: {'; '.join(said)}."
