"""Claims side by side: one table for each thing counted or said, none of them the right one."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from kg.iris import local_name
from server.description import Description
from server.solutions import Term
from server.views.facts import Value, labelled, linked, value
from server.views.terms import (
    BODY_VALUE,
    COMMENT,
    DCTERMS,
    END,
    HAS_TARGET,
    SCHEMA,
    SELECTOR,
    SKOS,
    START,
    TYPE,
    kcg,
)

_GROUNDS = (
    BODY_VALUE,
    COMMENT,
    f"{DCTERMS}description",
    f"{SKOS}note",
    f"{SCHEMA}reviewBody",
)
_TARGETS = (HAS_TARGET, f"{SCHEMA}itemReviewed")


_BOUNDING = frozenset({"at-least", "at-most", "more-than", "fewer-than", "almost"})
"""Codes of hedges that say themselves on which side a number is open."""


@dataclass(frozen=True, slots=True)
class Claim:
    """One claim as it was made: what, by whom, how, through whom, where it stands, and when."""

    iri: Term
    label: Term
    number: str
    values: tuple[Value, ...]
    hedges: tuple[Value, ...]
    stance: tuple[Value, ...]
    polarity: tuple[Value, ...]
    holders: tuple[Value, ...]
    via: tuple[Value, ...]
    sources: tuple[Value, ...]
    passages: tuple[tuple[int, int], ...]
    as_of: tuple[str, ...]
    when: tuple[str, ...]
    about: tuple[Value, ...]
    subject: tuple[Value, ...]
    responds_to: tuple[Value, ...]
    same_as: tuple[Value, ...]

    @property
    def start(self) -> int:
        """Where the first passage begins; claims without one come last."""
        return min((start for start, _ in self.passages), default=1 << 62)


@dataclass(frozen=True, slots=True)
class Range:
    """What the claims of one group span."""

    low: str
    high: str
    claims: int
    holders: int


@dataclass(frozen=True, slots=True)
class Assessment:
    """What the comparison of claims found, and on what ground."""

    iri: Term
    verdicts: tuple[Value, ...]
    grounds: tuple[Term, ...]
    targets: tuple[Value, ...]


@dataclass(frozen=True, slots=True)
class Group:
    """Claims that can be compared: same counting rule and population, or same predicate."""

    anchor: str
    subject: tuple[Value, ...]
    quantity: bool
    claims: tuple[Claim, ...]
    ranges: tuple[Range, ...]
    assessments: tuple[Assessment, ...]


def groups(claims: Iterable[Term], told: Description, compared: Description) -> tuple[Group, ...]:
    """Group `claims`; within a group they stand in the order of sources, then of passages."""
    gathered: dict[tuple[str, ...], list[Term]] = {}
    for iri in claims:
        gathered.setdefault(_key(told, iri), []).append(iri)
    found = [_group(key, members, told, compared) for key, members in gathered.items()]
    ordered = sorted(found, key=lambda group: (not group.quantity, _title(group)))
    return tuple(
        Group(
            f"claims-{number}",
            group.subject,
            group.quantity,
            group.claims,
            group.ranges,
            group.assessments,
        )
        for number, group in enumerate(ordered, 1)
    )


def reading_order(claims: Iterable[Term], told: Description) -> tuple[Claim, ...]:
    """Give `claims` in the order in which a reader of their document meets them."""
    return tuple(sorted((claim(told, iri) for iri in claims), key=lambda each: each.start))


def claim(told: Description, iri: Term) -> Claim:
    """Read one claim."""
    key = iri.key
    return Claim(
        iri=iri,
        label=told.label(iri),
        number=_number(told, key),
        values=tuple(value(told, term, key) for term in told.values(key, kcg("value"))),
        hedges=linked(told, key, "hedge"),
        stance=linked(told, key, "stance"),
        polarity=linked(told, key, "polarity"),
        holders=linked(told, key, "claimedBy"),
        via=labelled(told, told.items(key, kcg("via"))),
        sources=linked(told, key, "reportedIn"),
        passages=_passages(told, key),
        as_of=_texts(told, key, "asOf"),
        when=_texts(told, key, "when"),
        about=linked(told, key, "about"),
        subject=_subject(told, key),
        responds_to=linked(told, key, "respondsTo"),
        same_as=linked(told, key, "sameClaimAs"),
    )


def assessments(compared: Description, claims: Iterable[str]) -> tuple[Assessment, ...]:
    """Give the assessments that touch any of `claims`."""
    wanted = frozenset(claims)
    found = [
        Assessment(
            Term("uri", subject),
            linked(compared, subject, "verdict"),
            tuple(term for ground in _GROUNDS for term in compared.values(subject, ground)),
            labelled(compared, targets),
        )
        for subject in compared.subjects
        if (targets := _targets(compared, subject)) and wanted & {term.key for term in targets}
    ]
    return tuple(sorted(found, key=lambda each: (_names(each.verdicts), each.iri.value)))


def _targets(compared: Description, subject: str) -> list[Term]:
    found = {term: None for each in _TARGETS for term in compared.values(subject, each)}
    return list(found)


def _group(key: tuple[str, ...], members: list[Term], told: Description, compared: Description) -> Group:
    claims = [claim(told, iri) for iri in members]
    claims.sort(key=lambda each: (_names(each.sources), each.start, each.iri.value))
    return Group(
        "",
        claims[0].subject,
        key[0] == "quantity",
        tuple(claims),
        _ranges(compared, key),
        assessments(compared, (iri.key for iri in members)),
    )


def _key(described: Description, iri: Term) -> tuple[str, ...]:
    quantity = described.text(iri.key, kcg("quantity"))
    if quantity:
        return ("quantity", quantity, described.text(iri.key, kcg("population")))
    return ("predicate", described.text(iri.key, kcg("predicate")))


def _ranges(compared: Description, key: tuple[str, ...]) -> tuple[Range, ...]:
    if key[0] != "quantity":
        return ()
    return tuple(
        Range(
            grouped(compared.text(subject, kcg("low"))),
            grouped(compared.text(subject, kcg("high"))),
            int(compared.text(subject, kcg("claimCount")) or 0),
            int(compared.text(subject, kcg("holderCount")) or 0),
        )
        for subject in compared.subjects
        if kcg("QuantityRange") in {term.value for term in compared.values(subject, TYPE)}
        and _key(compared, Term("uri", subject)) == key
    )


def _subject(told: Description, key: str) -> tuple[Value, ...]:
    return (
        *linked(told, key, "quantity"),
        *linked(told, key, "population"),
        *linked(told, key, "predicate"),
    )


def grouped(number: str) -> str:
    """Set thousands apart in a whole number, as people read it: 30,000."""
    return f"{int(number):,}" if number.isdigit() else number


def _number(told: Description, key: str) -> str:
    exact, low, high = (grouped(told.text(key, kcg(name))) for name in ("exact", "low", "high"))
    if exact:
        return exact
    if low and high:
        return low if low == high else f"{low} to {high}"
    if _bounding_hedge(told, key):
        # The hedge in front says already which way it is open.
        return low or high
    if low:
        return f"{low} or more"
    return f"{high} or fewer" if high else ""


def _bounding_hedge(told: Description, key: str) -> bool:
    codes = {local_name(hedge.value) for hedge in told.values(key, kcg("hedge"))}
    return bool(codes & _BOUNDING)


def _passages(told: Description, key: str) -> tuple[tuple[int, int], ...]:
    selectors = (
        selector
        for passage in told.values(key, kcg("passage"))
        for selector in told.values(passage.key, SELECTOR)
    )
    pairs = ((told.text(each.key, START), told.text(each.key, END)) for each in selectors)
    return tuple(sorted((int(start), int(end)) for start, end in pairs if start and end))


def _texts(told: Description, key: str, name: str) -> tuple[str, ...]:
    return tuple(term.value for term in told.values(key, kcg(name)))


def _names(values: Iterable[Value]) -> str:
    return ", ".join(each.label.value for each in values)


def _title(group: Group) -> str:
    return _names(group.subject)
