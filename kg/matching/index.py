"""An index over the names of things: which of them a name could mean, found fast, not yet judged."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache
from heapq import nsmallest
from math import log
from typing import Any

from rapidfuzz import process
from rapidfuzz.distance import OSA

from kg.matching.candidate import Candidate, Name
from kg.matching.fold import rough
from kg.matching.kinds import family_of
from kg.matching.reading import Reading, Word, read

_NAMES = 60
"""Names that are compared for one name asked."""
_SPELT = 100.0
_TOKENS = 24
"""Words of the index that are tried for a word that may be misspelt."""


@dataclass(frozen=True, slots=True)
class Entry:
    """One name of one candidate, taken apart."""

    candidate: Candidate
    name: Name
    reading: Reading

    @property
    def families(self) -> frozenset[str]:
        """Families of the kinds of its candidate."""
        return frozenset(family_of(kind) for kind in self.candidate.kinds)


class NameIndex:
    """Names by their words; made once, then only read."""

    def __init__(self, candidates: Iterable[Candidate]) -> None:
        self.candidates: dict[str, Candidate] = {}
        self.entries: list[Entry] = []
        self.holders: defaultdict[str, list[tuple[str, Any]]] = defaultdict(list)
        self._postings: defaultdict[str, list[int]] = defaultdict(list)
        self._spelt: defaultdict[str, list[int]] = defaultdict(list)
        self._of: defaultdict[str, list[int]] = defaultdict(list)
        self.identified: defaultdict[tuple[str, str], list[Candidate]] = defaultdict(list)
        for candidate in candidates:
            self._add(candidate)
        self.divisions = self._divisions()
        edges: defaultdict[tuple[int, str], list[str]] = defaultdict(list)
        for token in self._postings:
            edges[len(token), f"{token[0]}_"].append(token)
            edges[len(token), f"_{token[-1]}"].append(token)
        self._by_edge: Mapping[tuple[int, str], list[str]] = edges
        self._near = lru_cache(maxsize=1 << 14)(self._near_uncached)

    def _add(self, candidate: Candidate) -> None:
        self.candidates[candidate.id] = candidate
        for each in candidate.identifiers:
            self.identified[each].append(candidate)
        family = next(iter({family_of(kind) for kind in candidate.kinds}), "")
        seen: set[tuple[Any, ...]] = set()
        for name in candidate.names:
            reading = read(name.text, name.language, family)
            key = (reading.words, reading.ordinals, reading.numbers, reading.years)
            if key in seen or not reading.words:
                continue
            seen.add(key)
            number = len(self.entries)
            self.entries.append(Entry(candidate, name, reading))
            self._of[candidate.id].append(number)
            self._spelt[reading.spelling].append(number)
            for token in _tokens(reading):
                self._postings[token].append(number)
        for tenure in candidate.tenures:
            self.holders[tenure.office].append((candidate.id, tenure.span))

    def _divisions(self) -> frozenset[str]:
        """Give the places that hold another place of their own name: a district around its town."""
        return frozenset(
            outer
            for candidate in self.candidates.values()
            for outer in candidate.within
            if self._spellings(candidate.id) & self._spellings(outer)
        )

    def _spellings(self, identifier: str) -> set[str]:
        return {entry.reading.plain.joined for entry in self.of(identifier)}

    def of(self, identifier: str) -> list[Entry]:
        """Give all names of one candidate."""
        return [self.entries[number] for number in self._of.get(identifier, ())]

    def spelt(self, reading: Reading) -> list[Entry]:
        """Give the names that only romanisation parts from `reading`."""
        return [self.entries[number] for number in self._spelt.get(reading.spelling, ())]

    def knows(self, each: Word) -> int:
        """Tell how many names have this very word, however romanised."""
        return sum(
            any(word.strict == each.strict for word in self.entries[number].reading.words)
            for number in self._postings.get(each.rough, ())
        )

    def search(self, reading: Reading, also: Iterable[Word] = (), family: str = "") -> Iterator[Entry]:
        """Give the names that share most with `reading`, the likeliest first.

        `also` are words that may stand for some of its words, such as another name of a place. Slips of
        the pen are looked for only where nothing of the `family` is spelt so.
        """
        spelt = self.spelt(reading)
        exact = (
            any(not each.candidate.kinds or family in each.families for each in spelt) if family else spelt
        )
        scores: defaultdict[int, float] = defaultdict(float)
        for token in dict.fromkeys([*_tokens(reading), *_stems(reading), *(word.rough for word in also)]):
            best: dict[int, float] = {}
            for near, share in self._exact(token) if exact else self._near(token):
                found = self._postings[near]
                worth = share * log(1 + len(self.entries) / len(found))
                for number in found:
                    if worth > best.get(number, 0.0):
                        best[number] = worth
            for number, worth in best.items():
                scores[number] += worth
        for number in self._spelt.get(reading.spelling, ()):
            scores[number] += _SPELT
        size = len(reading.words)
        ranked = nsmallest(
            _NAMES, scores, key=lambda n: (-scores[n], abs(len(self.entries[n].reading.words) - size), n)
        )
        return (self.entries[number] for number in ranked)

    def _exact(self, token: str) -> list[tuple[str, float]]:
        return [(token, 1.0)] if token in self._postings else []

    def _near_uncached(self, token: str) -> list[tuple[str, float]]:
        """Give the words of the index that `token` may be, with how much each is worth.

        Only those are tried that have the first or the last letter of `token`.
        """
        exact = self._exact(token)
        if len(token) < 3 or token.isdigit():
            return exact
        allowed = 1 if len(token) < 6 else 2
        shortest = len(token) - allowed if len(token) > 3 else 4  # of three letters one may only be missing
        near: dict[str, float] = {}
        for length in range(shortest, len(token) + allowed + 1):
            for edge in (f"{token[0]}_", f"_{token[-1]}"):
                words = self._by_edge.get((length, edge), [])
                for word, distance, _ in process.extract(
                    token, words, scorer=OSA.distance, score_cutoff=allowed, limit=_TOKENS
                ):
                    if distance:
                        near[word] = 0.8 if distance == 1 else 0.55
        return exact + sorted(near.items(), key=lambda pair: -pair[1])[:_TOKENS]


def _tokens(reading: Reading) -> Iterator[str]:
    """Give the words that a name is found by: its own, and all written as one."""
    for each in reading.words:
        if not each.is_initial:
            yield each.rough
    if 1 < len(reading.words) <= 3:
        yield reading.joined


def _stems(reading: Reading) -> Iterator[str]:
    for each in reading.words:
        yield from map(rough, each.stems)
