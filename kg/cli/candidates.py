"""`kg link find` and `evaluate`: items that names may mean, and how well they are found."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import asdict
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import click
from rich.progress import BarColumn, Progress, TextColumn, TimeElapsedColumn

from kg.cli.console import ERRORS, print_table
from kg.cli.options import DATA, RELEASE
from kg.formats import RESULTS_JSON, TURTLE
from kg.linking.described import described, queries
from kg.linking.endpoint import WIKIDATA, Endpoint
from kg.linking.proposals import FOUND, LINKS, Offered, Proposal, write_proposals
from kg.linking.retrieval import Announce, Retrieval
from kg.linking.sssom import read_mappings
from kg.linking.wikidata import Select
from kg.matching.decision import Match
from kg.matching.evaluation import (
    FIRST,
    Outcome,
    as_query,
    evaluate,
    figures,
    read_cases,
    read_table,
)
from kg.matching.matcher import Matcher
from kg.matching.query import Query
from kg.matching.territories import with_territory_names
from kg.release import open_release
from kg.rows import read_solutions
from kg.sources import locate_project
from kg.store import Formats, MemoryStore

_LOCAL = frozenset({"127.0.0.1", "localhost", "::1"})

Command = Callable[..., Any]


def _asking(command: Command) -> Command:
    """Give a command the options by which items are looked for."""
    options = (
        click.option("--endpoint", default=WIKIDATA, show_default=True, help="A SPARQL endpoint."),
        click.option(
            "--contact", default="", envvar="KG_CONTACT", help="How to reach you; stands in the user agent."
        ),
        click.option(
            "--cache",
            type=click.Path(path_type=Path),
            default=Path("build") / "link" / "answers",
            show_default=True,
            help="Folder that keeps answers, so that nothing is asked twice.",
        ),
        click.option("--pause", type=float, help="Least seconds between requests; 1, or 0 on this machine."),
        click.option("--timeout", default=70.0, show_default=True, help="Most seconds for one answer."),
        click.option(
            "--country", "countries", multiple=True, metavar="Q399", help="Look at all of a country."
        ),
        click.option("--class", "classes", multiple=True, metavar="Q515", help="... that is of this class."),
        click.option("--search/--no-search", default=True, help="Use Wikidata's own search if it is there."),
    )
    for option in reversed(options):
        command = option(command)
    return command


def _retrieval(given: dict[str, Any], announce: Announce) -> Retrieval:
    is_local = (urlsplit(given["endpoint"]).hostname or "") in _LOCAL
    pause = given["pause"] if given["pause"] is not None else 0.0 if is_local else 1.0
    if not given["contact"] and not is_local:
        ERRORS.print("Give --contact: an address at which the endpoint's operators can reach you.")
    endpoint = Endpoint(
        given["endpoint"], given["contact"] or "no contact given", given["cache"], pause, given["timeout"]
    )
    return Retrieval(endpoint, given["countries"], given["classes"], given["search"], announce)


@contextmanager
def _progress() -> Iterator[Announce]:
    """Show how far it is: a bar on a terminal, elsewhere a line for each step."""
    columns = (TextColumn("{task.description:<10}"), BarColumn(), TimeElapsedColumn())
    with Progress(*columns, console=ERRORS, transient=True, disable=not ERRORS.is_terminal) as bar:
        task = bar.add_task("")
        told: list[str] = []

        def announce(step: str, done: int, total: int) -> None:
            bar.update(task, description=step, completed=done, total=max(total, 1))
            if step not in told:
                told.append(step)
                if not ERRORS.is_terminal:
                    ERRORS.print(f"{step} ({total})" if total > 1 else step)

        yield announce


def _matched(asked: dict[str, Query], given: dict[str, Any]) -> Iterator[Proposal]:
    with _progress() as announce:
        retrieval = _retrieval(given, announce)
        candidates = retrieval.candidates(asked.values())
        announce("index", 0, 1)
        matcher = Matcher(with_territory_names(candidates))
        for number, (identifier, query) in enumerate(asked.items()):
            announce("names", number, len(asked))
            yield _proposal(identifier, matcher.match(query))
    ERRORS.print(f"{len(candidates)} items looked at, {retrieval.endpoint.requests} requests sent.")


def _proposal(identifier: str, match: Match) -> Proposal:
    """Write a match down."""
    offered = tuple(
        Offered(
            each.candidate.id,
            each.candidate.label,
            each.candidate.description,
            tuple(sorted(each.candidate.kinds)),
            round(each.score, 3),
            each.reasons,
        )
        for each in match.ranked[:FIRST]
    )
    query = match.query
    return Proposal(identifier, query.name, query.kind, query.context, match.decision, match.why, offered)


@click.command(
    name="find",
    epilog="\b\nExamples:\n  kg link find --contact you@example.org\n"
    "  kg link find --endpoint http://localhost:7878/query\n"
    "  kg link find --names names.csv --endpoint http://localhost:7878/query",
)
@RELEASE
@DATA
@_asking
@click.option(
    "--names",
    type=click.Path(path_type=Path),
    help="A CSV file with the columns name, language, kind, context, instead of our own things.",
)
@click.option("--linked/--unlinked", default=False, show_default=True, help="Things that have a link, too.")
@click.option("--out", type=click.Path(path_type=Path), default=FOUND, show_default=True)
def find(release: Path, data: Path | None, names: Path | None, linked: bool, out: Path, **given: Any) -> None:
    """Find items of Wikidata for things without a link, and write them down for review; links nothing.

    What is certain has a name that fits, a kind that agrees, nothing against it and no rival. The rest is
    left open. Ended at any time and run again, it asks nothing twice.
    """
    asked = _named(names) if names else _ours(release, data, linked)
    found = list(_matched(asked, given))
    write_proposals(out, given["endpoint"], found)
    counted = Counter(each.decision for each in found)
    rows = [[decision, str(counted[decision])] for decision in ("certain", "possible", "nil")]
    print_table(f"{len(found)} names, in {out}", ["decision", "names"], rows)


def _named(path: Path) -> dict[str, Query]:
    rows = read_table(path, ["name"])
    return {row.get("id") or str(number): as_query(row) for number, row in enumerate(rows, 1)}


def _ours(release: Path, data: Path | None, linked: bool) -> dict[str, Query]:
    select = _selecting(MemoryStore.load(open_release(release).nquads))
    asked = queries(select, described(select))
    links = locate_project(data).data / LINKS
    if linked or not links.is_file():
        return asked
    known = read_mappings(links)
    have = {each.subject_id for each in known.mappings if each.holds}
    return {iri: query for iri, query in asked.items() if known.contract(iri) not in have}


def _selecting(store: MemoryStore) -> Select:
    return lambda text: read_solutions(store.query(text, Formats(RESULTS_JSON, TURTLE))).rows


@click.command(
    name="evaluate",
    epilog="\b\nExample:\n  kg link evaluate gold.csv --endpoint http://localhost:7878/query --failures",
)
@click.argument("gold", type=click.Path(path_type=Path))
@_asking
@click.option("--failures", is_flag=True, help="List the names that were not linked rightly, and why.")
@click.option("--json", "as_json", is_flag=True, help="Print the figures as JSON.")
def evaluate_names(gold: Path, failures: bool, as_json: bool, **given: Any) -> None:
    """Measure on names whose item is known: name, language, kind, context, expected_qid, hard."""
    cases = read_cases(gold)
    with _progress() as announce:
        candidates = _retrieval(given, announce).candidates([case.query for case in cases])
        announce("index", 0, 1)
        matcher = Matcher(with_territory_names(candidates))
        announce("names", 0, len(cases))
        outcomes = evaluate(cases, matcher.match)
    _report(outcomes, as_json)
    if failures:
        _tell_failures(outcomes)


def _report(outcomes: list[Outcome], as_json: bool) -> None:
    counted = figures(outcomes)
    shares = {name: value for name, value in asdict(counted).items() if name != "rows"}
    if as_json:
        click.echo(json.dumps({"rows": counted.rows, **shares}))
        return
    rows = [
        [_MEANING[name], f"{part}/{whole}", f"{part / whole:.3f}" if whole else ""]
        for name, (part, whole) in shares.items()
    ]
    print_table(f"{counted.rows} names", ["measure", "rows", "share"], rows)
    variants = sorted({each.case.variant for each in outcomes})
    table = [[variant, *_counts([e for e in outcomes if e.case.variant == variant])] for variant in variants]
    print_table("By variant", ["variant", "names", "right", "among five", "wrong"], table)


_MEANING = {
    "precision": "precision: right among those proposed as certain",
    "recall": "recall: rightly proposed as certain among those with an item",
    "first": "right item among the first five",
    "nil": "NIL right: nothing proposed where there is no item",
    "hard_wrong": "hard names with a wrong certain link",
}


def _counts(outcomes: list[Outcome]) -> list[str]:
    names = ("right", "among_first", "wrong")
    sums = (len(outcomes), *(sum(getattr(each, name) for each in outcomes) for name in names))
    return [str(each) for each in sums]


def _tell_failures(outcomes: Iterable[Outcome]) -> None:
    rows = [
        [
            each.case.id,
            each.case.query.name,
            each.case.expected,
            each.proposed if each.match.certain else each.match.decision,
            "yes" if each.among_first else "no",
            each.match.why,
        ]
        for each in outcomes
        if not each.right
    ]
    print_table("Not linked rightly", ["id", "name", "expected", "given", "among five", "why"], rows)
