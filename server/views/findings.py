"""What was found about claims: by comparing them, the gravest first, or by the editors."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

from kg.iris import local_name
from server.description import Description
from server.solutions import Term
from server.views.facts import Value, labelled, linked
from server.views.terms import BODY_VALUE, COMMENT, DCTERMS, HAS_TARGET, PROV, SCHEMA, SKOS, kcg

_GROUNDS = (BODY_VALUE, COMMENT, f"{DCTERMS}description", f"{SKOS}note", f"{SCHEMA}reviewBody")
_TARGETS = (HAS_TARGET, f"{SCHEMA}itemReviewed")

GRAVITY = {
    "certain-contradiction": "grave",
    "self-contradiction": "grave",
    "denied": "contested",
    "mutual-accusation": "contested",
    "wrong": "contested",
    "tension": "mild",
    "accusation-without-denial": "mild",
    "scope-mismatch": "note",
    "successive-counts": "note",
    "stale": "note",
    "imprecise": "note",
    "ambiguous": "note",
    "unverified": "note",
    "agreement": "note",
    "repeat": "note",
}
"""Codes of verdicts, the gravest first, and how grave each is."""

_ORDER = {code: number for number, code in enumerate(GRAVITY)}
_NOT_DISPUTES = frozenset({"agreement", "repeat", "successive-counts", "accusation-without-denial"})


@dataclass(frozen=True, slots=True)
class Finding:
    """What the comparison of claims found, or the editors, and on what ground."""

    iri: Term
    verdicts: tuple[Value, ...]
    grounds: tuple[Term, ...]
    targets: tuple[Value, ...]
    by: tuple[Value, ...]

    @property
    def code(self) -> str:
        """The code of the gravest verdict."""
        codes = (local_name(each.term.value) for each in self.verdicts)
        return min(codes, key=_rank, default="")

    @property
    def gravity(self) -> str:
        """How grave it is: `grave`, `contested`, `mild` or `note`."""
        return GRAVITY.get(self.code, "note")

    @property
    def anchor(self) -> str:
        """An identifier for links within a page."""
        return "finding-" + self.iri.value.rpartition("/")[2].replace("#", "-")

    @property
    def is_dispute(self) -> bool:
        """Whether it sets claims against each other."""
        return not self.by and len(self.targets) > 1 and self.code not in _NOT_DISPUTES

    @property
    def order(self) -> tuple[int, str]:
        """The gravest first."""
        return (_rank(self.code), self.iri.value)


def findings(told: Description, claims: Collection[str] | None = None) -> tuple[Finding, ...]:
    """Give what was found about any of `claims`, or all that is told of."""
    wanted = None if claims is None else frozenset(claims)
    found = [
        _finding(told, subject, targets)
        for subject in told.subjects
        if (targets := _targets(told, subject))
        and (wanted is None or wanted & {term.key for term in targets})
    ]
    return tuple(sorted(found, key=lambda each: each.order))


def _finding(told: Description, subject: str, targets: list[Term]) -> Finding:
    return Finding(
        Term("uri", subject),
        linked(told, subject, "verdict"),
        tuple(term for ground in _GROUNDS for term in told.values(subject, ground)),
        labelled(told, targets),
        labelled(told, told.values(subject, f"{PROV}wasAttributedTo")),
    )


def _targets(told: Description, subject: str) -> list[Term]:
    if not told.values(subject, kcg("verdict")):
        return []
    return list(dict.fromkeys(term for each in _TARGETS for term in told.values(subject, each)))


def _rank(code: str) -> int:
    return _ORDER.get(code, len(_ORDER))
