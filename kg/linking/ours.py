"""What a release says of the things that it links to Wikidata."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass

from rdflib import SKOS

from kg.linking.questions import of_release, value_of
from kg.rows import Solution
from kg.store import Store


@dataclass(frozen=True, slots=True)
class Linked:
    """A thing and one item that it is linked to. The bounds are days, "" where there is none."""

    thing: str
    label: str
    match: str
    item: str
    item_label: str
    category: str
    begin: tuple[str, str]
    end: tuple[str, str]
    wkt: str
    names: frozenset[str]

    @property
    def is_exact(self) -> bool:
        """Whether the two are one and the same."""
        return self.match == str(SKOS.exactMatch)


@dataclass(frozen=True, slots=True)
class Deaths:
    """How many were killed in an event, by all claims of one population; an open side is "" ."""

    population: str
    low: str
    high: str
    claims: tuple[str, ...]

    @property
    def spelled(self) -> str:
        """Say the range in words: `6500 or more`, `20000 to 30000`."""
        if self.low and self.high:
            return self.low if self.low == self.high else f"{self.low} to {self.high}"
        return f"{self.low} or more" if self.low else f"up to {self.high}"


@dataclass(frozen=True, slots=True)
class Said:
    """A statement of the editors' layer for which Wikidata has a property."""

    thing: str
    property: str
    other: str
    node: str
    begin: str
    end: str


@dataclass(frozen=True, slots=True)
class Evidence:
    """A document that can be cited for a statement; claim and holder where a claim in it says so."""

    source: str
    url: str
    issued: str
    title: str
    claim: str = ""
    holder: str = ""
    deniers: frozenset[str] = frozenset()
    publisher: str = ""
    wording: str = ""
    """Language of the title, if that is the document's own: known of those whose text was read here."""


def document_of(row: Solution, deniers: frozenset[str] = frozenset()) -> Evidence:
    """Give the document of a row that has the variables of `our-evidence` or `our-numbers`.

    `deniers` are those of rows before; who is named in this one comes to them.
    """
    names = ("source", "url", "issued", "title", "claim", "holder", "publisher")
    language = row["title"].language if "hash" in row and "title" in row else ""
    deniers |= {denier} if (denier := value_of(row, "denier")) else set()
    return Evidence(**{name: value_of(row, name) for name in names}, deniers=deniers, wording=language)


def linked(store: Store) -> list[Linked]:
    """Give everything that is linked to Wikidata, sorted."""
    names: defaultdict[str, set[str]] = defaultdict(set)
    for row in of_release(store, "our-names"):
        names[row["thing"].value].add(row["name"].value)
    return [
        Linked(
            thing=row["thing"].value,
            label=row["label"].value,
            match=row["match"].value,
            item=row["item"].value,
            item_label=row["itemLabel"].value,
            category=row["category"].value,
            begin=(value_of(row, "earliestBegin"), value_of(row, "latestBegin")),
            end=(value_of(row, "earliestEnd"), value_of(row, "latestEnd")),
            wkt=value_of(row, "wkt"),
            names=frozenset(names[row["thing"].value]),
        )
        for row in of_release(store, "ours")
    ]


def exact_items(links: list[Linked]) -> dict[str, str]:
    """Give the item of each thing that is exactly one."""
    return {each.thing: each.item for each in links if each.is_exact}


def deaths(store: Store) -> dict[str, list[Deaths]]:
    """Give for each event the numbers of those killed in it."""
    claims: defaultdict[tuple[str, str, str, str], list[str]] = defaultdict(list)
    for row in of_release(store, "our-deaths"):
        population, low, high = (value_of(row, name) for name in ("population", "low", "high"))
        key = (row["thing"].value, population, low, high)
        claims[key].append(row["claim"].value)
    found: defaultdict[str, list[Deaths]] = defaultdict(list)
    for (thing, population, low, high), those in claims.items():
        found[thing].append(Deaths(population, low, high, tuple(those)))
    return dict(found)


def statements(store: Store) -> list[Said]:
    """Give what the editors' layer says that Wikidata has a property for."""
    return [
        Said(
            row["thing"].value,
            row["property"].value,
            row["other"].value,
            row["node"].value,
            value_of(row, "begin"),
            value_of(row, "end"),
        )
        for row in of_release(store, "our-statements")
    ]


def evidence(store: Store) -> dict[str, list[Evidence]]:
    """Give for each node the documents that can be cited for it: those with an address and a date."""
    found: defaultdict[str, dict[tuple[str, str], Evidence]] = defaultdict(dict)
    for row in of_release(store, "our-evidence"):
        node, key = row["node"].value, (row["source"].value, value_of(row, "claim"))
        before = found[node].get(key)
        found[node][key] = document_of(row, before.deniers if before else frozenset())
    return {node: list(those.values()) for node, those in found.items()}
