"""Claims side by side: one table for each question, each value as a bar, none of them the right one."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace

from kg.dates import bounds
from kg.errors import InvalidDateError
from kg.iris import local_name
from server.description import Description
from server.solutions import Term
from server.views.bars import Axis, Bar, Extent, axis_of_days, axis_of_numbers, point
from server.views.claims import Claim, claim, grouped
from server.views.dates import Dates
from server.views.facts import Value
from server.views.findings import Finding, findings
from server.views.terms import TYPE, kcg

_DATES = frozenset({"date", "when"})
"""Predicates whose values are dates."""


@dataclass(frozen=True, slots=True)
class Range:
    """What the claims of one group span."""

    low: str
    high: str
    claims: int
    holders: int


@dataclass(frozen=True, slots=True)
class Row:
    """A claim with its bar, what was found about it, and what answers it."""

    claim: Claim
    bar: Bar | None
    findings: tuple[Finding, ...]
    replies: tuple[Claim, ...]


@dataclass(frozen=True, slots=True)
class Group:
    """Claims that can be compared: same counting rule and population, or same predicate."""

    population: tuple[Value, ...]
    rows: tuple[Row, ...]
    ranges: tuple[Range, ...]


@dataclass(frozen=True, slots=True)
class Question:
    """One counting rule for all populations, on one axis; or one predicate."""

    anchor: str
    subject: tuple[Value, ...]
    axis: Axis | None
    groups: tuple[Group, ...]
    findings: tuple[Finding, ...]

    @property
    def claims(self) -> tuple[Claim, ...]:
        """Every claim of the question."""
        return tuple(row.claim for group in self.groups for row in group.rows)

    @property
    def is_compared(self) -> bool:
        """Whether there is something to compare."""
        return len(self.claims) > 1


@dataclass(frozen=True, slots=True)
class Comparison:
    """All that is claimed about a thing."""

    questions: tuple[Question, ...]
    accusations: tuple[Row, ...]
    disputes: tuple[Finding, ...]

    @property
    def claims(self) -> tuple[Claim, ...]:
        """Every claim."""
        return tuple(each for question in self.questions for each in question.claims)

    @property
    def compared(self) -> tuple[Question, ...]:
        """The questions to which there are several answers."""
        return tuple(each for each in self.questions if each.is_compared)

    @property
    def single(self) -> tuple[Question, ...]:
        """The questions that one claim answers."""
        return tuple(each for each in self.questions if not each.is_compared)

    @property
    def held_by(self) -> dict[Term, tuple[Value, ...]]:
        """Who holds each claim that is told of here."""
        rows = (row for question in self.questions for group in question.groups for row in group.rows)
        told = (each for row in (*rows, *self.accusations) for each in (row.claim, *row.replies))
        return {each.iri: each.holders for each in told}

    @property
    def answered(self) -> int:
        """How many accusations a recorded claim answers."""
        return sum(bool(each.replies) for each in self.accusations)

    @property
    def holders(self) -> int:
        """How many hold these claims."""
        return len({holder.term for each in self.claims for holder in each.holders})

    @property
    def sources(self) -> int:
        """In how many documents they stand."""
        return len({source.term for each in self.claims for source in each.sources})


def compare(terms: Iterable[Term], told: Description, ranges: Description) -> Comparison:
    """Compare the claims `terms`; `ranges` tells what each group of numbers spans."""
    claims = sorted((claim(told, iri) for iri in terms), key=lambda each: each.order)
    found = findings(told, [each.iri.key for each in claims])
    gathered: dict[str, list[Claim]] = {}
    for each in claims:
        key = each.quantity or each.predicate
        gathered.setdefault(key[0].term.value if key else "", []).append(each)
    rows = _Rows(told, found)
    questions = (_question(members, rows, ranges) for members in gathered.values())
    ordered = sorted(questions, key=_importance)
    numbered = (replace(each, anchor=f"claims-{number}") for number, each in enumerate(ordered, 1))
    return Comparison(
        tuple(numbered),
        tuple(rows.row(each, None) for each in claims if each.is_accusation),
        tuple(each for each in found if each.is_dispute),
    )


def with_accusations(found: Comparison, terms: Iterable[Term], told: Description) -> Comparison:
    """Add the accusations among `terms`, claims about something else in which the thing is what is broken
    or attacked; and what was found about them."""
    claims = sorted((claim(told, iri) for iri in terms), key=lambda each: each.order)
    accused = [each for each in claims if each.is_accusation]
    rows = _Rows(told, findings(told, [each.iri.key for each in accused]))
    disputes = {each.iri: each for each in (*found.disputes, *rows.found) if each.is_dispute}
    return replace(
        found,
        accusations=(*found.accusations, *(rows.row(each, None) for each in accused)),
        disputes=tuple(sorted(disputes.values(), key=lambda each: each.order)),
    )


class _Rows:
    """Makes rows, with what was found about each claim and what answers it."""

    def __init__(self, told: Description, found: tuple[Finding, ...]) -> None:
        self.found = found
        self._told = told
        self._replies: dict[str, list[Term]] = {}
        for subject in told.subjects:
            for accusation in told.values(subject, kcg("respondsTo")):
                self._replies.setdefault(accusation.key, []).append(Term("uri", subject))

    def row(self, each: Claim, bar: Bar | None) -> Row:
        found = tuple(
            one for one in self.found if each.iri.key in {target.term.key for target in one.targets}
        )
        replies = tuple(claim(self._told, iri) for iri in self._replies.get(each.iri.key, ()))
        return Row(each, bar, found, replies)


def _question(members: list[Claim], rows: _Rows, ranges: Description) -> Question:
    first = members[0]
    subject = first.quantity or first.predicate
    axis, extents = _drawing(members)
    grouped_by: dict[tuple[str, ...], list[Claim]] = {}
    for each in members:
        grouped_by.setdefault(tuple(one.term.value for one in each.population), []).append(each)
    groups = tuple(
        Group(
            among[0].population,
            tuple(rows.row(each, _bar(axis, extents.get(each.iri))) for each in among),
            _ranges(ranges, among[0]) if among[0].quantity else (),
        )
        for _, among in sorted(grouped_by.items(), key=lambda item: _names(item[1][0].population))
    )
    keys = {each.iri.key for each in members}
    about = (one for one in rows.found if keys & {target.term.key for target in one.targets})
    return Question("", subject, axis, groups, tuple(about))


def _importance(question: Question) -> tuple[bool, bool, int, int, str]:
    """Numbers first, then what is most disputed."""
    numbers = bool(question.claims[0].quantity)
    disputes = sum(each.is_dispute for each in question.findings)
    weight = len(question.claims) if numbers else 0
    return (not numbers, not question.is_compared, -disputes, -weight, _names(question.subject))


def _drawing(members: list[Claim]) -> tuple[Axis | None, dict[Term, Extent]]:
    """Give the axis for numbers or for dates, and what each claim shows on it."""
    is_number = bool(members[0].quantity)
    read: Callable[[Claim], Extent | None] = _extent_of_number if is_number else _extent_of_date
    found = {each.iri: extent for each in members if (extent := read(each))}
    if not found:
        return None, {}
    return (axis_of_numbers if is_number else axis_of_days)(found.values()), found


def _bar(axis: Axis | None, extent: Extent | None) -> Bar | None:
    return axis.bar(extent) if axis and extent else None


def _extent_of_number(each: Claim) -> Extent | None:
    low, high = each.low, each.high
    if low is None and high is None:
        return None
    if low is not None and high is not None:
        return Extent(sure=(low, high))
    known = low if low is not None else high
    return Extent(sure=point(known or 0.0).sure, possible=(low, high))


def _extent_of_date(each: Claim) -> Extent | None:
    if not _DATES & {local_name(one.term.value) for one in each.predicate}:
        return None
    for one in each.values:
        try:
            found = bounds(one.term.value)
        except InvalidDateError:
            continue
        days = (found.earliest_begin, found.latest_begin, found.earliest_end, found.latest_end)
        return Dates((), *("" if day is None else day.isoformat() for day in days)).extent
    return None


def _ranges(ranges: Description, like: Claim) -> tuple[Range, ...]:
    wanted = (_first(like.quantity), _first(like.population))
    return tuple(
        Range(
            grouped(ranges.text(subject, kcg("low"))),
            grouped(ranges.text(subject, kcg("high"))),
            int(ranges.text(subject, kcg("claimCount")) or 0),
            int(ranges.text(subject, kcg("holderCount")) or 0),
        )
        for subject in ranges.subjects
        if kcg("QuantityRange") in {term.value for term in ranges.values(subject, TYPE)}
        and (ranges.text(subject, kcg("quantity")), ranges.text(subject, kcg("population"))) == wanted
    )


def _first(values: tuple[Value, ...]) -> str:
    return values[0].term.value if values else ""


def _names(values: Iterable[Value]) -> str:
    return ", ".join(each.label.value for each in values)
