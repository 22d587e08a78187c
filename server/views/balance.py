"""How much of the record each side, holder and document has: counts, with how they were made."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field

from kg.iris import local_name
from server.site import Site
from server.solutions import Solution, Term
from server.views.facts import Value

ACCUSING, DENYING = "accuses", "denies"
"""Stances that are counted apart."""


@dataclass(slots=True)
class Share:
    """What somebody, or a side, has in the record; `who` is `None` for those without a side."""

    who: Value | None
    side: Value | None = None
    claims: int = 0
    names: int = 0
    stances: Counter[str] = field(default_factory=Counter)
    sources: Counter[str] = field(default_factory=Counter)
    languages: Counter[str] = field(default_factory=Counter)
    holders: set[Term] = field(default_factory=set)

    @property
    def label(self) -> str:
        """What it is called; those without a side come last."""
        return self.who.label.value if self.who else "\uffff"

    @property
    def accusations(self) -> int:
        """How many of the claims accuse."""
        return self.stances[ACCUSING]

    @property
    def denials(self) -> int:
        """How many of the claims deny."""
        return self.stances[DENYING]


@dataclass(frozen=True, slots=True)
class Balance:
    """Shares of sides and of holders, in the order of their names; the documents that they are in."""

    sides: tuple[Share, ...]
    holders: tuple[Share, ...]
    documents: tuple[Value, ...]


def balance(site: Site) -> Balance:
    """Count; made once, since a store does not change."""
    return site.remembered(_balance)


def _balance(site: Site) -> Balance:
    claims, names = site.select("balance-holders"), site.select("balance-names")
    holders = _holders(site, claims, names)
    documents = _documents(site, claims)
    return Balance(_ordered(_sides(holders)), _ordered(holders.values()), documents)


def _holders(site: Site, claims: Iterable[Solution], names: Iterable[Solution]) -> dict[Term, Share]:
    shares: dict[Term, Share] = {}
    for row in claims:
        share, count = _share(site, shares, row), int(row["claims"].value)
        if share.side and share.side.term != row.get("side"):
            continue  # who speaks for two sides counts for one of them, and once
        share.claims += count
        share.stances[local_name(row["stance"].value) if "stance" in row else ""] += count
        share.sources[row["source"].value] += count
    for row in names:
        share, count = _share(site, shares, row), int(row["names"].value)
        if share.side and share.side.term != row.get("side"):
            continue
        share.names += count
        share.languages[row["language"].value] += count
    return shares


def _share(site: Site, shares: dict[Term, Share], row: Solution) -> Share:
    holder = row["holder"]
    if holder not in shares:
        side = _value(site, row, "side") if "side" in row else None
        shares[holder] = Share(_value(site, row, "holder", "label"), side)
    return shares[holder]


def _sides(holders: dict[Term, Share]) -> Iterable[Share]:
    """Add up by side; whom others speak on the side of is a side too."""
    named = {share.side.term: share.side for share in holders.values() if share.side}
    totals: dict[Term | None, Share] = {}
    for holder, share in holders.items():
        side = share.side or named.get(holder)
        total = totals.setdefault(side.term if side else None, Share(side))
        total.claims += share.claims
        total.names += share.names
        total.stances += share.stances
        total.sources += share.sources
        total.languages += share.languages
        total.holders.add(holder)
    return totals.values()


def _ordered(shares: Iterable[Share]) -> tuple[Share, ...]:
    return tuple(sorted(shares, key=lambda each: each.label))


def _documents(site: Site, claims: Iterable[Solution]) -> tuple[Value, ...]:
    found = {row["source"]: [row["sourceLabel"]] if "sourceLabel" in row else [] for row in claims}
    values = (Value(term, site.vocabulary.label(term.value, labels)) for term, labels in found.items())
    return tuple(sorted(values, key=lambda each: each.label.value))


def _value(site: Site, row: Solution, name: str, label: str = "") -> Value:
    labels = [row[each] for each in (label or f"{name}Label",) if each in row]
    return Value(row[name], site.vocabulary.label(row[name].value, labels))
