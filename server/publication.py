"""What is served: a release, or files that somebody loaded."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import urlsplit

from kg.downloads import CHECKSUMS, COMPRESSIONS
from kg.history import History
from kg.iris import Iris
from kg.namespaces import declared_prefixes
from kg.release import DUMPS, Release
from kg.sources import locate_project
from kg.tables import PACKAGE


@dataclass(frozen=True, slots=True)
class Dump:
    """One file to download; `name` is its path below `/dumps/`."""

    name: str
    bytes: int
    media_type: str
    sha256: str = ""

    @property
    def stem(self) -> str:
        """The name without what says its syntax and compression: what files that hold the same share."""
        return self.name.removesuffix(self.extension)

    @property
    def extension(self) -> str:
        """What says its syntax and compression: `.ttl.gz`."""
        return "".join(Path(self.name).suffixes)

    @property
    def compressed(self) -> bool:
        """Whether it must be unpacked to be read."""
        return self.name.endswith(tuple(suffix for suffix, _, _ in COMPRESSIONS))


@dataclass(frozen=True, slots=True)
class Publication:
    """Title, version, numbers, prefixes and dumps of what is served.

    `id` names the release; it is empty for loaded files, which have no numbers and no dumps either.
    `modified` is the day or moment of its version.
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
    modified: str = ""

    @property
    def history(self) -> History:
        """The releases that there are beside this one, as of now; none for what is no release."""
        return History.of(self.folder.parent) if self.folder else History()

    @property
    def tables(self) -> str:
        """The name of the data dictionary of the tables, empty if there is none."""
        return next((dump.name for dump in self.dumps if dump.name == PACKAGE), "")

    @property
    def checksums(self) -> str:
        """The name of the list of checksums, empty if there is none."""
        return next((dump.name for dump in self.dumps if dump.name == CHECKSUMS), "")

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
            modified=manifest.modified,
        )

    @classmethod
    def of_files(cls, files: Sequence[Path], base: str, title: str = "") -> Publication:
        """Describe loaded files by their names."""
        names = ", ".join(path.name for path in files)
        return cls(title=title or f"Loaded: {names}", iris=Iris(base))

    @classmethod
    def of_engine(cls, address: str, base: str, title: str = "") -> Publication:
        """Describe a graph that lies in an engine elsewhere, of which there is no release here."""
        host = urlsplit(address).netloc.rpartition("@")[2]
        prefixes = declared_prefixes(locate_project().prefixes)
        return cls(title=title or f"The graph at {host}", iris=Iris(base), prefixes=prefixes)


def _dumps(release: Release) -> tuple[Dump, ...]:
    """Give the files below `dumps/` as the manifest has them, without looking at any."""
    folder = f"{DUMPS}/"
    return tuple(
        Dump(entry.path.removeprefix(folder), entry.bytes, entry.media_type, entry.sha256)
        for entry in release.manifest.files
        if entry.path.startswith(folder)
    )
