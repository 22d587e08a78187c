"""What a release has addresses for, to choose from."""

from __future__ import annotations

from kg.release import Release
from kg.subjects import subjects_of


def paths_of(release: Release) -> list[str]:
    """Give the path below the base of everything of ours that has an address of its own, sorted."""
    subjects = subjects_of(release.path) or ()
    ours = (release.iris.path(iri) for iri in subjects if release.iris.is_ours(iri) and "#" not in iri)
    return sorted(ours)
