"""`kg link`: find, review, check, compare and export links to Wikidata and other data sets."""

from __future__ import annotations

import click


@click.group(name="link")
def link() -> None:
    """Links to Wikidata: candidates, review, checks, comparison and export."""
