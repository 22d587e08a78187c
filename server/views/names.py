"""Names of a thing: none is preferred, so they stand in the order of their writing."""

from __future__ import annotations

from dataclasses import dataclass

from server.description import Description
from server.solutions import Term
from server.views.facts import Value, linked
from server.views.terms import LABEL, LITERAL_FORM, kcg

LANGUAGES = {
    "az": "Azerbaijani",
    "de": "German",
    "en": "English",
    "fa": "Persian",
    "fr": "French",
    "hy": "Armenian",
    "ka": "Georgian",
    "ru": "Russian",
    "tr": "Turkish",
}
"""Languages that occur, in words; others are shown by their tag (BCP 47)."""

SCRIPTS = {
    "Arab": "Arabic",
    "Armn": "Armenian",
    "Cyrl": "Cyrillic",
    "Geor": "Georgian",
    "Latn": "Latin",
}
"""Scripts that occur, in words; others are shown by their code (ISO 15924)."""


@dataclass(frozen=True, slots=True)
class Name:
    """One name with its language and script, who uses it, and when."""

    iri: Term
    form: Term
    language: str
    script: str
    kinds: tuple[Value, ...]
    used_by: tuple[Value, ...]
    when: tuple[str, ...]


def names(description: Description, subject: str) -> tuple[Name, ...]:
    """Give the names of `subject`."""
    found = (_name(description, iri) for iri in description.values(subject, kcg("hasName")))
    return tuple(sorted(found, key=lambda name: (name.form.value, name.form.language)))


def _name(description: Description, iri: Term) -> Name:
    form = description.one(iri.key, LITERAL_FORM) or description.one(iri.key, LABEL)
    form = form or description.label(iri)
    script = description.text(iri.key, kcg("script"))
    tag = form.language.partition("-")[0]
    return Name(
        iri,
        form,
        LANGUAGES.get(tag, form.language),
        SCRIPTS.get(script, script),
        linked(description, iri.key, "kind"),
        linked(description, iri.key, "usedBy"),
        tuple(term.value for term in description.values(iri.key, kcg("when"))),
    )
