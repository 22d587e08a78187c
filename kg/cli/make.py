"""Commands for those who curate: build, validate, verify, format."""

from __future__ import annotations

import time
from pathlib import Path
from statistics import median

import click

from kg.build import STEPS, check, located, read, refuse_violations
from kg.build import build as build_release
from kg.cli.console import ERRORS, RESULTS, print_table, progress, report_error
from kg.cli.options import DATA, OUT
from kg.documents import CheckedPassage, verify
from kg.dump import replacing
from kg.errors import KgError, MissingInputError, ProblemsError
from kg.formatting import format_turtle
from kg.namespaces import declared_prefixes
from kg.sources import locate_project


@click.command(epilog="\b\nExamples:\n  kg build\n  kg build --data other-conflict/data --out /srv/graph")
@DATA
@OUT
def build(data: Path | None, out: Path) -> None:
    """Build a release from the curated files and make it the current one.

    Parses, derives, validates, describes, and writes the release aside before it is swapped in. If
    anything is wrong, nothing changes. The same input gives the same bytes.
    """
    started = time.monotonic()
    project = locate_project(data)
    with progress(STEPS) as announce:
        release = build_release(project, out, announce)
    counts = release.manifest.counts
    ERRORS.print(
        f"Built {release.manifest.id}: {counts['triples']:,} triples in {counts['graphs']} graphs, "
        f"{counts['claims']:,} claims, in {time.monotonic() - started:.1f} s."
    )
    click.echo(release.path)


@click.command(
    name="validate",
    epilog="\b\nExamples:\n  kg validate\n  kg validate --warnings\n  kg validate --data DIR",
)
@DATA
@click.option("--warnings", is_flag=True, help="Also fail on warnings.")
def validate_files(data: Path | None, warnings: bool) -> None:
    """Check the curated files against the shapes and checks, without writing anything."""
    project = locate_project(data)
    with progress(STEPS) as announce:
        checked = check(project, announce)
    milder = [each for each in checked.report.violations if each.severity != "Violation"]
    problems: list[KgError] = [located(each, checked.statements) for each in milder]
    if problems and warnings:
        raise ProblemsError(problems)
    for problem in problems:
        report_error(problem)
    refuse_violations(checked)
    noted = f" ({len(milder)} warnings)" if milder else ""
    click.echo(f"Valid: {len(checked.quads):,} statements keep every shape and check{noted}.")


@click.command(
    name="verify",
    epilog="\b\nExamples:\n  kg verify --documents ../articles\n"
    "  kg verify --documents ../articles --show dw-2016",
)
@DATA
@click.option(
    "--documents",
    type=click.Path(path_type=Path),
    required=True,
    help="Folder that holds the articles; they are found by their hash.",
)
@click.option("--show", metavar="TEXT", help="Print the passages of claims whose IRI has TEXT in it.")
def verify_documents(data: Path | None, documents: Path, show: str | None) -> None:
    """Check every hash and every position against the documents themselves."""
    project = locate_project(data)
    _, statements = read(project)
    result = verify(statements, documents)
    shown = [each for each in result.passages if show and show in each.claim]
    for passage in shown:
        _print_passage(passage)
    if show and not shown:
        raise MissingInputError(f"No claim has '{show}' in its IRI.", mend="Try --show claim/.")
    lengths = [each.end - each.start for each in result.passages]
    rows = [
        [source, path.name, str(sum(each.source == source for each in result.passages))]
        for source, path in sorted(result.documents.items())
    ]
    print_table("", ["source", "document", "passages"], rows)
    middle = median(lengths) if lengths else 0
    click.echo(f"{len(lengths)} passages fit their documents; median length {middle:g} code points.")


def _print_passage(passage: CheckedPassage) -> None:
    RESULTS.print(f"[bold]{passage.claim.rpartition('/')[2]}[/]", soft_wrap=True)
    RESULTS.print(f"  {passage.label}", soft_wrap=True, markup=False)
    words = " ".join(passage.text.split())
    RESULTS.print(f"  {passage.start}-{passage.end}: {words}", soft_wrap=True, markup=False)


@click.command(
    name="format",
    epilog="\b\nExamples:\n  kg format\n  kg format --check\n  kg format data/source/x.ttl",
)
@DATA
@click.option("--check", "only_check", is_flag=True, help="Change nothing; fail if something would.")
@click.argument("files", nargs=-1, type=click.Path(path_type=Path))
def format_files(data: Path | None, only_check: bool, files: tuple[Path, ...]) -> None:
    """Bring Turtle files into their canonical, diff-friendly layout: yours, unless you name some."""
    project = locate_project(data)
    prefixes = declared_prefixes(project.prefixes)
    changes: dict[Path, str] = {}
    problems: list[KgError] = []
    for path in files or project.own_turtle_files():
        try:
            formatted = format_turtle(path, prefixes)
        except KgError as problem:
            problems.append(problem)
            continue
        if formatted != path.read_text("utf-8"):
            changes[path] = formatted
    if problems:
        raise ProblemsError(problems)
    _apply(changes, only_check)


def _apply(changes: dict[Path, str], only_check: bool) -> None:
    for path, formatted in changes.items():
        click.echo(f"{'would format' if only_check else 'formatted'} {path}")
        if not only_check:
            with replacing(path) as output:
                output.write(formatted.encode())
    if changes and only_check:
        raise click.exceptions.Exit(1)
    click.echo(f"{len(changes)} file{'s' if len(changes) != 1 else ''} changed.", err=True)
