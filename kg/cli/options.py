"""Options that several commands share."""

from __future__ import annotations

from pathlib import Path

import click

from kg import formats

DATA = click.option(
    "--data",
    type=click.Path(path_type=Path),
    envvar="KG_DATA",
    help="Folder of curated Turtle; by default the one that comes with the project.",
)
OUT = click.option(
    "--out",
    type=click.Path(path_type=Path),
    default=Path("build"),
    show_default=True,
    envvar="KG_OUT",
    help="Folder that holds the releases.",
)
RELEASE = click.option(
    "--release",
    type=click.Path(path_type=Path),
    default=Path("build"),
    show_default=True,
    envvar="KG_RELEASE",
    help="A release, or a build folder, of which the current release is taken.",
)
RDF_SYNTAX = click.option(
    "--format",
    "syntax",
    type=click.Choice([each.name for each in formats.RDF_FORMATS]),
    default=formats.TURTLE.name,
    show_default=True,
)
