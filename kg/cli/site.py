"""The command that writes the site as files; the server, a package of its own, does it."""

from __future__ import annotations

import os
import sys
from pathlib import Path

import click

from kg.cli.options import RELEASE
from kg.formats import RDF_FORMATS


@click.command(
    epilog="\b\nExamples:\n  kg site --out public\n  kg site --out public --base-url https://example.org/graph/\n"
    "  kg site --out public --formats ttl,jsonld\n  cd public && python3 -m http.server 8001"
)
@click.option(
    "--out", type=click.Path(path_type=Path), required=True, help="Folder to write; replaced whole."
)
@RELEASE
@click.option(
    "--base-url",
    default="",
    metavar="URL",
    help="Where the copy will be; by default at the base of the IRIs.",
)
@click.option(
    "--formats",
    default=",".join(each.name for each in RDF_FORMATS),
    show_default=True,
    help="RDF syntaxes in which each thing is described.",
)
@click.option(
    "--jobs",
    type=click.IntRange(1),
    help="Processes that make pages; by default as many as there are processors.",
)
def site(out: Path, release: Path, base_url: str, formats: str, jobs: int | None) -> None:
    """Write the whole publication as files for any web host, for when the server is gone.

    Pages, the data about each thing, dumps and descriptions; links between them are relative.
    """
    arguments = ["--out", str(out), "--release", str(release), "--base-url", base_url, "--formats", formats]
    arguments += ["--jobs", str(jobs)] if jobs else []
    sys.stdout.flush()
    os.execv(sys.executable, [sys.executable, "-m", "server.export", *arguments])  # noqa: S606
