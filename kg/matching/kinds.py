"""Kinds of things: what is asked for, what a candidate is, and whether the two go together."""

from __future__ import annotations

from collections.abc import Iterable
from functools import cache
from importlib.resources import files

import yaml

from kg.matching.fold import fold

FAMILIES = {
    "person": "person",
    "office": "office",
    "cabinet": "cabinet",
    "country": "country",
    "state": "country",
    "city": "place",
    "region": "place",
    "place": "place",
    "war": "event",
    "battle": "event",
    "massacre": "event",
    "coup": "event",
    "event": "event",
    "treaty": "text",
    "resolution": "text",
    "organisation": "organisation",
}
"""Each kind and the family of kinds that it belongs to; names of one family are compared in one way."""

AGREE, UNKNOWN, NEAR, DISAGREE = 1.0, 0.95, 0.8, 0.35
"""How much of a score is left where kinds agree, where one is not known, where they are near, where not."""

_NEAR = ({"place", "country"}, {"event", "text"}, {"organisation", "cabinet"})


@cache
def _words() -> dict[str, str]:
    table = yaml.safe_load(files("kg.matching").joinpath("words.yaml").read_text("utf-8"))["kind"]
    return {word: kind for kind, words in table.items() for word in words.split()}


@cache
def kind_of(text: str) -> str:
    """Give the kind that a word or the label of a class names, or nothing: `sovereign state` is a state.

    In English the word that counts is the last one before `of` or `in`: `district of Azerbaijan`.
    """
    words = fold(text).split()
    for stop in ("of", "in", "by"):
        if stop in words[1:]:
            words = words[: words.index(stop)]
    return next((_words()[word] for word in reversed(words) if word in _words()), "")


def kinds_of(texts: Iterable[str]) -> frozenset[str]:
    """Give the kinds that some labels of classes name."""
    return frozenset(kind_of(text) for text in texts) - {""}


def family_of(kind: str) -> str:
    """Give the family of a kind, or nothing."""
    return FAMILIES.get(kind, "")


def agreement(asked: str, found: frozenset[str]) -> float:
    """Tell how well the kind that is asked for goes with the kinds of a candidate."""
    if not asked or not found:
        return UNKNOWN
    family = family_of(asked)
    families = {family_of(kind) for kind in found}
    if asked in found or (family in families and asked == family):
        return AGREE
    if family in families:
        return UNKNOWN
    return NEAR if any(family in near and families & near for near in _NEAR) else DISAGREE
