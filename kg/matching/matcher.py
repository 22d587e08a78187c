"""Says which thing a name means: ranked candidates with reasons, and a decision that may be none."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace
from functools import lru_cache
from itertools import chain

from kg.matching import evidence
from kg.matching.candidate import Candidate
from kg.matching.corroboration import of_surroundings
from kg.matching.decision import CAP, Match, Scored, decide, scored, told_apart
from kg.matching.durations import duration_of
from kg.matching.evidence import Evidence
from kg.matching.fold import rough
from kg.matching.index import Entry, NameIndex
from kg.matching.kinds import family_of
from kg.matching.offices import Offices
from kg.matching.query import Query
from kg.matching.reading import Reading, Word, read
from kg.matching.similarity import Likeness, compare
from kg.matching.times import find_times

_ONLY_TIME = 0.6
_UNNAMED = 0.3
"""What is worth as much as a name that fits nowhere, where an identifier is the same."""


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
        others = (self._by_office, self._by_time, self._by_duration, self._by_identifier)
        for each in chain(*ways, *(way(query) for way in others)):
            held = found.get(each.candidate.id)
            if held is None or each.score > held.score:
                found[each.candidate.id] = each
        ranked = sorted(
            told_apart(found.values()),
            key=lambda each: (-each.score, len(each.candidate.id), each.candidate.id),
        )
        decision, why = decide(ranked)
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
        told = tail.strip().removeprefix("the ")
        country = self._country(told) if of else frozenset()
        if country and query.family == "place":
            yield replace(query, name=f"{head} ({tail.strip()})")
            return
        yield query
        if of and query.family == "office":
            bare = read(told, "", "country").plain
            for each in sorted(country or self._country(" ".join(word.fold for word in bare.words))):
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

    def _by_duration(self, query: Query) -> Iterator[Scored]:
        """Give what lasted as long as the name says, where it says no more: `44-day war`."""
        told = duration_of(query.name, query.language) if query.family == "event" else None
        if told is None or any(not word.group for word in read(told.rest, query.language, "event").words):
            return
        for candidate in self.index.candidates.values():
            if query.kind_asked in candidate.kinds and candidate.span and told.fits(candidate.span):
                found = [Evidence("the kind, and it lasted as long as the name says")]
                if query.told.span:
                    found += evidence.of_time(query, candidate, query.reading)
                countries, label = self._countries(query)
                found += evidence.of_country(countries, candidate, label)
                yield scored(candidate, _ONLY_TIME, None, [*found, *of_surroundings(query, candidate)])

    def _by_identifier(self, query: Query) -> Iterator[Scored]:
        """Give what has an identifier that is told, whatever its name: for a person to look at."""
        for each in sorted(query.surroundings.identifiers):
            for candidate in self.index.identified.get(each, ()):
                found = [
                    *evidence.of_kind(query, candidate, self.index.divisions),
                    *of_surroundings(query, candidate),
                ]
                one = scored(candidate, _UNNAMED, None, found)
                yield replace(one, score=min(one.score, CAP))

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
        return scored(entry.candidate, base, likeness, list(self._evidence(query, entry)))

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
