"""Settings: read from the environment, refused with the name of the variable, and documented."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

import pytest

from kg.errors import UsageError
from server import Settings
from server.__main__ import main
from server.settings import document, table

PAGE = Path(__file__).parents[2] / "docs" / "settings.md"


@pytest.mark.parametrize(
    ("variable", "text", "name", "value"),
    [
        ("KG_RELOAD", "off", "reload", False),
        ("KG_RELOAD", "ON", "reload", True),
        ("KG_METRICS", "0", "metrics", False),
        ("KG_LOG", "json", "log", "json"),
        ("KG_CACHE", "0", "cache", 0),
    ],
)
def test_what_is_read(variable: str, text: str, name: str, value: Any) -> None:
    assert getattr(Settings.from_environment({variable: text}), name) == value


@pytest.mark.parametrize(
    ("variable", "text"),
    [("KG_RELOAD", "perhaps"), ("KG_LOG", "loud"), ("KG_CACHE", "-1"), ("KG_THREADS", "")],
)
def test_what_is_refused(variable: str, text: str) -> None:
    with pytest.raises(UsageError, match=f"{variable}={text!r}"):
        Settings.from_environment({variable: text})


def test_the_page_is_that_of_the_table(capsys: pytest.CaptureFixture[str]) -> None:
    assert PAGE.read_text("utf-8") == document(), ".venv/bin/python -m server --settings > docs/settings.md"
    assert main(["--settings"]) == 0
    assert capsys.readouterr().out == document()
    assert all(f"| `{variable}` |" in document() for _, variable, _, _ in table())


def test_a_server_that_is_not_installed(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], release: Path
) -> None:
    monkeypatch.setenv("KG_SERVER", "granian")
    monkeypatch.setitem(sys.modules, "server.granian_web", None)
    assert main(["--release", str(release), "--port", "0"]) == 1
    assert "pip install granian" in capsys.readouterr().err
