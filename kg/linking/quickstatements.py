"""Statements that Wikidata lacks, for a person to look through and submit with QuickStatements.

https://www.wikidata.org/wiki/Help:QuickStatements (version 1 of the commands). Only what Wikidata has no
statement of; only where a document with an address and a date can be cited; who holds it and who denies it
go along as qualifiers. What cannot be said without a loss is left out, and why is told.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from kg.linking.ours import Evidence, deaths, evidence, exact_items, linked, statements
from kg.linking.questions import Asked, identifier, of_release, value_of
from kg.linking.theirs import DEATHS, OFFICE, Values, values_of
from kg.rows import Solution
from kg.store import Store

SUPPORTED_BY, DISPUTED_BY = "P3680", "P1310"
"""Qualifiers: who holds what is stated, and who denies it."""
REFERENCE_URL, PUBLISHED = "S854", "S577"
_CIRCULAR = ("wikipedia.org", "wikidata.org", "github.com/every-politician-scrapers")
"""Documents that take from Wikidata, or that Wikidata does not take as a source."""
_DAY = re.compile(r"\d{4}-\d\d-\d\d")


@dataclass(frozen=True, slots=True)
class Proposal:
    """One statement to add."""

    item: str
    predicate: str
    value: str
    """In the syntax of the commands: `Q399`, `6500`."""
    thing: str
    label: str
    cited: Evidence
    holder: str = ""
    """Item of who says so; "" if that is the document itself."""
    deniers: tuple[str, ...] = ()

    @property
    def command(self) -> str:
        """The command, its parts separated by tabs."""
        parts = [identifier(self.item), self.predicate, self.value]
        parts += [SUPPORTED_BY, identifier(self.holder)] if self.holder else []
        for denier in self.deniers:
            parts += [DISPUTED_BY, identifier(denier)]
        parts += [REFERENCE_URL, _quoted(self.cited.url)]
        if _DAY.fullmatch(self.cited.issued):
            parts += [PUBLISHED, f"+{self.cited.issued}T00:00:00Z/11"]
        return "\t".join(parts)


@dataclass(frozen=True, slots=True)
class Export:
    """What can be submitted, and what was left out with the reason."""

    proposals: tuple[Proposal, ...]
    left_out: tuple[tuple[str, str], ...]

    def commands(self) -> str:
        """Give the commands, one a line."""
        return "".join(f"{each.command}\n" for each in self.proposals)


def export(store: Store, endpoint: Asked) -> Export:
    """Find what the release can cite and the endpoint has no statement of."""
    links = linked(store)
    items = exact_items(links)
    theirs = values_of(endpoint, items.values())
    found = [*_related(store, items, theirs), *_numbers(store, items, theirs)]
    by_command = {each.command: each for each in found if isinstance(each, Proposal)}
    proposals = [by_command[command] for command in sorted(by_command)]
    left = sorted({each for each in found if not isinstance(each, Proposal)})
    return Export(tuple(proposals), tuple(left))


_Found = Proposal | tuple[str, str]


def _related(store: Store, items: dict[str, str], theirs: Values) -> Iterator[_Found]:
    """Give participants, claimants and memberships that Wikidata lacks; offices are left to others."""
    cited = evidence(store)
    for each in statements(store):
        name = identifier(each.property)
        if name == OFFICE or each.thing not in items or each.other not in items:
            continue
        item, other = items[each.thing], items[each.other]
        if any(value == other for value, _ in theirs.get((item, name), {})):
            continue
        label = f"{identifier(item)} {name} {identifier(other)}"
        documents = cited.get(each.node, [])
        if not documents:
            yield (label, "no document with an address and a date can be cited")
        for document in documents:
            yield _proposal(item, name, identifier(other), each.thing, label, document, items)


def _numbers(store: Store, items: dict[str, str], theirs: Values) -> Iterator[_Found]:
    """Give numbers of deaths, where Wikidata has none for the event.

    A number that a claim bounds or softens ("at least 6500") has no form in Wikidata that keeps it so.
    """
    lacking = {thing for thing, item in items.items() if not theirs.get((item, DEATHS))}
    told: set[str] = set()
    for row in of_release(store, "our-numbers"):
        thing = row["thing"].value
        if thing in lacking:
            told.add(thing)
            label = f"{identifier(items[thing])} {DEATHS} {row['number'].value}"
            yield _proposal(items[thing], DEATHS, row["number"].value, thing, label, _document(row), items)
    for thing in sorted((deaths(store).keys() & lacking) - told):
        reason = "no claim gives one number of all who died, unsoftened, in a document that can be cited"
        yield (f"{identifier(items[thing])} {DEATHS}", reason)


def _document(row: Solution) -> Evidence:
    names = ("source", "url", "issued", "title", "claim", "holder")
    known = {name: value_of(row, name) for name in names}
    denier = value_of(row, "denier")
    return Evidence(**known, deniers=frozenset([denier] if denier else []))


def _proposal(
    item: str, name: str, value: str, thing: str, label: str, document: Evidence, items: dict[str, str]
) -> _Found:
    if any(host in document.url for host in _CIRCULAR):
        return (label, f"{document.url} is no source for Wikidata")
    if ";jsessionid=" in document.url:
        return (label, f"the address of {document.source} is of one session and leads nowhere later")
    if document.deniers - items.keys():
        return (label, "it is denied by somebody whose item is not known, and the denial must not be lost")
    if document.holder and document.holder not in items and not _is_outlet(document):
        return (label, f"it is held by somebody whose item is not known ({document.claim})")
    deniers = tuple(sorted(items[each] for each in document.deniers))
    return Proposal(item, name, value, thing, label, document, items.get(document.holder, ""), deniers)


def _quoted(text: str) -> str:
    """Give a string as the commands have it; there is no way to write a quotation mark in one."""
    return f'"{text.replace(chr(34), "%22")}"'


def _is_outlet(document: Evidence) -> bool:
    """Whether the holder is the medium of the document itself: `actor/dw` in `source/dw-2016`."""
    holder, source = (each.rpartition("/")[2] for each in (document.holder, document.source))
    return source.startswith(holder)


def review(proposals: Iterable[Proposal]) -> str:
    """Give what a person reads before submitting: each command with what stands behind it."""
    return "\n".join(
        f"{each.label}: {each.cited.title or each.cited.url} ({each.cited.issued}); "
        f"{each.cited.claim or 'cited by the editors'}"
        for each in proposals
    )
