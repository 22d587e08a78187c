"""What a check or a comparison found of one link, and the forms in which that can be told."""

from __future__ import annotations

import csv
import io
import json
from collections import Counter
from collections.abc import Iterable
from dataclasses import asdict, dataclass, field

from rdflib import RDF, RDFS, SH, Graph, Literal, URIRef

from kg.linking.questions import identifier

AGREES, DIFFERS = "agrees", "differs"
GONE, REDIRECT = "gone", "redirect"
MISSING_THERE, MISSING_HERE = "missing there", "missing here"
VERDICTS = (GONE, REDIRECT, DIFFERS, MISSING_THERE, MISSING_HERE, AGREES)
"""The worst first, which is the order of a report."""

_SEVERITY = {GONE: SH.Violation, REDIRECT: SH.Violation, DIFFERS: SH.Warning}
COLUMNS = ("verdict", "label", "item", "aspect", "ours", "theirs", "note")


@dataclass(frozen=True, slots=True)
class Finding:
    """One aspect of one link: what we say, what they say, and what to make of it."""

    thing: str
    label: str
    item: str
    aspect: str
    """What was compared: `existence`, `kind`, `name`, a date, or the name of a property such as `P1120`."""
    verdict: str
    ours: str = ""
    theirs: str = ""
    note: str = ""
    references: tuple[str, ...] = field(default=())
    """What Wikidata cites for its statement."""
    claims: tuple[str, ...] = field(default=())
    """The claims or nodes that our statement rests on."""

    @property
    def rank(self) -> tuple[int, str, str, str, str, str]:
        """The place in a report."""
        place = VERDICTS.index(self.verdict)
        return (place, self.label, self.item, self.aspect, self.ours, self.theirs)


def sorted_findings(findings: Iterable[Finding]) -> tuple[Finding, ...]:
    """Give the findings without doubles, the worst first."""
    return tuple(sorted(set(findings), key=lambda each: each.rank))


def summary(findings: Iterable[Finding]) -> str:
    """Say in one line how many there are of each verdict."""
    counts = Counter(each.verdict for each in findings)
    said = [f"{counts[verdict]} {verdict}" for verdict in VERDICTS if counts[verdict]]
    return f"{', '.join(said) or 'nothing to compare'}."


def cells(finding: Finding) -> list[str]:
    """Give a finding as the cells of a table."""
    shown = finding.note or "; ".join(finding.references)
    return [
        finding.verdict,
        finding.label,
        identifier(finding.item),
        finding.aspect,
        finding.ours,
        finding.theirs,
        shown,
    ]


def to_csv(findings: Iterable[Finding]) -> str:
    """Give the findings as CSV, everything that is known of each."""
    output = io.StringIO()
    names = list(Finding.__slots__)
    writer = csv.writer(output, lineterminator="\n")
    writer.writerow(names)
    for each in findings:
        writer.writerow(
            " ".join(value) if isinstance(value, tuple) else value for value in asdict(each).values()
        )
    return output.getvalue()


def to_json(findings: Iterable[Finding]) -> str:
    """Give the findings as a JSON document."""
    return json.dumps({"findings": [asdict(each) for each in findings]}, ensure_ascii=False, indent=1) + "\n"


def to_graph(findings: Iterable[Finding], report: str) -> Graph:
    """Give the findings as a SHACL report (https://www.w3.org/TR/shacl/#validation-report)."""
    listed = list(findings)
    graph = Graph()
    node = URIRef(report)
    graph.add((node, RDF.type, SH.ValidationReport))
    bad = any(each.verdict in _SEVERITY for each in listed)
    graph.add((node, SH.conforms, Literal(not bad)))
    for number, each in enumerate(listed, start=1):
        result = URIRef(f"{report}#result-{number}")
        graph.add((node, SH.result, result))
        graph.add((result, RDF.type, SH.ValidationResult))
        graph.add((result, SH.focusNode, URIRef(each.thing)))
        graph.add((result, SH.value, URIRef(each.item)))
        graph.add((result, SH.resultSeverity, _SEVERITY.get(each.verdict, SH.Info)))
        graph.add((result, SH.sourceConstraintComponent, SH.SPARQLConstraintComponent))
        graph.add((result, SH.resultMessage, Literal(_sentence(each))))
        for source in each.references:
            if source.startswith(("http://", "https://")):
                graph.add((result, RDFS.seeAlso, URIRef(source)))
    return graph


def _sentence(finding: Finding) -> str:
    sides = [
        f"here: {finding.ours}" if finding.ours else "",
        f"there: {finding.theirs}" if finding.theirs else "",
    ]
    said = "; ".join(filter(None, [*sides, finding.note]))
    return f"{finding.aspect} {finding.verdict}" + (f" ({said})." if said else ".")
