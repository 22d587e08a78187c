"""The command that loads a release into a SPARQL engine of others."""

from __future__ import annotations

from pathlib import Path

import click
import pyoxigraph as ox

from kg.cli.console import ERRORS, counting
from kg.cli.options import RELEASE
from kg.errors import OutputError, UsageError
from kg.formats import N_TRIPLES, RESULTS_TSV
from kg.release import open_release
from kg.remote import RemoteStore, is_address
from kg.store import Formats
from kg.upload import GRAPH_STORE, PROTOCOLS, Target, graphs_of, upload

_COUNT = "SELECT (COUNT(*) AS ?triples) WHERE { GRAPH ?graph { ?s ?p ?o } }"


@click.command(
    epilog="\b\nExamples:\n"
    "  kg publish --to http://localhost:7878/store --check http://localhost:7878/query\n"
    "  KG_PASSWORD=... kg publish --to http://localhost:8890/sparql-graph-crud-auth --user dba\n"
    "  kg publish --protocol update --to http://localhost:7878/update"
)
@click.option("--to", "address", required=True, metavar="URL", help="Graph Store or update endpoint.")
@RELEASE
@click.option("--protocol", type=click.Choice(PROTOCOLS), default=GRAPH_STORE, show_default=True)
@click.option("--user", default="", help="Name for basic or digest authentication.")
@click.option(
    "--password", default="", envvar="KG_PASSWORD", help="Better given as the variable KG_PASSWORD."
)
@click.option("--from", "first", default="", metavar="IRI", help="Go on with this graph after a failure.")
@click.option("--check", metavar="URL", help="Query endpoint, to count afterwards what the engine holds.")
def publish(
    address: str, release: Path, protocol: str, user: str, password: str, first: str, check: str | None
) -> None:
    """Load a release into a SPARQL 1.1 engine, which KG_STORE=URL then serves.

    Each named graph replaces the one of that name; other graphs of the engine are left alone.
    """
    for each in filter(None, (address, check)):
        if not is_address(each):
            raise UsageError(
                f"{each} is no web address.", mend="Give one that begins with http:// or https://."
            )
    graphs = graphs_of(open_release(release))
    if first and first not in graphs:
        raise UsageError(f"The release has no graph {first}.", mend=f"It has: {', '.join(graphs)}.")
    chosen = {name: triples for name, triples in graphs.items() if name >= first}
    with counting(sum(map(len, chosen.values())), "triples") as advance:
        upload(chosen, Target(address, protocol, user, password), advance)
    if check:
        _compare(graphs, RemoteStore(check, deadline=60))
    count = sum(map(len, chosen.values()))
    click.echo(f"Loaded {count:,} triples in {len(chosen)} graphs{', counted' if check else ''}.")


def _compare(graphs: dict[str, list[ox.Triple]], store: RemoteStore) -> None:
    """Count each graph in the engine; raises `OutputError` if one has another number of triples."""
    wanted = Formats(RESULTS_TSV, N_TRIPLES)
    wrong = 0
    for name, triples in graphs.items():
        answer = store.query(_COUNT, wanted, substitutions={"graph": ox.NamedNode(name)})
        held = int(answer.body.split()[1].partition(b"^^")[0].strip(b'"'))
        if held != len(triples):
            wrong += 1
            ERRORS.print(f"{name}: {len(triples):,} triples in the release, {held:,} in the engine")
    if wrong:
        raise OutputError(
            f"{wrong} of {len(graphs)} graphs differ from the release.", mend="Load them again."
        )
