"""The command that hands over to the server, which is a package of its own."""

from __future__ import annotations

import os
import sys
from pathlib import Path

import click

from kg.cli.options import RELEASE


@click.command(
    epilog="\b\nExamples:\n  kg serve\n  kg serve --port 8080\n  kg serve --load other.ttl more.trig"
)
@click.option("--host", default="127.0.0.1", show_default=True, help="Address to listen on.")
@click.option(
    "--port", default=8000, show_default=True, type=click.IntRange(0, 65535), help="0 takes a free one."
)
@RELEASE
@click.option("--load", is_flag=True, help="Serve the RDF files named at the end instead.")
@click.argument("files", nargs=-1, type=click.Path(path_type=Path))
def serve(host: str, port: int, release: Path, load: bool, files: tuple[Path, ...]) -> None:
    """Serve a release (or any RDF files) as pages, data, dumps and a SPARQL endpoint."""
    if files and not load:
        raise click.UsageError("Files are served with --load FILE...")
    if load and not files:
        raise click.UsageError("--load needs at least one file.")
    arguments = ["--host", host, "--port", str(port)]
    if load:
        arguments += ["--load", *(str(path) for path in files)]
    else:
        arguments += ["--release", str(release)]
    sys.stdout.flush()
    os.execv(sys.executable, [sys.executable, "-m", "server", *arguments])  # noqa: S606
