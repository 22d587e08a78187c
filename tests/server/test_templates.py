"""Every word that a template shows goes through gettext, so that it can be translated."""

from __future__ import annotations

import re
from collections.abc import Iterator
from html.parser import HTMLParser
from pathlib import Path

import jinja2
import pytest
from jinja2 import nodes

import server

TEMPLATES = sorted(Path(server.__file__).with_name("templates").glob("*.html"))
SHOWN = {"aria-label", "alt", "label", "placeholder", "title"}
"""Attributes whose text a reader sees or hears: https://www.w3.org/TR/html-aria/."""
VERBATIM = {"code", "pre", "script", "style"}
NAMES = {
    *("ActivityStreams", "CSV", "EDTF", "GeoJSON", "JSON", "Linked Data Event Stream", "OpenAPI"),
    *("SHA-256", "SPARQL", "llms.txt"),
}
"""Names of formats and protocols, which are the same in every language."""
WORDS = re.compile(r"[^\W\d_]{2}")
ENVIRONMENT = jinja2.Environment(extensions=["jinja2.ext.i18n"])  # noqa: S701 - nothing is rendered


class Texts(HTMLParser):
    """Gathers what is shown of markup from which expressions were taken out."""

    def __init__(self) -> None:
        super().__init__()
        self.found: list[str] = []
        self._verbatim = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self._verbatim += tag in VERBATIM
        self.found += [value for name, value in attrs if name in SHOWN and value]

    def handle_endtag(self, tag: str) -> None:
        self._verbatim -= tag in VERBATIM

    def handle_data(self, data: str) -> None:
        if not self._verbatim:
            self.found.append(data)


def markup(source: str) -> str:
    """What of a template is no expression, no statement, and in no `trans` block."""
    kept, translated, statement = [], False, False
    for _, token, value in ENVIRONMENT.lex(source):
        if token == "block_begin":
            statement = True
        elif token == "name" and statement:
            translated = value == "trans" or (translated and value != "endtrans")
            statement = False
        elif token == "data" and not translated:
            kept.append(value)
    return "".join(kept)


def untranslated(source: str) -> Iterator[str]:
    """Text that a reader sees and that no translator is asked for."""
    parser = Texts()
    parser.feed(markup(source))
    for text in parser.found:
        if WORDS.search(text) and text.strip(" .,;:·()–\n") not in NAMES:
            yield text.strip()
    tree = ENVIRONMENT.parse(source)
    asked = {id(each) for each in _asked(tree)}
    for constant in tree.find_all(nodes.Const):
        if isinstance(constant.value, str) and id(constant) not in asked and _is_prose(constant.value):
            yield constant.value


def _asked(tree: nodes.Template) -> Iterator[nodes.Node]:
    """Constants in calls of gettext, in comparisons, and in keys: none of them is shown as it is."""
    for call in tree.find_all(nodes.Call):
        if isinstance(call.node, nodes.Name) and call.node.name in {"_", "gettext", "ngettext"}:
            yield from call.find_all(nodes.Const)
    for node in tree.find_all((nodes.Compare, nodes.Getitem)):
        yield from node.find_all(nodes.Const)
    for pair in tree.find_all(nodes.Pair):
        yield pair.key


def _is_prose(text: str) -> bool:
    """Tell whether a constant looks like words for people: several of them, or one with a capital."""
    return bool(re.search(r"[^\W\d_]{2}\S* +\S*[^\W\d_]{2}", text) or re.fullmatch(r"[A-Z][a-z]+ ?", text))


@pytest.mark.parametrize("path", TEMPLATES, ids=lambda path: path.name)
def test_every_word_of_a_template_can_be_translated(path: Path) -> None:
    assert list(untranslated(path.read_text("utf-8"))) == []


@pytest.mark.parametrize(
    ("source", "found"),
    [
        ("<p>Some words</p>", ["Some words"]),
        ('<p>{{ _("Some words") }}</p>', []),
        ("<p>{% trans %}Some words{% endtrans %}</p>", []),
        ("{% trans %}Words{% endtrans %}<p>More of them</p>", ["More of them"]),
        ('{% trans n=3 %}Word{% pluralize n %}Words{% endtrans %}<p title="Others">', ["Others"]),
        ('<img alt="A picture"><code>kg build</code>', ["A picture"]),
        ('{{ heading("Two words") }}', ["Two words"]),
        ('{{ heading("Side", false) }}', ["Side"]),
        ('{{ heading(_("Side"), false) }}', []),
        ('{% if "Polity" in classes %}{{ names["Whole"] }}{% endif %}', []),
        ('<a href="/x.csv">CSV</a>, <a class="some words">–</a>', []),
    ],
)
def test_untranslated_text_is_found(source: str, found: list[str]) -> None:
    assert list(untranslated(source)) == found
