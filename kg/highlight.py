"""One HTML page that shows documents with their claims marked in place: for the curator's own machine.

It holds the text of the articles, so it is never part of a release. The page needs no script and loads
nothing. It is built as a tree, so that no text of a document or a label can become markup.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from itertools import pairwise
from pathlib import Path
from xml.etree.ElementTree import Element, SubElement, tostring

from kg.coverage import Coverage, Part, Segment
from kg.iris import local_name

STYLE = (Path(__file__).parent / "highlight.css").read_text("utf-8")
NOTICE = (
    "This page holds the text of the articles. It is for your own work on them: do not publish it, and do "
    "not commit it."
)
_SHADES = 4  # deeper shades, for more claims on one stretch, could not be told apart


def page(documents: Sequence[Coverage]) -> bytes:
    """Give the whole page as HTML5 in UTF-8."""
    root = Element("html", lang="en")
    head = SubElement(root, "head")
    SubElement(head, "meta", charset="utf-8")
    SubElement(head, "meta", name="viewport", content="width=device-width, initial-scale=1")
    SubElement(head, "meta", name="robots", content="noindex")
    _add(head, "title", "Coverage of the articles by claims")
    _add(head, "style", STYLE + "".join(_targets(document) for document in documents))
    body = SubElement(root, "body")
    _introduction(body, documents)
    main = SubElement(body, "main")
    for document in documents:
        _document(main, document)
    written: bytes = tostring(root, encoding="utf-8", method="html")
    return b"<!DOCTYPE html>\n" + written


def _add(parent: Element, tag: str, text: str = "", **attributes: str) -> Element:
    """Add an element; `class_` and `aria_label` stand for names that Python cannot write."""
    names = {name.rstrip("_").replace("_", "-"): value for name, value in attributes.items()}
    element = SubElement(parent, tag, names)
    element.text = text or None
    return element


def _introduction(body: Element, documents: Sequence[Coverage]) -> None:
    header = _add(body, "header")
    _add(header, "h1", "What the claims cover")
    _add(header, "p", NOTICE, class_="notice")
    legend = _add(header, "p", class_="legend")
    _add(legend, "mark", "covered by a claim", class_="d1")
    _add(legend, "mark", "by several", class_="d3")
    _add(legend, "span", "by none", class_="gap")
    _add(legend, "span", "left out (boilerplate)", class_="out")
    table = _add(_add(header, "div", class_="scroll"), "table")
    _add(table, "caption", "Lengths are in code points that are no white space.")
    row = _add(_add(table, "thead"), "tr")
    for title in (
        "Document",
        "Length",
        "Left out",
        "Covered",
        "Claims",
        "Passages",
        "Sentences without a claim",
    ):
        _add(row, "th", title, scope="col")
    rows = _add(table, "tbody")
    for document in documents:
        _summary(_add(rows, "tr"), document)


def _summary(row: Element, document: Coverage) -> None:
    link = _add(_add(row, "th", scope="row"), "a", document.slug, href=f"#{document.slug}")
    link.set("title", document.title)
    cells = (
        f"{document.counted + document.boilerplate:,}",
        f"{document.boilerplate:,}",
        f"{document.percent:.1f} %",
        f"{len({each.claim for each in document.passages}):,}",
        f"{len(document.passages):,}",
        f"{len(document.uncovered):,}",
    )
    for cell in cells:
        _add(row, "td", cell)


def _document(main: Element, document: Coverage) -> None:
    article = _add(main, "article", id=document.slug, aria_labelledby=f"{document.slug}.title")
    _add(article, "h2", document.title, id=f"{document.slug}.title")
    whole = f"{document.covered:,} of {document.counted:,} code points covered ({document.percent:.1f} %)"
    _add(article, "p", f"{document.slug}, {document.path.name}: {whole}.", class_="small")
    _add(article, "progress", f"{document.percent:.1f} %", max="100", value=f"{document.percent}").set(
        "aria-label", "covered share"
    )
    _gaps(article, document)
    columns = _add(article, "div", class_="columns")
    _text(columns, document)
    _claims(columns, document)


def _gaps(article: Element, document: Coverage) -> None:
    found = document.uncovered
    if not found:
        _add(article, "p", "Every sentence has a claim.", class_="small")
        return
    details = _add(article, "details")
    _add(details, "summary", f"{len(found)} sentence{'s' * (len(found) != 1)} without a claim")
    listed = _add(details, "ol", class_="gaps")
    for sentence in found:
        link = _add(_add(listed, "li"), "a", href=f"#{_gap_id(document, sentence.start)}")
        _add(link, "span", f"{sentence.start}–{sentence.end}", class_="n")
        words = _add(link, "span", " ".join(document.text[sentence.start : sentence.end].split()))
        words.set("dir", "auto")


def _text(columns: Element, document: Coverage) -> None:
    section = _add(columns, "section", class_="text", aria_label=f"Text of {document.slug}")
    section.set("dir", "auto")
    starts = {each.start for each in document.uncovered}
    begun: set[int] = set()
    for segment in document.segments:
        for index in segment.covering:
            if index not in begun:
                begun.add(index)
                _marker(section, document, index)
        _segment(section, document, segment, starts)


def _marker(section: Element, document: Coverage, index: int) -> None:
    passage = document.passages[index]
    _add(
        section,
        "a",
        _number(passage.claim, document),
        class_="ref",
        id=_passage_id(document, index),
        href=f"#{_claim_id(document, passage.claim)}",
        aria_label=f"claim {_number(passage.claim, document)}: {passage.label}",
    )


def _segment(section: Element, document: Coverage, segment: Segment, gaps: Iterable[int]) -> None:
    """Add the text of a segment, cut where a sentence without a claim begins, so that it can be linked to."""
    cuts = sorted({segment.start, segment.end, *(gap for gap in gaps if segment.start < gap < segment.end)})
    for start, end in pairwise(cuts):
        text = document.text[start:end]
        part = document.part_at(start)
        if segment.covering:
            _covered(section, document, segment, text)
        elif part and part.left_out:
            _add(section, "span", text, class_="out", title=_described(part))
        else:
            _uncovered(section, text, part, _gap_id(document, start) if start in gaps else "")


def _uncovered(section: Element, text: str, part: Part | None, name: str) -> None:
    """Add text without a claim; what is marked begins and ends with a letter or digit."""
    before, words, after = _split_words(text)
    _plain(section, before)
    if words:
        kind = f"{_described(part)}; " if part else ""
        element = _add(section, "span", words, class_="gap", title=f"{kind}no claim covers this")
        if name:
            element.set("id", name)
    _plain(section, after)


def _split_words(text: str) -> tuple[str, str, str]:
    solid = [index for index, letter in enumerate(text) if letter.isalnum()]
    if not solid:
        return text, "", ""
    return text[: solid[0]], text[solid[0] : solid[-1] + 1], text[solid[-1] + 1 :]


def _plain(section: Element, text: str) -> None:
    if text:
        _add(section, "span", text)


def _described(part: Part) -> str:
    return f"{part.kind}, left out" if part.left_out else part.kind


def _covered(section: Element, document: Coverage, segment: Segment, text: str) -> None:
    claims = list(dict.fromkeys(document.passages[index].claim for index in segment.covering))
    labels = {each.claim: each.label for each in document.passages}
    depth = f"d{min(len(claims), _SHADES)}"
    _add(
        section,
        "mark",
        text,
        class_=" ".join([depth, *(_claim_id(document, claim) for claim in claims)]),
        title="\n".join(f"{_number(claim, document)}: {labels[claim]}" for claim in claims),
        aria_describedby=" ".join(f"{_claim_id(document, claim)}.label" for claim in claims),
    )


def _claims(columns: Element, document: Coverage) -> None:
    section = _add(columns, "section", class_="claims", aria_label=f"Claims of {document.slug}")
    _add(section, "h3", f"{len(_ordered(document))} claims, in the order of the text")
    listed = _add(section, "ol")
    for claim in _ordered(document):
        item = _add(listed, "li", id=_claim_id(document, claim))
        _add(item, "b", _number(claim, document) + " ")
        label = next(each.label for each in document.passages if each.claim == claim)
        _add(item, "span", label or local_name(claim), id=f"{_claim_id(document, claim)}.label")
        for index, passage in enumerate(document.passages):
            if passage.claim == claim:
                place = f"{passage.start}–{passage.end}"
                _add(item, "a", place, class_="n", href=f"#{_passage_id(document, index)}").set(
                    "aria-label", f"in the text, {place}"
                )


def _ordered(document: Coverage) -> list[str]:
    return list(dict.fromkeys(each.claim for each in document.passages))


def _number(claim: str, document: Coverage) -> str:
    """Give the short form of a claim's name: `007` for `dw-2016-007`."""
    return local_name(claim).removeprefix(f"{document.slug}-")


def _claim_id(document: Coverage, claim: str) -> str:
    return f"c{_ordered(document).index(claim)}-{document.slug}"


def _passage_id(document: Coverage, index: int) -> str:
    return f"p{index}-{document.slug}"


def _gap_id(document: Coverage, start: int) -> str:
    return f"g{start}-{document.slug}"


def _targets(document: Coverage) -> str:
    """Give the rules by which a claim that is linked to lights up in the text."""
    names = (_claim_id(document, claim) for claim in _ordered(document))
    escaped = (re.sub(r"([^\w-])", r"\\\1", name) for name in names)
    return "".join(f"article:has(#{name}:target) mark.{name}{{background:var(--lit)}}\n" for name in escaped)
