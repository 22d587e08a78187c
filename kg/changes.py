"""What changed from one release to the next: the patch, and what it means for entities, by kind.

    {out}/changes/{old id}..{new id}/removed.nq  added.nq  patch.rdfp     the patch
                                    /changes.json                        entities added, changed, withdrawn

They follow from the two releases, so they stand beside them and can be made again at any time.
"""

from __future__ import annotations

import json
import shutil
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import asdict, dataclass, field
from pathlib import Path

from kg.errors import cannot_write
from kg.history import History
from kg.iris import KINDS, Iris, without_fragment
from kg.namespaces import CONCEPT, KCG
from kg.patch import ADDED, REMOVED, differences, rdf_patch
from kg.release import Release

FOLDER = "changes"
NOTES = "changes.json"
REMOVED_FILE, ADDED_FILE, PATCH_FILE = "removed.nq", "added.nq", "patch.rdfp"

ACTIONS = ("added", "changed", "withdrawn")

_MADE = ("derived", "description", "withdrawn")
"""Graphs whose statements follow from others, or say why something is gone."""

_VOCABULARIES = {"concept": str(CONCEPT), "term": str(KCG), "shape": "https://w3id.org/kcg/shapes"}
"""Kinds of what is no entity, by namespace."""

_LABEL = b" <http://www.w3.org/2000/01/rdf-schema#label> "


@dataclass(frozen=True, slots=True)
class Change:
    """Something that was `added`, `changed` or `withdrawn`, and its label where it has one."""

    iri: str
    kind: str
    action: str
    label: str = ""


@dataclass(frozen=True, slots=True)
class Changes:
    """The change notes from the release `before` (empty: from nothing) to the release `after`."""

    before: str
    after: str
    quads: dict[str, int] = field(default_factory=dict)
    items: list[Change] = field(default_factory=list)

    @property
    def counts(self) -> dict[str, dict[str, int]]:
        """How many things of each kind were added, changed and withdrawn; kinds in the order of lists."""
        found = Counter((item.kind, item.action) for item in self.items)
        kinds = [*KINDS, *sorted({item.kind for item in self.items} - set(KINDS))]
        return {
            kind: {action: found[kind, action] for action in ACTIONS}
            for kind in kinds
            if any(found[kind, action] for action in ACTIONS)
        }

    def to_json(self) -> str:
        """Serialise, with the counts."""
        document = {**asdict(self), "counts": self.counts}
        return json.dumps(document, indent=1, ensure_ascii=False, sort_keys=True) + "\n"

    @classmethod
    def from_json(cls, text: str) -> Changes:
        """Read what `to_json` wrote."""
        document = json.loads(text)
        items = [Change(**item) for item in document["items"]]
        return cls(document["before"], document["after"], document["quads"], items)


def compare(old: Release | None, new: Release) -> Changes:
    """Say what changed. Statements that a build derives are counted, but change nothing by themselves."""
    iris = new.iris
    touched: set[str] = set()
    quads = Counter({"added": 0, "removed": 0})
    with_graphs = tuple(f"<{iris.graph(name)}> .".encode() for name in _MADE)
    for sign, line in patch_of(old, new):
        quads["added" if sign == ADDED else "removed"] += 1
        if not line.rstrip().endswith(with_graphs):
            touched.add(_subject(line))
    before = _labels(old, touched, with_graphs) if old else {}
    after = _labels(new, touched, with_graphs)
    items = [
        Change(iri, kind_of(iri, iris), _action(iri, before, after), after.get(iri) or before.get(iri, ""))
        for iri in sorted(touched)
    ]
    return Changes(old.manifest.id if old else "", new.manifest.id, dict(quads), items)


def patch_of(old: Release | None, new: Release) -> Iterator[tuple[bytes, bytes]]:
    """Give the lines that go and that come."""
    with new.nquads.open("rb") as news:
        if old is None:
            yield from ((ADDED, line) for line in news)
            return
        with old.nquads.open("rb") as olds:
            yield from differences(olds, news)


def kind_of(iri: str, iris: Iris) -> str:
    """Give the kind of an entity, or what else an IRI names."""
    if iris.is_entity(iri):
        return iri.removeprefix(f"{iris.base}id/").partition("/")[0]
    return next((kind for kind, namespace in _VOCABULARIES.items() if iri.startswith(namespace)), "other")


def record(path: Path) -> None:
    """Write the changes of every release in the history of a build folder that are not there yet.

    Those between builds that are no releases any more are removed. Raises `OutputError`.
    """
    history = History.of(path)
    if history.folder is None:
        return
    try:
        wanted = {changes_folder(history, each): each for each in history.releases}
        for folder, release in wanted.items():
            if not folder.is_dir():
                write(folder, history.before(release), release)
        for stale in set((history.folder / FOLDER).glob("*")) - set(wanted):
            shutil.rmtree(stale)
    except OSError as error:
        raise cannot_write(path, error) from None


def changes_folder(history: History, release: Release) -> Path:
    """Give the folder of what changed from the release before to this one."""
    before = history.before(release)
    name = f"{before.manifest.id if before else 'nothing'}..{release.manifest.id}"
    return (history.folder or release.path) / FOLDER / name


def changes_of(history: History, release: Release) -> Changes | None:
    """Read the change notes of a release, if they were made."""
    notes = changes_folder(history, release) / NOTES
    return Changes.from_json(notes.read_text("utf-8")) if notes.is_file() else None


def write(folder: Path, old: Release | None, new: Release) -> None:
    """Write patch and notes into `folder`, whole or not at all; without an old release there is no patch."""
    aside = folder.with_name(f".{folder.name}.new")
    shutil.rmtree(aside, ignore_errors=True)
    aside.mkdir(parents=True)
    try:
        (aside / NOTES).write_text(compare(old, new).to_json(), "utf-8")
        if old is not None:
            _write_patch(aside, old, new)
        aside.rename(folder)
    finally:
        shutil.rmtree(aside, ignore_errors=True)


def _write_patch(folder: Path, old: Release, new: Release) -> None:
    with (folder / REMOVED_FILE).open("wb") as removed, (folder / ADDED_FILE).open("wb") as added:
        files = {REMOVED: removed, ADDED: added}
        for sign, line in patch_of(old, new):
            files[sign].write(line)
    names = [f"{each.iris.dataset}/{each.manifest.id}" for each in (new, old)]
    with (folder / PATCH_FILE).open("wb") as patch:
        patch.writelines(rdf_patch(patch_of(old, new), names[0], names[1]))


def _labels(release: Release, touched: set[str], without: tuple[bytes, ...]) -> dict[str, str]:
    """Give each of `touched` that the release says something of, with its label."""
    found: dict[str, str] = {}
    with release.nquads.open("rb") as lines:
        for line in _told(lines, without):
            subject = _subject(line)
            if subject in touched:
                label = _label(line, subject)
                found[subject] = found.get(subject) or label
    return found


def _told(lines: Iterable[bytes], without: tuple[bytes, ...]) -> Iterator[bytes]:
    return (line for line in lines if not line.rstrip().endswith(without))


def _subject(line: bytes) -> str:
    return without_fragment(line[1 : line.index(b">")].decode()) if not _is_term(line) else _whole(line)


def _is_term(line: bytes) -> bool:
    return line.startswith(f"<{KCG}".encode()) or line.startswith(b"<https://w3id.org/kcg/shapes#")


def _whole(line: bytes) -> str:
    return line[1 : line.index(b">")].decode()


def _label(line: bytes, subject: str) -> str:
    head, found, rest = line.partition(_LABEL)
    if not found or head != f"<{subject}>".encode():
        return ""
    return str(json.loads(rest[: rest.rindex(b'"') + 1]))


def _action(iri: str, before: dict[str, str], after: dict[str, str]) -> str:
    if iri not in after:
        return "withdrawn"
    return "changed" if iri in before else "added"
