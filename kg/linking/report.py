"""The findings of a check or a comparison as a page that a person reads."""

from __future__ import annotations

import re
from collections.abc import Iterable
from html import escape

from kg.linking.finding import (
    AGREES,
    DIFFERS,
    GONE,
    MISSING_HERE,
    MISSING_THERE,
    REDIRECT,
    VERDICTS,
    Finding,
    summary,
)
from kg.linking.questions import ENTITY, identifier

_MEANING = {
    GONE: "The endpoint knows nothing of the item: it was deleted, or the endpoint does not hold it.",
    REDIRECT: "The item was merged into another. Look at that item, and mend the link.",
    DIFFERS: "Both sides say something, and not the same. Neither is right by being either side.",
    MISSING_THERE: "This graph says it, Wikidata has no such statement. "
    "What can be cited of it is what kg link export writes.",
    MISSING_HERE: "Wikidata says it, nothing here does: a fact to look for in the documents, not an error.",
    AGREES: "Nothing to do.",
}
_COLUMNS = (
    "thing here",
    "item",
    "what is compared",
    "this graph",
    "Wikidata",
    "note, or what Wikidata cites",
)
_ITEM = re.compile(r"\b[QP][1-9]\d*\b")
_STYLE = """
:root { color-scheme: light dark; font: 1rem/1.45 system-ui, sans-serif; }
body { margin: 0 auto; max-width: 80rem; padding: 1rem; }
.scroll { overflow-x: auto; }
table { border-collapse: collapse; width: 100%; }
th, td { border-bottom: 1px solid; padding: .3rem .6rem; text-align: start; vertical-align: top; }
td { border-color: color-mix(in srgb, currentcolor 25%, transparent); overflow-wrap: anywhere; }
td { min-width: 6rem; }
"""


def to_html(findings: Iterable[Finding], title: str) -> str:
    """Give the findings as a page that needs nothing else: a table for each verdict, what agrees folded."""
    listed = list(findings)
    sections = "\n".join(
        _section(verdict, [each for each in listed if each.verdict == verdict]) for verdict in VERDICTS
    )
    return (
        f'<!doctype html>\n<html lang="en">\n<meta charset="utf-8">\n'
        f'<meta name="viewport" content="width=device-width">\n<title>{escape(title)}</title>\n'
        f"<style>{_STYLE}</style>\n"
        f"<main>\n<h1>{escape(title)}</h1>\n<p>{escape(summary(listed))}</p>\n{sections}\n</main>\n</html>\n"
    )


def _section(verdict: str, findings: list[Finding]) -> str:
    if not findings:
        return ""
    head = "".join(f'<th scope="col">{escape(name)}</th>' for name in _COLUMNS)
    rows = "\n".join(map(_row, findings))
    table = (
        f'<div class="scroll" tabindex="0" role="region" aria-label="{escape(verdict)}">\n'
        f"<table>\n<thead><tr>{head}</tr></thead>\n<tbody>\n{rows}\n</tbody>\n</table>\n</div>"
    )
    if verdict == AGREES:
        table = f"<details>\n<summary>Show what agrees</summary>\n{table}\n</details>"
    return f"<h2>{escape(verdict)}: {len(findings)}</h2>\n<p>{escape(_MEANING[verdict])}</p>\n{table}"


def _row(finding: Finding) -> str:
    cited = ", ".join(_anchor(each, identifier(each)) for each in finding.references)
    cells = (
        _anchor(finding.thing, finding.label),
        _anchor(finding.item, identifier(finding.item)),
        _with_items(finding.aspect),
        _with_items(finding.ours),
        _with_items(finding.theirs),
        "; ".join(filter(None, [_with_items(finding.note), cited])),
    )
    return f"<tr>{''.join(f'<td>{cell}</td>' for cell in cells)}</tr>"


def _with_items(text: str) -> str:
    """Escape a text and lead from the numbers of items and properties in it to Wikidata."""
    return _ITEM.sub(lambda found: _anchor(f"{ENTITY}{found[0]}", found[0]), escape(text))


def _anchor(address: str, text: str) -> str:
    if not address.startswith(("http://", "https://")):
        return escape(text)
    return f'<a href="{escape(address, quote=True)}">{escape(text)}</a>'
