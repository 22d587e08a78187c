"""What the query editor completes: prefixes and terms of this data set, with what they are called."""

from __future__ import annotations

import re

from server.site import Site

_NAME = re.compile(r"[A-Za-z][\w.-]*:[\w-]+")
"""Prefixed names that need no escaping: https://www.w3.org/TR/sparql11-query/#rPNAME_LN."""

Term = dict[str, str]


def completion(site: Site) -> tuple[Term, ...]:
    """Give the terms that have a prefixed name, in its order; asked for once."""
    return site.remembered(_terms)


def _terms(site: Site) -> tuple[Term, ...]:
    found: dict[str, str] = {}
    for row in site.select("terms"):
        iri = row["term"].value
        label = row["label"].value if "label" in row else site.vocabulary.name(iri)
        found.setdefault(site.vocabulary.short(iri), label)
    named = ((name, label) for name, label in sorted(found.items()) if _NAME.fullmatch(name))
    return tuple({"name": name, "label": "" if label == name else label} for name, label in named)
