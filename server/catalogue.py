"""What is said of the data set beside what stands in it: its files, its service, and where they are here."""

from __future__ import annotations

from collections.abc import Iterator

import pyoxigraph as ox
from flask import url_for

from kg.catalogue import File, catalogue
from kg.citation import Work
from kg.downloads import CHECKSUMS
from server.service import service_triples
from server.site import Site


def described(site: Site) -> tuple[ox.Triple, ...]:
    """Give the whole description: counted, catalogued, and the service."""
    found = (*site.graph("description"), *catalogued(site), *service_triples())
    return tuple(dict.fromkeys(found))


def catalogued(site: Site, holder: str = "") -> Iterator[ox.Triple]:
    """Give the catalogue with the files that can be had here: all, or those of the IRI `holder`.

    The data set and its release hold the whole, each graph itself.
    """
    endpoint = url_for("sparql.sparql", _external=True)
    page = url_for("dumps.index", _external=True)
    files = (each for each in _files(site) if not holder or _holds(site, holder, each))
    for triple in catalogue(site.about_dataset, files, page, endpoint):
        yield ox.Triple(*triple)


def work(site: Site) -> Work:
    """Give what is cited: the data set in the release that is served."""
    about = site.about_dataset
    return Work(
        title=about.title,
        url=site.iris.dataset,
        authors=(about.publisher_name,) if about.publisher_name else (),
        version=about.version,
        released=site.publication.modified,
        license=about.license,
        abstract=about.description,
    )


def _holds(site: Site, holder: str, file: File) -> bool:
    of_graph = file.name.startswith("graph/")
    if not holder.startswith(site.iris.graph("")):
        return not of_graph
    return of_graph and file.name.startswith(f"{site.iris.path(holder)}.")


def _files(site: Site) -> Iterator[File]:
    for dump in site.publication.dumps:
        if dump.name != CHECKSUMS:
            url = url_for("dumps.download", name=dump.name, _external=True)
            yield File(dump.name, url, dump.bytes, dump.media_type, dump.sha256)
