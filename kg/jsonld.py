"""JSON-LD for people who write programs: short names, and the thing asked for as the root of a tree.

https://www.w3.org/TR/json-ld11-framing/. pyld compacts; the tree is made here, because its framing fails on
literals below `@reverse` and looks through all nodes for each property. The context stands in each document,
cut down to what that uses: one that names a remote context can be read neither offline nor by parsers that
load nothing (pyoxigraph).
"""

from __future__ import annotations

import json
import threading
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, NoReturn

import pyoxigraph as ox
from pyld import jsonld
from pyld.context_resolver import ContextResolver
from rdflib import DCTERMS, FOAF, OWL, PROV, RDF, RDFS, SKOS, XSD

from kg.iris import local_name
from kg.namespaces import CONCEPT, HYDRA, OA, SKOSXL

_TYPE = str(RDF.type)

_ONE_BY_ONE = threading.Lock()
"""pyld keeps contexts turned inside out for all threads, in a dictionary that bears one at a time."""

Node = dict[str, Any]
Context = dict[str, Any]

_TEXTS = (
    RDFS.label,
    RDFS.comment,
    SKOS.prefLabel,
    SKOS.altLabel,
    SKOS.definition,
    SKOS.note,
    SKOS.changeNote,
    SKOSXL.literalForm,
    DCTERMS.title,
    DCTERMS.description,
)
_LINKS = (
    RDFS.seeAlso,
    RDFS.isDefinedBy,
    RDFS.subClassOf,
    RDFS.subPropertyOf,
    RDFS.domain,
    RDFS.range,
    OWL.sameAs,
    SKOS.broader,
    SKOS.exactMatch,
    SKOS.closeMatch,
    SKOS.inScheme,
    SKOS.topConceptOf,
    DCTERMS.creator,
    DCTERMS.publisher,
    DCTERMS.license,
    DCTERMS.isPartOf,
    PROV.wasDerivedFrom,
    PROV.wasGeneratedBy,
    OA.hasSource,
    OA.hasSelector,
    OA.hasTarget,
    FOAF.primaryTopic,
    HYDRA.next,
    HYDRA.previous,
    HYDRA.first,
    HYDRA.last,
    HYDRA.view,
)


@dataclass(frozen=True, slots=True)
class Term:
    """A term of the ontology: `kinds` are its classes, `ranges` its values, all as IRIs."""

    iri: str
    kinds: set[str] = field(default_factory=set)
    ranges: set[str] = field(default_factory=set)


def context(terms: Iterable[Term], prefixes: Mapping[str, str]) -> Context:
    """Give the context: our terms by their local names, some of others by theirs, and the prefixes.

    A prefix that has the name of a term gives way; `concept:` stands for all code lists.
    """
    named = {local_name(str(iri)): {"@id": str(iri), "@container": "@language"} for iri in _TEXTS}
    named |= {local_name(str(iri)): {"@id": str(iri), "@type": "@id"} for iri in _LINKS}
    named |= {local_name(term.iri): _definition(term) for term in terms}
    spaces = {**prefixes, "concept": str(CONCEPT), "hydra": str(HYDRA)}
    kept = {prefix: {"@id": iri, "@prefix": True} for prefix, iri in spaces.items() if prefix not in named}
    return {"@version": 1.1, **dict(sorted(kept.items())), **dict(sorted(named.items()))}


def _definition(term: Term) -> dict[str, str]:
    if str(OWL.ObjectProperty) in term.kinds:
        return {"@id": term.iri, "@type": "@id"}
    if str(OWL.DatatypeProperty) in term.kinds and len(term.ranges) == 1:
        (datatype,) = term.ranges
        return {"@id": term.iri} if datatype == str(XSD.string) else {"@id": term.iri, "@type": datatype}
    return {"@id": term.iri}


def used(whole: Context, triples: Iterable[ox.Triple]) -> Context:
    """Give the part of the context that a document with these triples uses."""
    names = {iri for triple in triples for iri in _iris(triple)}
    spaces = {name[: len(name) - len(local_name(name))] for name in names}
    spaces |= {CONCEPT for name in names if name.startswith(CONCEPT)}
    return {
        key: entry
        for key, entry in whole.items()
        if key == "@version" or entry["@id"] in (spaces if "@prefix" in entry else names)
    }


def _iris(triple: ox.Triple) -> Iterator[str]:
    for term in (triple.subject, triple.predicate, triple.object):
        if isinstance(term, ox.NamedNode):
            yield term.value
    if isinstance(triple.object, ox.Literal):
        yield triple.object.datatype.value


def framed(triples: Iterable[ox.Triple], root: str, whole: Context) -> bytes:
    """Give a compact document whose root is the node `root`; each node stands where it is first named.

    What points at the root is below `@reverse`, and what is not tied to it at all in `@included`.
    """
    listed = sorted(set(triples), key=str)
    expanded = json.loads(ox.serialize(listed, format=ox.RdfFormat.JSON_LD) or b"[]")
    tree = _Tree([_typed(node) for node in expanded]).rooted(root)
    # What is compacted is expanded already: to let pyld do that again would double the time.
    options = {
        "documentLoader": refuse_remote,
        "contextResolver": ContextResolver({}, refuse_remote),  # else one that all threads share
        "graph": False,
        "skipExpansion": True,
    }
    document = _Processor().compact(tree, used(whole, listed), options)
    # pyld sorts by name; a reader wants first what is said of the thing itself.
    document |= {key: document.pop(key) for key in ("@reverse", "@included") if key in document}
    return (json.dumps(document, ensure_ascii=False, indent=1) + "\n").encode()


class _Processor(jsonld.JsonLdProcessor):  # type: ignore[misc]
    """Compacts one document; remembers what an IRI comes to, for which pyld looks through all prefixes.

    Our contexts have none within them, so the same IRI always comes to the same. What pyld shares between
    threads is used for moments only: many documents are made at once.
    """

    def __init__(self) -> None:
        super().__init__()
        self._known: dict[tuple[str, bool, str | None, bool], str] = {}
        self._inverse: dict[str, Context] = {}

    def _get_inverse_context(self, active_ctx: Context) -> Context:
        which = active_ctx["_uuid"]
        if which not in self._inverse:
            with _ONE_BY_ONE:
                self._inverse[which] = super()._get_inverse_context(active_ctx)
        return self._inverse[which]

    def _compact_iri(
        self,
        active_ctx: Context,
        iri: str,
        value: object = None,
        vocab: bool = False,
        base: str | None = None,
        reverse: bool = False,
    ) -> str:
        if value is not None:
            compacted: str = super()._compact_iri(active_ctx, iri, value, vocab, base, reverse)
            return compacted
        key = (iri, vocab, base, reverse)
        if key not in self._known:
            self._known[key] = super()._compact_iri(active_ctx, iri, value, vocab, base, reverse)
        return self._known[key]


def refuse_remote(url: str, *_: object) -> NoReturn:
    """Load nothing: everything that is read here was made here."""
    raise jsonld.JsonLdError(f"Remote contexts are not loaded: {url}", "jsonld.LoadDocumentError")


def _typed(node: Node) -> Node:
    """Write the classes that are IRIs as JSON-LD does, in front."""
    values = node.pop(_TYPE, [])
    kinds = [value["@id"] for value in values if "@id" in value]
    literals = [value for value in values if "@id" not in value]
    parts = {"@type": kinds, _TYPE: literals}
    return {"@id": node.pop("@id"), **{key: part for key, part in parts.items() if part}, **node}


class _Tree:
    """The nodes of an expanded document, to be put below each other."""

    def __init__(self, nodes: list[Node]) -> None:
        self._waiting = {node["@id"]: node for node in nodes}
        self._pointing: dict[str, list[tuple[str, str]]] = {}
        for node in nodes:
            for predicate, values in node.items():
                for value in values if _is_property(predicate) else ():
                    if "@id" in value:
                        self._pointing.setdefault(value["@id"], []).append((predicate, node["@id"]))

    def rooted(self, root: str) -> Node:
        """Give the tree below the node `root`."""
        start = self._waiting.pop(root, {"@id": root})
        pointing = self._taken_from(root)
        tree = self._nested(start)
        reverse: dict[str, list[Node]] = {}
        for predicate, node in pointing:
            reverse.setdefault(predicate, []).append(self._nested(node))
        included = [self._nested(node) for node in self._rest()]
        parts = {"@reverse": reverse, "@included": included}
        return tree | {key: part for key, part in parts.items() if part}

    def _taken_from(self, root: str) -> list[tuple[str, Node]]:
        """Take the nodes that point at the root, each without one statement that does."""
        taken = []
        for predicate, subject in sorted(self._pointing.get(root, ())):
            if subject in self._waiting and not self._is_part(subject, root):
                node = self._waiting.pop(subject)
                rest = [value for value in node[predicate] if value.get("@id") != root]
                taken.append((predicate, {**node, predicate: rest} if rest else _without(node, predicate)))
        return taken

    def _is_part(self, subject: str, root: str) -> bool:
        """Tell whether the root holds `subject`, so that it stands below it anyhow."""
        return subject.startswith(f"{root}#") and subject in self._pointing

    def _rest(self) -> Iterator[Node]:
        """Give what is left, those first that nothing else left points at."""
        free = [iri for iri in self._waiting if not self._pointing.get(iri)]
        for iri in (*free, *list(self._waiting)):
            node = self._waiting.pop(iri, None)
            if node is not None:
                yield node

    def _nested(self, node: Node) -> Node:
        return {
            key: [self._value(value) for value in values] if _is_property(key) else values
            for key, values in node.items()
        }

    def _value(self, value: Node) -> Node:
        node = self._waiting.pop(value["@id"], None) if "@id" in value else None
        return self._nested(node) if node is not None else value


def _is_property(key: str) -> bool:
    return not key.startswith("@")


def _without(node: Node, predicate: str) -> Node:
    return {key: values for key, values in node.items() if key != predicate}
