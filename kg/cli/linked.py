"""`kg link check`, `compare` and `export`: published links against an endpoint."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import click

from kg.cli.console import ERRORS, print_table
from kg.cli.options import RELEASE
from kg.dump import read_nquads, replacing
from kg.errors import MissingInputError
from kg.linking.check import check as check_links
from kg.linking.compare import compare as compare_links
from kg.linking.endpoint import WIKIDATA, Endpoint
from kg.linking.finding import (
    COLUMNS,
    DIFFERS,
    GONE,
    REDIRECT,
    VERDICTS,
    Finding,
    cells,
    summary,
    to_csv,
    to_graph,
    to_json,
)
from kg.linking.ours import linked
from kg.linking.quickstatements import export as export_statements
from kg.linking.quickstatements import review
from kg.linking.report import to_html
from kg.release import Release, open_release
from kg.store import MemoryStore

_FORMATS = ("table", "html", "ttl", "json", "csv")
_BAD = (GONE, REDIRECT)

Command = Callable[..., Any]


def _asking(command: Command) -> Command:
    """Give a command the options by which an endpoint is asked."""
    options = (
        RELEASE,
        click.option("--endpoint", default=WIKIDATA, show_default=True, help="A SPARQL endpoint."),
        click.option("--contact", default="no contact given", help="How to reach you; sent along."),
        click.option(
            "--cache",
            type=click.Path(path_type=Path),
            help="Folder that keeps answers, so that nothing is asked twice.",
        ),
        click.option("--pause", default=1.0, show_default=True, help="Least seconds between requests."),
    )
    for option in reversed(options):
        command = option(command)
    return command


def _reporting(command: Command) -> Command:
    """Give a command the options by which a report is written."""
    form = click.option("--format", "form", type=click.Choice(_FORMATS), default="table", show_default=True)
    out = click.option("--out", type=click.Path(path_type=Path), help="Write to this file.")
    return form(out(command))


@click.command(
    name="check",
    epilog="\b\nExamples:\n  kg link check\n  kg link check --format html --out links.html\n"
    "  kg link check --endpoint http://localhost:7878/query --fail-on differs",
)
@_asking
@_reporting
@click.option(
    "--fail-on",
    type=click.Choice(["gone", "differs", "never"]),
    default="gone",
    show_default=True,
    help="Exit with 1 when an item is gone or redirected, when anything differs, or never.",
)
def check(
    release: Path, endpoint: str, contact: str, cache: Path | None, pause: float, form: str,
    out: Path | None, fail_on: str,
) -> None:  # fmt: skip
    """Look whether every linked item still exists and is still what it was.

    Tells of each link: existence, redirect, label, kind, names, dates, coordinates.
    """
    opened = open_release(release)
    links = linked(_store(opened))
    if not links:
        raise MissingInputError(
            f"The release {opened.manifest.id} has no links to Wikidata.",
            mend="Build one from a data folder that has links/wikidata.sssom.tsv.",
        )
    findings = check_links(links, Endpoint(endpoint, contact, cache, pause))
    _report(findings, "Links to Wikidata, checked", opened, form, out)
    bad = {"gone": _BAD, "differs": (*_BAD, DIFFERS), "never": ()}[fail_on]
    if any(each.verdict in bad for each in findings):
        raise click.exceptions.Exit(1)


@click.command(
    name="compare",
    epilog="\b\nExamples:\n  kg link compare\n  kg link compare --only differs --only 'missing there'\n"
    "  kg link compare --format csv --out compared.csv",
)
@_asking
@_reporting
@click.option(
    "--only", "verdicts", type=click.Choice(VERDICTS), multiple=True, help="Show these verdicts alone."
)
def compare(
    release: Path, endpoint: str, contact: str, cache: Path | None, pause: float, form: str,
    out: Path | None, verdicts: tuple[str, ...],
) -> None:  # fmt: skip
    """Compare our dates, ranges and statements with Wikidata's, and with what Wikidata cites.

    Deaths (P1120), begin and end (P580, P582, P585), participants (P710), claimants (P1336), members (P463)
    and offices (P39): agrees, differs, missing there, missing here. Nobody is right by being either side.
    """
    opened = open_release(release)
    findings = compare_links(_store(opened), Endpoint(endpoint, contact, cache, pause))
    chosen = tuple(each for each in findings if not verdicts or each.verdict in verdicts)
    _report(chosen, "This graph and Wikidata, compared", opened, form, out)


@click.command(
    name="export",
    epilog="\b\nExamples:\n  kg link export --out statements.tsv\n  kg link export --review",
)
@_asking
@click.option("--out", type=click.Path(path_type=Path), help="Write the commands to this file.")
@click.option(
    "--format",
    "form",
    type=click.Choice(["v1", "csv"]),
    default="v1",
    show_default=True,
    help="Commands of version 1, or the table in CSV that QuickStatements reads.",
)
@click.option("--review", "reviewed", is_flag=True, help="Also tell what stands behind each command.")
def export(
    release: Path, endpoint: str, contact: str, cache: Path | None, pause: float, out: Path | None,
    form: str, reviewed: bool,
) -> None:  # fmt: skip
    """Write QuickStatements commands for what Wikidata lacks and this graph can cite.

    Look through them before you submit any: they are proposals. What is left out, and why, is told.
    """
    found = export_statements(_store(open_release(release)), Endpoint(endpoint, contact, cache, pause))
    _write(found.commands() if form == "v1" else found.table(), out)
    if reviewed:
        ERRORS.print(review(found.proposals), markup=False)
    for label, reason in found.left_out:
        ERRORS.print(f"left out {label}: {reason}", markup=False)
    ERRORS.print(f"{len(found.proposals)} commands, {len(found.left_out)} statements left out.")


def _store(release: Release) -> MemoryStore:
    return MemoryStore.from_quads(read_nquads(release.nquads))


def _report(findings: Sequence[Finding], title: str, release: Release, form: str, out: Path | None) -> None:
    if form == "table" and out is None:
        print_table(title, COLUMNS, [cells(each) for each in findings])
    else:
        _write(_serialised(findings, title, release, form), out)
    ERRORS.print(f"{title}: {summary(findings)}")


def _serialised(findings: Sequence[Finding], title: str, release: Release, form: str) -> str:
    if form == "ttl":
        return to_graph(findings, release.iris.graph("link/report")).serialize(format="longturtle")
    if form in {"html", "table"}:
        return to_html(findings, title)
    return to_json(findings) if form == "json" else to_csv(findings)


def _write(text: str, out: Path | None) -> None:
    if out is None:
        click.echo(text, nl=False)
        return
    with replacing(out) as output:
        output.write(text.encode())
