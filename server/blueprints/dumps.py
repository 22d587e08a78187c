"""The dumps of the release: an index, and the files with ranges, conditional requests and checksums.

Ranges: https://www.rfc-editor.org/rfc/rfc9110#section-14; `Repr-Digest`: https://www.rfc-editor.org/rfc/rfc9530.
"""

from __future__ import annotations

from base64 import b64encode

from flask import Blueprint, Response, render_template, request, send_from_directory
from werkzeug.exceptions import RequestedRangeNotSatisfiable

from kg.errors import NotFoundError
from kg.release import moment_of
from server.publication import Dump
from server.site import current_site

blueprint = Blueprint("dumps", __name__, url_prefix="/dumps")


@blueprint.get("/")
def index() -> str:
    """Show what can be downloaded."""
    return render_template("dumps.html")


@blueprint.get("/<path:name>")
def download(name: str) -> Response:
    """Give one file, or the parts of it that are asked for.

    Its tag is strong and its digest is that of the whole: files of a release never change, and the manifest
    has their checksums. Its date is that of the release, whenever the file was written.
    """
    publication = current_site().publication
    found = next((dump for dump in publication.dumps if dump.name == name), None)
    if found is None or publication.folder is None:
        raise NotFoundError(f"There is no dump called '{name}'.", mend="See /dumps/ for those there are.")
    response = send_from_directory(
        publication.folder,
        name,
        mimetype=found.media_type,
        as_attachment=True,
        conditional=False,
        etag=found.sha256,
        last_modified=moment_of(publication.modified) if publication.modified else None,
    )
    response.headers["Repr-Digest"] = _digest(found)
    ignored = _ignored(is_draft=publication.id == publication.history.draft)
    environ = {key: value for key, value in request.environ.items() if key not in ignored}
    try:
        response.make_conditional(environ, accept_ranges=True, complete_length=found.bytes)
    except RequestedRangeNotSatisfiable:
        response.close()
        raise
    return response


def _ignored(*, is_draft: bool) -> set[str]:
    """Give the conditions that are not looked at.

    Several ranges at once, and other units, are answered with the whole, as the RFC allows. The files of a
    draft may change on one day, so that only their tags tell them apart.
    """
    asked = request.headers.get("Range", "")
    ignored = set() if asked.startswith("bytes=") and "," not in asked else {"HTTP_RANGE"}
    if is_draft:
        ignored.add("HTTP_IF_MODIFIED_SINCE")
        if request.if_range.date is not None:
            ignored.add("HTTP_RANGE")
    return ignored


def _digest(dump: Dump) -> str:
    return f"sha-256=:{b64encode(bytes.fromhex(dump.sha256)).decode()}:"
