"""Says which thing a name means: ranked candidates with reasons, and a decision that may be none."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from functools import lru_cache
from itertools import chain

from kg.matching import evidence
from kg.matching.candidate import Candidate
from kg.matching.corroboration import of_surroundings
from kg.matching.evidence import Evidence
from kg.matching.fold import rough
from kg.matching.index import Entry, NameIndex
from kg.matching.kinds import family_of
from kg.matching.offices import Offices
from kg.matching.query import Query
from kg.matching.reading import Reading, Word, read
from kg.matching.similarity import Likeness, compare
from kg.matching.times import find_times

CERTAIN, POSSIBLE = 0.86, 0.5
"""Scores from which on a candidate is proposed as certain, or at all."""
LEAD = 0.03
"""A candidate that leads by less has a rival that fits as well: nothing is certain then."""
_ONLY_TIME = 0.6
_UNTOLD = 0.93
_UNNAMED = 0.3
"""What is worth as much as a name that fits nowhere, where an identifier is the same."""
CAP = 0.8
"""The most that a name is worth which fits only in part, unless something else confirms it."""


@dataclass(frozen=True, slots=True)
class Scored:
    """A candidate and how well it fits; `confirmed` tells that more than the name speaks for it."""

    candidate: Candidate
    score: float
    found: tuple[Evidence, ...] = ()
    likeness: Likeness | None = None
    confirmed: bool = False
    contradicted: bool = False

    @property
    def reasons(self) -> tuple[str, ...]:
        """Why it scores so, in words."""
        name = (self.likeness.why,) if self.likeness else ()
        return (*name, *(each.why for each in self.found))


@dataclass(frozen=True, slots=True)
class Match:
    """The answer: `decision` is `certain`, `possible` or `nil`, and `why` says what decided."""

    query: Query
    ranked: tuple[Scored, ...]
    decision: str
    why: str

    @property
    def certain(self) -> Candidate | None:
        """The thing that the name means, if that is certain."""
        return self.ranked[0].candidate if self.decision == "certain" else None


class Matcher:
    """Matches names against an index."""

    def __init__(self, candidates: Iterable[Candidate]) -> None:
        self.index = NameIndex(candidates)
        self.offices = Offices(self.index)
        self._country = lru_cache(maxsize=4096)(self._country_uncached)
        self._named_by = lru_cache(maxsize=4096)(self._named_by_uncached)
        self._place_names = lru_cache(maxsize=4096)(self._place_names_uncached)

    def match(self, query: Query, limit: int = 10) -> Match:
        """Rank what `query` could mean, and decide."""
        found: dict[str, Scored] = {}
        ways = (self._by_name(each) for each in self._variants(query))
        for scored in chain(*ways, self._by_office(query), self._by_time(query), self._by_identifier(query)):
            held = found.get(scored.candidate.id)
            if held is None or scored.score > held.score:
                found[scored.candidate.id] = scored
        ranked = sorted(
            _told_apart(found.values()),
            key=lambda each: (-each.score, len(each.candidate.id), each.candidate.id),
        )
        decision, why = _decide(ranked)
        return Match(query, tuple(each for each in ranked[:limit] if each.score >= 0.2), decision, why)

    def _by_office(self, query: Query) -> Iterator[Scored]:
        """Give the persons behind an office at the time that is told."""
        if query.names_an_office:
            for holder in self.offices.holders(query, *self._countries(query)):
                yield Scored(holder.candidate, holder.score, (holder.evidence,), confirmed=holder.then)

    def _variants(self, query: Query) -> Iterator[Query]:
        """Give each name, with a country put aside, or with another name of the country."""
        for name, language in query.others:
            yield from self._variants(replace(query, name=name, language=language, others=()))
        head, of, tail = query.name.partition(" of ")
        country = self._country(tail.strip().removeprefix("the ")) if of else frozenset()
        if country and query.family == "place":
            yield replace(query, name=f"{head} ({tail.strip()})")
            return
        yield query
        if country and query.family == "office":
            for each in sorted(country):
                yield replace(query, name=f"{head} of {self.index.candidates[each].label}")

    def _by_time(self, query: Query) -> Iterator[Scored]:
        """Give what happened at a time, where the name says no more: `November 2020 agreement`."""
        spans, rest = find_times(query.name)
        words = read(rest, query.language, query.family).words
        if not spans or not words or any(not word.group for word in words):
            return
        for candidate in self.index.candidates.values():
            if query.kind_asked in candidate.kinds and candidate.span and spans[0].holds(candidate.span):
                why = Evidence("the kind and the time that the name says")
                yield Scored(candidate, _ONLY_TIME, (why,))

    def _by_identifier(self, query: Query) -> Iterator[Scored]:
        """Give what has an identifier that is told, whatever its name: for a person to look at."""
        for each in sorted(query.surroundings.identifiers):
            for candidate in self.index.identified.get(each, ()):
                found = [
                    *evidence.of_kind(query, candidate, self.index.divisions),
                    *of_surroundings(query, candidate),
                ]
                scored = _scored(candidate, _UNNAMED, None, found)
                yield replace(scored, score=min(scored.score, CAP))

    def _by_name(self, query: Query) -> Iterator[Scored]:
        """Judge what the index finds under the name."""
        reading = query.reading
        if query.names_an_office or not reading.words:
            return
        also = [each for word in reading.words for each in self._others(query, word)]
        for entry in self.index.search(reading, also, query.family):
            likeness = self._compare(query, reading, entry)
            if likeness.score >= 0.35:
                yield self._judge(query, entry, likeness)

    def _compare(self, query: Query, reading: Reading, entry: Entry) -> Likeness:
        family = query.family or next(iter({family_of(kind) for kind in entry.candidate.kinds}), "")
        return compare(
            reading, entry.reading, family, lambda one, other: other.strict in self._place_names(one)
        )

    def _others(self, query: Query, each: Word) -> list[Word]:
        """Give other words for a place in the name of an event."""
        if query.family not in {"event", "text", "organisation"} or each.group:
            return []
        return [Word(other, other, rough(other)) for other in self._place_names(each)]

    def _place_names_uncached(self, each: Word) -> frozenset[str]:
        """Give the strict forms of the other names of the places that have this name."""
        names: set[str] = set()
        for entry in self.index.spelt(Reading(each.fold, (each,))):
            if any(family_of(kind) in {"place", "country"} for kind in entry.candidate.kinds):
                others = self.index.of(entry.candidate.id)
                names.update(one.reading.words[0].strict for one in others if len(one.reading.words) == 1)
        return frozenset(names - {each.strict})

    def _judge(self, query: Query, entry: Entry, likeness: Likeness) -> Scored:
        base = min(likeness.score, self._ceiling(query, likeness))
        return _scored(entry.candidate, base, likeness, list(self._evidence(query, entry)))

    def _ceiling(self, query: Query, likeness: Likeness) -> float:
        """Give the most that a name can be worth which fits so."""
        words = query.reading.words
        if likeness.surname or likeness.initial or likeness.missing > 0.15:
            return CAP
        if likeness.extra > 0.25 and query.family != "person":
            return CAP
        if likeness.adjective and len(words) == 1:
            return CAP
        if likeness.slips and (len(words) == 1 or likeness.slips > 1):
            return CAP
        if (likeness.slips or likeness.near) and self._is_another_name(query):
            return CAP
        return 1.0

    def _is_another_name(self, query: Query) -> bool:
        """Tell whether every word of a person's name is known: then what differs is no slip of the pen."""
        return query.family == "person" and all(self.index.knows(word) for word in query.reading.words)

    def _evidence(self, query: Query, entry: Entry) -> Iterator[Evidence]:
        candidate, known = entry.candidate, entry.reading
        yield from evidence.of_kind(query, candidate, self.index.divisions)
        yield from evidence.of_time(query, candidate, known)
        yield from evidence.of_birth(query, candidate, known)
        yield from evidence.of_ordinals(query, candidate, known)
        yield from evidence.of_words(query, candidate)
        if candidate.id in self._named_by(query.context):
            yield Evidence("the context gives another name of it", 1.0, evidence.DECIDING)
        if query.family == "person":
            yield from self.offices.held(query, candidate)
        else:
            countries, label = self._countries(query)
            yield from evidence.of_country(countries, candidate, label)
        yield from of_surroundings(query, candidate)

    def _named_by_uncached(self, text: str) -> frozenset[str]:
        """Give what the context names as a whole: `Armenian SSR` for `Soviet Armenia`."""
        reading = read(text)
        if len(reading.words) < 2 or len(reading.words) > 6:
            return frozenset()
        return frozenset(entry.candidate.id for entry in self.index.spelt(reading))

    def _countries(self, query: Query) -> tuple[frozenset[str], str]:
        """Give the country that the context or the name tells."""
        texts = [phrase.text for phrase in query.told.phrases] + query.reading.aside.split(";")
        for text in texts:
            found = self._country(text.strip())
            if found:
                return found, text.strip()
        return frozenset(), ""

    def _country_uncached(self, text: str) -> frozenset[str]:
        reading = read(text, "", "country")
        if all(word.group for word in reading.words):
            return frozenset()
        named = self.index.spelt(reading)
        return frozenset(
            entry.candidate.id for entry in named if entry.candidate.kinds & {"country", "state"}
        )


def _told_apart(found: Iterable[Scored]) -> list[Scored]:
    """Put those for whom what is told speaks above those for whom it does not."""
    listed = list(found)
    if not any(each.confirmed and each.score > CAP for each in listed):
        return listed
    why = Evidence("what is told speaks for another", _UNTOLD)
    return [
        each if each.confirmed else replace(each, score=each.score * _UNTOLD, found=(*each.found, why))
        for each in listed
    ]


def _scored(candidate: Candidate, base: float, likeness: Likeness | None, found: list[Evidence]) -> Scored:
    score = base
    for each in found:
        score *= each.factor
    contradicted = any(each.contradicts for each in found)
    confirmed = any(each.confirms for each in found) and not contradicted
    if confirmed:
        for each in found:
            score += (1 - score) * each.confirms
    return Scored(candidate, score, tuple(found), likeness, confirmed, contradicted)


def _decide(ranked: list[Scored]) -> tuple[str, str]:
    if not ranked or ranked[0].score < POSSIBLE:
        return "nil", "nothing fits"
    first = ranked[0]
    if first.contradicted:
        return "nil", f"the nearest, {first.candidate.label}, is contradicted"
    if len(ranked) > 1 and first.score - ranked[1].score < LEAD:
        return "possible", f"{first.candidate.label} and {ranked[1].candidate.label} fit equally well"
    told = next((each for each in ranked[1:] if each.confirmed and each.score > CAP), None)
    if told and not first.confirmed:
        return "possible", f"{first.candidate.label} fits by its name, {told.candidate.label} by what is told"
    if first.score >= CERTAIN:
        return "certain", "; ".join(first.reasons)
    return "possible", f"{first.candidate.label} fits only in part"
