"""Spellings of one name in several scripts and romanisations, made alike in three steps.

`fold` gives plain Latin letters for any script. `strict` takes away what two romanisations of one word
differ in (kh/x, gh/ğ, j/dzh, -yan/-ian, y/i ...); `rough` also the difference of voiced and voiceless
consonants and of near vowels, which Azerbaijani, Armenian and Russian spellings of one place often have
(Qubadlı, Gubadly, Kubatly). Equal folds are one spelling; equal strict forms are one word romanised
twice; equal rough forms only suggest it.
"""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache

from anyascii import anyascii

# Eastern Armenian, as most romanisations in use have it (BGN/PCGN 1981 without apostrophes).
_ARMENIAN = {
    "ու": "u", "և": "ev", "ա": "a", "բ": "b", "գ": "g", "դ": "d", "ե": "e", "զ": "z", "է": "e", "ը": "y",
    "թ": "t", "ժ": "zh", "ի": "i", "լ": "l", "խ": "kh", "ծ": "ts", "կ": "k", "հ": "h", "ձ": "dz",
    "ղ": "gh", "ճ": "ch", "մ": "m", "յ": "y", "ն": "n", "շ": "sh", "ո": "o", "չ": "ch", "պ": "p",
    "ջ": "j", "ռ": "r", "ս": "s", "վ": "v", "տ": "t", "ր": "r", "ց": "ts", "ւ": "v", "փ": "p", "ք": "k",
    "օ": "o", "ֆ": "f", "՚": "", "՛": "", "՞": "",
}  # fmt: skip
# Russian, Ukrainian, Belarusian, Bulgarian and the Cyrillic letters of Azerbaijani and Kazakh.
_CYRILLIC = {
    "а": "a", "б": "b", "в": "v", "г": "g", "д": "d", "е": "e", "ё": "yo", "ж": "zh", "з": "z", "и": "i",
    "й": "y", "к": "k", "л": "l", "м": "m", "н": "n", "о": "o", "п": "p", "р": "r", "с": "s", "т": "t",
    "у": "u", "ф": "f", "х": "kh", "ц": "ts", "ч": "ch", "ш": "sh", "щ": "shch", "ъ": "", "ы": "y",
    "ь": "", "э": "e", "ю": "yu", "я": "ya", "і": "i", "ї": "yi", "є": "ye", "ґ": "g", "ў": "u",
    "ә": "a", "ғ": "gh", "ҹ": "j", "ҝ": "g", "ө": "o", "ү": "u", "һ": "h", "ј": "y", "қ": "q", "ң": "ng",
    "ұ": "u", "ӣ": "i", "ӯ": "u", "ҳ": "h", "ҷ": "j",
}  # fmt: skip
_GEORGIAN = {
    "ა": "a", "ბ": "b", "გ": "g", "დ": "d", "ე": "e", "ვ": "v", "ზ": "z", "თ": "t", "ი": "i", "კ": "k",
    "ლ": "l", "მ": "m", "ნ": "n", "ო": "o", "პ": "p", "ჟ": "zh", "რ": "r", "ს": "s", "ტ": "t", "უ": "u",
    "ფ": "p", "ქ": "k", "ღ": "gh", "ყ": "q", "შ": "sh", "ჩ": "ch", "ც": "ts", "ძ": "dz", "წ": "ts",
    "ჭ": "ch", "ხ": "kh", "ჯ": "j", "ჰ": "h",
}  # fmt: skip
# Letters of Azerbaijani and Turkish; the schwa has two code points in use.
_TURKIC = {"ə": "a", "ǝ": "a", "ç": "ch", "ş": "sh", "ğ": "gh", "ı": "i", "ö": "o", "ü": "u", "ä": "a"}
_LETTERS = _ARMENIAN | _CYRILLIC | _GEORGIAN | _TURKIC
_KNOWN = re.compile("|".join(sorted(map(re.escape, _LETTERS), key=len, reverse=True)))
_APOSTROPHES = re.compile("['’‘ʻʼ`´ʹ′ʿʾ՚\"“”«»]")
_POSSESSIVE = re.compile(r"['’]s\b", re.IGNORECASE)
_BREAKS = re.compile(r"[^0-9a-z]+")

# In Azerbaijani these letters stand for other sounds than in English.
AZERBAIJANI = frozenset({"az", "azb", "tr"})
"""Turkish shares the c, and has neither x nor q."""
_AZERBAIJANI_SOUNDS = str.maketrans({"c": "j", "x": "kh", "q": "g"})
_AZERBAIJANI_MARKS = re.compile("[əǝğı]|[əşçğ]x|x[əışçğ]")

_STRICT = (
    (re.compile("shch|sch"), "S"),
    (re.compile("dsch|dzh|dj|zh"), "j"),
    (re.compile("tsch|tch|ch"), "C"),
    (re.compile("sh"), "S"),
    (re.compile("kh|ks"), "x"),
    (re.compile("gh"), "g"),
    (re.compile("ts|tz"), "T"),
    (re.compile("dz"), "Z"),
    (re.compile("ph"), "f"),
    (re.compile("th"), "t"),
    (re.compile("ck|qu|q|c"), "k"),
    (re.compile("w"), "v"),
    (re.compile("(?<=[^aeiou])(?:j|y|i)(?:an|ants|antz)$"), "ian"),
    (re.compile("jan$"), "ian"),
    (re.compile("^vo"), "o"),
    (re.compile("ou|oo"), "u"),
    (re.compile("ee"), "i"),
    (re.compile("[yi]u|ju(?=[^aeiou])"), "u"),
    (re.compile("[yi]o"), "o"),
    (re.compile("[yi]e"), "e"),
    (re.compile("y"), "i"),
    (re.compile(r"(.)\1+"), r"\1"),
)
_ROUGH = str.maketrans(
    {
        "e": "a", "u": "o", "g": "k", "q": "k", "x": "h", "d": "t", "b": "p", "v": "f", "z": "s", "S": "s",
        "C": "j", "T": "j", "Z": "j",
    }
)  # fmt: skip


def fold(text: str, language: str = "") -> str:
    """Give `text` in small Latin letters and digits, words parted by one space.

    `language` matters for Azerbaijani alone, whose c, x and q sound otherwise than in English.
    """
    lower = unicodedata.normalize("NFC", _POSSESSIVE.sub("", text)).replace("İ", "i").casefold()
    azerbaijani = language in AZERBAIJANI or (language in {"", "mul"} and _AZERBAIJANI_MARKS.search(lower))
    if azerbaijani:
        lower = lower.translate(_AZERBAIJANI_SOUNDS)
    known = _KNOWN.sub(lambda found: _LETTERS[found[0]], _APOSTROPHES.sub("", lower))
    plain = known if known.isascii() else _to_ascii(known)
    return " ".join(_BREAKS.sub(" ", _APOSTROPHES.sub("", plain)).split())


def _to_ascii(text: str) -> str:
    decomposed = unicodedata.normalize("NFKD", text)
    bare = "".join(sign for sign in decomposed if not unicodedata.combining(sign))
    return bare if bare.isascii() else str(anyascii(bare)).casefold()


@lru_cache(maxsize=1 << 18)
def strict(word: str) -> str:
    """Give the form in which romanisations of one word agree; `word` is one word of a fold."""
    if word.isdigit():
        return word
    for pattern, replacement in _STRICT:
        word = pattern.sub(replacement, word)
    return word


@lru_cache(maxsize=1 << 18)
def rough(word: str) -> str:
    """Give the form in which voiced and voiceless sounds and near vowels agree too."""
    if word.isdigit():
        return word
    merged = strict(word).replace("ia", "a").translate(_ROUGH)
    return _RUNS.sub(r"\1", merged)


_RUNS = re.compile(r"(.)\1+")
