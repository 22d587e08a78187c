"""Memento: what a page said at a time (https://www.rfc-editor.org/rfc/rfc7089).

The original is the page or data of a thing at its usual address, its mementos are the same below
`/release/{name}/`, dated as the release is. The original answers `Accept-Datetime` itself too.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from urllib.parse import quote

from flask import Flask, Response, request
from werkzeug.http import http_date

from kg.errors import NotFoundError
from kg.history import History
from kg.release import Release
from kg.subjects import subjects_of
from server.archive import ROOT
from server.negotiation import split_extension
from server.site import Site, current_site

_DOCUMENTS = {"documents.page", "documents.data"}


@dataclass(frozen=True, slots=True)
class Original:
    """A page or data of ours, by its path below the root of the site, and its mementos, the oldest first."""

    path: str
    history: History
    mementos: Sequence[Release]

    @classmethod
    def of(cls, site: Site, path: str) -> Original:
        """Find the mementos of what stands at `path`.

        Raises `NotFoundError` if no release says anything of it.
        """
        history = site.publication.history
        iri = _iri_at(site, path)
        mementos = [each for each in history.releases if _tells_of(each, iri)]
        if not mementos:
            raise NotFoundError(f"No release tells of {iri}.", mend="/releases/ lists those there are.")
        return cls(path, history, mementos)

    @property
    def url(self) -> str:
        """The address of the original (URI-R)."""
        return f"{site_root()}/{quote(self.path)}"

    @property
    def timegate(self) -> str:
        """The address of its TimeGate (URI-G)."""
        return f"{site_root()}/timegate/{quote(self.path)}"

    @property
    def timemap(self) -> str:
        """The address of its TimeMap (URI-T)."""
        return f"{site_root()}/timemap/link/{quote(self.path)}"

    def memento(self, release: Release) -> str:
        """Give the address of the memento in a release (URI-M)."""
        return f"{site_root()}/release/{address_of(release, self.history)}/{quote(self.path)}"

    def links(self, shown: Release | None = None) -> list[str]:
        """Give the links to original, TimeGate, TimeMap and mementos, as `Link` headers have them.

        With a memento that is shown, also to its neighbours (https://www.rfc-editor.org/rfc/rfc7089#section-2.2).
        """
        found = [
            f'<{self.url}>; rel="original"',
            f'<{self.timegate}>; rel="timegate"',
            f'<{self.timemap}>; rel="timemap"; type="application/link-format"',
        ]
        last = len(self.mementos) - 1
        places = {"first": 0, "last": last}
        if shown in self.mementos:
            at = self.mementos.index(shown)
            places |= {"prev": at - 1, "": at, "next": at + 1}
        for place in sorted({place for place in places.values() if 0 <= place <= last}):
            names = [name for name, wanted in places.items() if name and wanted == place]
            found.append(self.link(self.mementos[place], *names))
        return found

    def link(self, release: Release, *names: str) -> str:
        """Give the link to one memento, with its date."""
        relation = " ".join([*names, "memento"])
        return f'<{self.memento(release)}>; rel="{relation}"; datetime="{http_date(release.manifest.moment)}"'


def address_of(release: Release, history: History) -> str:
    """Give the name of a release in addresses: its version once it is sealed, else its id."""
    manifest = release.manifest
    is_named = manifest.id != history.draft and release in history.releases
    return quote(manifest.version if is_named else manifest.id, safe="")


def root() -> str:
    """Give the path of the root of the whole site, also in the site of an old release."""
    return str(request.environ.get(ROOT, request.root_path))


def site_root() -> str:
    """Give the same with scheme and host."""
    return request.host_url.rstrip("/") + quote(root())


def is_old() -> bool:
    """Tell whether the request is to the site of one release, which does not change."""
    return ROOT in request.environ


def install(app: Flask) -> None:
    """Let pages and data say where their past is."""
    app.after_request(_add)
    app.context_processor(lambda: {"is_old": is_old, "site_path": root})


def _add(response: Response) -> Response:
    site = current_site()
    if request.endpoint not in _DOCUMENTS or response.status_code not in {200, 304, 410}:
        return response
    if not site.publication.id:
        return response
    try:
        original = Original.of(site, request.path.removeprefix("/"))
    except NotFoundError:
        return response
    shown = site.publication.history.find(site.publication.id) if is_old() else None
    for link in original.links(shown) if shown else original.links()[:3]:
        response.headers.add("Link", link)
    if shown is not None:
        response.headers["Memento-Datetime"] = http_date(shown.manifest.moment)
    return response


def _iri_at(site: Site, path: str) -> str:
    kind, _, rest = path.partition("/")
    stem, _ = split_extension(rest if kind in {"page", "data"} else path)
    return site.iris.of_document(stem) if kind in {"page", "data"} else f"{site.iris.base}{stem}"


def _tells_of(release: Release, iri: str) -> bool:
    """Tell whether a release has it; one that was built without a list of its subjects is taken to."""
    subjects = subjects_of(release.path)
    return subjects is None or iri in subjects
