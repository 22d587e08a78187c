"""The releases of a build folder side by side: which there are, which one was in force when.

A *release* of a version is the build that was sealed for it (`kg release`, or by building the next version).
What is current and not sealed is a *draft*: it is served, and can be cited by its id, but may be replaced.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from pathlib import Path

from kg.errors import NotFoundError
from kg.release import CURRENT, MANIFEST, RELEASES, VERSIONS, Release, open_release

LATEST = "latest"

_KEPT = 32


@dataclass(frozen=True)
class History:
    """Releases from the oldest to the newest; the last one may be a draft."""

    folder: Path | None = None
    releases: tuple[Release, ...] = ()
    draft: str = ""
    """The id of the draft, if there is one."""

    @classmethod
    def of(cls, path: Path) -> History:
        """Read the history of a build folder, or of the one that a release lies in.

        A release that lies elsewhere is its own history.
        """
        folder = _build_folder(path)
        if folder is None:
            return cls(None, (_opened(path.resolve()),))
        sealed = {link.resolve() for link in (folder / VERSIONS).glob("*") if (link / MANIFEST).is_file()}
        current = (folder / CURRENT).resolve()
        draft = "" if current in sealed else current.name
        releases = sorted(map(_opened, sealed | {current}), key=lambda each: _age(each, draft))
        return cls(folder, tuple(releases), draft)

    @property
    def latest(self) -> Release:
        """The newest release. Raises `NotFoundError` if there is none."""
        return self.find(LATEST)

    def find(self, name: str) -> Release:
        """Give the release called `name`: a version, an id, or `latest`.

        A build that is no release is found by its id while it lies in the folder. Raises `NotFoundError`.
        """
        if name == LATEST and self.releases:
            return self.releases[-1]
        named = [each for each in self.releases if name in {each.manifest.id, each.manifest.version}]
        if named:  # a version is the release, whatever day a draft of it gives
            return min(named, key=self._is_draft)
        if self.folder is not None and name in _builds(self.folder):
            return _opened(self.folder / RELEASES / name)
        versions = ", ".join(each.manifest.version for each in self.releases)
        raise NotFoundError(f"There is no release '{name}'.", mend=f"There are: {versions or 'none'}.")

    def before(self, release: Release) -> Release | None:
        """Give the release before this one; for a draft of a version released already, that release."""
        if self._is_draft(release) and (sealed := self.find(release.manifest.version)) != release:
            return sealed
        age = _age(release, self.draft)
        older = [each for each in self.releases if _age(each, self.draft) < age]
        return older[-1] if older else None

    def _is_draft(self, release: Release) -> bool:
        return release.manifest.id == self.draft


def in_force(releases: Sequence[Release], moment: datetime) -> Release:
    """Give the release in force at `moment`: the last one not after it, else the first.

    https://www.rfc-editor.org/rfc/rfc7089#section-4.5.3 leaves the choice to the server.
    """
    # Dates in HTTP have whole seconds: https://www.rfc-editor.org/rfc/rfc9110#section-5.6.7
    past = [each for each in releases if each.manifest.moment.replace(microsecond=0) <= moment]
    return past[-1] if past else releases[0]


def _age(release: Release, draft: str) -> tuple[datetime, list[int], bool, str]:
    """Order by date, version as numbers; of one date, a draft comes behind the release of its version."""
    manifest = release.manifest
    numbers = [int(part) if part.isdecimal() else 0 for part in manifest.version.split(".")]
    return manifest.moment, numbers, manifest.id == draft, manifest.id


def _build_folder(path: Path) -> Path | None:
    """Give the folder with `releases/` and `current`, from it or from a release in it."""
    resolved = path.resolve()
    for folder in (resolved, resolved.parent.parent):
        if (folder / CURRENT / MANIFEST).is_file() and (folder / RELEASES).is_dir():
            return folder
    return None


def _builds(folder: Path) -> set[str]:
    return {path.name for path in (folder / RELEASES).iterdir() if (path / MANIFEST).is_file()}


@lru_cache(maxsize=_KEPT)
def _opened(path: Path) -> Release:
    """Open a release once: it never changes."""
    return open_release(path)
