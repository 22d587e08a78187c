"""Decisions on proposed links, written into a mapping set one by one."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from kg.dump import replacing
from kg.errors import UsageError
from kg.linking.mapping import NOT, PREDICATES, Mapping, MappingSet, to_text
from kg.linking.proposals import Offered, Proposal
from kg.linking.sssom import read_mappings

REVIEWED = "semapv:MappingReview"
"""https://w3id.org/semapv/vocab/MappingReview: a person judged what a program proposed."""


@dataclass(frozen=True, slots=True)
class Decision:
    """What a person decided on one pair: `predicate` says how they match; `holds` whether they do."""

    holds: bool
    author: str
    evidence: str
    pages: str
    predicate: str = PREDICATES[0]
    confidence: str = "0.9"
    comment: str = ""


def undecided(proposals: list[Proposal], known: MappingSet) -> Iterator[tuple[Proposal, list[Offered]]]:
    """Give the proposals without a link so far, each with the items that nobody has decided on."""
    linked = {each.subject_id for each in known.mappings if each.holds}
    decided = {(each.subject_id, each.object_id) for each in known.mappings}
    for each in proposals:
        subject = known.contract(each.id)
        if subject in linked:
            continue
        left = [one for one in each.candidates if (subject, known.contract(one.id)) not in decided]
        if left:
            yield each, left


def mapping_of(known: MappingSet, proposal: Proposal, offered: Offered, decision: Decision) -> Mapping:
    """Give the row that records a decision. Raises `UsageError` if it would have no evidence."""
    if not decision.evidence.strip() or not decision.pages.strip():
        raise UsageError(
            "A link needs evidence.", mend="Say what shows it, and give an address at which that can be read."
        )
    return Mapping(
        subject_id=known.contract(proposal.id),
        subject_label=_clean(proposal.name),
        subject_category=proposal.kind,
        predicate_id=decision.predicate,
        predicate_modifier="" if decision.holds else NOT,
        object_id=known.contract(offered.id),
        object_label=_clean(offered.label),
        object_category=offered.kinds[0] if offered.kinds else "item",
        mapping_justification=REVIEWED,
        author_id=decision.author,
        mapping_date=date.today().isoformat(),
        confidence=decision.confidence,
        see_also=decision.pages.strip(),
        other=_clean(decision.evidence),
        comment=_clean(decision.comment),
    )


def record(path: Path, mapping: Mapping) -> MappingSet:
    """Put a row into the mapping set at `path`, which is replaced whole, or not at all if it is no good.

    Raises `ProblemsError` for a row that the format does not allow, `OutputError` if it cannot be written.
    """
    changed = read_mappings(path).having(mapping)
    trial = path.with_name(f".{path.name}.trial")
    try:
        trial.write_text(to_text(changed), "utf-8")
        read_mappings(trial)
    finally:
        trial.unlink(missing_ok=True)
    with replacing(path) as file:
        file.write(to_text(changed).encode())
    return changed


def _clean(text: str) -> str:
    """Give a text without the line breaks and tabs that a table cannot hold."""
    return " ".join(text.split())
