"""What stands around a name: `Prime Minister of Armenia in 2010`, `born 1885`, `in Malta`, `1988-1994`."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache

from kg.matching.kinds import kind_of
from kg.matching.times import Span, find_times, hull, years

_LIFE = re.compile(r"\(\s*(\d{4})\s*[-–—]\s*(\d{4})\s*\)")
_BORN = re.compile(r"\(?\b(?:born|b\.|geb\.|род\.|р\.)\s*(?:in\s*)?(.*)", re.IGNORECASE)
_JOINING = re.compile(
    r"(?:^|[\s,(])(?:on|from|in|since|until|of|by|as of|at|to|and)?\s*[,)(]*\s*$", re.IGNORECASE
)
_LEADING = re.compile(r"^(?:in|on|from|at|the)\s+", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Phrase:
    """A piece of context: its words without dates, and the time that it speaks of."""

    text: str
    span: Span | None = None


@dataclass(frozen=True, slots=True)
class Context:
    """Everything that the context tells."""

    phrases: tuple[Phrase, ...] = ()
    born: Span | None = None
    kind: str = ""
    """A kind that the whole context names, as `town` or `administrative district` do."""

    @property
    def span(self) -> Span | None:
        """The time that the context speaks of as a whole."""
        return hull(phrase.span for phrase in self.phrases if phrase.span)


@lru_cache(maxsize=1 << 14)
def read_context(text: str, family: str = "") -> Context:
    """Take a context apart; years in parentheses behind a person are those of a life."""
    phrases: list[Phrase] = []
    born: Span | None = None
    for piece in text.split(";"):
        found = _BORN.search(piece)
        if found:
            born = hull(find_times(found[1])[0][:1]) or born
            piece = piece[: found.start()]  # noqa: PLW2901
        life = _LIFE.search(piece) if family == "person" else None
        if life:
            born = born or years(int(life[1]), int(life[1]))
            piece = piece[: life.start()] + piece[life.end() :]  # noqa: PLW2901
        spans, rest = find_times(piece)
        words = _LEADING.sub("", _JOINING.sub("", rest.strip()).strip(" ,()"))
        if words or spans:
            phrases.append(Phrase(words, hull(spans)))
    kind = next((kind_of(each.text) for each in phrases if _is_only_a_kind(each.text)), "")
    return Context(tuple(dict.fromkeys(phrases)), born, kind)


def _is_only_a_kind(text: str) -> bool:
    words = text.split()
    return 0 < len(words) <= 2 and bool(kind_of(words[-1])) and words[-1].islower()
