"""What changed, to follow: Atom, ActivityStreams 2.0, and a Linked Data Event Stream.

https://www.rfc-editor.org/rfc/rfc4287, https://www.w3.org/TR/activitystreams-core/,
https://w3id.org/ldes/specification. One activity stands for each thing that a release creates, updates or
deletes.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass

import pyoxigraph as ox
from feedgen.feed import FeedGenerator
from flask import Blueprint, Response, request, url_for

from kg.changes import Changes, changes_of
from kg.errors import NotFoundError
from kg.formats import RDF_FORMATS
from kg.release import Release
from server.memento import address_of, site_root
from server.site import current_site, preference
from server.views.activities import Activity, activities_of, member, stream_of

blueprint = Blueprint("feeds", __name__, url_prefix="/releases")

ACTIVITY_JSON = "application/activity+json"
_CONTEXT = "https://www.w3.org/ns/activitystreams"
_PAGE = 500


@blueprint.get("/feed.atom")
def atom() -> Response:
    """Give an entry for each release, the newest first, with its change notes in words."""
    publication = current_site().publication
    history = publication.history
    if not history.releases:
        raise NotFoundError("There are no releases of what is served here.", mend="See the home page.")
    feed = FeedGenerator()
    feed.id(publication.iris.dataset)
    feed.title(f"{publication.title}: releases")
    feed.author(name=publication.title)
    feed.link(href=url_for(".atom", _external=True), rel="self", type="application/atom+xml")
    feed.link(href=url_for("releases.index", _external=True), rel="alternate", type="text/html")
    feed.updated(history.latest.manifest.moment)
    for release in history.releases:
        address = address_of(release, history)
        entry = feed.add_entry()
        entry.id(publication.iris.release(address))
        entry.title(f"Release {release.manifest.version}")
        entry.updated(release.manifest.moment)
        entry.link(href=url_for("releases.one", name=address, _external=True), rel="alternate")
        entry.summary(_in_words(changes_of(history, release)))
    return _tagged(Response(feed.atom_str(pretty=True), content_type="application/atom+xml"))


@blueprint.get("/activities")
def activities() -> Response:
    """Give the collection of all activities, by its first and last page."""
    pages = _pages()
    document = {
        "@context": _CONTEXT,
        "id": url_for(".activities", _external=True),
        "type": "OrderedCollection",
        "totalItems": sum(len(page.items) for page in pages),
        "first": {"id": pages[0].url("activity_page"), "type": "OrderedCollectionPage"},
        "last": {"id": pages[-1].url("activity_page"), "type": "OrderedCollectionPage"},
    }
    return _activity_json(document)


@blueprint.get("/activities/<name>/<int:number>")
def activity_page(name: str, number: int) -> Response:
    """Give a page of activities, those of one release; the oldest first."""
    pages = _pages()
    place = _place(pages, name, number)
    page = pages[place]
    document = {
        "@context": _CONTEXT,
        "id": page.url("activity_page"),
        "type": "OrderedCollectionPage",
        "partOf": {"id": url_for(".activities", _external=True), "type": "OrderedCollection"},
        "orderedItems": [item.document() for item in page.items],
    }
    for relation, beside in (("prev", place - 1), ("next", place + 1)):
        if 0 <= beside < len(pages):
            document[relation] = {"id": pages[beside].url("activity_page"), "type": "OrderedCollectionPage"}
    return _activity_json(document)


@blueprint.get("/ldes")
def stream() -> Response:
    """Describe the event stream and lead to its nodes, each of one release and later than a date."""
    collection = url_for(".stream", _external=True)
    nodes = [(page.url("stream_node"), page.release.manifest.moment) for page in _pages()]
    return _rdf([*stream_of(collection, nodes)])


@blueprint.get("/ldes/<name>/<int:number>")
def stream_node(name: str, number: int) -> Response:
    """Give the members of one node of the event stream."""
    pages = _pages()
    page = pages[_place(pages, name, number)]
    collection = url_for(".stream", _external=True)
    return _rdf(
        [
            *stream_of(collection, [], node=page.url("stream_node")),
            *(triple for item in page.items for triple in member(collection, item)),
        ]
    )


@dataclass(frozen=True, slots=True)
class _Page:
    """Some of the activities of a release."""

    release: Release
    name: str
    number: int
    items: list[Activity]

    def url(self, endpoint: str) -> str:
        """Give the address of its page or node."""
        return url_for(f".{endpoint}", name=self.name, number=self.number, _external=True)


def _pages() -> list[_Page]:
    """Give all pages, the oldest first. Raises `NotFoundError` if there is no release with notes."""
    history = current_site().publication.history
    found = []
    for release in history.releases:
        name, changes = address_of(release, history), changes_of(history, release)
        items = activities_of(changes, release, name, site_root()) if changes else []
        found += [
            _Page(release, name, start // _PAGE + 1, items[start : start + _PAGE])
            for start in range(0, len(items), _PAGE)
        ]
    if not found:
        raise NotFoundError("No changes are recorded of what is served here.", mend="Run kg release.")
    return found


def _place(pages: list[_Page], name: str, number: int) -> int:
    places = [place for place, page in enumerate(pages) if (page.name, page.number) == (name, number)]
    if not places:
        raise NotFoundError(f"There is no page {number} of '{name}'.", mend="See /releases/activities.")
    return places[0]


def _in_words(changes: Changes | None) -> str:
    if changes is None or not changes.items:
        return "No changes are recorded."
    parts = [
        f"{kind}: {', '.join(f'{count} {action}' for action, count in counts.items() if count)}"
        for kind, counts in changes.counts.items()
    ]
    return "; ".join(parts) + "."


def _activity_json(document: Mapping[str, object]) -> Response:
    body = json.dumps(document, ensure_ascii=False, indent=1) + "\n"
    return _tagged(Response(body, content_type=ACTIVITY_JSON))


def _rdf(triples: list[ox.Triple]) -> Response:
    chosen = preference().choose(RDF_FORMATS)
    body = ox.serialize(dict.fromkeys(triples), format=chosen.rdf) or b""
    return _tagged(Response(body, content_type=chosen.content_type))


def _tagged(response: Response) -> Response:
    response.add_etag()
    response.make_conditional(request)
    return response
