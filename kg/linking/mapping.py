"""Mapping sets: what we know of pairs of things, one ours and one of another data set.

The slots and their meaning are those of SSSOM (https://mapping-commons.github.io/sssom/spec/). A mapping says
how two things match, or that they do not (`predicate_modifier` Not), who says so, when, by what evidence, and
how sure that is.
"""

from __future__ import annotations

import csv
import io
from dataclasses import dataclass, field, fields, replace
from pathlib import Path
from typing import Any

import yaml

SUFFIX = ".sssom.tsv"

NOT = "Not"
"""The predicate modifier of an explicit non-match."""

PREDICATES = (
    "skos:exactMatch",
    "skos:closeMatch",
    "skos:broadMatch",
    "skos:narrowMatch",
    "skos:relatedMatch",
)
"""How two things may match, the closest first. `owl:sameAs` is not among them: it would make all that is
said of one thing said of the other (https://www.w3.org/TR/skos-reference/#L4858)."""

BUILTIN_PREFIXES = {
    "owl": "http://www.w3.org/2002/07/owl#",
    "rdf": "http://www.w3.org/1999/02/22-rdf-syntax-ns#",
    "rdfs": "http://www.w3.org/2000/01/rdf-schema#",
    "semapv": "https://w3id.org/semapv/vocab/",
    "skos": "http://www.w3.org/2004/02/skos/core#",
    "sssom": "https://w3id.org/sssom/",
}
"""Prefixes that every mapping set has: https://mapping-commons.github.io/sssom/spec-model/#identifiers."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Mapping:
    """One row. `see_also` and `other` are the evidence: where it can be followed, and what stands there."""

    subject_id: str
    subject_label: str = ""
    subject_category: str = ""
    predicate_id: str
    predicate_modifier: str = ""
    object_id: str
    object_label: str = ""
    object_category: str = ""
    mapping_justification: str
    author_id: str
    mapping_date: str
    confidence: str
    see_also: str
    other: str
    comment: str = ""
    line: int = field(default=0, compare=False)
    """The line of the file that it was read from; 0 for a new one."""

    @property
    def holds(self) -> bool:
        """Whether it says that the two match, and not that they do not."""
        return self.predicate_modifier != NOT

    @property
    def pages(self) -> tuple[str, ...]:
        """The addresses at which the evidence can be followed."""
        return tuple(filter(None, self.see_also.split("|")))

    @property
    def key(self) -> tuple[str, str, str, str]:
        """What it is about; also the order of a file: matches before non-matches."""
        return (self.subject_id, self.predicate_modifier, self.object_id, self.predicate_id)


COLUMNS = tuple(each.name for each in fields(Mapping) if each.name != "line")
"""The columns of a file, in the order of the specification."""

REQUIRED = tuple(each for each in COLUMNS if each not in {"predicate_modifier", "comment"})


@dataclass(frozen=True, slots=True)
class MappingSet:
    """A file: `metadata` as it stands in front of the table, and the mappings in the order of the file."""

    path: Path
    metadata: dict[str, Any]
    mappings: tuple[Mapping, ...]

    @property
    def slug(self) -> str:
        """The name of the set, by which its graph is named: `wikidata`."""
        return self.path.name.removesuffix(SUFFIX)

    @property
    def prefixes(self) -> dict[str, str]:
        """Prefix to namespace, the built-in ones included."""
        return {**BUILTIN_PREFIXES, **self.metadata["curie_map"]}

    def expand(self, curie: str) -> str:
        """Give the IRI that a CURIE stands for; raises `KeyError` for a prefix that is not declared."""
        prefix, _, name = curie.partition(":")
        return f"{self.prefixes[prefix]}{name}"

    def contract(self, iri: str) -> str:
        """Give the CURIE of an IRI by the longest namespace that fits, or the IRI itself."""
        fitting = [(space, prefix) for prefix, space in self.prefixes.items() if iri.startswith(space)]
        if not fitting:
            return iri
        space, prefix = max(fitting, key=lambda each: len(each[0]))
        return f"{prefix}:{iri[len(space) :]}"

    def having(self, mapping: Mapping) -> MappingSet:
        """Give the set with `mapping` in place of what it said of that pair, in canonical order."""
        pair = (mapping.subject_id, mapping.object_id)
        others = [each for each in self.mappings if (each.subject_id, each.object_id) != pair]
        return replace(self, mappings=tuple(sorted([*others, mapping], key=lambda each: each.key)))


def to_text(mapping_set: MappingSet) -> str:
    """Give the canonical text of a set: the same mappings give the same bytes."""
    header = yaml.safe_dump(mapping_set.metadata, allow_unicode=True, sort_keys=False, width=100)
    table = io.StringIO()
    writer = csv.writer(table, delimiter="\t", lineterminator="\n")
    writer.writerow(COLUMNS)
    for each in sorted(mapping_set.mappings, key=lambda mapping: mapping.key):
        writer.writerow([getattr(each, column) for column in COLUMNS])
    return "".join(f"#{line}\n" for line in header.splitlines()) + table.getvalue()
