"""The overview of contradictions: what is asked for of all pairs, and matters by sources."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass

from server.site import Site
from server.solutions import Term
from server.views.disputes import Dispute, disputes, rank
from server.views.facts import Value


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
    every = disputes(site)

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


def _verdicts(found: Iterable[Dispute]) -> Iterable[tuple[str, Value]]:
    """Give each verdict of each pair, once a pair."""
    for dispute in found:
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
        return tuple(sorted(choices, key=lambda each: rank(each.token)))
    return tuple(sorted(choices, key=lambda each: each.label.value))


def _matrix(
    shown: Iterable[Dispute], token: Callable[[Value], str]
) -> tuple[tuple[Value, ...], tuple[Row, ...]]:
    """Give the sources in the order of their names, and the matters with the gravest disputes first."""
    met: dict[Value, dict[Value, list[Dispute]]] = {}
    for dispute in shown:
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
    found = {each.first.iri: each for cell in cells for each in cell}
    return min(each.order[0] for each in found.values()), -len(found), matter.label.value


def _cell(token: str, found: list[Dispute]) -> Cell:
    return Cell(token, len(found), min(found, key=lambda each: each.order, default=None))
