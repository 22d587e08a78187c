"""Find things by their names: any script, any romanisation, with typos, and while the word is being typed.

Every name is folded to plain Latin words (`kg.matching.fold`). A word asked for is a word of a name, its
beginning, the same word romanised otherwise, or a near spelling of it; each has its worth. A name scores by
how much of what was asked is in it, rare words counting more, and by how little else it says.
"""

from __future__ import annotations

from bisect import bisect_left
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache
from math import log

from rapidfuzz import process
from rapidfuzz.distance import OSA

from kg.matching.fold import fold, rough, strict

LEAST = 0.55
"""Below this nothing is found: no answer is better than a wrong one."""
_SAME, _ROMANISED, _BEGINS, _SOUNDS, _ONE_OFF, _TWO_OFF = 1.0, 0.97, 0.92, 0.85, 0.8, 0.66
_WHOLE = 0.98
"""Worth of a name that is all that was asked, however it is cut into words."""
_WEIGHTS = {"claim": 0.98, "situation": 0.98, "concept": 0.99, "source": 0.93}
"""Kinds whose labels are sentences and titles come after things that are called so."""


@dataclass(frozen=True, slots=True)
class Searchable:
    """A thing with one of its names; `kind` is the name of its list, such as `event`."""

    thing: str
    label: str
    kind: str
    name: str
    language: str = ""


@dataclass(frozen=True, slots=True)
class Hit:
    """A thing that was found, by which of its names, and how well it fits (at most 1)."""

    thing: str
    label: str
    kind: str
    name: str
    language: str
    score: float


@dataclass(frozen=True, slots=True)
class _Entry:
    named: Searchable
    words: frozenset[str]
    joined: str


class SearchIndex:
    """The names of a release; made once, then only read."""

    def __init__(self, names: Iterable[Searchable]) -> None:
        self._entries: list[_Entry] = []
        self._holders: defaultdict[str, list[int]] = defaultdict(list)
        self._whole: defaultdict[str, list[int]] = defaultdict(list)
        self._sounding: defaultdict[str, set[str]] = defaultdict(set)
        self._romanised: defaultdict[str, set[str]] = defaultdict(set)
        for named in dict.fromkeys(names):
            self._add(named)
        self._words = sorted(self._holders)
        self._sounds = sorted(self._sounding)
        self._near = lru_cache(maxsize=4096)(self._near_uncached)

    def __len__(self) -> int:
        return len(self._entries)

    def _add(self, named: Searchable) -> None:
        """Add a name; each of the names that a slash parts ("Shusha / Shushi") is one by itself too."""
        parts = named.name.split(" / ")
        alone = all(len(part.split()) <= 2 for part in parts)
        for text in dict.fromkeys([named.name, *(parts if alone else ())]):
            words = fold(text, named.language).split()
            if words:
                self._add_words(named, words)

    def _add_words(self, named: Searchable, words: list[str]) -> None:
        number = len(self._entries)
        self._entries.append(_Entry(named, frozenset(words), "".join(words)))
        self._whole["".join(map(strict, words))].append(number)
        for word in set(words):
            self._holders[word].append(number)
            self._romanised[strict(word)].add(word)
            self._sounding[rough(word)].add(word)

    def search(self, text: str, *, kind: str = "", limit: int = 20) -> list[Hit]:
        """Give the things whose names fit `text` best, each once, at most `limit`."""
        return self.found(text, kind=kind)[:limit]

    def found(self, text: str, *, kind: str = "") -> list[Hit]:
        """Give everything that fits, the best first."""
        asked = fold(text).split()[:12]
        best: dict[str, tuple[tuple[float, bool], Searchable]] = {}
        for number, fit in self._scores(asked).items():
            named = self._entries[number].named
            if fit < LEAST or kind not in {"", named.kind}:
                continue
            score = fit * _WEIGHTS.get(named.kind, 1.0)
            rank = (round(score, 4), named.name.casefold() == text.strip().casefold())
            if named.thing not in best or rank > best[named.thing][0]:
                best[named.thing] = (rank, named)
        hits = (
            Hit(named.thing, named.label, named.kind, named.name, named.language, score)
            for (score, _), named in best.values()
        )
        return sorted(hits, key=_rank)

    def _scores(self, asked: list[str]) -> dict[int, float]:
        """Give how well each name fits that has any of the words."""
        worth = [self._weight(word) for word in asked]
        sums: defaultdict[int, float] = defaultdict(float)
        for word, weight in zip(asked, worth, strict=True):
            best: dict[int, float] = {}
            for near, share in self._near(word):
                for number in self._holders[near]:
                    best[number] = max(best.get(number, 0.0), share)
            for number, share in best.items():
                sums[number] += weight * share
        total = sum(worth) or 1.0
        scores = {number: self._judged(number, amount / total, asked) for number, amount in sums.items()}
        for number in self._whole.get("".join(map(strict, asked)), ()):
            plain = self._entries[number].joined == "".join(asked)
            scores[number] = max(scores.get(number, 0.0), 1.0 if plain else _WHOLE)
        return scores

    def _judged(self, number: int, share: float, asked: list[str]) -> float:
        """Take off a little for what the name says beyond what was asked."""
        words = len(self._entries[number].words)
        return share * (0.85 + 0.15 * min(1.0, len(asked) / words))

    def _weight(self, word: str) -> float:
        count = max((len(self._holders[near]) for near, _ in self._near(word)), default=0)
        return log(2 + len(self._entries) / (1 + count))

    def _near_uncached(self, word: str) -> list[tuple[str, float]]:
        """Give the words of the index that `word` may be, with what each is worth."""
        if any(sign.isdigit() for sign in word):
            return [(word, _SAME)] if word in self._holders else []
        found: dict[str, float] = dict.fromkeys(self._sounding_near(word), _TWO_OFF)
        for near in self._spelt(word):
            found[near] = _ONE_OFF if OSA.distance(word, near) <= 1 else _TWO_OFF
        found |= dict.fromkeys(self._sounding.get(rough(word), ()), _SOUNDS)
        found |= dict.fromkeys(self._beginning(word), _BEGINS)
        found |= dict.fromkeys(self._romanised.get(strict(word), ()), _ROMANISED)
        if word in self._holders:
            found[word] = _SAME
        return list(found.items())

    def _beginning(self, word: str) -> list[str]:
        """Give the words that begin so, for what is still being typed."""
        if len(word) < 2:
            return []
        start = bisect_left(self._words, word)
        end = bisect_left(self._words, f"{word}\x7f")
        return self._words[start:end]

    def _spelt(self, word: str) -> list[str]:
        """Give the words that are a slip or two away."""
        if len(word) < 4:
            return []
        allowed = 1 if len(word) < 7 else 2
        near = process.extract(word, self._words, scorer=OSA.distance, score_cutoff=allowed, limit=20)
        return [each for each, _, _ in near]

    def _sounding_near(self, word: str) -> list[str]:
        """Give the words that sound nearly alike, as Sarkisian and Sargsyan do."""
        sound = rough(word)
        if len(sound) < 6:
            return []
        near = process.extract(sound, self._sounds, scorer=OSA.distance, score_cutoff=1, limit=20)
        return [each for sounding, _, _ in near for each in self._sounding[sounding]]


def _rank(hit: Hit) -> tuple[float, int, str]:
    return (-hit.score, len(hit.label), hit.thing)
