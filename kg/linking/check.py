"""Do the items that we link to still exist, and are they still what the links say they are?"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator

from kg.entities import folded
from kg.linking.days import between, day_of, shown, within
from kg.linking.finding import AGREES, DIFFERS, GONE, REDIRECT, Finding, sorted_findings
from kg.linking.ours import Linked
from kg.linking.questions import Asked, ask, identifier, value_of
from kg.matching.shape import shape_of
from kg.rows import Solution

NEAR = 25.0
"""Kilometres by which two points of one place may lie apart."""

_KINDS = {
    "Q5": frozenset({"person"}),
    "Q198": frozenset({"event"}),
    "Q13418847": frozenset({"event", "agreement"}),
    "Q131569": frozenset({"agreement"}),
    "Q6256": frozenset({"state", "de facto entity", "place"}),
    "Q3624078": frozenset({"state", "place"}),
    "Q27096213": frozenset({"place", "state", "de facto entity"}),
    "Q4164871": frozenset({"office"}),
    "Q640506": frozenset({"organisation"}),
    "Q484652": frozenset({"organisation"}),
}
"""Class of Wikidata to the kinds of item that may be in it. Classes that tell nothing are not asked for."""

_BEGINS, _ENDS = ("P580", "P571", "P585"), ("P582", "P585")


def check(links: Iterable[Linked], endpoint: Asked) -> tuple[Finding, ...]:
    """Compare every link with what the endpoint says of its item."""
    listed = list(links)
    items = {each.item for each in listed}
    state = {row["item"].value: row for row in ask(endpoint, "item-state", items)}
    there = [each for each in items if each in state and "target" not in state[each]]
    asked = _Asked.of(endpoint, there)
    return sorted_findings(finding for each in listed for finding in _examine(each, state, asked))


class _Asked:
    """What the endpoint said of the items that it has."""

    def __init__(self) -> None:
        self.names: defaultdict[str, set[str]] = defaultdict(set)
        self.classes: defaultdict[str, set[str]] = defaultdict(set)
        self.values: defaultdict[tuple[str, str], set[str]] = defaultdict(set)

    @classmethod
    def of(cls, endpoint: Asked, items: Iterable[str]) -> _Asked:
        """Ask for names, classes and values."""
        listed, found = list(items), cls()
        for row in ask(endpoint, "item-names", listed):
            found.names[row["item"].value].add(row["name"].value)
        for row in ask(endpoint, "item-classes", listed):
            found.classes[row["item"].value].add(identifier(row["class"].value))
        for row in ask(endpoint, "item-values", listed):
            found.values[row["item"].value, identifier(row["property"].value)].add(row["value"].value)
        return found


def _examine(link: Linked, state: dict[str, Solution], asked: _Asked) -> Iterator[Finding]:
    row = state.get(link.item)
    if row is None:
        yield _finding(link, "existence", GONE, note="The endpoint knows nothing of the item.")
        return
    if "target" in row:
        target = row["target"].value
        said = f"It was merged into {identifier(target)}: look at that item and mend the link."
        yield _finding(link, "existence", REDIRECT, theirs=identifier(target), note=said)
        return
    yield from _label(link, value_of(row, "label"))
    if link.is_exact:
        yield from _name(link, asked.names[link.item])
        yield from _dates(link, asked)
        yield from _coordinates(link, asked.values[link.item, "P625"])
    yield from _kind(link, asked.classes[link.item])


def _finding(
    link: Linked, aspect: str, verdict: str, ours: str = "", theirs: str = "", note: str = ""
) -> Finding:
    return Finding(link.thing, link.label, link.item, aspect, verdict, ours, theirs, note)


def _label(link: Linked, label: str) -> Iterator[Finding]:
    """Tell whether the item is still called what it was called when the link was made."""
    if label:
        same = folded(label) == folded(link.item_label)
        note = "" if same else "The English label is not the one recorded with the link."
        yield _finding(link, "label", AGREES if same else DIFFERS, link.item_label, label, note)


def _name(link: Linked, names: set[str]) -> Iterator[Finding]:
    """Tell whether any name of ours is a name there; what has no name there is not compared."""
    if names:
        shared = {folded(each) for each in names} & {folded(each) for each in link.names}
        common = sorted(each for each in names if folded(each) in shared)
        if common:
            yield _finding(link, "name", AGREES, link.label, ", ".join(common[:3]))


def _kind(link: Linked, classes: set[str]) -> Iterator[Finding]:
    known = sorted(each for each in classes if each in _KINDS)
    if known and link.category not in {"class", "property"}:
        fits = any(link.category in _KINDS[each] for each in known)
        note = "" if fits else f"By its classes the item is no {link.category}."
        yield _finding(link, "kind", AGREES if fits else DIFFERS, link.category, ", ".join(known), note)


def _dates(link: Linked, asked: _Asked) -> Iterator[Finding]:
    sides = [("begin", _BEGINS, link.begin), ("end", _ENDS, link.end)]
    for aspect, properties, bounds in sides[: 1 if link.category == "agreement" else 2]:
        given = {day for each in properties for day in map(day_of, asked.values[link.item, each]) if day}
        if given and any(bounds):
            fits = any(within(day, bounds) for day in given)
            theirs = ", ".join(sorted(map(shown, given)))
            yield _finding(link, aspect, AGREES if fits else DIFFERS, between(bounds), theirs)


def _coordinates(link: Linked, values: set[str]) -> Iterator[Finding]:
    theirs = [shape for value in values if (shape := shape_of(value))]
    ours = shape_of(link.wkt)
    if not theirs or not ours:
        return
    apart = min(ours.distance(point) for each in theirs for point in each.points)
    lies = apart <= NEAR
    said = ours.said(apart)
    yield _finding(link, "coordinates", AGREES if lies else DIFFERS, link.wkt[:60], sorted(values)[0], said)
