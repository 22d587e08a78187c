"""The web server: pages for people, RDF and SPARQL for machines. Made by `create_app`, nothing on import."""

from __future__ import annotations

from typing import Any

from flask import Flask
from flask_cors import CORS
from werkzeug.middleware.proxy_fix import ProxyFix

from kg.errors import MissingInputError
from kg.formats import RDF_FORMATS, RESULTS_FORMATS
from kg.release import open_release
from kg.store import Store
from server import assets, errors, headers, languages, links, markup, memento, navigation
from server.blueprints import ALL
from server.publication import Publication
from server.query_answer import TRUNCATED
from server.settings import Settings
from server.site import Site, install
from server.views.examples import STARTER
from server.views.listing import PLURALS

__all__ = ["Publication", "Settings", "create_app", "publication_of"]


_EXPOSED = [
    "Accept-Ranges",
    "Content-Location",
    "Content-Range",
    "ETag",
    "Link",
    "Memento-Datetime",
    "Repr-Digest",
    "Retry-After",
    "Vary",
    "X-Cache",
    "X-Request-ID",
    TRUNCATED,
]


def publication_of(settings: Settings) -> Publication:
    """Give what the settings say is to be served.

    Raises `MissingInputError` if there is no release.
    """
    if settings.load:
        return Publication.of_files(settings.load, settings.base, settings.title)
    try:
        return Publication.of_release(open_release(settings.release), settings.title)
    except MissingInputError:
        if not settings.is_remote:
            raise
        return Publication.of_engine(settings.store, settings.base, settings.title)


def create_app(settings: Settings, store: Store, publication: Publication | None = None) -> Flask:
    """Make the WSGI application that answers from `store`."""
    app = Flask(__name__)
    app.config["MAX_CONTENT_LENGTH"] = settings.body
    app.config["MAX_FORM_MEMORY_SIZE"] = settings.body
    app.jinja_options = {"trim_blocks": True, "lstrip_blocks": True}
    site = Site(settings, publication or publication_of(settings), store)
    with app.app_context():
        install(site)
    CORS(app, send_wildcard=True, methods=["GET", "HEAD", "POST", "OPTIONS"], expose_headers=_EXPOSED)
    app.jinja_env.globals.update(_for_templates(site))  # also for macros that templates share
    for part in (assets, errors, headers, languages, links, markup, memento, navigation):
        part.install(app)
    for blueprint in ALL:
        app.register_blueprint(blueprint)
    if settings.proxies:
        count = settings.proxies
        fixed = ProxyFix(app.wsgi_app, count, count, x_host=count, x_prefix=count)
        app.wsgi_app = fixed  # type: ignore[method-assign]
    return app


def _for_templates(site: Site) -> dict[str, Any]:
    return {
        "site": site,
        "rdf_formats": RDF_FORMATS,
        "results_formats": RESULTS_FORMATS,
        "plurals": PLURALS,
        "starter": STARTER,
    }
