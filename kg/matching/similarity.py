"""How far two names are one name: words aligned whatever their order, each with the reason why it fits."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from itertools import pairwise

from rapidfuzz.distance import OSA

from kg.matching.fold import rough
from kg.matching.lexicon import lexicon
from kg.matching.reading import Reading, Word, word

SAME, ROMANISED, STEM, ALIAS, ROUGH, INITIAL, SLIP, SLIPS, FAR = (
    1.0,
    0.97,
    0.95,
    0.95,
    0.92,
    0.8,
    0.86,
    0.76,
    0.7,
)
_PATRONYMIC = ("ovich", "evich", "ovna", "evna", "ich", "ogly", "oghlu", "oglu", "gizi", "kyzy", "kizi")


@dataclass(frozen=True, slots=True)
class Likeness:
    """How alike two names are: `score` from 0 to 1, `why` in words.

    `slips` counts words that only a slip of the pen explains, `near` those whose voiced sounds or vowels
    differ; `adjective` tells that a country stands for its adjective; `missing` and `extra` are the shares
    of the name asked for and of the other that found no partner; `surname` tells that only that was given.
    """

    score: float
    said: str = ""
    slips: int = 0
    near: int = 0
    adjective: bool = False
    missing: float = 0.0
    extra: float = 0.0
    surname: bool = False
    initial: bool = False
    asked: Reading | None = None
    known: Reading | None = None
    pairs: tuple[tuple[Word, Word, float], ...] = ()

    @property
    def why(self) -> str:
        """How the names fit, in words; put together only where somebody will read it."""
        if self.said or self.asked is None or self.known is None:
            return self.said
        return _why(self.asked, self.known, self.pairs)


NOTHING = Likeness(0.0, "nothing alike")


@lru_cache(maxsize=1 << 17)
def alike(asked: Word, known: Word) -> float:
    """Tell how far two words are one word."""
    if asked.fold == known.fold:
        return SAME if asked.raw == known.raw else STEM
    if asked.strict == known.strict:
        return ROMANISED
    if asked.stems:
        return _same_stem(asked, known)
    if asked.group and asked.group == known.group and _FIELDS not in (asked.concept, known.concept):
        return STEM if asked.concept == known.concept else _SAME_GROUP
    return _unlike(asked, known)


def _unlike(asked: Word, known: Word) -> float:
    if asked.is_initial or known.is_initial:
        return INITIAL if asked.fold[0] == known.fold[0] else 0.0
    if asked.rough == known.rough:
        return ROUGH if len(asked.rough) > 3 else SLIP
    return _slipped(asked, known)


_SAME_GROUP = 0.5
_VOWELS = "aeiou"
_FIELDS = "fields"


def _same_stem(asked: Word, known: Word) -> float:
    """Compare a Russian adjective with the noun, or the adjective, of the same place."""
    likes = [0.0]
    for one in asked.stems:
        for other in known.stems or (known.strict,):
            near = rough(one).rstrip(_VOWELS), rough(other).rstrip(_VOWELS)
            if one.rstrip(_VOWELS) == other.rstrip(_VOWELS):
                likes.append(STEM)
            elif near[0] == near[1]:
                likes.append(ROUGH)
            elif len(near[0]) > 5 and OSA.distance(*near, score_cutoff=1) == 1:
                likes.append(SLIP)
    return max(likes)


def _slipped(asked: Word, known: Word) -> float:
    """Tell how far a slip of the pen explains the difference."""
    if asked.fold.isdigit() or known.fold.isdigit():
        return 0.0
    longest = max(len(asked.fold), len(known.fold))
    distance = min(
        OSA.distance(asked.fold, known.fold, score_cutoff=2),
        OSA.distance(asked.strict, known.strict, score_cutoff=2),
    )
    near = OSA.distance(asked.rough, known.rough, score_cutoff=2)
    likes = (
        SLIP if distance == 1 and longest >= 5 else 0.0,
        (SLIP + SLIPS) / 2 if near == 1 and longest >= 6 else 0.0,
        SLIPS if (distance == 1 and longest == 4) or (distance == 2 and longest >= 7) else 0.0,
        FAR if near == 2 and longest >= 8 else 0.0,
    )
    return max(likes)


Alias = Callable[[Word, Word], bool]


def _no_alias(asked: Word, known: Word) -> bool:
    return False


def compare(asked: Reading, known: Reading, family: str = "", alias: Alias = _no_alias) -> Likeness:
    """Compare the name that is asked for with a known one, as names of `family`."""
    if asked.numbers != known.numbers and (asked.numbers or family == "text"):
        return NOTHING
    weights = _person_weight if family == "person" else _office_weight if family == "office" else _weight
    pairs, missing, extra = _align(asked, known, alias)
    if not pairs:
        joined = _rejoined(known, asked)
        return _as_one_word(asked, known) if joined is known else compare(asked, joined, family, alias)
    gained = sum(weights(one, asked) * like for one, _, like in pairs)
    paired = sum(weights(one, asked) for one, _, _ in pairs)
    lost = sum(weights(each, asked) for each in missing)
    spare = sum(weights(each, known) for each in extra) * (
        _NUMBERED if asked.numbers and not missing else 1.0
    )
    score = gained / (paired + lost + _SPARE * spare)
    surname = family == "person" and len(asked.words) == 1 and len(known.words) > 1
    if surname:
        score = pairs[0][2] * (_SURNAME if pairs[0][1] == _surname(known) else _GIVEN)
    if score < 0.9:
        whole = _as_one_word(asked, known)
        if whole.score > score:
            return whole
        joined = _rejoined(known, asked)
        if joined is not known:
            return compare(asked, joined, family, alias)
    return Likeness(
        score=score,
        asked=asked,
        known=known,
        pairs=tuple(pairs),
        slips=sum(like <= SLIP for one, _, like in pairs if not one.group and like != INITIAL),
        adjective=any(one.fold == other.fold and one.raw != other.raw for one, other, _ in pairs),
        near=sum(like == ROUGH for _, _, like in pairs),
        missing=lost / (paired + lost),
        extra=spare / (paired + spare),
        surname=surname,
        initial=any(one.is_initial != other.is_initial for one, other, _ in pairs),
    )


_SPARE = 0.7
"""What a word of the other name costs that the name asked for does not have."""
_NUMBERED = 0.1
"""The same where a number tells the thing: `resolution 884`."""


_SURNAME, _GIVEN = 0.75, 0.45


def _surname(known: Reading) -> Word:
    return known.words[0 if known.surname_first else -1]


def _weight(each: Word, reading: Reading) -> float:
    """A word for a kind says little; for a division less than for an event."""
    if each.fold in lexicon().weak:
        return 0.3
    return {"": 1.0, "admin": 0.06, "office": 0.5}.get(each.group, 0.3)


def _office_weight(each: Word, reading: Reading) -> float:
    return 0.3 if each.group == "admin" else 1.0


def _person_weight(each: Word, reading: Reading) -> float:
    """A patronymic or a middle name may be left out."""
    if each.fold.endswith(_PATRONYMIC) and len(reading.words) > 2:
        return 0.12
    if len(reading.words) > 2:
        ends = (reading.words[0], reading.words[1 if reading.surname_first else -1])
        return 1.0 if each in ends else 0.25
    return 1.0


def _align(
    asked: Reading, known: Reading, alias: Alias
) -> tuple[list[tuple[Word, Word, float]], list[Word], list[Word]]:
    """Pair the words that fit best, each at most once; give what is left of either side."""
    likes = []
    for i, one in enumerate(asked.words):
        for j, other in enumerate(known.words):
            like = alike(one, other)
            if like < ALIAS and alias(one, other):
                like = ALIAS
            if like:
                likes.append((like, -abs(i - j), i, j))
    likes.sort(reverse=True)
    pairs, used, taken = [], set(), set()
    for like, _, i, j in likes:
        if i not in used and j not in taken:
            used.add(i)
            taken.add(j)
            pairs.append((asked.words[i], known.words[j], like))
    missing = [each for i, each in enumerate(asked.words) if i not in used]
    extra = [each for j, each in enumerate(known.words) if j not in taken]
    return pairs, missing, extra


def _as_one_word(asked: Reading, known: Reading) -> Likeness:
    """Compare names whose words are parted otherwise: `Gez-Agzy`, `Gezagzy`."""
    one, other = asked.joined, known.joined
    if len(one) < 6 or not other:
        return NOTHING
    if one == other:
        return Likeness(ROUGH, "the same letters, parted otherwise")
    if len(one) > 8 and OSA.distance(one, other, score_cutoff=1) == 1:
        return Likeness(SLIPS, "one letter apart, parted otherwise", slips=1)
    return NOTHING


def _rejoined(parted: Reading, other: Reading) -> Reading:
    """Write two words as one where the other name has them so: `Ağ Baş` beside `Aşağı Ağbaş`."""
    wanted = {each.rough for each in other.words if len(each.rough) >= 5}
    for place, (first, second) in enumerate(pairwise(parted.words)):
        if wanted and first.rough + second.rough in wanted:
            words = parted.words
            joined = word(first.fold + second.fold)
            return replace(parted, words=(*words[:place], joined, *words[place + 2 :]))
    return parted


def _why(asked: Reading, known: Reading, pairs: Sequence[tuple[Word, Word, float]]) -> str:
    """Say in words how the names fit."""
    least = min(like for _, _, like in pairs)
    if least == SAME:
        how = "same name" if len(pairs) == len(asked.words) == len(known.words) else "shares words"
    elif least in (ROMANISED, ROUGH):
        how = "same name, romanised otherwise" if least == ROMANISED else "near spelling of another script"
    elif least == INITIAL:
        how = "surname and initial"
    else:
        worst = min(pairs, key=lambda pair: pair[2])
        how = f"'{worst[0].fold}' for '{worst[1].fold}'"
    order = [asked.words.index(one) for one, _, _ in pairs]
    there = [known.words.index(other) for _, other, _ in pairs]
    ranks = [rank for _, rank in sorted(zip(order, there, strict=True))]
    swapped = ranks != sorted(ranks)
    return f"{how} ('{known.text}'){', words in another order' if swapped else ''}"
