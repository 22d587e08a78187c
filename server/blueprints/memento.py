"""TimeGate and TimeMap of every page and data: https://www.rfc-editor.org/rfc/rfc7089#section-3."""

from __future__ import annotations

from datetime import UTC

from flask import Blueprint, Response, redirect, request
from werkzeug.exceptions import BadRequest
from werkzeug.http import http_date, parse_date
from werkzeug.wrappers import Response as BaseResponse

from kg.history import in_force
from kg.release import Release
from server.memento import Original, site_root
from server.site import current_site

blueprint = Blueprint("memento", __name__)

LINK_FORMAT = "application/link-format"


@blueprint.get("/timegate/<path:target>", merge_slashes=False)
def timegate(target: str) -> BaseResponse:
    """Lead to the memento that was in force at `Accept-Datetime`; without it, to the newest.

    Raises `BadRequest` for a date that is none (https://www.rfc-editor.org/rfc/rfc7089#section-4.5.3).
    """
    original = Original.of(current_site(), _path(target))
    response = redirect(original.memento(_wanted(original)), 302, Response)
    response.headers["Vary"] = "Accept-Datetime"
    for link in original.links():
        response.headers.add("Link", link)
    return response


@blueprint.get("/timemap/link/<path:target>", merge_slashes=False)
def timemap(target: str) -> Response:
    """List all mementos (https://www.rfc-editor.org/rfc/rfc7089#section-5, RFC 6690)."""
    original = Original.of(current_site(), _path(target))
    first, last = original.mementos[0], original.mementos[-1]
    span = f'from="{_date(first)}"; until="{_date(last)}"'
    lines = [
        f'<{original.url}>; rel="original"',
        f'<{original.timemap}>; rel="self"; type="{LINK_FORMAT}"; {span}',
        f'<{original.timegate}>; rel="timegate"',
    ]
    for release in original.mementos:
        names = [name for name, each in (("first", first), ("last", last)) if each == release]
        lines.append(original.link(release, *names))
    response = Response(",\n".join(lines) + "\n", content_type=LINK_FORMAT)
    response.add_etag()
    response.make_conditional(request)
    return response


def _wanted(original: Original) -> Release:
    header = request.headers.get("Accept-Datetime", "")
    if not header:
        return original.mementos[-1]
    moment = parse_date(header)
    if moment is None:
        raise BadRequest(f"Accept-Datetime is no date: {header!r}. Write it as {http_date(0)}.")
    return in_force(original.mementos, moment.astimezone(UTC))


def _date(release: Release) -> str:
    return http_date(release.manifest.moment)


def _path(target: str) -> str:
    """Give the path below our root from a path, an address on this site, or an IRI of ours."""
    for head in (f"{site_root()}/", current_site().iris.base):
        if target.startswith(head):
            return target.removeprefix(head)
    return target.lstrip("/")
