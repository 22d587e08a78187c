"""Commands for those who take claims from documents: how much is covered, and new sources and claims."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from pathlib import Path

import click

from kg.build import read_dataset_of
from kg.cli.console import ERRORS, RESULTS, print_table
from kg.cli.options import DATA
from kg.coverage import Coverage, Sentence, measure
from kg.details import CLAIM_DETAILS, SOURCE_DETAILS
from kg.dump import replacing
from kg.errors import cannot_write
from kg.highlight import NOTICE, page
from kg.iris import Iris
from kg.quotation import Quoted
from kg.scaffold import Desk, Written
from kg.skolem import skolemise
from kg.sources import locate_project, read_data, read_vocabulary

DOCUMENTS = click.option(
    "--documents",
    type=click.Path(path_type=Path),
    required=True,
    envvar="KG_DOCUMENTS",
    help="Folder that holds the articles; they are found by their hash.",
)
FROM = click.option(
    "--from", "start", type=click.IntRange(0), default=0, help="Look from this code point on."
)
TO = click.option("--to", "end", type=click.IntRange(1), help="Look up to this code point.")
TEXT = click.option(
    "--text", "words", default="", help="Words of the passage, as they stand in the document."
)
_LEGEND = (
    "Code points without white space; left out: boilerplate; median: length of a passage; "
    "gaps: sentences without a claim."
)
_MEANING = {
    "title": "The title that the document bears.",
    "publisher": "The outlet, as actor:SLUG or SLUG.",
    "creator": "An author, as actor:SLUG or SLUG; may be repeated.",
    "issued": "Day of publication in EDTF.",
    "date_basis": "How that day is known: printed, stamp, inferred or cited.",
    "evidence": "What shows that day: a claim or a cited source.",
    "label": "Your own short paraphrase.",
    "about": "What it speaks of, such as event:SLUG; may be repeated.",
    "holder": "The innermost voice that says it, as actor:SLUG or SLUG.",
    "via": "Who passed it on, the innermost first; may be repeated.",
    "stance": "What the holder does: asserts, accuses, denies ...",
    "polarity": "affirmative, or negative if it is said not to be so.",
    "hedge": "at-least, approximately, reportedly ...; may be repeated.",
    "predicate": "A code of concept/predicate, or kcg:when and the like.",
    "value": "An entity (actor:SLUG), a date (edtf:2031-04), or a few words of your own.",
    "quantity": "The counting rule; makes it a claim with a number.",
    "population": "Whose number it is.",
    "exact": "The number.",
    "low": "The lower bound.",
    "high": "The upper bound.",
    "when": "The time that the claim speaks of, in EDTF.",
    "as_of": "The time up to which it is counted or true, in EDTF.",
    "responds_to": "The claim that it answers.",
    "same_as": "The claim that it repeats.",
    "component_of": "The claim with the total that it is a part of.",
    "note": "A remark of the editors.",
}


def _detail_options(names: Sequence[str]) -> Callable[[Callable[..., None]], Callable[..., None]]:
    """Give a decorator that adds an option for each detail, in their order; each may be repeated."""

    def add(command: Callable[..., None]) -> Callable[..., None]:
        for name in reversed(names):
            flag = f"--{name.replace('_', '-')}"
            command = click.option(flag, name, multiple=True, metavar="TEXT", help=_MEANING[name])(command)
        return command

    return add


@click.command(
    epilog="\b\nExamples:\n  kg coverage --documents ../articles\n"
    "  kg coverage --documents ../articles --source dw-2016 --partly\n"
    "  kg coverage --documents ../articles --fail-under 90 --json"
)
@DOCUMENTS
@DATA
@click.option(
    "--out",
    type=click.Path(path_type=Path),
    default=Path("build/coverage.html"),
    show_default=True,
    help="The report; it holds the articles' text, so keep it out of git.",
)
@click.option("--source", "slug", default="", metavar="SLUG", help="Only this source.")
@click.option("--partly", is_flag=True, help="List the sentences that are covered in part, too.")
@click.option(
    "--fail-under", type=click.FloatRange(0, 100), metavar="PERCENT", help="Exit with 1 below this."
)
@click.option("--json", "as_json", is_flag=True, help="Print JSON: figures and positions, no text.")
def coverage(
    documents: Path,
    data: Path | None,
    out: Path,
    slug: str,
    partly: bool,
    fail_under: float | None,
    as_json: bool,
) -> None:
    """Tell how much of each document the claims cover, and print the sentences without a claim.

    Counted are code points that are no white space, outside the parts that the data declare as
    boilerplate. The report shows the claims in place in the text.
    """
    project = locate_project(data)
    iris = Iris(read_dataset_of(project).base)
    statements = skolemise([*read_data(project, iris), *read_vocabulary(project, iris)])
    found = measure(statements, documents, iris, slug)
    _write_report(out, found)
    if as_json:
        click.echo(json.dumps([_figures(each) for each in found], indent=2))
    else:
        _print_coverage(found, partly)
    ERRORS.print(f"The report is in {out}. {NOTICE}", markup=False)
    low = [each.slug for each in found if fail_under is not None and each.percent < fail_under]
    if low:
        ERRORS.print(f"Below {fail_under:g} %: {', '.join(low)}.", markup=False, style="bold red")
        raise click.exceptions.Exit(1)


def _write_report(out: Path, found: Sequence[Coverage]) -> None:
    try:
        out.parent.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise cannot_write(out, error) from None
    with replacing(out) as output:
        output.write(page(found))


def _print_coverage(found: Sequence[Coverage], partly: bool) -> None:
    columns = ["document", "code points", "left out", "covered %", "passages", "median", "gaps"]
    print_table("", columns, [_row(each) for each in found])
    ERRORS.print(_LEGEND, markup=False)
    for document in found:
        _print_sentences(f"{document.slug}: no claim speaks of", document, document.uncovered)
        if partly:
            _print_sentences(f"{document.slug}: covered in part", document, document.partly_covered)


def _row(document: Coverage) -> list[str]:
    return [
        document.slug,
        str(document.counted + document.boilerplate),
        str(document.boilerplate),
        f"{document.percent:.1f}",
        str(len(document.passages)),
        f"{document.median_length:g}",
        str(len(document.uncovered)),
    ]


def _print_sentences(title: str, document: Coverage, sentences: Sequence[Sentence]) -> None:
    if not sentences:
        return
    RESULTS.print(f"\n{title}", style="bold", markup=False, soft_wrap=True)
    for each in sentences:
        words = " ".join(document.text[each.start : each.end].split())
        RESULTS.print(f"  {each.start}-{each.end}: {words}", markup=False, soft_wrap=True)


def _figures(document: Coverage) -> dict[str, object]:
    return {
        "source": document.source,
        "length": len(document.text),
        "boilerplate": document.boilerplate,
        "counted": document.counted,
        "covered": document.covered,
        "percent": document.percent,
        "passages": len(document.passages),
        "claims": len({each.claim for each in document.passages}),
        "median_length": document.median_length,
        "uncovered": [[each.start, each.end] for each in document.uncovered],
        "partly_covered": [[each.start, each.end] for each in document.partly_covered],
    }


@click.group(
    epilog="\b\nExamples:\n  kg new source harbour-post-2031 --document articles/harbour-post.txt\n"
    "  kg new claim harbour-post-2031 --documents articles --text 'shelled the harbour'"
)
def new() -> None:
    """Begin a source, a claim, or a part of a document; what is not said is asked for by `kg validate`."""


@new.command(
    name="source",
    epilog="\b\nExamples:\n  kg new source harbour-post-2031 --document articles/harbour-post.txt \\\n"
    "    --title 'Shots at the pier' --publisher harbour-post --issued 2031-04-02 \\\n"
    "    --date-basis printed --language en",
)
@click.argument("slug")
@click.option(
    "--document", type=click.Path(path_type=Path), required=True, help="The article, as plain text."
)
@DATA
@_detail_options(list(SOURCE_DETAILS))
@click.option("--language", default="", help="Language of the document, such as en.")
def new_source(slug: str, document: Path, data: Path | None, language: str, **said: tuple[str, ...]) -> None:
    """Begin data/source/SLUG.ttl with the document's hash and length; never overwrites."""
    _report(Desk(locate_project(data)).add_source(slug, document, said, language))


@new.command(
    name="claim",
    epilog="\b\nExamples:\n  kg new claim dw-2016 --documents ../articles --text 'worries that the'\n"
    "  kg new claim dw-2016 --documents ../articles --from 151 --to 204 \\\n"
    "    --label 'Russia mediates' --about event:x --holder deutsche-welle \\\n"
    "    --stance asserts --polarity affirmative --predicate mediates --value actor:russia\n"
    "  kg new claim dw-2016 --documents ../articles --text 'at least 30' --quantity killed --low 30",
)
@click.argument("slug")
@TEXT
@FROM
@TO
@DOCUMENTS
@DATA
@_detail_options(list(CLAIM_DETAILS))
def new_claim(
    slug: str,
    words: str,
    start: int,
    end: int | None,
    documents: Path,
    data: Path | None,
    **said: tuple[str, ...],
) -> None:
    """Append a claim with the next free number to data/source/SLUG.ttl.

    The words of --text must stand in the document once, between --from and --to if these are given.
    Without --text the passage is what stands between --from and --to.
    """
    _require_stretch(words, end)
    desk = Desk(locate_project(data))
    quoted = desk.find(slug, documents, words, start, end)
    _report(desk.add_claim(slug, quoted, said), quoted)


@new.command(
    name="part",
    epilog="\b\nExamples:\n  kg new part dw-2016 --documents ../articles --to 68 --kind boilerplate\n"
    "  kg new part dw-2016 --documents ../articles --text 'By A. Writer' --kind byline",
)
@click.argument("slug")
@TEXT
@FROM
@TO
@DOCUMENTS
@DATA
@click.option("--kind", required=True, help="boilerplate, byline, heading or caption.")
def new_part(
    slug: str, words: str, start: int, end: int | None, documents: Path, data: Path | None, kind: str
) -> None:
    """Declare what a stretch of a document is, so that coverage leaves out what says nothing."""
    _require_stretch(words, end)
    desk = Desk(locate_project(data))
    quoted = desk.find(slug, documents, words, start, end)
    _report(desk.add_part(slug, quoted, kind), quoted)


def _require_stretch(words: str, end: int | None) -> None:
    if not words.strip() and end is None:
        raise click.UsageError("Say where: with --text WORDS, or with --from N and --to M.")


def _report(written: Written, quoted: Quoted | None = None) -> None:
    click.echo(written.iri)
    if quoted:
        click.echo(f"  {quoted.start}-{quoted.end}: {' '.join(quoted.text.split())}")
    ERRORS.print(f"Written to {written.path}.", markup=False)
    if written.missing:
        ERRORS.print("`kg validate` will still ask for:", style="bold")
    for each in written.missing:
        ERRORS.print(f"  - {each}", markup=False)
