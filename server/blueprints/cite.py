"""A result to cite: query, release and hash of the result as one address that anybody can check.

`/cite?query=...` is answered for the release in use, `/cite?release=...&query=...` for another, and with
`hash=` it says whether the result is still that.
"""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass
from urllib.parse import urlencode

from flask import Blueprint, Response, render_template, request
from werkzeug.exceptions import BadRequest

from kg.errors import NotFoundError, QueryTooLargeError
from kg.fingerprint import WANTED, hash_of
from kg.store import Formats
from server.memento import address_of, site_root
from server.negotiation import HTML, PROBLEM
from server.query_request import read_request
from server.site import current_site, preference

blueprint = Blueprint("cite", __name__)

_JSON = "application/json"


@dataclass(frozen=True, slots=True)
class Citation:
    """What is to be cited; `verified` is `None` where no hash was given to compare."""

    query: str
    release: str
    version: str
    date: str
    dataset: str
    form: str
    count: int
    hash: str
    link: str
    result: str
    text: str
    verified: bool | None = None


@blueprint.get("/cite")
def cite() -> Response:
    """Give the citation of a query's result, for people or as JSON."""
    asked = read_request(request)
    citation = _citation(asked.text, request.args.get("hash", ""))
    if preference().best((PROBLEM, HTML)) is HTML:
        return _tagged(Response(render_template("cite.html", citation=citation)))
    body = json.dumps(asdict(citation), ensure_ascii=False, indent=1) + "\n"
    return _tagged(Response(body, content_type=_JSON))


def _citation(query: str, wanted: str) -> Citation:
    site = current_site()
    publication = site.publication
    if not publication.id:
        raise NotFoundError("What is served here is no release.", mend="Results of a release can be cited.")
    if wanted and (len(wanted) != 64 or not set(wanted) <= set("0123456789abcdef")):
        raise BadRequest("The hash is 64 hexadecimal digits in lower case: a SHA-256.")
    limits = Formats(WANTED.results, WANTED.graph, site.settings.results, site.settings.size << 20)
    answer = site.store.query(query, limits)
    if answer.truncated:
        raise QueryTooLargeError("The result is too large to be cited whole.", mend="Ask for less of it.")
    found = hash_of(answer)
    history = publication.history
    release = address_of(history.find(publication.id), history)
    link = f"{site_root()}/cite?{urlencode({'release': release, 'query': query, 'hash': found})}"
    return Citation(
        query=query,
        release=publication.id,
        version=publication.version,
        date=publication.modified,
        dataset=publication.iris.release(release),
        form=answer.form,
        count=answer.count,
        hash=found,
        link=link,
        result=f"{site_root()}/release/{release}/sparql?{urlencode({'query': query})}",
        text=f"{publication.title}, release {publication.version} ({publication.modified}), "
        f"{publication.iris.release(release)}. Result of a SPARQL query, sha256:{found}, {link}",
        verified=wanted == found if wanted else None,
    )


def _tagged(response: Response) -> Response:
    response.add_etag()
    response.make_conditional(request)
    return response
