"""Find an entity by what people call it, and gather what the graph says about it."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable
from difflib import get_close_matches

import pyoxigraph as ox
from rdflib import RDFS, SKOS

from kg.errors import NotFoundError
from kg.iris import KINDS, without_fragment
from kg.namespaces import SKOSXL
from kg.release import Release
from kg.terms import iri_of, text_of

_LABELS = {ox.NamedNode(str(iri)) for iri in (RDFS.label, SKOS.prefLabel, SKOS.altLabel, SKOSXL.literalForm)}
_LABEL = ox.NamedNode(str(RDFS.label))


def find(name: str, quads: Iterable[ox.Quad], release: Release) -> dict[str, str]:
    """Give IRI to label for everything that `name` can mean, the exact meaning alone if there is one.

    `name` is an IRI, a prefixed name, a slug, or (part of) a label or name in any language; accents and
    case do not matter. Raises `NotFoundError` with the nearest names if there is nothing.
    """
    listed = list(quads)
    subjects = {each.subject.value for each in listed if isinstance(each.subject, ox.NamedNode)}
    labels = {iri_of(each.subject): text_of(each.object) for each in listed if each.predicate == _LABEL}
    for iri in _exact(name, release):
        if iri in subjects:
            return {iri: labels.get(iri, "")}
    named = [
        (without_fragment(iri_of(e.subject)), text_of(e.object)) for e in listed if e.predicate in _LABELS
    ]
    wanted = folded(name)
    whole = {iri for iri, text in named if folded(text) == wanted}
    part = {iri for iri, text in named if wanted in folded(text)}
    found = {iri: labels.get(iri, "") for iri in sorted(whole or part) if release.iris.is_ours(iri)}
    if not found:
        near = get_close_matches(name, sorted({text for _, text in named}), n=3, cutoff=0.5)
        hint = f"Did you mean: {'; '.join(near)}?" if near else "`kg query` can search further."
        raise NotFoundError(f"Nothing is called '{name}'.", mend=hint)
    return found


def describe(iri: str, quads: Iterable[ox.Quad]) -> list[ox.Quad]:
    """Give the statements of a thing and its `#parts`, and those that point at it."""
    return [
        quad
        for quad in quads
        if without_fragment(iri_of(quad.subject)) == iri
        or iri_of(quad.subject) == iri
        or (isinstance(quad.object, ox.NamedNode) and quad.object.value == iri)
    ]


def _exact(name: str, release: Release) -> list[str]:
    prefix, colon, rest = name.partition(":")
    namespace = release.manifest.prefixes.get(prefix, "") if colon else ""
    return [
        name.strip("<>"),
        *([namespace + rest] if namespace else []),
        *(release.iris.entity(kind, name) for kind in KINDS),
    ]


def folded(text: str) -> str:
    """Give `text` without accents and in small letters, as names are compared."""
    decomposed = unicodedata.normalize("NFKD", text.casefold())
    return "".join(sign for sign in decomposed if not unicodedata.combining(sign))
