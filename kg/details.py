"""Turn what a curator says of a source or a claim into RDF: codes, dates, numbers, names, words."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

import pyoxigraph as ox
from rdflib import DCTERMS, RDF, RDFS, SKOS, XSD, URIRef

from kg.errors import UsageError
from kg.namespaces import EDTF, KCG

Triple = tuple[ox.NamedNode | ox.BlankNode, URIRef, ox.NamedNode | ox.BlankNode | ox.Literal]
Said = Mapping[str, Sequence[str]]
"""What the curator said: the name of a detail and its values."""

_NUMBER = re.compile(r"\d+(\.\d+)?")
_WEB = re.compile(r"https?://\S+")
_WORDS, _DATE, _FIGURE, _ANY, _LIST, _VALUE = "words", "date", "number", "any", "list", "value"

SOURCE_DETAILS: Mapping[str, tuple[URIRef, str]] = {
    "title": (DCTERMS.title, _WORDS),
    "publisher": (DCTERMS.publisher, "actor"),
    "creator": (DCTERMS.creator, "actor"),
    "issued": (DCTERMS.issued, _DATE),
    "date_basis": (KCG.dateBasis, "date-basis"),
    "evidence": (KCG.evidence, _ANY),
}
"""What can be said of a new source: property, and how its value is written."""

CLAIM_DETAILS: Mapping[str, tuple[URIRef, str]] = {
    "label": (RDFS.label, _WORDS),
    "about": (KCG.about, _ANY),
    "holder": (KCG.claimedBy, "actor"),
    "via": (KCG.via, _LIST),
    "stance": (KCG.stance, "stance"),
    "polarity": (KCG.polarity, "polarity"),
    "hedge": (KCG.hedge, "hedge"),
    "predicate": (KCG.predicate, "predicate"),
    "value": (KCG.value, _VALUE),
    "quantity": (KCG.quantity, "quantity"),
    "population": (KCG.population, "population"),
    "exact": (KCG.exact, _FIGURE),
    "low": (KCG.low, _FIGURE),
    "high": (KCG.high, _FIGURE),
    "when": (KCG.when, _DATE),
    "as_of": (KCG.asOf, _DATE),
    "responds_to": (KCG.respondsTo, "claim"),
    "same_as": (KCG.sameClaimAs, "claim"),
    "component_of": (KCG.componentOf, "claim"),
    "note": (SKOS.editorialNote, _WORDS),
}
"""What can be said of a new claim: property, and how its value is written."""


class Terms:
    """Makes terms from text with the prefixes of one data set."""

    def __init__(self, prefixes: Mapping[str, str]) -> None:
        self._prefixes = prefixes

    def triples(
        self, subject: ox.NamedNode, said: Said, known: Mapping[str, tuple[URIRef, str]], language: str
    ) -> list[Triple]:
        """Give the triples for what was said; what was not said is left out.

        Raises `UsageError` for a name without a known prefix and for a number that is none.
        """
        triples: list[Triple] = []
        for name, (predicate, form) in known.items():
            values = [value for value in said.get(name, ()) if value]
            if form == _LIST and values:
                triples += _listed(subject, predicate, [self.named(value, "actor") for value in values])
            elif form != _LIST:
                triples += [(subject, predicate, self._term(value, form, language)) for value in values]
        return triples

    def named(self, text: str, default: str = "") -> ox.NamedNode:
        """Give the node for `actor:x`, for an IRI, or for a bare `x` where only one prefix can be meant."""
        if default and re.fullmatch(r"[\w.-]+", text):
            return ox.NamedNode(self._prefixes[default] + text)
        if _WEB.fullmatch(text):
            return ox.NamedNode(text)
        if self._is_short(text):
            prefix, _, local = text.partition(":")
            return ox.NamedNode(self._prefixes[prefix] + local)
        raise UsageError(
            f"'{text}' names nothing.",
            mend=f"Write it with a declared prefix, as {default or 'event'}:some-name, or as a whole IRI.",
        )

    def _is_short(self, text: str) -> bool:
        prefix, _, local = text.partition(":")
        return prefix in self._prefixes and re.fullmatch(r"[\w.-]+", local) is not None

    def _term(self, text: str, form: str, language: str) -> ox.NamedNode | ox.Literal:
        if form == _VALUE:
            return self._value(text, language)
        if form == _WORDS:
            return ox.Literal(text, language=language)
        if form == _DATE:
            return ox.Literal(text, datatype=node(EDTF.EDTF))
        return _figure(text) if form == _FIGURE else self.named(text, "" if form == _ANY else form)

    def _value(self, text: str, language: str) -> ox.NamedNode | ox.Literal:
        """Give an entity (`actor:x`), a date (`edtf:2031-04`), or else words."""
        if text.startswith("edtf:"):
            return ox.Literal(text.removeprefix("edtf:"), datatype=node(EDTF.EDTF))
        if self._is_short(text) or _WEB.fullmatch(text):
            return self.named(text)
        return ox.Literal(text, language=language)


def _listed(subject: ox.NamedNode, predicate: URIRef, members: Sequence[ox.NamedNode]) -> list[Triple]:
    cells = [ox.BlankNode() for _ in members]
    rests: list[ox.BlankNode | ox.NamedNode] = [*cells[1:], node(RDF.nil)]
    triples: list[Triple] = [(subject, predicate, cells[0])]
    for cell, member, rest in zip(cells, members, rests, strict=True):
        triples += [(cell, RDF.first, member), (cell, RDF.rest, rest)]
    return triples


def node(iri: URIRef) -> ox.NamedNode:
    """Give an IRI as a term of the store."""
    return ox.NamedNode(str(iri))


def integer(number: int) -> ox.Literal:
    """Give a whole number as a term of the store."""
    return ox.Literal(str(number), datatype=node(XSD.integer))


def _figure(text: str) -> ox.Literal:
    if not _NUMBER.fullmatch(text):
        raise UsageError(f"'{text}' is no number.", mend="Write digits alone: 2000 or 17.5, without commas.")
    return ox.Literal(text, datatype=node(XSD.decimal if "." in text else XSD.integer))
