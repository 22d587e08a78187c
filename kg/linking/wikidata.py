"""Reads items of Wikidata, as its query service has them, into candidates.

https://www.mediawiki.org/wiki/Wikibase/Indexing/RDF_Dump_Format. Only labels and statements are asked
for: no label service, no search service, nothing that a plain SPARQL server does not have.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from functools import cache
from importlib.resources import files
from itertools import islice
from typing import TypeVar

import pyoxigraph as ox

from kg.matching.candidate import Candidate, Name, Tenure
from kg.matching.surroundings import IDENTIFIERS
from kg.matching.times import ALWAYS, Span, hull, of_datetime
from kg.rows import Solution, Term

ENTITY = "http://www.wikidata.org/entity/"
DIRECT = "http://www.wikidata.org/prop/direct/"
_DESCRIPTION = "http://schema.org/description"
_VALUES = re.compile(r"^ *VALUES \?(\w+) \{ \}\n", re.MULTILINE)
_POINT = re.compile(r"Point\(([-\d.]+) ([-\d.]+)\)", re.IGNORECASE)
_ITEM = re.compile(rf"{re.escape(ENTITY)}Q\d+")

T = TypeVar("T")

Select = Callable[[str], Iterable[Solution]]
"""Puts a query to some endpoint or store and gives its rows."""

BATCH = 100
"""Items asked for in one query: well within a minute at the Wikidata Query Service."""
PAGE = 100_000
"""Rows asked for in one query of a whole data set."""


@cache
def question(name: str) -> str:
    """Give the text of `queries/{name}.rq`."""
    return files("kg.linking").joinpath("queries", f"{name}.rq").read_text("utf-8")


def about(name: str, terms: Iterable[ox.NamedNode | ox.Literal]) -> str:
    """Give the query `name`, asked about `terms`, which the store's own serialiser writes."""
    rows = " ".join(str(term) for term in terms)
    return _VALUES.sub(lambda found: f"  VALUES ?{found[1]} {{ {rows} }}\n", question(name))


def paged(select: Select, name: str, size: int = PAGE) -> Iterator[Solution]:
    """Give all rows of the query `name` about everything there is, a page at a time."""
    text = _VALUES.sub("", question(name))
    variables = re.findall(r"\?\w+", text.partition("WHERE")[0].partition("SELECT")[2])
    offset = 0
    while True:
        order = f"ORDER BY {' '.join(variables)}\nLIMIT {size} OFFSET {offset}\n"
        rows = list(select(text + order))
        yield from rows
        if len(rows) < size:
            return
        offset += size


def whole(select: Select, size: int = PAGE) -> list[Candidate]:
    """Read every item of an endpoint that holds a slice of Wikidata."""
    items = _Items()
    for name in ("names", "facts", "tenures"):
        items.take(name, paged(select, name, size))
    return items.candidates()


def items_of(select: Select, identifiers: Iterable[str], batch: int = BATCH) -> list[Candidate]:
    """Read some items, and the labels of their classes, countries and offices."""
    items = _Items()
    asked: set[str] = set()
    wanted = sorted(set(identifiers))
    while wanted:
        for some in batched(wanted, batch):
            terms = [ox.NamedNode(iri) for iri in some]
            for name in ("names", "facts", "tenures"):
                items.take(name, select(about(name, terms)))
        asked.update(wanted)
        wanted = sorted(items.offices() - asked)
    for some in batched(sorted(items.referred() - asked), batch):
        items.take("names", select(about("classes", [ox.NamedNode(iri) for iri in some])))
    return items.candidates()


def batched(values: Sequence[T], size: int) -> Iterator[list[T]]:
    """Give `values` in lists of at most `size`."""
    rest = iter(values)
    while some := list(islice(rest, size)):
        yield some


class _Items:
    """Rows put together item by item."""

    def __init__(self) -> None:
        self.names: defaultdict[str, list[Name]] = defaultdict(list)
        self.facts: defaultdict[str, defaultdict[str, list[str]]] = defaultdict(lambda: defaultdict(list))
        self.tenures: defaultdict[str, list[Tenure]] = defaultdict(list)
        self._statements: set[tuple[str, str]] = set()

    def take(self, name: str, rows: Iterable[Solution]) -> None:
        """Take the rows of the query `name`."""
        take = {"names": self._name, "facts": self._fact, "tenures": self._tenure}[name]
        for row in rows:
            if _ITEM.fullmatch(row["item"].value):
                take(row["item"].value, row)

    def _name(self, item: str, row: Solution) -> None:
        term = row["name"]
        alias = "alias" in row and row["alias"].value == "true"
        self.names[item].append(Name(" ".join(term.value.split()), term.language, alias))

    def _fact(self, item: str, row: Solution) -> None:
        self.facts[item][row["property"].value.removeprefix(DIRECT)].append(row["value"].value)

    def _tenure(self, item: str, row: Solution) -> None:
        key = (item, row["statement"].value)
        if key not in self._statements:
            self._statements.add(key)
            self.tenures[item].append(Tenure(row["office"].value, _tenure_span(row)))

    def offices(self) -> set[str]:
        """Give the offices that anybody held."""
        return {tenure.office for tenures in self.tenures.values() for tenure in tenures}

    def referred(self) -> set[str]:
        """Give the classes and countries that the items refer to."""
        properties = ("P31", "P17", "P27", "P1001")
        return {iri for facts in self.facts.values() for each in properties for iri in facts.get(each, ())}

    def candidates(self) -> list[Candidate]:
        """Give every item that has a name."""
        return [self._candidate(item) for item in sorted(self.names)]

    def _candidate(self, item: str) -> Candidate:
        facts = self.facts.get(item, defaultdict(list))
        classes = [self._english(iri) for iri in facts["P31"]]
        return Candidate(
            id=item,
            names=tuple(self.names[item]),
            description=next(iter(facts[_DESCRIPTION]), ""),
            classes=tuple(dict.fromkeys(label for label in classes if label)),
            span=_lasting(facts),
            born=hull(_dates(facts["P569"])),
            died=hull(_dates(facts["P570"])),
            countries=frozenset((*facts["P17"], *facts["P27"], *facts["P1001"])),
            within=frozenset((*facts["P131"], *facts["P276"])),
            tenures=tuple(self.tenures.get(item, ())),
            code=next(iter(facts["P297"]), ""),
            point=_point(facts["P625"]),
            identifiers=frozenset((name, each) for name in IDENTIFIERS for each in facts[name]),
            participants=frozenset(facts["P710"]),
        )

    def _english(self, iri: str) -> str:
        names = [name for name in self.names.get(iri, ()) if not name.alias and name.language == "en"]
        return names[0].text if names else ""


def _dates(values: Iterable[str]) -> Iterator[Span]:
    """Read times whose precision is not told: 1 January may stand for the whole year."""
    for value in values:
        precision = 9 if "-01-01T00:00:00" in value else 11
        span = of_datetime(value, precision)
        if span:
            yield span


def _lasting(facts: defaultdict[str, list[str]]) -> Span | None:
    """Give when something was: its point in time, or from its start to its end."""
    start = hull(_dates((*facts["P580"], *facts["P571"])))
    end = hull(_dates((*facts["P582"], *facts["P576"])))
    points = list(_dates(facts["P585"]))
    if start and end:
        return hull([start, end, *points])
    return hull([*points, *([start] if start else []), *([end] if end else [])])


def _tenure_span(row: Solution) -> Span:
    begin, end = _edge(row, "begin"), _edge(row, "end")
    return Span(begin.begin if begin else ALWAYS.begin, end.end if end else ALWAYS.end)


def _edge(row: Solution, name: str) -> Span | None:
    value: Term | None = row.get(name)
    precision = row.get(f"{name}Precision")
    if value is None or value.kind != "literal":
        return None
    return of_datetime(value.value, int(precision.value) if precision else 11)


def _point(values: Iterable[str]) -> tuple[float, float] | None:
    found = next(filter(None, (_POINT.search(value) for value in values)), None)
    return (float(found[1]), float(found[2])) if found else None
