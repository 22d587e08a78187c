"""What a release says something of: a sorted list, to look into an old release without its store."""

from __future__ import annotations

from collections.abc import Iterable
from functools import lru_cache
from pathlib import Path

import pyoxigraph as ox

from kg.iris import without_fragment
from kg.terms import iri_of

SUBJECTS = "subjects.txt"

_KEPT = 64


def subjects_in(quads: Iterable[ox.Quad]) -> bytes:
    """Give the IRIs of all subjects, without their fragments and with, one a line."""
    iris = {iri_of(quad.subject) for quad in quads} - {""}
    return "".join(f"{iri}\n" for iri in sorted(iris | {without_fragment(iri) for iri in iris})).encode()


@lru_cache(maxsize=_KEPT)
def subjects_of(release: Path) -> frozenset[str] | None:
    """Give the subjects of the release in this folder; `None` for one that was built without the list."""
    path = release / SUBJECTS
    return frozenset(path.read_text("utf-8").splitlines()) if path.is_file() else None
