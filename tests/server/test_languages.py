"""The words of the interface: every one is in the catalogues, which nobody but a translator fills."""

from __future__ import annotations

import re
import shutil
from pathlib import Path

import pytest
from babel.messages.extract import DEFAULT_KEYWORDS, extract_from_dir
from babel.messages.frontend import parse_mapping_cfg
from babel.messages.pofile import read_po, write_po
from flask import Flask
from flask.testing import FlaskClient

from kg.release import open_release
from kg.store import MemoryStore
from server import Publication, Settings, create_app, languages

ROOT = Path(__file__).parents[2]
OTHERS = sorted(set(languages.LANGUAGES) - {languages.DEFAULT})


def messages(path: Path) -> dict[object, object]:
    with path.open("rb") as file:
        return {message.id: message.string for message in read_po(file) if message.id}


def in_code() -> set[object]:
    with (languages.FOLDER / "babel.cfg").open() as file:
        methods, options = parse_mapping_cfg(file)
    keywords = {**DEFAULT_KEYWORDS, "lazy_gettext": None}
    found = extract_from_dir(
        ROOT / "server", [(p.removeprefix("server/"), m) for p, m in methods], options, keywords
    )
    return {message for _, _, message, _, _ in found}


def test_every_word_of_the_pages_is_to_be_translated() -> None:
    template = set(messages(languages.FOLDER / "messages.pot"))
    assert template == in_code(), "run: make messages"
    assert len(template) > 100


@pytest.mark.parametrize("code", OTHERS)
def test_a_catalogue_has_every_word(code: str) -> None:
    ids = set(messages(languages.FOLDER / code / "LC_MESSAGES" / "messages.po"))
    assert ids == set(messages(languages.FOLDER / "messages.pot")), "run: make messages"


def test_no_language_is_offered_without_translations(client: FlaskClient) -> None:
    for code in OTHERS:
        if code not in languages.offered():
            text = client.get(f"/?lang={code}").text
            assert '<html lang="en">' in text
            assert "?lang=" not in text


@pytest.fixture
def translated(release: Path, store: MemoryStore, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Flask:
    """The site with one word translated into Russian, by a test and not by a translator."""
    shutil.copytree(languages.FOLDER, tmp_path / "translations")
    path = tmp_path / "translations" / "ru" / "LC_MESSAGES" / "messages.po"
    with path.open("rb") as file:
        catalogue = read_po(file)
    catalogue["Skip to the content"].string = "К содержанию"
    with path.open("wb") as file:
        write_po(file, catalogue)
    assert languages.compile_translated(tmp_path / "translations") == ["ru"]
    monkeypatch.setattr(languages, "FOLDER", tmp_path / "translations")
    languages.offered.cache_clear()
    return create_app(Settings(release=release), store, Publication.of_release(open_release(release)))


def test_the_language_is_in_the_address_and_in_every_link(translated: Flask) -> None:
    try:
        text = translated.test_client().get("/page/event/border-clash?lang=ru").text
        assert '<html lang="ru">' in text
        assert "К содержанию" in text
        for target in re.findall(r'<a[^>]* href="(/page/[^"#]+|/entities/[^"#]+)', text):
            assert "lang=ru" in target, target
        assert '<html lang="en">' in translated.test_client().get("/page/event/border-clash").text
    finally:
        languages.offered.cache_clear()


def test_what_stands_in_a_sentence_is_escaped_and_the_sentence_is_not(app: Flask) -> None:
    said = app.jinja_env.from_string(
        "{{ _('Search: %(text)s', text=text) }}|{{ _('%(share)s %% of it', share=5) }}|{{ _('<b>5 %%</b>') }}"
        "{% for n in (1, 2) %}|{{ ngettext('%(num)s claim', '%(num)s claims', n) }}{% endfor %}"
    ).render(text="<script>")
    assert said == "Search: &lt;script&gt;|5 % of it|<b>5 %</b>|1 claim|2 claims"


def test_words_kept_aside_are_said_in_the_language_of_the_page(translated: Flask) -> None:
    kept = languages.lazy_gettext("Skip to the content")
    try:
        with translated.test_request_context("/?lang=ru"):
            assert f"{kept}" == languages.gettext("Skip to the content") == "К содержанию"
        with translated.test_request_context("/"):
            assert f"{kept}" == "Skip to the content"
    finally:
        languages.offered.cache_clear()
