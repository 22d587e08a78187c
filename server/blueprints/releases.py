"""The releases side by side: what each holds, what changed, and the patch from the one before."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

import pyoxigraph as ox
from flask import Blueprint, Response, redirect, render_template, request, send_file, url_for
from werkzeug.wrappers import Response as BaseResponse

from kg.changes import ADDED_FILE, NOTES, PATCH_FILE, REMOVED_FILE, changes_folder, changes_of
from kg.dump import serialise
from kg.errors import NotFoundError
from kg.formats import N_QUADS, RDF_FORMATS, Format
from kg.history import LATEST, History
from server.links import data_url, page_url
from server.memento import address_of, root
from server.negotiation import HTML, split_extension
from server.site import current_site, preference
from server.views.releases import catalogue, described

blueprint = Blueprint("releases", __name__)

_OFFERS = (*RDF_FORMATS, HTML)
_FILES = {
    REMOVED_FILE: N_QUADS.media_type,
    ADDED_FILE: N_QUADS.media_type,
    PATCH_FILE: "application/rdf-patch",
    NOTES: "application/json",
}
"""What there is of the changes, with media types."""

_SHOWN = 200
"""Changes of one kind that a page lists; the rest is in the notes."""


@blueprint.get("/releases/")
def index() -> Response:
    """List the releases, for people or as DCAT."""
    history = current_site().publication.history
    chosen = preference().choose(_OFFERS)
    if chosen is not HTML:
        return _rdf(catalogue(history), chosen)
    newest_first = [(each, address_of(each, history)) for each in reversed(history.releases)]
    followed = any(changes_of(history, each) for each in history.releases)
    page = render_template("releases.html", releases=newest_first, history=history, followed=followed)
    return _tagged(Response(page))


@blueprint.get("/releases.<extension>")
def index_as(extension: str) -> Response:
    """List the releases in the RDF syntax that the extension names."""
    _, chosen = split_extension(f"releases.{extension}")
    if chosen is None:
        raise NotFoundError(f"There is no format '{extension}' here.", mend="As /releases.ttl.")
    return _rdf(catalogue(current_site().publication.history), chosen)


@blueprint.get("/releases/<name>")
def one(name: str) -> Response:
    """Describe one release and what changed in it."""
    history = current_site().publication.history
    stem, wanted = split_extension(name)
    release = history.find(stem)
    chosen = wanted or preference().choose(_OFFERS)
    if chosen is not HTML:
        return _rdf(described(release, history), chosen)
    before = history.before(release)
    page = render_template(
        "release.html",
        release=release,
        address=address_of(release, history),
        is_draft=release.manifest.id == history.draft,
        before=before and (before, address_of(before, history)),
        changes=changes_of(history, release),
        files=_there(changes_folder(history, release)),
        shown=_SHOWN,
    )
    return _tagged(Response(page))


@blueprint.get("/releases/<name>/<file>")
def patch(name: str, file: str) -> Response:
    """Give a file of the changes from the release before."""
    history = current_site().publication.history
    release = history.find(name)
    path = changes_folder(history, release) / file
    if file not in _FILES or not path.is_file():
        raise NotFoundError(
            f"There is no {file} of the release {name}.", mend=f"See {url_for('.one', name=name)}."
        )
    return send_file(
        path,
        mimetype=_FILES[file],
        conditional=True,
        etag=f"{path.parent.name}-{file}",
        last_modified=release.manifest.moment,
    )


def _is_released(history: History, name: str) -> bool:
    """Tell whether a release goes by `name`; a draft goes by its id, not by its version."""
    try:
        return address_of(history.find(name), history) == name
    except NotFoundError:
        return False


@blueprint.get("/dataset/<name>")
def version(name: str) -> BaseResponse:
    """Lead from the IRI of a release to its description."""
    site = current_site()
    stem, wanted = split_extension(name)
    chosen = wanted or preference().choose(_OFFERS)
    iri = site.iris.release(stem)
    if not _is_released(site.publication.history, stem):
        site.require(iri)
        return redirect(page_url(iri) if chosen is HTML else data_url(iri, chosen), 303, Response)
    target = stem if chosen is HTML else f"{stem}{chosen.extension}"
    return redirect(url_for(".one", name=target), 303, Response)


@blueprint.get("/release/<name>")
@blueprint.get("/release/<name>/<path:rest>")
@blueprint.get("/release/<name>/")
def old(name: str, rest: str = "") -> BaseResponse:
    """Lead to the site of a release, by the name that stays; `/release/latest/...` to that of the newest.

    What comes here was not taken by `server.archive`: another name than that, or no release at all.
    """
    history = current_site().publication.history
    release = history.find(name)
    asked = request.query_string.decode("latin-1")
    target = f"{root()}/release/{address_of(release, history)}/{rest}"
    response = redirect(f"{target}?{asked}" if asked else target, 302, Response)
    response.headers["Cache-Control"] = "no-store" if name == LATEST else "no-cache"
    return response


def _there(folder: Path) -> list[tuple[str, int]]:
    return [(name, (folder / name).stat().st_size) for name in _FILES if (folder / name).is_file()]


def _rdf(triples: Iterable[ox.Triple], chosen: Format) -> Response:
    quads = [ox.Quad(each.subject, each.predicate, each.object) for each in triples]
    body = serialise(quads, chosen, current_site().publication.prefixes)
    return _tagged(Response(body, content_type=chosen.content_type))


def _tagged(response: Response) -> Response:
    response.add_etag()
    response.make_conditional(request)
    return response
