"""The dumps of the release: an index, and the files with ranges and conditional requests."""

from __future__ import annotations

from flask import Blueprint, Response, render_template, send_from_directory

from kg.errors import NotFoundError
from server.site import current_site

blueprint = Blueprint("dumps", __name__, url_prefix="/dumps")


@blueprint.get("/")
def index() -> str:
    """Show what can be downloaded."""
    return render_template("dumps.html")


@blueprint.get("/<name>")
def download(name: str) -> Response:
    """Give one file."""
    publication = current_site().publication
    known = {dump.name: dump for dump in publication.dumps}
    if name not in known or publication.folder is None:
        raise NotFoundError(f"There is no dump called '{name}'.", mend="See /dumps/ for those there are.")
    # A strong ETag: files of a release never change, and their digests are in its manifest.
    etag = known[name].sha256 or True
    return send_from_directory(
        publication.folder,
        name,
        mimetype=known[name].media_type,
        as_attachment=True,
        conditional=True,
        etag=etag,
    )
