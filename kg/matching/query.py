"""A name that somebody asks about, with what is known about it."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

from kg.matching.context import Context, read_context
from kg.matching.fold import fold
from kg.matching.kinds import family_of, kind_of
from kg.matching.lexicon import lexicon
from kg.matching.reading import Reading, read
from kg.matching.surroundings import NOTHING_KNOWN, Surroundings
from kg.matching.times import Span, years


@dataclass(frozen=True)
class Query:
    """A name; `language`, `kind` and `context` as free text, each may be empty."""

    name: str
    language: str = ""
    kind: str = ""
    context: str = ""
    others: tuple[tuple[str, str], ...] = ()
    """Other names of the same thing, each with its language."""
    surroundings: Surroundings = NOTHING_KNOWN
    """What else is known of the thing: identifiers, where it lies, who took part."""

    @cached_property
    def kind_asked(self) -> str:
        """The kind, made precise by the context: a place that the context calls a town is a city."""
        kind = kind_of(self.kind) if self.kind else ""
        told = self.told.kind
        finer = told if told and (not kind or family_of(told) == family_of(kind)) else kind
        return finer if kind not in {"country", "person"} else kind

    @cached_property
    def family(self) -> str:
        """The family of its kind."""
        return family_of(kind_of(self.kind) if self.kind else "")

    @cached_property
    def told(self) -> Context:
        """The context, taken apart."""
        return read_context(self.context, self.family)

    @cached_property
    def title(self) -> str:
        """An office or a title before the name: `Foreign Minister` of `Foreign Minister Ashot Ghulian`."""
        return _parted(self.name)[0] if self.family in {"person", ""} else ""

    @cached_property
    def bare(self) -> str:
        """The name without what stands before it."""
        return _parted(self.name)[1] if self.title else self.name

    @cached_property
    def reading(self) -> Reading:
        """The name without its title, taken apart."""
        return read(self.bare, self.language, self.family)

    @cached_property
    def span(self) -> Span | None:
        """The time that the name or its context speaks of; a precise context wins."""
        named = self.reading.years
        return self.told.span or (years(*named) if named else None)

    @cached_property
    def names_an_office(self) -> bool:
        """Whether the name is that of an office, so that a person is to be found behind it."""
        known = lexicon()
        words = fold(self.name).split()
        return (
            self.family == "person"
            and any(known.group(word) == "office" and known.concepts[word] != "fields" for word in words)
            and not self.title
        )


def _parted(name: str) -> tuple[str, str]:
    """Part a title from a name. What is followed by `of` is an office, not a title."""
    known = lexicon()
    words = name.split()
    count = 0
    for word in words:
        folded = fold(word)
        if folded not in known.titles and known.group(folded) != "office":
            break
        count += 1
    rest = words[count:]
    if not count or not rest or fold(rest[0]) in known.stop or rest[0].islower():
        return "", name
    return " ".join(words[:count]), " ".join(rest)
