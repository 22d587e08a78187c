"""Commands for releases: list them, seal one, compare two."""

from __future__ import annotations

from pathlib import Path

import click

from kg.changes import ACTIONS, Changes, changes_of, compare, record, write
from kg.cli.console import ERRORS, print_table
from kg.cli.options import OUT, RELEASE
from kg.errors import MissingInputError, UsageError
from kg.history import History
from kg.release import MANIFEST, Release, open_release
from kg.release import seal as seal_release


@click.command(epilog="\b\nExamples:\n  kg releases\n  kg releases --release /srv/graph")
@RELEASE
def releases(release: Path) -> None:
    """List the releases in a build folder, the newest last."""
    history = History.of(release)
    rows = [
        [
            each.manifest.version,
            each.manifest.modified,
            each.manifest.id,
            "draft" if each.manifest.id == history.draft else "",
            f"{each.manifest.counts.get('claims', 0):,}",
        ]
        for each in history.releases
    ]
    print_table("", ["version", "date", "id", "", "claims"], rows)


@click.command(epilog="\b\nExamples:\n  kg build && kg release\n  kg release --out /srv/graph")
@OUT
def release(out: Path) -> None:
    """Make the current build the release of its version, for good.

    Its version is that of dataset.ttl, and so is its date. A later build of the same version with other
    content is a draft: raise dcat:version to release it. Building the next version does this as well.
    """
    sealed = seal_release(out)
    record(out)
    changes = changes_of(History.of(out), sealed)
    ERRORS.print(f"Released {sealed.manifest.version}, dated {sealed.manifest.modified}.")
    if changes is not None:
        _print(changes)
    click.echo(sealed.path)


@click.command(
    epilog="\b\nExamples:\n  kg diff 2026.11.0 latest\n  kg diff 2026.11.0 latest --out patch\n"
    "  kg diff old/releases/2026.11.0-9983ebec19a0 build --json"
)
@click.argument("old")
@click.argument("new")
@RELEASE
@click.option("--out", type=click.Path(path_type=Path), help="Write patch and notes into this folder.")
@click.option("--json", "as_json", is_flag=True, help="Print the notes as JSON.")
def diff(old: str, new: str, release: Path, out: Path | None, as_json: bool) -> None:
    """Say what changed from one release to another.

    OLD and NEW are versions, ids or `latest` of the releases in --release, or folders of releases.
    """
    before, after = _named(old, release), _named(new, release)
    if out is not None:
        if out.exists():
            raise UsageError(f"{out} is there already.", mend="Name a folder that is not.")
        write(out, before, after)
    changes = compare(before, after)
    if as_json:
        click.echo(changes.to_json(), nl=False)
        return
    _print(changes)
    for item in changes.items:
        click.echo(f"{item.action}\t{item.kind}\t{item.iri}\t{item.label}")


def _named(name: str, folder: Path) -> Release:
    path = Path(name)
    if (path / MANIFEST).is_file() or path.is_dir():
        return open_release(path)
    try:
        return History.of(folder).find(name)
    except MissingInputError:
        raise MissingInputError(
            f"There is no release {name}.", mend="Name a release, or the folder of one."
        ) from None


def _print(changes: Changes) -> None:
    quads = changes.quads
    ERRORS.print(
        f"From {changes.before or 'nothing'} to {changes.after}: "
        f"{quads['added']:,} quads added, {quads['removed']:,} removed."
    )
    rows = [[kind, *(f"{each[action]:,}" for action in ACTIONS)] for kind, each in changes.counts.items()]
    print_table("", ["kind", *ACTIONS], rows)
