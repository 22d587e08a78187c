"""Releases: immutable folders with the sorted N-Quads, the dumps, the report and a manifest.

    {out}/releases/{version}-{digest}/manifest.json    checksums of everything else
                                     /graph.nq         the dataset, sorted: the truth of the release
                                     /dumps/...        what people download
                                     /report.ttl       the validation report
    {out}/current                                      a link to the release that is served

Nothing in a release depends on the clock or on the machine: the same input gives the same bytes.
"""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass, field
from pathlib import Path

from kg.errors import MissingInputError
from kg.iris import Iris

MANIFEST = "manifest.json"
NQUADS = "graph.nq"
DUMPS = "dumps"
CURRENT = "current"


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
    `prefixes` are those of the dumps and pages; `license` is an IRI.
    """

    id: str
    version: str
    base: str
    title: str
    license: str
    counts: dict[str, int]
    prefixes: dict[str, str]
    files: list[ReleaseFile] = field(default_factory=list)

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


def open_release(path: Path) -> Release:
    """Open a release folder, or the one that `current` in a build folder points at.

    Raises `MissingInputError` if there is none.
    """
    for folder in (path, path / CURRENT):
        manifest = folder / MANIFEST
        if manifest.is_file():
            return Release(folder.resolve(), Manifest.from_json(manifest.read_text("utf-8")))
    raise MissingInputError(f"There is no release in {path}.", mend="Build one first: kg build")
