"""Offices and who held them: the person behind an office at a time, and the offices of a person."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from kg.matching.candidate import Candidate
from kg.matching.evidence import DECIDING, TOLD, Evidence, of_country
from kg.matching.index import NameIndex
from kg.matching.query import Query
from kg.matching.reading import read
from kg.matching.similarity import compare
from kg.matching.times import Span

_FITS = 0.8
"""How alike an office must be to one that is told."""
_AT_ALL = 0.6


@dataclass(frozen=True, slots=True)
class Holder:
    """Somebody who held the office; `then` tells whether at the time that is told."""

    candidate: Candidate
    score: float
    evidence: Evidence
    then: bool = False


class Offices:
    """The offices of an index."""

    def __init__(self, index: NameIndex) -> None:
        self.index = index

    def holders(self, query: Query, countries: frozenset[str], label: str) -> Iterator[Holder]:
        """Give those who held the office that the name of `query` names; a country told must be its."""
        for office, likeness in self._named(query, countries, label).items():
            for holder, held in self.index.holders.get(office, ()):
                yield _holder(
                    self.index.candidates[holder], self.index.candidates[office], likeness, held, query.span
                )

    def _named(self, query: Query, countries: frozenset[str], label: str) -> dict[str, float]:
        reading = read(query.name, query.language, "office")
        best: dict[str, float] = {}
        for entry in self.index.search(reading):
            if "office" not in entry.candidate.kinds:
                continue
            score = compare(reading, entry.reading, "office").score
            for found in of_country(countries, entry.candidate, label):
                score *= found.factor
            if score > max(_AT_ALL, best.get(entry.candidate.id, 0.0)):
                best[entry.candidate.id] = score
        return best

    def held(self, query: Query, candidate: Candidate) -> Iterator[Evidence]:
        """Compare the offices that the context or a title names with those that a person held."""
        phrases = [(phrase.text, phrase.span or query.span) for phrase in query.told.phrases if phrase.text]
        if query.title and not phrases:
            phrases.append((query.title, query.span))
        for text, span in phrases:
            yield from self._held(text, span, query, candidate)

    def _held(self, text: str, span: Span | None, query: Query, candidate: Candidate) -> Iterator[Evidence]:
        fitting = [
            (tenure.span, self.index.candidates[tenure.office].label)
            for tenure in candidate.tenures
            if tenure.office in self.index.candidates and self._is_called(tenure.office, text, query.language)
        ]
        then = next((label for held, label in fitting if span is None or held.meets(span)), "")
        if then and span:
            yield Evidence(f"{then} at that time", 1.0, DECIDING)
        elif then:
            yield Evidence(then, 1.0, TOLD)
        elif fitting:
            yield Evidence(f"{fitting[0][1]} at another time", 0.7)

    def _is_called(self, office: str, text: str, language: str) -> bool:
        asked = read(text, language, "office")
        return any(compare(asked, each.reading, "office").score > _FITS for each in self.index.of(office))


def _holder(
    candidate: Candidate, office: Candidate, likeness: float, held: Span, told: Span | None
) -> Holder:
    why = f"held the office {office.label}"
    if told is None:
        return Holder(candidate, likeness * 0.64, Evidence(why))
    if held.meets(told):
        return Holder(candidate, likeness * 0.98, Evidence(f"{why} at that time"), then=True)
    return Holder(candidate, likeness * 0.5, Evidence(f"{why} at another time"))
