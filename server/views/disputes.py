"""Where claims stand against each other: pair by pair, the gravest first, and matters by sources."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Mapping
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
        return _ORDER.get(self.code, len(_ORDER)), self.iri

    @property
    def gravity(self) -> str:
        """How grave it is: `grave`, `contested`, `mild` or `note`."""
        return GRAVITY.get(self.code, "note")


@dataclass(frozen=True, slots=True)
class Dispute:
    """Two claims that stand against each other: once, however many rules and editors say so."""

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
    def anchor(self) -> str:
        """An identifier for links within the page."""
        return "dispute-" + self.first.iri.rpartition("/")[2].replace("#", "-")

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


@dataclass(frozen=True, slots=True)
class Choice:
    """A value to filter by: its token in the address, what it is called, and how often it is met."""

    token: str
    label: Term
    count: int


@dataclass(frozen=True, slots=True)
class Cell:
    """How many disputes about a matter a source has a part in, and the gravest of them."""

    token: str
    count: int
    gravest: Dispute | None


@dataclass(frozen=True, slots=True)
class Row:
    """A matter with its cell for each source."""

    matter: Value
    token: str
    cells: tuple[Cell, ...]


@dataclass(frozen=True, slots=True)
class Asked:
    """What the address asks for: a verdict, a matter, a source; each by its token, empty for any."""

    grade: str = ""
    about: str = ""
    source: str = ""

    @property
    def parameters(self) -> dict[str, str]:
        """The parameters that lead to it."""
        named = {"grade": self.grade, "about": self.about, "source": self.source}
        return {name: value for name, value in named.items() if value}

    @classmethod
    def read(cls, arguments: Mapping[str, str]) -> Asked:
        """Read the parameters of an address; others are left alone."""
        return cls(*(arguments.get(name, "").strip() for name in ("grade", "about", "source")))


@dataclass(frozen=True, slots=True)
class Overview:
    """The disputes that are asked for, all there are to choose from, and the matrix of those asked for."""

    asked: Asked
    total: int
    disputes: tuple[Dispute, ...]
    grades: tuple[Choice, ...]
    matters: tuple[Choice, ...]
    sources: tuple[Choice, ...]
    columns: tuple[Value, ...]
    rows: tuple[Row, ...]


def overview(site: Site, asked: Asked) -> Overview:
    """Give what `asked` asks for, of all disputes."""
    every = site.remembered(_disputes)

    def token(value: Value) -> str:
        return site.token(value.term.value)

    shown = tuple(each for each in every if _is_asked(each, asked, token))
    columns, rows = _matrix(shown, token)
    return Overview(
        asked,
        len(every),
        shown,
        _choices(_verdicts(every), by_gravity=True),
        _choices((token(value), value) for each in every for value in each.matters),
        _choices((token(value), value) for each in every for value in each.sources),
        columns,
        rows,
    )


def _verdicts(disputes: Iterable[Dispute]) -> Iterable[tuple[str, Value]]:
    """Give each verdict of each pair, once a pair."""
    for dispute in disputes:
        yield from {ground.code: ground.verdict for ground in dispute.grounds}.items()


def _is_asked(dispute: Dispute, asked: Asked, token: Callable[[Value], str]) -> bool:
    return (
        (not asked.grade or asked.grade in dispute.codes)
        and (not asked.about or asked.about in map(token, dispute.matters))
        and (not asked.source or asked.source in map(token, dispute.sources))
    )


def _choices(found: Iterable[tuple[str, Value]], *, by_gravity: bool = False) -> tuple[Choice, ...]:
    pairs = list(found)
    counts = Counter(token for token, _ in pairs)
    labels = {token: value.label for token, value in pairs}
    choices = (Choice(token, labels[token], count) for token, count in counts.items())
    if by_gravity:
        return tuple(sorted(choices, key=lambda each: _ORDER.get(each.token, len(_ORDER))))
    return tuple(sorted(choices, key=lambda each: each.label.value))


def _matrix(
    disputes: Iterable[Dispute], token: Callable[[Value], str]
) -> tuple[tuple[Value, ...], tuple[Row, ...]]:
    """Give the sources in the order of their names, and the matters with the gravest disputes first."""
    met: dict[Value, dict[Value, list[Dispute]]] = {}
    for dispute in disputes:
        for matter in dispute.matters:
            for source in dispute.sources:
                met.setdefault(matter, {}).setdefault(source, []).append(dispute)
    columns = sorted({source for row in met.values() for source in row}, key=lambda each: each.label.value)
    rows = sorted(met.items(), key=lambda item: _gravest_first(item[0], item[1].values()))
    return tuple(columns), tuple(
        Row(matter, token(matter), tuple(_cell(token(source), row.get(source, [])) for source in columns))
        for matter, row in rows
    )


def _gravest_first(matter: Value, cells: Iterable[list[Dispute]]) -> tuple[int, int, str]:
    disputes = {each.first.iri: each for cell in cells for each in cell}
    return min(each.order[0] for each in disputes.values()), -len(disputes), matter.label.value


def _cell(token: str, disputes: list[Dispute]) -> Cell:
    return Cell(token, len(disputes), min(disputes, key=lambda each: each.order, default=None))


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
    disputes = (_dispute(site, pairs) for pairs in found.values())
    return tuple(sorted(disputes, key=lambda each: each.order))


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
    return Value(term, preferred(labels) or Term("literal", site.vocabulary.name(term.value)))
