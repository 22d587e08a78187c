"""What is served: a release, or files that somebody loaded."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

from kg.formats import FORMATS
from kg.iris import Iris
from kg.release import Release

COMPRESSIONS = {".gz": "application/gzip", ".zst": "application/zstd"}
"""Media types of compressed dumps (RFC 6713, RFC 8878)."""


@dataclass(frozen=True, slots=True)
class Dump:
    """One file to download."""

    name: str
    bytes: int
    media_type: str
    sha256: str = ""


@dataclass(frozen=True, slots=True)
class Publication:
    """Title, version, numbers, prefixes and dumps of what is served.

    `id` names the release; it is empty for loaded files, which have no numbers and no dumps either.
    """

    title: str
    iris: Iris
    id: str = ""
    version: str = ""
    license: str = ""
    counts: dict[str, int] = field(default_factory=dict)
    prefixes: dict[str, str] = field(default_factory=dict)
    folder: Path | None = None
    dumps: tuple[Dump, ...] = ()

    @classmethod
    def of_release(cls, release: Release, title: str = "") -> Publication:
        """Describe a release by its manifest."""
        manifest = release.manifest
        return cls(
            title=title or manifest.title,
            iris=release.iris,
            id=manifest.id,
            version=manifest.version,
            license=manifest.license,
            counts=manifest.counts,
            prefixes=manifest.prefixes,
            folder=release.dumps,
            dumps=_dumps(release),
        )

    @classmethod
    def of_files(cls, files: Sequence[Path], base: str, title: str = "") -> Publication:
        """Describe loaded files by their names."""
        names = ", ".join(path.name for path in files)
        return cls(title=title or f"Loaded: {names}", iris=Iris(base))


def media_type(name: str) -> str:
    """Give the media type of a dump by its last extension, from the table of formats."""
    suffix = Path(name).suffix
    if suffix in COMPRESSIONS:
        return COMPRESSIONS[suffix]
    known = (entry.media_type for entry in FORMATS if entry.extension == suffix)
    return next(known, "application/octet-stream")


def _dumps(release: Release) -> tuple[Dump, ...]:
    if not release.dumps.is_dir():
        return ()
    sums = {Path(entry.path).name: entry.sha256 for entry in release.manifest.files}
    files = sorted(path for path in release.dumps.iterdir() if path.is_file())
    return tuple(
        Dump(path.name, path.stat().st_size, media_type(path.name), sums.get(path.name, "")) for path in files
    )
