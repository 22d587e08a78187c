"""The layout of RDF text for readers: Turtle that compares well, RDF/XML that says no less than it should."""

from __future__ import annotations

import re
from collections.abc import Iterable

import pyoxigraph as ox

from kg.errors import DataError

_SEPARATORS = re.compile(rb'("(?:[^"\\]|\\.)*"|<[^>]*>)| , ')
_NAME_START = (
    "A-Z_a-z\u00c0-\u00d6\u00d8-\u00f6\u00f8-\u02ff\u0370-\u037d\u037f-\u1fff\u200c\u200d\u2070-\u218f"
    "\u2c00-\u2fef\u3001-\ud7ff\uf900-\ufdcf\ufdf0-\ufffd\U00010000-\U000effff"
)
_ENDS_IN_XML_NAME = re.compile(f"[{_NAME_START}][{_NAME_START}0-9.\u00b7\u0300-\u036f\u203f\u2040-]*\\Z")
"""https://www.w3.org/TR/xml-names/#NT-NCName"""
_NOT_XML = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]")


def spread(turtle: bytes) -> bytes:
    """Lay Turtle or TriG out so that people and `diff` can read it.

    Prefixes are sorted, an empty line stands between subjects, and each value has a line of its own.
    pyoxigraph writes a predicate a line and no line ends in literals, so that lines can be told apart.
    """
    lines = turtle.splitlines(keepends=True)
    prefixes = sorted(line for line in lines if line.startswith(b"@prefix"))
    body = []
    ended = bool(prefixes)
    for line in lines[len(prefixes) :]:
        body.append(b"\n" * (ended and line != b"}\n") + _one_value_a_line(line))
        ended = line.endswith((b" .\n", b"}\n"))
    return b"".join([*prefixes, *body])


def _one_value_a_line(line: bytes) -> bytes:
    indent = b"\t" * (len(line) - len(line.lstrip(b"\t")))
    return _SEPARATORS.sub(lambda found: found[1] or b" ,\n\t\t" + indent, line)


def with_line_ends(xml: bytes) -> bytes:
    """Write carriage returns as references; XML readers take bare ones for line ends.

    https://www.w3.org/TR/xml/#sec-line-ends.
    """
    return xml.replace(b"\r", b"&#13;")


def refuse_unwritable(rows: Iterable[ox.Quad | ox.Triple]) -> None:
    """Raise `DataError` for what RDF/XML has no form for.

    A predicate is an XML name there (https://www.w3.org/TR/rdf-syntax-grammar/#section-Syntax-node-property-elements),
    and XML 1.0 has no control characters.
    """
    for row in rows:
        if not _ENDS_IN_XML_NAME.search(row.predicate.value):
            raise DataError(
                f"RDF/XML cannot hold the predicate <{row.predicate.value}>: it does not end in an XML name.",
                mend="Use a property whose name begins with a letter, or a format other than RDF/XML.",
            )
        if isinstance(row.object, ox.Literal) and _NOT_XML.search(row.object.value):
            raise DataError(
                f"RDF/XML cannot hold a value of {row.subject}: there is a control character in it.",
                mend="Take the character out, or use a format other than RDF/XML.",
            )
