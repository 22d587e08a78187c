"""What terms are called: labels of the ontology, and prefixed names for everything else."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from functools import lru_cache, partial

from kg.iris import local_name
from server.solutions import Solution, Term

RDF = "http://www.w3.org/1999/02/22-rdf-syntax-ns#"
RDFS = "http://www.w3.org/2000/01/rdf-schema#"

PLAIN_WORDS = {
    f"{RDF}type": "type",
    f"{RDFS}label": "label",
    f"{RDFS}seeAlso": "see also",
    f"{RDFS}comment": "comment",
    f"{RDFS}subClassOf": "narrower than the class",
    f"{RDFS}subPropertyOf": "narrower than the property",
    f"{RDFS}domain": "said of",
    f"{RDFS}range": "has as value",
    "http://www.w3.org/2002/07/owl#sameAs": "same as",
    "http://www.w3.org/2004/02/skos/core#exactMatch": "exact match",
    "http://www.w3.org/2004/02/skos/core#closeMatch": "close match",
    "http://www.w3.org/2004/02/skos/core#definition": "definition",
    "http://www.w3.org/2004/02/skos/core#example": "example",
    "http://www.w3.org/2004/02/skos/core#editorialNote": "editors' note",
    "http://www.w3.org/2004/02/skos/core#inScheme": "in the code list",
    "http://www.w3.org/2004/02/skos/core#topConceptOf": "top concept of",
    "http://www.w3.org/2004/02/skos/core#prefLabel": "preferred label",
    "http://www.w3.org/2004/02/skos/core#broadMatch": "wider match",
    "http://www.w3.org/2004/02/skos/core#narrowMatch": "narrower match",
    "http://www.w3.org/2004/02/skos/core#relatedMatch": "related match",
    "http://www.w3.org/2008/05/skos-xl#literalForm": "as it is written",
    "http://www.w3.org/ns/oa#hasSelector": "where in the document",
    "http://www.w3.org/ns/oa#hasSource": "document",
    "http://www.w3.org/ns/oa#start": "from character",
    "http://www.w3.org/ns/oa#end": "to character",
    "http://www.w3.org/ns/oa#exact": "words at issue",
    "http://purl.org/dc/terms/title": "title",
    "http://purl.org/dc/terms/creator": "author",
    "http://purl.org/dc/terms/publisher": "publisher",
    "http://purl.org/dc/terms/issued": "published",
    "http://purl.org/dc/terms/language": "language",
    "http://purl.org/dc/terms/description": "description",
    "http://purl.org/dc/terms/license": "licence",
}
"""Names of common outside terms, for readers who do not know prefixes."""


def preferred(labels: Iterable[Term], language: str = "en") -> Term | None:
    """Give the label in `language`, else the first in the order of languages; `None` if there is none."""
    return min(
        labels, key=lambda label: (label.language != language, label.language, label.value), default=None
    )


@dataclass(frozen=True, slots=True)
class Vocabulary:
    """Labels by IRI, classes narrower than each class, and prefixes."""

    labels: dict[str, Term]
    broader: dict[str, frozenset[str]]
    prefixes: Mapping[str, str]
    _kept: Callable[[str], str] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        """Keep prefixed names: a page asks for the same ones hundreds of times."""
        object.__setattr__(self, "_kept", lru_cache(maxsize=8192)(partial(_prefixed, dict(self.prefixes))))

    @classmethod
    def read(cls, rows: Iterable[Solution], prefixes: Mapping[str, str]) -> Vocabulary:
        """Read the rows of `vocabulary.rq`."""
        labels: dict[str, list[Term]] = {}
        broader: dict[str, set[str]] = {}
        for row in rows:
            labels.setdefault(row["term"].value, []).append(row["label"])
            if "broader" in row:
                broader.setdefault(row["term"].value, set()).add(row["broader"].value)
        chosen = {iri: label for iri, found in labels.items() if (label := preferred(found))}
        return cls(chosen, {iri: frozenset(found) for iri, found in broader.items()}, prefixes)

    def name(self, iri: str) -> str:
        """Give a readable name: label, plain words, prefixed name, or what stands last in the IRI."""
        if iri in self.labels:
            return self.labels[iri].value
        return PLAIN_WORDS.get(iri) or self.short(iri)

    def label(self, iri: str, labels: Iterable[Term]) -> Term:
        """Give the preferred one of `labels`, else a readable name."""
        return preferred(labels) or Term("literal", self.name(iri))

    def short(self, iri: str) -> str:
        """Give the prefixed name, or the IRI itself if no declared prefix fits."""
        return self._kept(iri)

    def narrowest(self, classes: Iterable[str]) -> list[str]:
        """Leave out every class that another of `classes` is narrower than, and classes without a label."""
        known = [iri for iri in classes if iri in self.labels]
        wider = {above for iri in known for above in self._all_broader(iri)}
        return sorted((iri for iri in known if iri not in wider), key=self.name)

    def _all_broader(self, iri: str) -> set[str]:
        found: set[str] = set()
        waiting = [iri]
        while waiting:
            new = self.broader.get(waiting.pop(), frozenset()) - found
            found |= new
            waiting.extend(new)
        return found - {iri}


def _prefixed(prefixes: Mapping[str, str], iri: str) -> str:
    fitting = [item for item in prefixes.items() if iri.startswith(item[1])]
    if not fitting:
        return local_name(iri) or iri
    prefix, namespace = max(fitting, key=lambda item: len(item[1]))
    rest = iri.removeprefix(namespace)
    return f"{prefix}:{rest}" if rest else iri
