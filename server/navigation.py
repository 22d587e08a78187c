"""The ways into the record: what stands in the navigation of every page and on the home page.

A way whose page is not part of this server (a part may be left out, or not be built) is not shown.
"""

from __future__ import annotations

from dataclasses import dataclass

from flask import Flask, current_app, request
from werkzeug.exceptions import HTTPException
from werkzeug.routing import RequestRedirect

from server.languages import lazy_gettext as _
from server.links import below_root


@dataclass(frozen=True, slots=True)
class Way:
    """One way in; `main` if it stands in the navigation of every page."""

    path: str
    name: str
    meaning: str
    main: bool = True

    @property
    def url(self) -> str:
        """Where it leads."""
        return below_root(self.path.removeprefix("/"))

    @property
    def is_current(self) -> bool:
        """Whether the page that is shown is part of it."""
        return request.path == self.path or request.path.startswith(self.path.rstrip("/") + "/")


WAYS = (
    Way("/entities/event", _("Events"), _("Wars, clashes, talks and statements: what is claimed about each")),
    Way("/timeline", _("Timeline"), _("Events and situations in time, uncertain dates drawn as uncertain")),
    Way("/map", _("Map"), _("Places with all their names, and who is said to have held what")),
    Way("/network", _("Network"), _("Actors and how they are related over time"), main=False),
    Way("/entities/actor", _("People and states"), _("States, unrecognised polities, forces, people")),
    Way(
        "/entities/place",
        _("Places"),
        _("Every name that is used, by whom, and who held them when"),
        main=False,
    ),
    Way("/entities/agreement", _("Agreements"), _("What each obliges, and who says that it was broken")),
    Way("/contradictions", _("Contradictions"), _("Where sources cannot both be right, the gravest first")),
    Way("/perspective", _("Perspectives"), _("The record as one holder tells it, or two side by side")),
    Way("/balance", _("Balance"), _("How many claims, names and sources each side has here"), main=False),
    Way("/search", _("Search"), _("Names in every language and script, claims, concepts"), main=False),
    Way("/sparql", _("SPARQL"), _("Ask the whole graph your own question")),
    Way("/dumps/", _("Downloads"), _("Everything in files, with checksums")),
)
"""All of them, in the order in which they are shown."""


def install(app: Flask) -> None:
    """Let templates show the ways that there are."""
    app.context_processor(lambda: {"ways": ways(), "search_url": _search_url()})


def ways() -> tuple[Way, ...]:
    """Give the ways that this server has."""
    return tuple(way for way in WAYS if _exists(way.path))


def _search_url() -> str:
    """Where the search form leads, without a query; empty where there is no search."""
    return f"{request.root_path}/search" if _exists("/search") else ""


def _exists(path: str) -> bool:
    known: dict[str, bool] = current_app.extensions.setdefault("kcg-ways", {})
    if path not in known:
        known[path] = _matches(path)
    return known[path]


def _matches(path: str) -> bool:
    try:
        current_app.url_map.bind("").match(path)
    except RequestRedirect:
        return True
    except HTTPException:
        return False
    return True
