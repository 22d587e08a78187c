"""Write expanded JSON-LD with the short names of a context, fast.

https://www.w3.org/TR/json-ld11-api/#compaction-algorithm for the contexts that `kg.jsonld` makes: one term
for a property, with `@type` or `@container: @language` or neither, and prefixes. pyld, which can do all of
JSON-LD, takes twenty to sixty times as long; the tests hold this against it.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

Node = dict[str, Any]


class Compactor:
    """Compacts nodes by one context."""

    def __init__(self, context: Mapping[str, Any]) -> None:
        entries = {name: entry for name, entry in context.items() if name != "@version"}
        self._names = set(entries)
        self._terms = {each["@id"]: name for name, each in entries.items() if "@prefix" not in each}
        self._types = {name: each.get("@type", "") for name, each in entries.items()}
        self._maps = {name for name, each in entries.items() if "@container" in each}
        self._prefixes = {each["@id"]: name for name, each in entries.items() if "@prefix" in each}
        self._short: dict[str, str] = {}

    def node(self, node: Node) -> Node:
        """Compact a node with all that is below it."""
        found: Node = {}
        for key, values in node.items():
            match key:
                case "@id":
                    found[key] = self._iri(values)
                case "@type":
                    found[key] = _single([self._name(iri) for iri in values])
                case "@reverse":
                    found[key] = self.node(values)
                case "@included":
                    found[key] = [self.node(each) for each in values]
                case _:
                    for value in values:
                        self._add(found, key, value)
        return {key: _single(values) if _unpacks(key) else values for key, values in found.items()}

    def _add(self, found: Node, predicate: str, value: Node) -> None:
        term = self._terms.get(predicate, "")
        if "@value" in value:
            self._add_literal(found, term, predicate, value)
        elif len(value) > 1 or self._types.get(term) != "@id":
            name = term if self._takes_nodes(term) else self._iri(predicate)
            found.setdefault(name, []).append(self.node(value))
        else:
            found.setdefault(term, []).append(self._iri(value["@id"]))

    def _takes_nodes(self, term: str) -> bool:
        return bool(term) and term not in self._maps and self._types[term] in {"", "@id"}

    def _add_literal(self, found: Node, term: str, predicate: str, value: Node) -> None:
        datatype = value.get("@type")
        if term in self._maps and not datatype:
            texts = found.setdefault(term, {}).setdefault(value.get("@language", "@none"), [])
            texts.append(value["@value"])
            return
        typed = self._types.get(term, "@id")
        if term and term not in self._maps and typed and typed == datatype:
            found.setdefault(term, []).append(value["@value"])
            return
        name = term if term and term not in self._maps and not typed else self._iri(predicate)
        plain = value["@value"] if len(value) == 1 else value
        if datatype:
            plain = {"@type": self._name(datatype), "@value": value["@value"]}
        found.setdefault(name, []).append(plain)

    def _name(self, iri: str) -> str:
        """Compact a class, datatype or property."""
        return self._terms.get(iri) or self._iri(iri)

    def _iri(self, iri: str) -> str:
        if iri not in self._short:
            fitting = [
                f"{prefix}:{iri.removeprefix(space)}"
                for space, prefix in self._prefixes.items()
                if iri.startswith(space) and iri != space
            ]
            usable = [each for each in fitting if each not in self._names]
            self._short[iri] = min(usable, key=lambda each: (len(each), each), default=iri)
        return self._short[iri]


def _unpacks(key: str) -> bool:
    return not key.startswith("@") or key == "@type"


def _single(values: Any) -> Any:
    if isinstance(values, dict):
        return {language: _single(texts) for language, texts in values.items()} if _is_map(values) else values
    return values[0] if isinstance(values, list) and len(values) == 1 else values


def _is_map(values: Node) -> bool:
    return all(isinstance(texts, list) for texts in values.values())
