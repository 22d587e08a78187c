"""The record as one holder tells it, or two side by side, matter by matter."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from server.description import Description
from server.site import Site
from server.solutions import Term
from server.views.asof import Moment
from server.views.claims import Claim, claim
from server.views.facts import Value
from server.views.findings import Finding, findings
from server.views.terms import kcg

LIMIT = 120
"""Claims of one holder on a page; `perspective.rq` gives one more."""


@dataclass(frozen=True, slots=True)
class Holder:
    """Somebody who holds claims: how many alone, and with those who speak on the same side."""

    holder: Value
    token: str
    own: int
    claims: int


@dataclass(frozen=True, slots=True)
class Said:
    """A claim, and what was found about it."""

    claim: Claim
    disputes: tuple[Finding, ...]


@dataclass(frozen=True, slots=True)
class Voice:
    """All that one holder says; `voices` are those through whom it speaks, if others do."""

    holder: Holder
    said: tuple[Said, ...]
    voices: tuple[Value, ...]
    complete: bool


@dataclass(frozen=True, slots=True)
class Matter:
    """One thing that claims are about, and what each voice says of it."""

    about: Value
    columns: tuple[tuple[Said, ...], ...]

    @property
    def is_shared(self) -> bool:
        """Whether more than one voice speaks of it."""
        return sum(bool(column) for column in self.columns) > 1


@dataclass(frozen=True, slots=True)
class Perspective:
    """One or two voices, and the matters that they speak of: those that both speak of come first."""

    voices: tuple[Voice, ...]
    matters: tuple[Matter, ...]


def holders(site: Site) -> tuple[Holder, ...]:
    """Give everybody who holds claims, those with most first."""
    return site.remembered(_holders)


def perspective(site: Site, chosen: Iterable[Holder], when: Moment | None) -> Perspective:
    """Ask for all that the chosen holders say, as known at the moment."""
    voices = tuple(_voice(site, holder, when) for holder in chosen)
    return Perspective(voices, _matters(voices))


def _holders(site: Site) -> tuple[Holder, ...]:
    labels: dict[Term, list[Term]] = {}
    counts: dict[Term, tuple[int, int]] = {}
    for row in site.select("holders"):
        labels.setdefault(row["holder"], []).extend([row["label"]] if "label" in row else [])
        counts[row["holder"]] = (int(row["own"].value), int(row["claims"].value))
    return tuple(
        Holder(Value(term, site.vocabulary.label(term.value, labels[term])), site.token(term.value), *numbers)
        for term, numbers in counts.items()
    )


def _voice(site: Site, holder: Holder, when: Moment | None) -> Voice:
    rows = site.select("perspective", holder=holder.holder.term.value)
    told = Description(site.vocabulary, rows)
    found = [Term("uri", each) for each in told.subjects if told.one(each, kcg("claimedBy"))]
    claims = sorted((claim(told, each) for each in found[:LIMIT]), key=lambda each: each.order)
    about: dict[str, list[Finding]] = {}
    for finding in findings(told):
        for target in finding.targets:
            about.setdefault(target.term.key, []).append(finding)
    said = tuple(
        Said(each, _disputes(about.get(each.iri.key, ())))
        for each in claims
        if when is None or when.knows(each.published)
    )
    speakers = {one.term: one for each in said for one in each.claim.holders}
    others = sorted(speakers.values(), key=lambda one: one.label.value)
    return Voice(
        holder,
        said,
        tuple(one for one in others if one.term != holder.holder.term),
        len(found) <= LIMIT,
    )


def _disputes(found: Iterable[Finding]) -> tuple[Finding, ...]:
    """Give one finding of each verdict that sets the claim against others, the gravest first."""
    return tuple({one.code: one for one in found if one.is_dispute}.values())


def _matters(voices: tuple[Voice, ...]) -> tuple[Matter, ...]:
    about = {one.term: one for voice in voices for each in voice.said for one in each.claim.about}
    matters = (
        Matter(
            value,
            tuple(
                tuple(each for each in voice.said if term in {one.term for one in each.claim.about})
                for voice in voices
            ),
        )
        for term, value in about.items()
    )
    return tuple(sorted(matters, key=lambda each: (not each.is_shared, each.about.label.value)))
