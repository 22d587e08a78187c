"""Pages of a static copy: their links lead to files, and what needs the server says so."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from urllib.parse import urlsplit

from lxml import html

from server.export.addresses import Address, relative, resolved

NOTE = "Filters, searches and queries need the server; this is a copy of the site as files."

_LINKS = frozenset({"href", "src"})


def links(body: bytes, page: Address, root: str) -> Iterator[Address]:
    """Give where the links of a page lead that a copy follows: neither forms nor links without end."""
    for element, attribute, link, _ in html.document_fromstring(body).iterlinks():
        if attribute in _LINKS and not _is_endless(element):
            target = resolved(link, page, root)
            if target is not None and target.is_copied:
                yield target


def localised(body: bytes, page: Address, root: str, file: str, find: Callable[[Address], str]) -> bytes:
    """Give the page with its links leading to files; `find` gives the file of an address, or "" for none.

    A link to what the copy does not have becomes plain text, and forms become one note.
    """
    document = html.document_fromstring(body)
    for element, attribute, link, _ in list(document.iterlinks()):
        target = resolved(link, page, root) if attribute in _LINKS else None
        if target is None:
            continue
        found = find(target)
        if found:
            element.set(attribute, relative(found, file, urlsplit(link).fragment))
        elif element.tag == "link":
            element.getparent().remove(element)
        else:
            del element.attrib[attribute]
    _without_forms(document)
    text: bytes = html.tostring(document, encoding="utf-8", doctype="<!doctype html>")
    return text + b"\n"


def _is_endless(element: html.HtmlElement) -> bool:
    return "nofollow" in element.get("rel", "").split()


def _without_forms(document: html.HtmlElement) -> None:
    main = document.find(".//main")
    noted = False
    for form in list(document.iter("form")):
        is_shown = main is not None and main in form.iterancestors()
        if is_shown and not noted:
            note = html.Element("p", {"class": "note"})
            note.text = NOTE
            form.addprevious(note)
            noted = True
        form.drop_tree()
