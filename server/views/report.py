"""A validation report of the release, as a page shows it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

import pyoxigraph as ox
from rdflib import RDF, SH

from kg.iris import local_name
from kg.terms import iri_of, text_of

SEVERITIES = ("Violation", "Warning", "Info")


@dataclass(frozen=True, slots=True)
class Finding:
    """One result: the thing, what is said of it, and the shape or check that found it."""

    severity: str
    focus: str
    path: str
    value: str
    message: str
    shape: str


@dataclass(frozen=True, slots=True)
class Report:
    """What a report says; the gravest findings first."""

    conforms: bool
    findings: tuple[Finding, ...]

    @property
    def counts(self) -> tuple[tuple[str, int], ...]:
        """How many findings of each severity."""
        found = Counter(each.severity for each in self.findings)
        return tuple((name, found[name]) for name in SEVERITIES)


def report(triples: Sequence[ox.Triple]) -> Report:
    """Read a validation report: https://www.w3.org/TR/shacl/#validation-report."""
    said: dict[str, dict[str, str]] = {}
    for triple in triples:
        value = iri_of(triple.object) or text_of(triple.object)
        said.setdefault(str(triple.subject), {})[triple.predicate.value] = value
    results = [each for each in said.values() if each.get(str(RDF.type)) == str(SH.ValidationResult)]
    conforms = [each[str(SH.conforms)] for each in said.values() if str(SH.conforms) in each]
    findings = sorted(map(_finding, results), key=lambda each: (_rank(each.severity), each.shape, each.focus))
    return Report(conforms == ["true"], tuple(findings))


def _finding(result: dict[str, str]) -> Finding:
    names = (SH.focusNode, SH.resultPath, SH.value, SH.resultMessage, SH.sourceShape)
    severity = local_name(result.get(str(SH.resultSeverity), "Violation"))
    return Finding(severity, *(result.get(str(name), "") for name in names))


def _rank(severity: str) -> int:
    return SEVERITIES.index(severity) if severity in SEVERITIES else len(SEVERITIES)
