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
from flask_babel import Babel, gettext, ngettext

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
    asked = request.args.get("lang", DEFAULT) if has_request_context() else DEFAULT
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
    # Nearly every page is in the language that the words are written in: there is nothing to look up.
    app.jinja_env.install_gettext_callables(_gettext, _ngettext, newstyle=True)  # type: ignore[attr-defined]
    app.context_processor(lambda: {"language": language(), "languages": offered()})
    app.url_defaults(_keep_language)


def _gettext(text: str) -> str:
    return text if language() == DEFAULT else str(gettext(text))


def _ngettext(one: str, more: str, number: int) -> str:
    if language() == DEFAULT:
        return one if number == 1 else more
    return str(ngettext(one, more, number))


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
