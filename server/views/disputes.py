"""Where claims stand against each other: pair by pair, the gravest first."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field

from kg.iris import local_name
from server.site import Site
from server.solutions import Solution, Term
from server.views.facts import Value
from server.views.findings import GRAVITY
from server.vocabulary import preferred

COMPARED = frozenset(
    {
        "certain-contradiction",
        "self-contradiction",
        "denied",
        "mutual-accusation",
        "tension",
        "scope-mismatch",
        "successive-counts",
    }
)
"""Verdicts that set two claims against each other, or say why they are not so set."""

_ORDER = {code: number for number, code in enumerate(GRAVITY)}
_NONE = Term("literal", "")


@dataclass(frozen=True, slots=True)
class Side:
    """One of the two claims: what it says, by whom, where it is reported, and what it is about."""

    claim: Value
    holders: tuple[Value, ...]
    sources: tuple[Value, ...]
    about: tuple[Value, ...]


@dataclass(frozen=True, slots=True)
class Ground:
    """Why two claims stand against each other: what a rule, or the editors, found, and on what ground."""

    iri: str
    verdict: Value
    definition: str
    texts: tuple[Term, ...]
    rules: tuple[Value, ...]
    by: tuple[Value, ...]

    @property
    def code(self) -> str:
        """The code of the verdict."""
        return local_name(self.verdict.term.value)

    @property
    def order(self) -> tuple[int, str]:
        """The gravest first."""
        return rank(self.code), self.iri

    @property
    def gravity(self) -> str:
        """How grave it is: `grave`, `contested`, `mild` or `note`."""
        return GRAVITY.get(self.code, "note")

    @property
    def anchor(self) -> str:
        """An identifier for links within the page."""
        return "dispute-" + self.iri.rpartition("/")[2].replace("#", "-")


@dataclass(frozen=True, slots=True)
class Dispute:
    """Two claims that stand against each other, once, however many rules and editors say so.

    The editors may set more than two against each other; they then stand together.
    """

    grounds: tuple[Ground, ...]
    """The gravest first; there is at least one."""
    sides: tuple[Side, ...]

    @property
    def first(self) -> Ground:
        """The gravest ground, under which the pair stands."""
        return self.grounds[0]

    @property
    def codes(self) -> tuple[str, ...]:
        """The codes of its verdicts, the gravest first."""
        return tuple(dict.fromkeys(ground.code for ground in self.grounds))

    @property
    def order(self) -> tuple[int, str]:
        """The gravest first."""
        return self.first.order

    @property
    def matters(self) -> tuple[Value, ...]:
        """What both are about, or else what either is."""
        first, *others = ({value.term for value in side.about} for side in self.sides)
        common = first.intersection(*others)
        every = {value.term: value for side in self.sides for value in side.about}
        return tuple(value for term, value in every.items() if not common or term in common)

    @property
    def sources(self) -> tuple[Value, ...]:
        """Where they are reported."""
        return tuple({value.term: value for side in self.sides for value in side.sources}.values())


@dataclass(slots=True)
class _Read:
    """The rows about one dispute, gathered."""

    verdict: Term
    words: dict[Term, None] = field(default_factory=dict)
    definitions: dict[Term, None] = field(default_factory=dict)
    grounds: dict[Term, None] = field(default_factory=dict)
    rules: dict[Term, None] = field(default_factory=dict)
    by: dict[Term, dict[Term, None]] = field(default_factory=dict)
    claims: dict[Term, dict[Term, None]] = field(default_factory=dict)
    parts: dict[tuple[Term, str], dict[Term, dict[Term, None]]] = field(default_factory=dict)

    def take(self, row: Solution) -> None:
        """Take one row in; values come many times over."""
        for name, kept in (
            ("word", self.words),
            ("definition", self.definitions),
            ("ground", self.grounds),
            ("rule", self.rules),
        ):
            if name in row:
                kept[row[name]] = None
        _keep(self.by, row, "by")
        self.claims.setdefault(row["claim"], {})[row["label"]] = None
        for name in ("source", "holder", "about"):
            _keep(self.parts.setdefault((row["claim"], name), {}), row, name)


def disputes(site: Site) -> tuple[Dispute, ...]:
    """Give all pairs, the gravest first; asked for once."""
    return site.remembered(_disputes)


def first_of_each_gravity(site: Site) -> tuple[Dispute, ...]:
    """Give the first pair of each degree of gravity, the gravest first: to show what is meant."""
    first: dict[str, Dispute] = {}
    for each in disputes(site):
        first.setdefault(each.first.gravity, each)
    return tuple(first.values())


def rank(code: str) -> int:
    """Tell how grave a verdict is: the smaller, the graver."""
    return _ORDER.get(code, len(_ORDER))


def _disputes(site: Site) -> tuple[Dispute, ...]:
    """Ask for all pairs, each once; what is found about one claim alone, and agreement, are no disputes."""
    read: dict[tuple[str, Term], _Read] = {}
    for row in site.select("disputes"):
        key = row["s"].value, row["verdict"]
        read.setdefault(key, _Read(row["verdict"])).take(row)
    found: dict[frozenset[Term], list[tuple[Ground, _Read]]] = {}
    for (iri, _), each in read.items():
        ground = _ground(site, iri, each)
        if ground.code in COMPARED and len(each.claims) > 1:
            found.setdefault(frozenset(each.claims), []).append((ground, each))
    pairs = (_dispute(site, each) for each in found.values())
    return tuple(sorted(pairs, key=lambda each: each.order))


def _dispute(site: Site, found: list[tuple[Ground, _Read]]) -> Dispute:
    grounds = sorted((ground for ground, _ in found), key=lambda each: each.order)
    return Dispute(tuple(grounds), _sides(site, found[0][1]))  # the claims are the same in all


def _sides(site: Site, read: _Read) -> tuple[Side, ...]:
    return tuple(
        Side(
            _value(site, claim, labels),
            *(
                tuple(_value(site, *item) for item in read.parts.get((claim, name), {}).items())
                for name in ("holder", "source", "about")
            ),
        )
        for claim, labels in sorted(read.claims.items(), key=lambda item: item[0].value)
    )


def _ground(site: Site, iri: str, read: _Read) -> Ground:
    return Ground(
        iri,
        _value(site, read.verdict, read.words),
        (preferred(read.definitions) or _NONE).value,
        tuple(read.grounds),
        tuple(_value(site, rule, {}) for rule in read.rules),
        tuple(_value(site, *item) for item in read.by.items()),
    )


def _keep(kept: dict[Term, dict[Term, None]], row: Solution, name: str) -> None:
    if name in row:
        labels = kept.setdefault(row[name], {})
        if f"{name}Label" in row:
            labels[row[f"{name}Label"]] = None


def _value(site: Site, term: Term, labels: Iterable[Term]) -> Value:
    return Value(term, site.vocabulary.label(term.value, labels))
