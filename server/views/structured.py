"""What search engines read in a page: schema.org as JSON-LD (https://schema.org/docs/gs.html).

It says what a thing is called and of what sort it is, of a claim who makes it and where it stands: nothing
that is contested, since such readers know no holders.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from flask import url_for

from server.site import Site
from server.solutions import Term
from server.views.concepts import Concept
from server.views.entity import Entity
from server.views.facts import Fact, Value
from server.views.terms import SKOS

Document = dict[str, Any]

_CONTEXT = "https://schema.org"
_KINDS = {
    "Person": "Person",
    "Organisation": "Organization",
    "Place": "Place",
    "Event": "Event",
    "Claim": "Claim",
    "Source": "CreativeWork",
    "Agreement": "CreativeWork",
    "Concept": "DefinedTerm",
    "ConceptScheme": "DefinedTermSet",
}
"""Sorts of things that schema.org has a word for which takes no side; a state or polity is a `Thing`."""

_SAME = ("http://www.w3.org/2002/07/owl#sameAs", f"{SKOS}exactMatch")


def of_dataset(site: Site) -> Document:
    """Describe the data set: https://schema.org/Dataset."""
    publication = site.publication
    endpoint = url_for("sparql.sparql", _external=True)
    downloads = [
        {
            "@type": "DataDownload",
            "contentUrl": url_for("dumps.download", name=dump.name, _external=True),
            "encodingFormat": dump.media_type,
            "contentSize": f"{dump.bytes} B",
        }
        for dump in publication.dumps
        if "/" not in dump.name
    ]
    found: Document = {
        "@context": _CONTEXT,
        "@type": "Dataset",
        "@id": site.iris.dataset,
        "name": publication.title,
        "description": site.about_dataset.description or publication.title,
        "url": url_for("home.home", _external=True),
        "version": publication.version,
        "license": publication.license,
        "dateModified": publication.modified,
        "isAccessibleForFree": True,
        "creator": _body(site.about_dataset.publisher, site.about_dataset.publisher_name),
        "distribution": [
            *downloads,
            {"@type": "DataDownload", "name": "SPARQL endpoint", "contentUrl": endpoint},
        ],
    }
    return _filled(found)


def of_entity(site: Site, entity: Entity) -> Document:
    """Describe what a page is about, and the page."""
    found = _thing(site, entity.iri, entity.classes, entity.labels, entity.facts)
    if entity.claim is not None:
        found["claimInterpreter"] = _things(entity.claim.holders)
        found["appearance"] = [{"@type": "CreativeWork", **each} for each in _things(entity.claim.sources)]
    return _filled(found)


def of_concept(site: Site, concept: Concept) -> Document:
    """Describe a concept: https://schema.org/DefinedTerm."""
    meaning = concept.meaning
    found = _thing(site, concept.iri, concept.classes, (meaning.label, *meaning.labels), concept.facts)
    found["description"] = _texts(meaning.definitions)
    found["inDefinedTermSet"] = _things(concept.schemes)
    return _filled(found)


def _thing(
    site: Site, iri: str, classes: frozenset[str], labels: Iterable[Term], facts: Iterable[Fact]
) -> Document:
    page = url_for("documents.page", path=site.iris.page_path(iri).removeprefix("page/"), _external=True)
    return {
        "@context": _CONTEXT,
        "@type": _kind(classes),
        "@id": iri,
        "name": _texts(labels),
        "sameAs": [same for same in _linked(facts) if not site.iris.is_ours(same)],
        "mainEntityOfPage": {"@type": "WebPage", "@id": page, "license": site.publication.license},
        "subjectOf": {"@type": "Dataset", "@id": site.iris.dataset, "name": site.publication.title},
    }


def _kind(classes: frozenset[str]) -> str:
    return next((name for each, name in _KINDS.items() if each in classes), "Thing")


def _linked(facts: Iterable[Fact]) -> list[str]:
    return [value.term.value for fact in facts if fact.predicate in _SAME for value in fact.values]


def _texts(labels: Iterable[Term]) -> list[Document | str]:
    return [
        {"@value": label.value, "@language": label.language} if label.language else label.value
        for label in labels
    ]


def _things(values: Iterable[Value]) -> list[Document]:
    return [{"@id": value.term.value, "name": value.label.value} for value in values]


def _body(iri: str, name: str) -> Document:
    return {"@type": "Organization", "@id": iri, "name": name} if name else {}


def _filled(document: Document) -> Document:
    """Leave out what says nothing."""
    return {key: value for key, value in document.items() if value not in ("", [], {}, None)}
