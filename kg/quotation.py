"""Find the words of a passage in a document: they must stand there once, or it is said where they stand."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path

from kg.errors import Location, PassageError, UsageError

_QUOTES = {"'": "['‘’]", '"': '["“”„«»]'}  # what a keyboard has, for what a typesetter set
_AROUND = 40
_SHOWN = 8


@dataclass(frozen=True, slots=True)
class Quoted:
    """A stretch of a document that was found, in code points."""

    start: int
    end: int
    text: str


def find_words(path: Path, words: str, start: int = 0, end: int | None = None) -> Quoted:
    """Find `words` between two positions of a document; without words, that stretch itself.

    Whole words are found. White space matches any white space, a straight quotation mark any curly one.
    Raises `PassageError` if the words are not there or more than once, and `UsageError` if the positions
    are no stretch.
    """
    text = path.read_bytes().decode("utf-8")
    last = len(text) if end is None else end
    if not 0 <= start < last <= len(text):
        raise UsageError(
            f"{start} to {last} is no stretch of {path}, which has {len(text)} code points.",
            mend="--from must be below --to, and --to no more than the length of the document.",
        )
    if not words.strip():
        return Quoted(start, last, text[start:last])
    found = list(_pattern(words).finditer(text, start, last))
    if len(found) != 1:
        raise _not_once(path, text, words, found)
    return Quoted(found[0].start(), found[0].end(), found[0].group())


def _pattern(words: str) -> re.Pattern[str]:
    wanted = " ".join(words.split())
    each = ("".join(_QUOTES.get(letter, re.escape(letter)) for letter in word) for word in wanted.split())
    begin, end = (r"\b" if edge.isalnum() else "" for edge in (wanted[0], wanted[-1]))
    return re.compile(begin + r"\s+".join(each) + end)


def _not_once(path: Path, text: str, words: str, found: list[re.Match[str]]) -> PassageError:
    if not found:
        return PassageError(
            f"The words '{words}' do not stand in this stretch of the document.",
            where=Location(path),
            mend="Copy them from the document as they are there; fewer words are safer.",
        )
    places = "".join(f"\n  {each.start()}-{each.end()}: {_around(text, each)}" for each in found[:_SHOWN])
    more = f"\n  and {len(found) - _SHOWN} times more" if len(found) > _SHOWN else ""
    return PassageError(
        f"The words '{words}' stand there {len(found)} times:{places}{more}",
        where=Location(path),
        mend="Give more of the words around them, or narrow the search with --from and --to.",
    )


def _around(text: str, found: re.Match[str]) -> str:
    return " ".join(text[max(0, found.start() - _AROUND) : found.end() + _AROUND].split())
