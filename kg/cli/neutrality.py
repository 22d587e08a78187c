"""The command that tells how neutrally the curated files speak."""

from __future__ import annotations

import json
from dataclasses import asdict
from pathlib import Path

import click

from kg.build import located, read
from kg.cli.console import ERRORS, progress
from kg.cli.options import DATA
from kg.errors import Location
from kg.iris import Iris
from kg.neutrality import REPORT, Neutrality, weigh
from kg.sources import locate_project
from kg.validation import Violation

STEPS = ("read", "check", "weigh")


@click.command(
    epilog="\b\nExamples:\n  kg neutrality\n  kg neutrality --data other-conflict/data --fail-on 1\n"
    "  kg neutrality --format json | jq '.findings[].where'"
)
@DATA
@click.option(
    "--format",
    "syntax",
    type=click.Choice(["table", "json", "ttl"]),
    default="table",
    show_default=True,
)
@click.option(
    "--fail-on",
    type=click.IntRange(min=1),
    metavar="N",
    help="Exit with 1 if there are N warnings or more.",
)
def neutrality(data: Path | None, syntax: str, fail_on: int | None) -> None:
    """Report loaded words, names of one side alone, and how each side is heard.

    Looks at the files as they are, valid or not, without writing anything. A warning is for the editors to
    mend; what is for information lies in the sources. The tables give numbers and no verdict.
    """
    project = locate_project(data)
    with progress(STEPS) as announce:
        dataset, statements = read(project, announce)
        announce("weigh")
        report = weigh([each.quad for each in statements], project.shapes)
    iris = Iris(dataset.base)
    places = {each: located(each, statements).where for each in report.findings.violations}
    if syntax == "json":
        click.echo(_json(report, places))
    elif syntax == "ttl":
        graph = report.to_graph(iris.graph(REPORT), iris.release(dataset.version))
        click.echo(graph.serialize(format="longturtle"), nl=False)
    else:
        click.echo(report.to_text(places), nl=False)
    _fail(report, fail_on)


def _json(report: Neutrality, places: dict[Violation, Location | None]) -> str:
    findings = [
        {**asdict(each), "where": str(places[each]) if places[each] else None}
        for each in report.findings.violations
    ]
    tables = [asdict(each) for each in report.tables]
    content = {"counts": report.findings.counts, "findings": findings, "tables": tables}
    return json.dumps(content, indent=2, ensure_ascii=False)


def _fail(report: Neutrality, fail_on: int | None) -> None:
    if fail_on is not None and report.warnings >= fail_on:
        ERRORS.print(f"{report.warnings} warnings; {fail_on} or more fail.")
        raise click.exceptions.Exit(1)
