"""What speaks for and against a candidate, beside its name: kind, time, birth, country, office, words."""

from __future__ import annotations

from collections.abc import Iterator, Set
from dataclasses import dataclass

from kg.matching.candidate import Candidate
from kg.matching.fold import fold, strict
from kg.matching.kinds import DISAGREE, NEAR, agreement, family_of
from kg.matching.lexicon import lexicon
from kg.matching.query import Query
from kg.matching.reading import Reading, read
from kg.matching.times import Span

TOLD, DECIDING = 0.35, 0.6
"""How much something told makes good; and an office at a time, which one person holds."""


@dataclass(frozen=True, slots=True)
class Evidence:
    """`factor` is how much of the score is left."""

    why: str
    factor: float = 1.0
    confirms: float = 0.0
    """How much of what the score lacks is made good."""

    @property
    def contradicts(self) -> bool:
        """Whether it rules the candidate out."""
        return self.factor < 0.6


def of_kind(query: Query, candidate: Candidate, divisions: Set[str]) -> Iterator[Evidence]:
    """Compare kinds; among places also divisions against towns."""
    asked = query.kind_asked
    factor = agreement(asked, candidate.kinds)
    kinds = ", ".join(sorted(candidate.kinds)) or "of no known kind"
    if factor <= DISAGREE:
        yield Evidence(f"is {kinds}, not {asked}", factor)
    elif factor <= NEAR:
        yield Evidence(f"is {kinds}, asked for {asked}", factor)
    elif asked:
        yield Evidence(f"kind: {kinds}" if candidate.kinds else "its kind is not known", factor)
    if family_of(asked) == "place" and factor > NEAR:
        yield from _of_division(query, asked, candidate, divisions)


_DIVISIONS = frozenset({"district", "province", "republic", "state", "soviet"})


def is_division(candidate: Candidate) -> bool:
    """Tell whether a place is a district, a province or a republic rather than a town."""
    if "region" in candidate.kinds or "country" in candidate.kinds:
        return True
    labels = [name for name in candidate.names if name.language in {"en", "ru", "az", ""}]
    return any(word.concept in _DIVISIONS for name in labels for word in read(name.text, name.language).words)


def _of_division(query: Query, asked: str, candidate: Candidate, divisions: Set[str]) -> Iterator[Evidence]:
    division = candidate.id in divisions or is_division(candidate)
    said = any(word.concept in _DIVISIONS for word in query.reading.words)
    if (asked == "city" and not said) and division:
        yield Evidence("is a district or province, not a town", 0.75)
    elif said and not division:
        yield Evidence("the name says district or province, this is none", 0.75)
    elif asked == "region" and not division and candidate.kinds:
        told = query.told.kind == "region"
        yield Evidence("is not called a district or province", 0.75 if told else 0.95)
    elif asked == "region":
        yield Evidence("is a district or province")


def of_time(query: Query, candidate: Candidate, known: Reading) -> Iterator[Evidence]:
    """Compare the time that is told with that of the candidate, or with the year in its name."""
    if query.family not in {"event", "text", "cabinet", ""} or "person" in candidate.kinds:
        return
    asked = query.span
    if asked is None:
        return
    spans = [candidate.span] if candidate.span else []
    if not spans and known.years:
        spans = [Span(known.years[0] * 10000 + 101, known.years[1] * 10000 + 1231)]
    if not spans:
        return
    if any(asked.meets(span) for span in spans):
        yield Evidence(f"dated {_shown(spans[0])}, as told", 1.0, confirms=TOLD)
    else:
        yield Evidence(f"dated {_shown(spans[0])}, not {_shown(asked)}", 0.3)


def of_birth(query: Query, candidate: Candidate, known: Reading) -> Iterator[Evidence]:
    """Compare years of birth."""
    asked = query.told.born
    if asked is None or query.family not in {"person", ""}:
        return
    if candidate.born is None:
        yield Evidence("its year of birth is not known", 0.85)
    elif asked.meets(candidate.born):
        yield Evidence(f"born {_shown(candidate.born)}, as told", 1.0, confirms=TOLD)
    else:
        yield Evidence(f"born {_shown(candidate.born)}, not {_shown(asked)}", 0.2)


def of_ordinals(query: Query, candidate: Candidate, known: Reading) -> Iterator[Evidence]:
    """The first is not the second; one without a number may be either."""
    asked = query.reading.ordinals
    if asked and known.ordinals and asked != known.ordinals:
        yield Evidence("another one by its number (first, second)", 0.3)
    elif asked != known.ordinals:
        yield Evidence("numbered (first, second) in one of the names only", 0.93)
    if known.years and query.span is None:
        yield Evidence("a year stands in its name, none in the one asked for", 0.85)


def of_country(countries: frozenset[str], candidate: Candidate, label: str) -> Iterator[Evidence]:
    """Compare the country that is told with that of the candidate."""
    if not countries:
        return
    if candidate.id in countries:
        return
    if candidate.countries & countries:
        yield Evidence(f"in {label}, as told", 1.0, confirms=TOLD)
    elif candidate.countries:
        yield Evidence(f"not in {label}", 0.4)
    elif _mentions(candidate, label):
        yield Evidence(f"speaks of {label}", 1.0, confirms=TOLD)
    else:
        yield Evidence("its country is not known", 0.95)


def _mentions(candidate: Candidate, label: str) -> bool:
    wanted = set(content(label))
    texts = [candidate.description, *(name.text for name in candidate.names if name.language in {"en", ""})]
    return any(wanted <= set(content(text)) for text in texts)


def of_words(query: Query, candidate: Candidate) -> Iterator[Evidence]:
    """Compare the words of the context with the description, and with other names of the candidate."""
    said = set(content(" ".join(phrase.text for phrase in query.told.phrases)))
    if not said:
        return
    told = set(content(candidate.description))
    shared = said & told
    if len(shared) >= max(2, len(said) / 2):
        yield Evidence(f"described as '{candidate.description}'", 1.0, confirms=TOLD)
    elif shared:
        yield Evidence(f"its description shares words ('{candidate.description}')", 1.0)


def content(text: str) -> list[str]:
    """Give the strict forms of the words of a text that say something."""
    known = lexicon()
    words = (part for each in fold(text).split() for part in known.meaning(each).split())
    return [strict(word) for word in words if word not in known.stop and not word.isdigit()]


def _shown(span: Span) -> str:
    first, last = span.years
    if span.begin == span.end:
        return f"{first}-{span.begin // 100 % 100:02d}-{span.begin % 100:02d}"
    return str(first) if first == last else f"{first} to {last}"
