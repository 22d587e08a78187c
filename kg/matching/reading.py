"""A name taken apart: words, kinds of things it speaks of, years, numbers, what stands aside."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from functools import lru_cache

from kg.matching.fold import fold, rough, strict
from kg.matching.lexicon import lexicon, stems
from kg.matching.times import find_times

_PARENTHESES = re.compile(r"[(\[（]([^)\]）]*)[)\]）]")
_INITIALS = re.compile(r"\b((?:[^\W\d_]\.)+)(?=[^\W\d_])")
_ABBREVIATION = re.compile(r"\b(?:[^\W\d_]\.){2,}")
_YEAR = re.compile(r"1\d\d\d|20\d\d")
_YEARS = re.compile(r"\b((?:1\d|20)\d\d)(?:\s*[-–/]\s*(\d{4}|\d\d))?\b")
_ANY_YEARS = re.compile(r"\b(\d{3,4})(?:\s*[-–/]\s*(\d{3,4}|\d\d))?\b")
_SYMBOL = re.compile(r"[A-Z]+(?:/[A-Z]+)+/(\d+)")


@dataclass(frozen=True, slots=True, eq=False)
class Word:
    """One word in its forms, one object for each; `concept` and `group` are empty for one of its own."""

    fold: str
    strict: str
    rough: str
    stems: tuple[str, ...] = ()
    concept: str = ""
    group: str = ""
    raw: str = ""
    """The word itself, where `fold` is the name of its country: `russian` of `russia`."""

    @property
    def is_initial(self) -> bool:
        """Whether it is a single letter, as in `A. Aliyev`."""
        return len(self.fold) == 1 or self.fold in _TWO_LETTER_INITIALS


_TWO_LETTER_INITIALS = frozenset({"yu", "ya", "zh", "ch", "sh", "kh", "ts"})


@dataclass(frozen=True, slots=True)
class Reading:
    """A name as words in their order, without stop words, years and ordinals, which stand apart."""

    text: str
    words: tuple[Word, ...]
    ordinals: frozenset[int] = frozenset()
    numbers: frozenset[str] = frozenset()
    years: tuple[int, int] | None = None
    aside: str = ""
    """What stood in parentheses, or behind the comma of a place."""
    surname_first: bool = False

    @property
    def groups(self) -> frozenset[str]:
        """Groups of kinds that its words speak of."""
        return frozenset(word.group for word in self.words if word.group)

    @property
    def plain(self) -> Reading:
        """The reading without the words for kinds, if any other are left: `Qakh District` is `Qakh`."""
        bare = tuple(word for word in self.words if not word.group)
        return replace(self, words=bare) if bare else self

    @property
    def joined(self) -> str:
        """The rough forms written as one word."""
        return "".join(word.rough for word in self.words)

    @property
    def spelling(self) -> str:
        """The strict forms in one string: equal for names that only romanisation parts."""
        return " ".join(word.strict for word in self.words)


@lru_cache(maxsize=1 << 18)
def word(text: str) -> Word:
    """Give the forms of one folded word."""
    known = lexicon()
    same = known.meaning(text)
    concept = known.concepts.get(text, "")
    raw = text if text in known.nations else ""
    group = known.groups.get(concept, "")
    return Word(same, strict(same), rough(same), stems(text), concept, group, raw)


@lru_cache(maxsize=1 << 16)
def read(text: str, language: str = "", family: str = "") -> Reading:
    """Take a name apart, as one of `family` if that is known."""
    known = lexicon()
    symbol = _SYMBOL.search(text)
    if symbol:
        text = f"resolution {symbol[1]}"
    bare = _PARENTHESES.sub(" ", text).strip()
    aside = "; ".join(_PARENTHESES.findall(text)) if bare else ""
    bare = bare or text
    before, comma, after = bare.partition(",")
    surname_first = bool(comma) and family == "person"
    if comma and family not in {"person", "event", "text", "office"} and after.strip():
        bare, aside = before, f"{aside}; {after}" if aside else after
    dated = _years(bare) or _years(aside, _ANY_YEARS)
    if family in {"event", "text"}:
        bare = find_times(bare)[1].strip() or bare
    plain = _ABBREVIATION.sub(lambda found: found[0].replace(".", ""), bare)
    parts = fold(plain if family != "person" else bare.replace(".", ". "), language).split()
    person = family == "person"
    kept = parts if person else [part for part in parts if not _says_nothing(part)] or parts
    ordinals = frozenset(known.ordinals[part] for part in kept if part in known.ordinals and not person)
    words = [
        word(part) for part in kept if person or part not in known.ordinals or not (len(kept) > len(ordinals))
    ]
    return Reading(
        text=text,
        words=tuple(dict.fromkeys(words)),
        ordinals=ordinals,
        numbers=frozenset(part for part in kept if part.isdigit()),
        years=dated,
        aside=aside.strip(),
        surname_first=surname_first,
    )


def _says_nothing(part: str) -> bool:
    return bool(_YEAR.fullmatch(part)) or part in lexicon().stop


def _years(text: str, pattern: re.Pattern[str] = _YEARS) -> tuple[int, int] | None:
    found = pattern.search(text)
    if found is None:
        return None
    first = int(found[1])
    last = int(found[2]) if found[2] else first
    return first, last if last >= first else first // 100 * 100 + last % 100
