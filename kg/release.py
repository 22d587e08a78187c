"""Releases: immutable folders with the sorted N-Quads, the dumps, the report and a manifest.

    {out}/releases/{version}-{digest}/manifest.json    checksums of everything else
                                     /graph.nq         the dataset, sorted: the truth of the release
                                     /dumps/...        what people download
                                     /report.ttl       the validation report
                                     /neutrality.*     the neutrality report
                         /subjects.txt     what it says something of
    {out}/versions/{version}                           a link to the release of that version, once sealed
    {out}/current                                      a link to the release that is served

Nothing in a release depends on the clock or on the machine: the same input gives the same bytes.
"""

from __future__ import annotations

import fcntl
import json
import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field, replace
from datetime import UTC, datetime
from hashlib import sha256
from pathlib import Path
from urllib.parse import quote

from kg.errors import DataError, MissingInputError, OutputError, cannot_write
from kg.iris import Iris

RELEASES = "releases"
MANIFEST = "manifest.json"
NQUADS = "graph.nq"
DUMPS = "dumps"
CURRENT = "current"
VERSIONS = "versions"

Files = dict[str, tuple[bytes, str]]
"""Paths in a release, each with the bytes of the file and its media type."""


@dataclass(frozen=True, slots=True)
class ReleaseFile:
    """One file of a release: path within it, size in bytes, SHA-256 and media type."""

    path: str
    bytes: int
    sha256: str
    media_type: str


@dataclass(frozen=True, slots=True)
class Manifest:
    """What a release says of itself.

    `counts` has `quads`, `triples` (distinct over all graphs), `graphs`, `claims`, `entities`;
    `prefixes` are those of the dumps and pages; `license` is an IRI; `modified` is the day of this
    version, or the moment, as `dataset.ttl` gives it.
    """

    id: str
    version: str
    base: str
    title: str
    license: str
    counts: dict[str, int]
    prefixes: dict[str, str]
    files: list[ReleaseFile] = field(default_factory=list)
    modified: str = ""

    @property
    def moment(self) -> datetime:
        """When this version is dated: midnight (UTC) of a day, or the moment itself."""
        return moment_of(self.modified)

    def to_json(self) -> str:
        """Serialise with sorted keys and a final newline."""
        return json.dumps(asdict(self), indent=2, sort_keys=True, ensure_ascii=False) + "\n"

    @classmethod
    def from_json(cls, text: str) -> Manifest:
        """Read what `to_json` wrote."""
        values = json.loads(text)
        values["files"] = [ReleaseFile(**entry) for entry in values["files"]]
        return cls(**values)


@dataclass(frozen=True, slots=True)
class Release:
    """A release on disk."""

    path: Path
    manifest: Manifest

    @property
    def nquads(self) -> Path:
        """The sorted N-Quads of the whole dataset."""
        return self.path / NQUADS

    @property
    def dumps(self) -> Path:
        """The folder of the downloadable files."""
        return self.path / DUMPS

    @property
    def iris(self) -> Iris:
        """The IRIs of the data set."""
        return Iris(self.manifest.base)


def moment_of(modified: str) -> datetime:
    """Read an `xsd:date` or `xsd:dateTime`; without a time zone it is taken for UTC.

    Raises `DataError` if it is neither.
    """
    try:
        moment = datetime.fromisoformat(modified)
    except ValueError:
        raise DataError(
            f"The date of the data set cannot be read: {modified!r}.",
            mend='Write dcterms:modified "2026-11-22"^^xsd:date, or "2026-11-22T15:00:00Z"^^xsd:dateTime.',
        ) from None
    return moment.astimezone(UTC) if moment.tzinfo else moment.replace(tzinfo=UTC)


def open_release(path: Path) -> Release:
    """Open a release folder, or the one that `current` in a build folder points at.

    Raises `MissingInputError` if there is none.
    """
    for folder in (path, path / CURRENT):
        manifest = folder / MANIFEST
        if manifest.is_file():
            return Release(folder.resolve(), Manifest.from_json(manifest.read_text("utf-8")))
    raise MissingInputError(f"There is no release in {path}.", mend="Build one first: kg build")


def publish(out: Path, manifest: Manifest, files: Files) -> Release:
    """Write a release beside the others and make it the current one.

    `files` maps a path in the release to its bytes and media type. Everything is written aside, synced,
    and then moved into place by two renames, so that at every moment `current` is a whole release, also
    when this process is killed. A release with the same content is kept as it is.
    Raises `OutputError` if the disk is full or read-only, or another build is writing there.
    """
    try:
        with _locked(out):
            release = _written(out, _with_id(manifest, files), files)
            _seal_past(out, manifest.version)
            _point_current_at(out, release.path)
            return release
    except OSError as error:
        raise cannot_write(out, error) from None


def seal(out: Path) -> Release:
    """Make the current release that of its version, for good: later builds of that version are drafts.

    Raises `OutputError` if the version was sealed with other content.
    """
    release = open_release(out)
    try:
        with _locked(out):
            sealed = _seal(out, release)
    except OSError as error:
        raise cannot_write(out, error) from None
    if sealed != release.path:
        raise OutputError(
            f"Version {release.manifest.version} has been released already, as {sealed.name}.",
            mend="Raise dcat:version (and dcterms:modified) in dataset.ttl, and build again.",
        )
    return release


def _seal_past(out: Path, version: str) -> None:
    """Seal what was current if its version is over."""
    manifest = out / CURRENT / MANIFEST
    if manifest.is_file():
        past = open_release(out)
        if past.manifest.version != version:
            _seal(out, past)


def _seal(out: Path, release: Release) -> Path:
    """Give the release that its version is sealed with: this one, unless it has been already."""
    link = out / VERSIONS / quote(release.manifest.version, safe="")
    link.parent.mkdir(exist_ok=True)
    if not link.is_symlink():
        link.symlink_to(Path("..") / RELEASES / release.path.name, target_is_directory=True)
        _sync_folder(link.parent)
    return link.resolve()


def _with_id(manifest: Manifest, files: Files) -> Manifest:
    entries = [
        ReleaseFile(path, len(content), sha256(content).hexdigest(), media_type)
        for path, (content, media_type) in sorted(files.items())
    ]
    unsealed = replace(manifest, id="", files=entries)
    digest = sha256(unsealed.to_json().encode()).hexdigest()[:12]
    return replace(unsealed, id=f"{manifest.version}-{digest}")


def _written(out: Path, manifest: Manifest, files: Files) -> Release:
    target = out / RELEASES / manifest.id
    release = Release(target, manifest)
    if target.is_dir() and not _damaged(release):
        return release
    aside = out / f".building-{manifest.id}"
    shutil.rmtree(aside, ignore_errors=True)
    try:
        for path, (content, _) in files.items():
            _write(aside / path, content)
        _write(aside / MANIFEST, manifest.to_json().encode())
        target.parent.mkdir(exist_ok=True)
        if target.is_dir():
            shutil.rmtree(target)
        aside.rename(target)
        _sync_folder(target.parent)
    finally:
        shutil.rmtree(aside, ignore_errors=True)
    return release


def _damaged(release: Release) -> bool:
    return any(
        not (path := release.path / entry.path).is_file()
        or sha256(path.read_bytes()).hexdigest() != entry.sha256
        for entry in release.manifest.files
    )


def _write(path: Path, content: bytes) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("wb") as output:
        output.write(content)
        output.flush()
        os.fsync(output.fileno())


def _sync_folder(folder: Path) -> None:
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def _point_current_at(out: Path, release: Path) -> None:
    link = out / f".{CURRENT}"
    link.unlink(missing_ok=True)
    link.symlink_to(release.relative_to(out), target_is_directory=True)
    link.replace(out / CURRENT)
    _sync_folder(out)


@contextmanager
def _locked(out: Path) -> Iterator[None]:
    out.mkdir(parents=True, exist_ok=True)
    with (out / ".lock").open("wb") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise OutputError(
                f"Another build is writing to {out}.",
                mend="Wait for it, or name another --out DIR.",
            ) from None
        for stale in out.glob(".building-*"):
            shutil.rmtree(stale, ignore_errors=True)
        yield
