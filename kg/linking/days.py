"""Days as Wikidata gives them, against the bounds of a date of ours."""

from __future__ import annotations

import re

_DAY = re.compile(r"\+?(\d{4})-(\d\d)-(\d\d)")


def day_of(value: str) -> str:
    """Give the day of an `xsd:dateTime`, "" for anything else (`somevalue`, years before Christ)."""
    found = _DAY.match(value)
    return "-".join(found.groups()) if found else ""


def shown(day: str) -> str:
    """Give a day as it is meant: the first of January is how a year alone is written in Wikidata's RDF.

    See https://www.mediawiki.org/wiki/Wikibase/Indexing/RDF_Dump_Format#Time: a value has no precision.
    """
    return day[:4] if day.endswith("-01-01") else day


def within(day: str, bounds: tuple[str, str]) -> bool:
    """Tell whether a day can be meant by a date of ours with these bounds; years are compared with years."""
    first, last = bounds
    if day.endswith("-01-01"):
        return (not first or first[:4] <= day[:4]) and (not last or day[:4] <= last[:4])
    return (not first or first <= day) and (not last or day <= last)


def between(bounds: tuple[str, str]) -> str:
    """Say the bounds in words."""
    first, last = bounds
    if first == last:
        return first
    return f"{first or '…'} to {last or '…'}"
