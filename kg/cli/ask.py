"""Commands for those who ask: query, dump, stats, show."""

from __future__ import annotations

import csv
import io
import json
import sys
from pathlib import Path

import click

from kg import formats
from kg.cli.console import print_table, write_bytes
from kg.cli.options import RDF_SYNTAX, RELEASE
from kg.dump import read_nquads, replacing, serialise
from kg.entities import describe, find
from kg.errors import UsageError
from kg.examples import example_named, read_examples
from kg.release import Release, open_release
from kg.sources import locate_project
from kg.sparql import read_query
from kg.store import Formats
from kg.terms import TYPE, iri_of
from kg.workers import WorkerPool

_TABLE = "table"


@click.command(
    epilog="""\b
Examples:
  kg query 'SELECT ?event WHERE { ?event a kcg:ArmedEvent }'
  kg query --file question.rq --format json
  kg query --examples
  kg query --example who-says-how-many-were-killed
  echo 'ASK { ?claim a kcg:Claim }' | kg query -"""
)
@click.argument("text", required=False)
@RELEASE
@click.option("--file", type=click.Path(path_type=Path), help="Read the query from this file.")
@click.option("--example", metavar="NAME", help="Run a named example query.")
@click.option("--examples", is_flag=True, help="List the example queries.")
@click.option(
    "--format",
    "syntax",
    type=click.Choice([_TABLE, *(each.name for each in formats.FORMATS)]),
    help="Result format; by default a table on a terminal, otherwise CSV or Turtle.",
)
@click.option("--deadline", default=60.0, show_default=True, help="Seconds a query may take.")
def query(
    text: str | None,
    release: Path,
    file: Path | None,
    example: str | None,
    examples: bool,
    syntax: str | None,
    deadline: float,
) -> None:
    """Run a SPARQL 1.1 query over a release, in a process of its own.

    The declared prefixes (kcg:, event:, skos: ...) need not be repeated.
    """
    if examples:
        _list_examples()
        return
    asked = _query_text(text, file, example)
    answer_as = syntax or (_TABLE if sys.stdout.isatty() else "")
    opened = open_release(release)
    with WorkerPool(
        opened.nquads,
        prefixes=opened.manifest.prefixes,
        default_prefixes=True,
        workers=1,
        deadline=deadline,
    ) as pool:
        answer = pool.query(asked, _wanted(answer_as))
    if answer_as == _TABLE and answer.form == "solutions":
        _print_solutions(answer.body, opened)
    else:
        write_bytes(answer.body)


def _list_examples() -> None:
    rows = [[each.name, each.question] for each in read_examples(locate_project().queries)]
    print_table("", ["name", "question"], rows)


def _query_text(text: str | None, file: Path | None, example: str | None) -> str:
    given = [each for each in (text, file, example) if each is not None]
    if len(given) != 1:
        raise click.UsageError("Give one query: as text, with --file, or with --example.")
    if file is not None:
        return read_query(file)
    if example is not None:
        return example_named(example, read_examples(locate_project().queries)).text
    return sys.stdin.read() if text == "-" else str(text)


def _wanted(name: str) -> Formats:
    """Give the formats for solutions and for triples; a wrong mixture falls back to the default."""
    chosen = None if name in ("", _TABLE) else formats.named(name)
    solutions = chosen if chosen in formats.RESULTS_FORMATS else formats.RESULTS_CSV
    triples = chosen if chosen in formats.RDF_FORMATS else formats.TURTLE
    return Formats(results=solutions or formats.RESULTS_CSV, graph=triples or formats.TURTLE)


def _print_solutions(body: bytes, release: Release) -> None:
    header, *rows = list(csv.reader(io.StringIO(body.decode("utf-8"), newline="")))
    prefixes = release.manifest.prefixes
    print_table("", header, [[_shortened(value, prefixes) for value in row] for row in rows])
    click.echo(f"{len(rows)} solution{'s' if len(rows) != 1 else ''}.", err=True)


def _shortened(value: str, prefixes: dict[str, str]) -> str:
    fits = [(iri, prefix) for prefix, iri in prefixes.items() if value.startswith(iri)]
    if not fits:
        return value
    iri, prefix = max(fits, key=lambda fit: len(fit[0]))
    return f"{prefix}:{value[len(iri) :]}"


@click.command(
    epilog="\b\nExamples:\n  kg dump --format ttl --out graph.ttl\n"
    "  kg dump --format nq --out - | wc -l\n"
    "  kg dump --format ttl --graph https://w3id.org/kcg/graph/derived --out derived.ttl"
)
@RELEASE
@RDF_SYNTAX
@click.option("--graph", metavar="IRI", help="Only this named graph.")
@click.option("--out", type=click.Path(path_type=Path), required=True, help="File; - for stdout.")
def dump(release: Path, syntax: str, graph: str | None, out: Path) -> None:
    """Write a release, or one named graph of it, in any RDF format."""
    opened = open_release(release)
    quads = read_nquads(opened.nquads)
    content = serialise(quads, formats.named(syntax), opened.manifest.prefixes, graph=graph)
    if str(out) == "-":
        write_bytes(content)
        return
    if not out.parent.is_dir():
        raise UsageError(f"There is no folder {out.parent}.", mend="Make it, or name another file.")
    with replacing(out) as output:
        output.write(content)


@click.command(epilog="\b\nExamples:\n  kg stats\n  kg stats --json")
@RELEASE
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
def stats(release: Path, as_json: bool) -> None:
    """Count what a release holds: triples, graphs, classes."""
    opened = open_release(release)
    quads = read_nquads(opened.nquads)
    graphs: dict[str, int] = {}
    classes: dict[str, int] = {}
    for quad in quads:
        name = iri_of(quad.graph_name)
        graphs[name] = graphs.get(name, 0) + 1
    for subject, iri in {(q.subject, q.object) for q in quads if q.predicate == TYPE}:
        name = _shortened(iri_of(iri), opened.manifest.prefixes)
        classes[name] = classes.get(name, 0) + bool(subject)
    found = {"release": opened.manifest.id, **opened.manifest.counts}
    if as_json:
        click.echo(json.dumps({**found, "by_graph": graphs, "by_class": classes}, indent=2))
        return
    print_table("", ["", ""], [[name, str(value)] for name, value in found.items()])
    print_table("", ["named graph", "triples"], [[k, str(v)] for k, v in sorted(graphs.items())])
    print_table("", ["class", "entities"], [[k, str(v)] for k, v in sorted(classes.items())])


@click.command(
    epilog="\b\nExamples:\n  kg show event:september-2022-clashes\n  kg show Peskov\n"
    "  kg show https://w3id.org/kcg/id/actor/russia --format jsonld"
)
@click.argument("name")
@RELEASE
@RDF_SYNTAX
def show(name: str, release: Path, syntax: str) -> None:
    """Show all that the graph says about a thing, by IRI, prefixed name, slug or any of its names."""
    opened = open_release(release)
    quads = read_nquads(opened.nquads)
    found = find(name, quads, opened)
    if len(found) > 1:
        rows = [[_shortened(iri, opened.manifest.prefixes), label] for iri, label in found.items()]
        print_table("Several things are called that:", ["iri", "label"], rows)
        return
    iri = next(iter(found))
    content = serialise(describe(iri, quads), formats.named(syntax), opened.manifest.prefixes)
    write_bytes(content)
