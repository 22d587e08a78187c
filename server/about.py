"""The RDF about one thing: bounded, a page at a time, in any syntax.

A document says what is said of the thing and its parts, what points at it (a hundred things a page, in the
order of their IRIs), of claims about it all with their provenance, and something of itself: what it is about,
its licence, the data set, how many things point there, and its other pages
(https://www.hydra-cg.com/spec/latest/core/#collections).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

import pyoxigraph as ox
from rdflib import DCTERMS, FOAF, RDF, VOID, XSD

from kg.dump import serialise
from kg.errors import DataError, NotAcceptableError, NotFoundError
from kg.formats import JSON_LD, Format
from kg.jsonld import framed
from kg.namespaces import HYDRA
from server.catalogue import catalogued
from server.site import Site

PAGE = 100
"""Things that point at an entity, on one page of its data."""

_BEFORE_ALL = "A:"
"""An IRI that sorts before all that begin with a scheme in small letters."""


@dataclass(frozen=True, slots=True)
class About:
    """One page of what is known of `iri`; `total` things point at it."""

    iri: str
    page: int
    total: int
    triples: tuple[ox.Triple, ...]

    @property
    def pages(self) -> int:
        """How many pages there are; a thing that nothing points at has one."""
        return max(1, -(-self.total // PAGE))


def about(site: Site, iri: str, page: int = 1) -> About:
    """Ask the store for one page; raises `NotFoundError` if there is no such page."""
    pointing = {
        row["thing"].value: row["isClaim"].value == "true"
        for row in site.select("pointing", entity=iri)
        if "thing" in row
    }
    found = About(iri, page, len(pointing), ())
    if not 1 <= page <= found.pages:
        raise NotFoundError(
            f"There is no page {page} of the data about {iri}.", mend=f"There are {found.pages}."
        )
    triples = (*_own(site, found), *_pointing(site, found, pointing), *_document(site, found))
    return About(iri, page, found.total, tuple(dict.fromkeys(triples)))


def about_on(site: Site, iri: str, moment: Mapping[str, ox.Literal]) -> About:
    """Ask the store for what is known of `iri` as of a moment: the variables of `description-asof.rq`."""
    found = About(iri, 1, 0, ())
    triples = (*site.constructed("description-asof", entity=iri, **moment), *_document(site, found))
    return About(iri, 1, 0, tuple(dict.fromkeys(triples)))


def serialised(site: Site, iri: str, triples: Iterable[ox.Triple], syntax: Format) -> bytes:
    """Give triples about `iri` in a syntax; JSON-LD has the thing as its root.

    Raises `NotAcceptableError` for what RDF/XML has no form for.
    """
    if syntax is JSON_LD:
        return framed(triples, iri, site.context)
    quads = (ox.Quad(each.subject, each.predicate, each.object) for each in triples)
    try:
        return serialise(quads, syntax, site.publication.prefixes)
    except DataError as error:
        raise NotAcceptableError(error.what, mend=error.mend) from error


def _own(site: Site, found: About) -> Iterator[ox.Triple]:
    if found.page > 1:
        return
    if found.iri == site.iris.shapes:
        yield from site.graph("shapes")
    whole = {site.iris.dataset, site.iris.release(site.publication.version)}
    if found.iri in whole or found.iri.startswith(site.iris.graph("")):
        yield from catalogued(site, found.iri)
    yield from site.constructed("own", entity=found.iri)


def _pointing(site: Site, found: About, pointing: Mapping[str, bool]) -> Iterator[ox.Triple]:
    """Say what points there; `pointing` tells of each whether it is a claim."""
    things, first = list(pointing), (found.page - 1) * PAGE
    shown = things[first : first + PAGE]
    if not shown:
        return
    window = {
        "entity": found.iri,
        "after": things[first - 1] if first else _BEFORE_ALL,
        "last": shown[-1],
    }
    yield from site.constructed("pointers", **window)
    if any(pointing[thing] for thing in shown):
        yield from site.constructed("told", **window)


def _document(site: Site, found: About) -> Iterator[ox.Triple]:
    """Say what the document is: its IRI is the address below the base, whatever server it comes from."""
    document = f"{site.iris.base}{site.iris.data_path(found.iri)}"
    yield _triple(document, RDF.type, FOAF.Document)
    yield _triple(document, FOAF.primaryTopic, found.iri)
    yield _triple(document, VOID.inDataset, site.iris.dataset)
    if site.publication.license:
        yield _triple(document, DCTERMS.license, site.publication.license)
    if found.pages > 1:
        yield from _pages(document, found)


def _pages(document: str, found: About) -> Iterator[ox.Triple]:
    this = f"{document}?page={found.page}"
    total = ox.Literal(str(found.total), datatype=ox.NamedNode(str(XSD.integer)))
    yield _triple(document, RDF.type, HYDRA.Collection)
    yield ox.Triple(ox.NamedNode(document), ox.NamedNode(str(HYDRA.totalItems)), total)
    yield _triple(document, HYDRA.view, this)
    yield _triple(this, RDF.type, HYDRA.PartialCollectionView)
    for relation, number in neighbours(found).items():
        name = "previous" if relation == "prev" else relation
        yield _triple(this, HYDRA[name], f"{document}?page={number}")


def neighbours(found: About) -> dict[str, int]:
    """Give the numbers of the first, previous, next and last page, by link relation."""
    if found.pages == 1:
        return {}
    numbers = {"first": 1, "prev": found.page - 1, "next": found.page + 1, "last": found.pages}
    return {relation: number for relation, number in numbers.items() if 1 <= number <= found.pages}


def _triple(subject: str, predicate: str, value: str) -> ox.Triple:
    return ox.Triple(ox.NamedNode(subject), ox.NamedNode(str(predicate)), ox.NamedNode(str(value)))
