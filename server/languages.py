"""The languages that the interface can speak: chosen in the address with `?lang=`, kept in every link.

Only the words of the interface are translated (gettext, `server/translations`), never what sources say. A
language whose catalogue has no translations yet is not offered, and asking for it gives English.
"""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import Any

from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po
from flask import Flask, has_request_context, request
from flask_babel import Babel
from flask_babel import gettext as _translated
from flask_babel import ngettext as _translated_number
from flask_babel.speaklater import LazyString
from markupsafe import Markup

DEFAULT = "en"

LANGUAGES = {"en": "English", "hy": "Հայերեն", "az": "Azərbaycanca", "ru": "Русский"}
"""Languages that there is a catalogue for, each in its own words."""

FOLDER = Path(__file__).parent / "translations"
"""Where the catalogues are: `{language}/LC_MESSAGES/messages.po`, compiled once there are translations."""


@cache
def offered() -> dict[str, str]:
    """Give the languages that the interface is translated into."""
    return {code: name for code, name in LANGUAGES.items() if code == DEFAULT or _has_words(code)}


def language() -> str:
    """Give the language of the current page."""
    if len(offered()) == 1 or not has_request_context():  # asked thousands of times for a page
        return DEFAULT
    asked = request.args.get("lang", DEFAULT)
    return asked if asked in offered() else DEFAULT


def suffix() -> str:
    """Give what links carry so that the next page has the same language."""
    return "" if language() == DEFAULT else f"?lang={language()}"


def install(app: Flask) -> None:
    """Let templates speak the language that is asked for."""
    Babel(
        app,
        default_locale=DEFAULT,
        default_translation_directories=str(FOLDER),
        locale_selector=language,
    )
    app.jinja_env.globals.update(_=_in_page, gettext=_in_page, ngettext=_in_page_by_number, spoken=language)
    app.context_processor(lambda: {"language": language(), "languages": offered()})
    app.url_defaults(_keep_language)


def gettext(text: str, /, **variables: object) -> str:
    """Give words of the interface in the language of the page, with `%(name)s` filled in.

    Nearly every page is in the language that the words are written in: then there is nothing to look up.
    """
    if language() == DEFAULT:
        return text % variables if variables else text
    return str(_translated(text, **variables))


def lazy_gettext(text: str) -> LazyString:
    """Give words of the interface that are looked up when a page shows them."""
    return LazyString(gettext, text)


def _html(text: str) -> Markup:
    return Markup(text)  # noqa: S704 - words of ours, never of the data


@cache
def _whole(text: str) -> Markup:
    return _html(text) % {}


def _in_page(text: str, /, **variables: object) -> Markup:
    """Words in a template: HTML of ours, in which every variable is escaped."""
    if language() == DEFAULT:
        return _html(text) % variables if variables else _whole(text)
    return _html(_translated(text)) % variables


def _in_page_by_number(one: str, more: str, num: int, /, **variables: object) -> Markup:
    said = (one if num == 1 else more) if language() == DEFAULT else _translated_number(one, more, num)
    return _html(said) % {"num": num, **variables}


def compile_translated(folder: Path = FOLDER) -> list[str]:
    """Compile the catalogues in which something is translated, and give their languages."""
    compiled = []
    for path in sorted(folder.glob("*/LC_MESSAGES/messages.po")):
        with path.open("rb") as file:
            catalogue = read_po(file)
        if any(message.string and any(message.string) for message in catalogue if message.id):
            with path.with_suffix(".mo").open("wb") as file:
                write_mo(file, catalogue)
            compiled.append(path.parents[1].name)
    return compiled


def _keep_language(endpoint: str, values: dict[str, Any]) -> None:
    if endpoint != "static" and language() != DEFAULT:
        values.setdefault("lang", language())


def _has_words(code: str) -> bool:
    return (FOLDER / code / "LC_MESSAGES" / "messages.mo").is_file()
