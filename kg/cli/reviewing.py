"""`kg link review`: a person accepts or rejects what was found, with evidence."""

from __future__ import annotations

from pathlib import Path

import click
from rich.text import Text

from kg.cli.console import ERRORS, RESULTS, print_table
from kg.cli.options import DATA
from kg.errors import ProblemsError, UsageError
from kg.iris import local_name
from kg.linking.mapping import PREDICATES
from kg.linking.proposals import FOUND, LINKS, Offered, Proposal, read_proposals
from kg.linking.review import Decision, mapping_of, record, undecided
from kg.linking.sssom import read_mappings
from kg.sources import locate_project


@click.command(name="review", epilog="\b\nExample:\n  kg link review --author kcgid:actor/editors")
@click.option("--candidates", "path", type=click.Path(path_type=Path), default=FOUND, show_default=True)
@DATA
@click.option("--links", type=click.Path(path_type=Path), help="The mapping set; by default that of --data.")
@click.option("--author", default="kcgid:actor/editors", show_default=True, help="Who decides, as a CURIE.")
@click.option("--certain", is_flag=True, help="Only what was proposed as certain.")
def review(path: Path, data: Path | None, links: Path | None, author: str, certain: bool) -> None:
    """Accept or reject what was found, one by one; each decision is written at once, with its evidence.

    Stop with q at any time: what is decided is not asked again.
    """
    file = links or locate_project(data).data / LINKS
    proposals = [each for each in read_proposals(path) if each.decision == "certain" or not certain]
    waiting = list(undecided(proposals, read_mappings(file)))
    done = 0
    for number, (each, offered) in enumerate(waiting, 1):
        _show(each, offered, f"{number} of {len(waiting)}")
        answer = _ask(len(offered))
        if answer == "q":
            break
        if answer == "s":
            continue
        chosen, holds = offered[int(answer.lstrip("-")) - 1], not answer.startswith("-")
        done += _decide(file, each, chosen, holds, author)
    ERRORS.print(f"{done} decisions written to {file}.")


def _show(each: Proposal, offered: list[Offered], place: str) -> None:
    RESULTS.print()
    RESULTS.print(Text(f"{each.name}", style="bold"), Text(f"{each.kind}  {each.context}  ({place})"))
    RESULTS.print(Text(f"{each.id}\n{each.decision}: {each.why}", style="dim"))
    rows = [
        [str(n), local_name(one.id), one.label, one.description, f"{one.score:.2f}", "; ".join(one.reasons)]
        for n, one in enumerate(offered, 1)
    ]
    print_table("", ["", "item", "label", "description", "score", "why"], rows)


def _ask(count: int) -> str:
    choices = [*map(str, range(1, count + 1)), *(f"-{n}" for n in range(1, count + 1)), "s", "q"]
    return str(
        click.prompt(
            f"1-{count} accept, -1 to -{count} reject, s leave for later, q stop",
            type=click.Choice(choices),
            show_choices=False,
            default="s",
        )
    )


def _decide(file: Path, each: Proposal, offered: Offered, holds: bool, author: str) -> int:
    """Ask for what a row needs, and write it; if it is no good, say why and write nothing."""
    predicate = PREDICATES[0]
    if holds:
        predicate = click.prompt("How do they match", type=click.Choice(PREDICATES), default=PREDICATES[0])
    decision = Decision(
        holds=holds,
        author=author,
        predicate=predicate,
        evidence=click.prompt("What shows it (source, place in it, what stands there)"),
        pages=click.prompt("Where that can be read (addresses, parted by |)"),
        confidence=click.prompt("How sure, from 0 to 1", default="0.9"),
        comment=click.prompt("Remark", default="", show_default=False),
    )
    try:
        known = read_mappings(file)
        record(file, mapping_of(known, each, offered, decision))
    except (ProblemsError, UsageError) as error:
        problems = error.problems if isinstance(error, ProblemsError) else (error,)
        for problem in problems:
            ERRORS.print(Text(f"Not written: {problem.what} {problem.mend}", style="red"))
        return 0
    return 1
