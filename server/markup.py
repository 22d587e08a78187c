"""Values as HTML: what templates do most often, written in Python because pages have thousands of them."""

from __future__ import annotations

import sys
from collections.abc import Iterable
from functools import lru_cache

from flask import Flask
from flask_babel import gettext, lazy_gettext
from markupsafe import Markup, escape

from server.links import href
from server.solutions import Term
from server.views.dates import in_words
from server.views.facts import Value

_BDI, _BDI_IN, _BDI_END = Markup("<bdi>"), Markup('<bdi lang="'), Markup("</bdi>")
_LINK, _LINK_END, _OPENED = Markup('<a href="'), Markup("</a>"), Markup('">')

_FORMS = {
    "between": lazy_gettext("between %(first)s and %(last)s"),
    "span": lazy_gettext("%(first)s to %(last)s"),
    "from": lazy_gettext("%(first)s or later"),
    "by": lazy_gettext("by %(first)s"),
    "since": lazy_gettext("since %(first)s"),
    "begun": lazy_gettext("from %(first)s, end not known"),
    "until": lazy_gettext("until %(first)s"),
    "ended": lazy_gettext("to %(first)s, begin not known"),
}
"""How dates are said, by the form that `in_words` finds."""


def literal(term: Term) -> Markup:
    """Give a text in its language, kept apart from the direction of the text around it."""
    if term.language:
        return _BDI_IN + escape(term.language) + _OPENED + escape(term.value) + _BDI_END
    return _BDI + escape(term.value) + _BDI_END


def link(value: Value) -> Markup:
    """Give what a value is called, as a link where it leads somewhere."""
    if value.term.is_literal:
        return literal(value.term)
    target = href(value.term.value) if value.term.is_iri else ""
    label = literal(value.label)
    return _LINK + escape(target) + _OPENED + label + _LINK_END if target else label


def links(values: Iterable[Value], separator: str = ", ") -> Markup:
    """Give several values."""
    return escape(separator).join(link(value) for value in values)


def nothing() -> Markup:
    """Give a dash, which says that nothing is recorded."""
    words = gettext("nothing recorded")
    dash = Markup('<span class="none" title="{0}">–<span class="unseen">{0}</span></span>')
    return dash.format(words)


def cell(values: Iterable[Value]) -> Markup:
    """Give several values, or say that there is none."""
    return links(values) or nothing()


def times(recorded: Iterable[str]) -> Markup:
    """Give dates as people say them; each as it is recorded (EDTF) is the title."""
    return Markup(", ").join(_time(each) for each in recorded)


@lru_cache(maxsize=4096)
def _whole(recorded: str, words: str) -> Markup:
    return Markup('<span class="edtf" title="EDTF {}">{}</span>').format(recorded, words)


def _time(recorded: str) -> Markup:
    return _whole(recorded, in_other_words(recorded))


def in_other_words(recorded: str) -> str:
    """Say one EDTF date in the language of the page."""
    said = in_words(recorded)
    form = _FORMS.get(said.form)
    return str(form % {"first": said.first, "last": said.last}) if form else said.first


def install(app: Flask) -> None:
    """Let templates use them, as `markup.links(...)`."""
    app.jinja_env.globals["markup"] = sys.modules[__name__]
