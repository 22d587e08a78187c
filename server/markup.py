"""Values as HTML: what templates do most often, written in Python because pages have thousands of them."""

from __future__ import annotations

import re
import sys
from collections.abc import Iterable
from functools import lru_cache

from flask import Flask
from markupsafe import Markup, escape

from kg.iris import local_name
from server.languages import gettext, lazy_gettext
from server.links import Here, here, target, with_parameters
from server.solutions import Term
from server.views.claims import Claim, Passage
from server.views.dates import in_words
from server.views.facts import Value

_BDI, _BDI_IN = Markup("<bdi>{}</bdi>"), Markup('<bdi lang="{}">{}</bdi>')
_LINK, _LINK_END = Markup('<a href="{}">{}</a>'), Markup("</a>")
_POSITION, _QUOTED = Markup('<a class="position" href="{}">'), Markup(' <q class="small" dir="auto">{}</q>')
_SPAN, _SPAN_END = Markup("<span>"), Markup("</span>")

_DAY = re.compile(r"\d{4}-\d{2}(?:-\d{2})?")

_LONG = 1000
"""Characters from which on a text is not kept as HTML: names are shorter, and come again and again."""

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
    return (_kept if len(term.value) < _LONG else _literal)(term)


def _literal(term: Term) -> Markup:
    if term.language:
        return _BDI_IN.format(term.language, term.value)
    return _BDI.format(term.value)


_kept = lru_cache(maxsize=16_384)(_literal)


def link(value: Value) -> Markup:
    """Give what a value is called, as a link where it leads somewhere."""
    return _linked(value.term, value.label, here())


def _linked(term: Term, label: Term, place: Here) -> Markup:
    if len(term.value) < _LONG and len(label.value) < _LONG:
        return _kept_link(term, label, place)
    return _link(term, label, place)


def _link(term: Term, label: Term, place: Here) -> Markup:
    if term.is_literal:
        return literal(term)
    leads_to = target(term.value, place) if term.is_iri else ""
    return _LINK.format(leads_to, literal(label)) if leads_to else literal(label)


_kept_link = lru_cache(maxsize=16_384)(_link)


def links(values: Iterable[Value], separator: str = ", ") -> Markup:
    """Give several values."""
    place = here()
    return escape(separator).join([_linked(value.term, value.label, place) for value in values])


def nothing() -> Markup:
    """Give a dash, which says that nothing is recorded."""
    return _nothing(gettext("nothing recorded"))


def positions(claim: Claim) -> Markup:
    """Give where a claim stands in its document; each place leads to it among the document's claims."""
    opened, closed = _SPAN, _SPAN_END
    if claim.sources:
        address = with_parameters(target(claim.sources[0].term.value, here()), at=claim.start)
        opened, closed = _POSITION.format(f"{address}#claim-{local_name(claim.iri.value)}"), _LINK_END
    return Markup(", ").join([opened + _passage(each) + closed + _words(each) for each in claim.passages])


def _passage(passage: Passage) -> str:
    return gettext("characters %(start)s–%(end)s", start=passage.start, end=passage.end)


def _words(passage: Passage) -> Markup:
    return _QUOTED.format(passage.words) if passage.words else Markup()


@lru_cache(maxsize=8)
def _nothing(words: str) -> Markup:
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
    return Markup('<span class="edtf" title="EDTF {}">{}</span>').format(recorded, days(words))


def _time(recorded: str) -> Markup:
    return _whole(recorded, in_other_words(recorded))


@lru_cache(maxsize=4096)
def days(words: str) -> Markup:
    """Keep each date in `words` on one line: `2022-09-13` would be broken at its hyphens."""
    return Markup(_DAY.sub(r'<span class="day">\g<0></span>', str(escape(words))))  # noqa: S704 - escaped


def in_other_words(recorded: str) -> str:
    """Say one EDTF date in the language of the page."""
    said = in_words(recorded)
    form = _FORMS.get(said.form)
    return str(form % {"first": said.first, "last": said.last}) if form else said.first


def kept() -> int:
    """Give how many texts and links are kept as HTML."""
    return _kept.cache_info().currsize + _kept_link.cache_info().currsize


def install(app: Flask) -> None:
    """Let templates use them, as `markup.links(...)`."""
    app.jinja_env.globals["markup"] = sys.modules[__name__]
