"""Words that say what kind of thing a name names, and words of nations; read from `words.yaml`.

Keys are folds (`kg.matching.fold`). A word of a kind weighs little when names are compared: `Battle of
X` and `siege of X` differ by it, but X decides.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Any

import yaml

from kg.matching.fold import fold, strict

_GROUPS = ("event", "text", "admin", "office")
_ADJECTIVE = re.compile("(?:sk|tsk)(?:iy|oy|aya|oe|ogo|ii|y|i)$")


@dataclass(frozen=True, slots=True)
class Lexicon:
    """The words: each maps folds of words to what they stand for."""

    stop: frozenset[str]
    titles: frozenset[str]
    concepts: dict[str, str]
    """`siege` to `battle`, `rayon` to `district`."""
    groups: dict[str, str]
    """`battle` to `event`, `district` to `admin`."""
    ordinals: dict[str, int]
    nations: dict[str, str]
    same: dict[str, str]
    weak: frozenset[str]
    """Words that may be left out of a name."""
    counts: dict[str, int]
    """`six` to 6."""
    units: dict[str, int]
    """`week` to 7 days."""

    def meaning(self, word: str) -> str:
        """Give the one form that stands for all forms of a word: `russian` is `russia`."""
        return self.same.get(word) or self.nations.get(word, word)

    def group(self, word: str) -> str:
        """Give the group of kinds that a word speaks of (event, text, admin, office), or nothing."""
        return self.groups.get(self.concepts.get(word, ""), "")


@cache
def lexicon() -> Lexicon:
    """Read the words, once."""
    table = yaml.safe_load(files("kg.matching").joinpath("words.yaml").read_text("utf-8"))
    concepts = {group: table[group] for group in _GROUPS}
    return Lexicon(
        stop=frozenset(_folds(table["stop"])),
        titles=frozenset(_folds(table["title"])),
        concepts={word: name for group in concepts.values() for name, word in _pairs(group)},
        groups={name: group for group, names in concepts.items() for name in names},
        ordinals={word: int(number) for number, word in _pairs(table["ordinal"])},
        nations={word: str(nation).replace("-", " ") for nation, word in _pairs(table["nation"])},
        same={word: str(name) for name, word in _pairs(table["same"])},
        weak=frozenset(_folds(table["weak"])),
        counts={word: int(number) for number, word in _pairs(table["count"])},
        units={word: int(days) for days, word in _pairs(table["unit"])},
    )


def _pairs(table: dict[Any, str]) -> Iterator[tuple[Any, str]]:
    for name, words in table.items():
        for word in _folds(words):
            yield name, word


def _folds(words: str) -> list[str]:
    """Fold words of any script; those with letters of Azerbaijani also as English would read them."""
    return [form for word in words.split() for form in {fold(word), fold(word, "en")}]


def stems(word: str) -> tuple[str, ...]:
    """Give what may stand before the ending of a Russian adjective, in strict form; nothing for others.

    `shemakhinskiy` may come from `shemakhin` or from `shemakh`; a vowel may have gone at its end.
    """
    bare = _ADJECTIVE.sub("", word)
    if bare == word or len(bare) < 3:
        return ()
    shorter = re.sub("(?:in|an)$", "", bare)
    return tuple(dict.fromkeys(strict(each) for each in (bare, shorter) if len(each) >= 3))
