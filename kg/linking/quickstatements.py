"""Statements that Wikidata lacks, for a person to look through and submit with QuickStatements.

https://www.wikidata.org/wiki/Help:QuickStatements (version 1 of the commands). Only what Wikidata has no
statement of; only where a document with an address and a date can be cited; who holds it and who denies it
go along as qualifiers. What cannot be said without a loss is left out, and why is told.
"""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from kg.linking.ours import Deaths, Evidence, deaths, document_of, evidence, exact_items, linked, statements
from kg.linking.questions import Asked, identifier, of_release
from kg.linking.theirs import DEATHS, OFFICE, Values, values_of
from kg.store import Store

SUPPORTED_BY, DISPUTED_BY = "P3680", "P1310"
"""Qualifiers: who holds what is stated, and who denies it."""
STATED_IN, PUBLISHER, REFERENCE_URL, TITLE, PUBLISHED = "S248", "S123", "S854", "S1476", "S577"
"""Parts of a reference. *Retrieved* (P813) is not among them: no day of retrieval is recorded here."""
_CIRCULAR = ("wikipedia.org", "wikidata.org", "github.com/every-politician-scrapers")
"""Documents that take from Wikidata, or that Wikidata does not take as a source."""
_DATE = re.compile(r"(\d{4})(?:-(0[1-9]|1[0-2])(?:-(\d\d))?)?")
"""A whole day, month or year in EDTF; what is approximate or lies between two has no form in the commands."""
_PRECISION = {0: 9, 1: 10, 2: 11}


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
    stated_in: str = ""
    publisher: str = ""
    """Items of the document and of who published it."""

    @property
    def qualifiers(self) -> list[tuple[str, str]]:
        """Property and value of who holds it and who denies it."""
        found = [(SUPPORTED_BY, self.holder), *((DISPUTED_BY, each) for each in self.deniers)]
        return [(name, identifier(item)) for name, item in found if item]

    @property
    def reference(self) -> list[tuple[str, str]]:
        """Property and value of each part of the reference."""
        title = f"{self.cited.wording}:{_quoted(self.cited.title)}" if self.cited.wording else ""
        found = [
            (STATED_IN, identifier(self.stated_in)),
            (PUBLISHER, identifier(self.publisher)),
            (REFERENCE_URL, _quoted(self.cited.url)),
            (TITLE, title),
            (PUBLISHED, _date(self.cited.issued)),
        ]
        return [(name, value) for name, value in found if value]

    @property
    def command(self) -> str:
        """The command, its parts separated by tabs."""
        pairs = [(self.predicate, self.value), *self.qualifiers, *self.reference]
        return "\t".join([identifier(self.item), *(part for pair in pairs for part in pair)])


@dataclass(frozen=True, slots=True)
class Export:
    """What can be submitted, and what was left out with the reason."""

    proposals: tuple[Proposal, ...]
    left_out: tuple[tuple[str, str], ...]

    def commands(self) -> str:
        """Give the commands, one a line."""
        return "".join(f"{each.command}\n" for each in self.proposals)

    def table(self) -> str:
        """Give the same in the form of CSV that QuickStatements reads: qualifiers as `qal1310`, a row each.

        Every property has columns of its own, with as many for a qualifier as the row with most needs.
        """
        columns = [
            column for name in sorted({p.predicate for p in self.proposals}) for column in self._of(name)
        ]
        output = io.StringIO()
        writer = csv.writer(output, lineterminator="\n")
        writer.writerow(["qid", *(header for _, header, _ in columns)])
        for each in self.proposals:
            cells = [
                _cell(each, header, place) if name == each.predicate else ""
                for name, header, place in columns
            ]
            writer.writerow([identifier(each.item), *cells])
        return output.getvalue()

    def _of(self, predicate: str) -> Iterator[tuple[str, str, int]]:
        """Give the columns of a property: its own, and those of its qualifiers and references."""
        rows = [_named(each) for each in self.proposals if each.predicate == predicate]
        names = dict.fromkeys(name for row in rows for name, _ in row)
        order = sorted(names, key=lambda name: (name.startswith("S"), not name.startswith("P"), name))
        for name in order:
            most = max(sum(each == name for each, _ in row) for row in rows)
            yield from ((predicate, name, place) for place in range(most))


def _named(each: Proposal) -> list[tuple[str, str]]:
    """Give the cells of a proposal with the headers of their columns."""
    qualifiers = [(f"qal{name[1:]}", value) for name, value in each.qualifiers]
    return [(each.predicate, each.value), *qualifiers, *each.reference]


def _cell(each: Proposal, header: str, place: int) -> str:
    values = [value for name, value in _named(each) if name == header]
    return values[place] if place < len(values) else ""


def _date(edtf: str) -> str:
    """Give a date as the commands have it, with its precision (9 a year, 10 a month, 11 a day)."""
    found = _DATE.fullmatch(edtf)
    if found is None:
        return ""
    precision = _PRECISION[sum(part is not None for part in found.groups()[1:])]
    return f"+{found[1]}-{found[2] or '00'}-{found[3] or '00'}T00:00:00Z/{precision}"


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
            yield _proposal(items[thing], DEATHS, row["number"].value, thing, label, document_of(row), items)
    ranges = deaths(store)
    for thing in sorted((ranges.keys() & lacking) - told):
        yield (f"{identifier(items[thing])} {DEATHS}", _no_number(ranges[thing]))


def _no_number(ranges: list[Deaths]) -> str:
    """Say why there is no one number of deaths to give."""
    ours = "; ".join(f"{each.spelled} ({each.population or 'not told whose'})" for each in ranges)
    return (
        f"the claims here give {ours}, but none gives one number of all who died, without a bound or an "
        "'about', in a document that can be cited: a range, a bound or a part of the dead is no value of it"
    )


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
    named = document.holder == document.publisher  # the reference names it
    holder = "" if named else items.get(document.holder, "")
    return Proposal(
        item, name, value, thing, label, document, holder, deniers,
        stated_in=items.get(document.source, ""), publisher=items.get(document.publisher, ""),
    )  # fmt: skip


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
