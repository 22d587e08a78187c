"""Dates as they were recorded (EDTF), and the bounds that follow from them."""

from __future__ import annotations

import re
from dataclasses import dataclass

from server.description import Description
from server.languages import gettext, lazy_gettext
from server.views.bars import Extent, ordinal
from server.views.terms import BOUNDS, kcg


@dataclass(frozen=True, slots=True)
class Dates:
    """`recorded` is EDTF; the bounds are days, empty where there is none."""

    recorded: tuple[str, ...] = ()
    earliest_begin: str = ""
    latest_begin: str = ""
    earliest_end: str = ""
    latest_end: str = ""

    @property
    def begin(self) -> str:
        """The begin in words."""
        return _between(self.earliest_begin, self.latest_begin)

    @property
    def end(self) -> str:
        """The end in words."""
        return _between(self.earliest_end, self.latest_end)

    @property
    def one_day(self) -> str:
        """The day, if all four bounds are the same one."""
        bounds = {self.earliest_begin, self.latest_begin, self.earliest_end, self.latest_end}
        return bounds.pop() if len(bounds) == 1 else ""

    @property
    def extent(self) -> Extent | None:
        """What a bar shows of them: certain between the latest begin and the earliest end."""
        first, begun, ending, last = map(
            ordinal, (self.earliest_begin, self.latest_begin, self.earliest_end, self.latest_end)
        )
        if first is None and begun is None and ending is None and last is None:
            return None
        certain = begun is not None and ending is not None and begun <= ending
        sure = (begun, ending) if begun is not None and ending is not None and certain else None
        return Extent(sure, (first, last))

    def __bool__(self) -> bool:
        """Whether anything is known."""
        return bool(self.recorded or self.begin or self.end)


def dates(description: Description, subject: str) -> Dates:
    """Give the dates of an event, situation, name or claim."""
    recorded = tuple(term.value for term in description.values(subject, kcg("when")))
    return Dates(recorded, *(description.text(subject, bound) for bound in BOUNDS))


_SEASONS = {
    "21": lazy_gettext("spring %(year)s"),
    "22": lazy_gettext("summer %(year)s"),
    "23": lazy_gettext("autumn %(year)s"),
    "24": lazy_gettext("winter %(year)s"),
}
_SET = re.compile(r"\[([^\[\],]*)\.\.([^\[\],]*)\]")
_SEASON = re.compile(r"(\d{4})-(2[1-4])")
_DECADE = re.compile(r"(\d{3})X")
_SIGNS = {
    "?": lazy_gettext("%(date)s (uncertain)"),
    "~": lazy_gettext("about %(date)s"),
    "%": lazy_gettext("about %(date)s (uncertain)"),
}


@dataclass(frozen=True, slots=True)
class Words:
    """A date as people say it: `form` is how (`between`, `since`...), with one or two dates in it."""

    form: str
    first: str
    last: str = ""


def in_words(recorded: str) -> Words:
    """Tell how to say an EDTF date; what is not known here is said as it is recorded."""
    if found := _SET.fullmatch(recorded):
        form = "between" if all(found.groups()) else "from" if found[1] else "by"
        return Words(form, *(_one(each) for each in found.groups() if each))
    begin, slash, end = recorded.partition("/")
    if not slash:
        return Words("on", _one(recorded))
    if end in {"", ".."}:
        return Words("since" if end else "begun", _one(begin))
    if begin in {"", ".."}:
        return Words("until" if begin else "ended", _one(end))
    return Words("span", _one(begin), _one(end))


def _one(text: str) -> str:
    sign = _SIGNS.get(text[-1:])
    bare = text.rstrip("?~%")
    if season := _SEASON.fullmatch(bare):
        bare = str(_SEASONS[season[2]] % {"year": season[1]})
    elif decade := _DECADE.fullmatch(bare):
        first = decade[1] + "0"
        bare = gettext("%(year)ss", year=first)
    return str(sign % {"date": bare}) if sign else bare


def _between(earliest: str, latest: str) -> str:
    if earliest == latest:
        return earliest
    if earliest and latest:
        return str(gettext("between %(first)s and %(last)s", first=earliest, last=latest))
    if earliest:
        return str(gettext("%(first)s or later", first=earliest))
    return str(gettext("%(last)s or earlier", last=latest))
