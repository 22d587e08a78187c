"""Tell how much of each document its claims cover, and which sentences no claim speaks of.

Everything is counted in code points that are no white space. Parts of a document that say nothing of the
matter (menus, bylines, credits) are declared in the data as `dcterms:hasPart` of the source and left out.
Texts are read when asked for and held in memory only.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path
from statistics import median

from rdflib import DCTERMS, RDFS, SKOS, Graph, URIRef
from rdflib.term import Node

from kg.documents import CheckedPassage, verify
from kg.errors import KgError, Location, NotFoundError, PassageError, ProblemsError
from kg.iris import Iris, local_name
from kg.namespaces import CONCEPT, KCG, OA
from kg.sources import Statement
from kg.terms import iri_of, to_graph

BOILERPLATE = CONCEPT["source-part/boilerplate"]
"""Parts of this kind, and of kinds narrower than it, are left out of the count."""

# There is no sentence splitter on PyPI that is both kept up and unharmed by every text: pysbd has had no
# release since 2021, and sentencex 1.0 panics at U+2028. Sentences are only for display, so this will do.
_LINE = re.compile(r"[^\r\n\u2028\u2029]+")
_SENTENCE_END = re.compile(r"(?<=[.!?…])[\"'”’»)\]]*\s+(?=[\"'“‘«(\[]*[^\W_a-z])")
_ABBREVIATION = re.compile(
    r"(?:^|[\s(\"“.])(?:[^\W\d_]|Mr|Mrs|Ms|Dr|Prof|Gen|Lt|Col|Maj|Sgt|St|No|vs)\.$|^\s*\d+\.$"
)


@dataclass(frozen=True, slots=True)
class Segment:
    """A stretch of text between two neighbouring boundaries, and which of the passages cover it."""

    start: int
    end: int
    covering: tuple[int, ...]
    """Indices into the passages that were given, ascending."""


@dataclass(frozen=True, slots=True)
class Part:
    """A declared part of a document."""

    kind: str
    """The code, such as `byline`."""
    start: int
    end: int
    left_out: bool


@dataclass(frozen=True, slots=True)
class Sentence:
    """A sentence, and how many of its code points count and are covered."""

    start: int
    end: int
    counted: int
    covered: int
    bare: int
    """How many letters and digits no passage covers; a full stop that is left over is nothing missed."""


@dataclass(frozen=True, slots=True)
class Coverage:
    """What the claims of one document cover."""

    source: str
    """IRI of the source."""
    title: str
    path: Path
    text: str
    passages: tuple[CheckedPassage, ...]
    parts: tuple[Part, ...]
    segments: tuple[Segment, ...]
    sentences: tuple[Sentence, ...]
    boilerplate: int
    counted: int
    covered: int

    @property
    def slug(self) -> str:
        """The last part of the source's IRI."""
        return local_name(self.source)

    @property
    def percent(self) -> float:
        """The covered share of what counts, rounded down to tenths so that 100 means all of it."""
        return 1000 * self.covered // self.counted / 10 if self.counted else 100.0

    @property
    def median_length(self) -> float:
        """The length of the middle passage in code points; 0 if there is none."""
        return median(each.end - each.start for each in self.passages) if self.passages else 0

    @property
    def uncovered(self) -> tuple[Sentence, ...]:
        """The sentences that no passage touches."""
        return tuple(each for each in self.sentences if each.bare and not each.covered)

    @property
    def partly_covered(self) -> tuple[Sentence, ...]:
        """The sentences of which some words are in a passage and some are not."""
        return tuple(each for each in self.sentences if each.bare and each.covered)

    def part_at(self, start: int) -> Part | None:
        """Give the declared part that the segment beginning at `start` belongs to."""
        return _part_at(self.parts, start)


def measure(statements: Iterable[Statement], folder: Path, iris: Iris, slug: str = "") -> list[Coverage]:
    """Measure every document, or only that of the source `slug`, sorted by IRI.

    `statements` are skolemised and hold the code lists too. Raises `NotFoundError` if there is no such
    source, and `ProblemsError` if a document is missing or a position lies outside of it.
    """
    listed = list(statements)
    if slug:
        listed = _only(listed, slug, iris)
    graph = to_graph(each.quad for each in listed)
    checked = verify(listed, folder)
    places = {iri_of(each.quad.subject): each.where for each in reversed(listed)}
    return [
        _measured(graph, source, path, [each for each in checked.passages if each.source == source], places)
        for source, path in sorted(checked.documents.items())
    ]


def _only(statements: list[Statement], slug: str, iris: Iris) -> list[Statement]:
    """Keep one source and the vocabulary, so that another article need not be at hand."""
    wanted, others = iris.graph(f"source/{slug}"), iris.graph("source/")
    kept = [each for each in statements if not _is_of_another(iri_of(each.quad.graph_name), wanted, others)]
    if not any(iri_of(each.quad.graph_name) == wanted for each in kept):
        slugs = {iri_of(each.quad.graph_name).removeprefix(others) for each in statements}
        known = ", ".join(sorted(each for each in slugs if "/" not in each))
        raise NotFoundError(f"There is no source '{slug}'.", mend=f"Take one of: {known}.")
    return kept


def _is_of_another(graph: str, wanted: str, others: str) -> bool:
    return graph.startswith(others) and graph != wanted


def _measured(
    graph: Graph, source: str, path: Path, passages: list[CheckedPassage], places: dict[str, Location]
) -> Coverage:
    text = path.read_bytes().decode("utf-8")
    node = URIRef(source)
    parts = _parts(graph, node, len(text), places)
    ordered = tuple(sorted(passages, key=lambda each: (each.start, -each.end, each.claim)))
    cuts = [position for part in parts for position in (part.start, part.end)]
    found = segments(len(text), [(each.start, each.end) for each in ordered], cuts)
    solid = _Solid(text, found, parts)
    return Coverage(
        source=source,
        title=str(graph.value(node, DCTERMS.title) or graph.value(node, RDFS.label) or source),
        path=path,
        text=text,
        passages=ordered,
        parts=parts,
        segments=tuple(found),
        sentences=tuple(
            Sentence(start, end, *solid.within(start, end), solid.bare(start, end))
            for start, end in sentence_positions(text)
        ),
        boilerplate=solid.left_out,
        counted=solid.counted,
        covered=solid.covered,
    )


def _parts(graph: Graph, source: URIRef, length: int, places: dict[str, Location]) -> tuple[Part, ...]:
    left_out = set(graph.transitive_subjects(SKOS.broader, BOILERPLATE))
    parts: list[Part] = []
    problems: list[KgError] = []
    for node in graph.objects(source, DCTERMS.hasPart):
        kind = graph.value(node, KCG.kind)
        for selector in graph.objects(node, OA.hasSelector):
            start, end = (_position(graph, selector, name) for name in (OA.start, OA.end))
            if 0 <= start < end <= length:
                parts.append(Part(local_name(str(kind)), start, end, kind in left_out))
                continue
            problems.append(
                PassageError(
                    f"The part {start} to {end} of <{source}> is not inside it: it has {length} code points.",
                    where=places.get(str(selector)),
                    mend="Start must be below end, and end no more than the length of the document.",
                )
            )
    if problems:
        raise ProblemsError(problems)
    return tuple(sorted(parts, key=lambda each: (each.start, each.end)))


def _position(graph: Graph, selector: Node, name: URIRef) -> int:
    value = str(graph.value(selector, name))
    return int(value) if value.isdecimal() else -1


def _part_at(parts: Iterable[Part], position: int) -> Part | None:
    """Give the part at a position; one that is left out wins over one that is not."""
    around = [each for each in parts if each.start <= position < each.end]
    return max(around, key=lambda each: each.left_out, default=None)


class _Solid:
    """Counts code points that are no white space: left out, counted, covered."""

    def __init__(self, text: str, found: Sequence[Segment], parts: Sequence[Part]) -> None:
        self._text = text
        self._states = bytearray(len(text))  # 0 white space, 1 left out, 2 uncovered, 3 covered
        for segment in found:
            part = _part_at(parts, segment.start)
            state = 1 if part and part.left_out else 3 if segment.covering else 2
            for position in range(segment.start, segment.end):
                self._states[position] = 0 if text[position].isspace() else state
        self.left_out = self._states.count(1)
        self.counted, self.covered = self.within(0, len(text))

    def within(self, start: int, end: int) -> tuple[int, int]:
        """Give how many code points between two positions count, and how many of them are covered."""
        states = self._states[start:end]
        covered = states.count(3)
        return states.count(2) + covered, covered

    def bare(self, start: int, end: int) -> int:
        """Give how many letters and digits between two positions are uncovered."""
        return sum(self._states[at] == 2 and self._text[at].isalnum() for at in range(start, end))


def segments(length: int, passages: Sequence[tuple[int, int]], cuts: Iterable[int] = ()) -> list[Segment]:
    """Split a text at every boundary of a passage and at `cuts`; the segments make up the whole text."""
    starts: dict[int, list[int]] = {}
    ends: dict[int, list[int]] = {}
    for index, (start, end) in enumerate(passages):
        starts.setdefault(start, []).append(index)
        ends.setdefault(end, []).append(index)
    boundaries = sorted({0, length, *starts, *ends, *cuts})
    active: set[int] = set()
    found = []
    for start, end in pairwise(boundaries):
        active.difference_update(ends.get(start, ()))
        active.update(starts.get(start, ()))
        found.append(Segment(start, end, tuple(sorted(active))))
    return found


def sentence_positions(text: str) -> Iterator[tuple[int, int]]:
    """Give start and end of each sentence, without the white space around it; a line ends a sentence."""
    for line in _LINE.finditer(text):
        start = line.start()
        for gap in _SENTENCE_END.finditer(text, line.start(), line.end()):
            quoted = not gap.group()[0].isspace()
            if quoted or not _ABBREVIATION.search(text[start : gap.start()]):
                yield from _trimmed(text, start, gap.end())
                start = gap.end()
        yield from _trimmed(text, start, line.end())


def _trimmed(text: str, start: int, end: int) -> Iterator[tuple[int, int]]:
    words = text[start:end]
    start += len(words) - len(words.lstrip())
    end = start + len(words.strip())
    if any(each.isalnum() for each in words):
        yield start, end
