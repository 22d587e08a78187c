"""What the documents tell people to type is typed here, and what they link to exists."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from kg.release import Release

ROOT = Path(__file__).parent.parent
PAGES = sorted([*ROOT.glob("*.md"), *ROOT.glob("docs/**/*.md")])
README = (ROOT / "README.md").read_text("utf-8")


def blocks(language: str) -> list[str]:
    return re.findall(rf"^```{language}\n(.*?)^```", README, re.MULTILINE | re.DOTALL)


def shell(command: str, folder: Path, url: str) -> subprocess.CompletedProcess[str]:
    path = f"{Path(sys.executable).parent}:{os.environ['PATH']}"
    typed = command.replace("localhost:8000", url.removeprefix("http://"))
    return subprocess.run(
        ["bash", "-euc", typed], capture_output=True, text=True, cwd=folder, env={**os.environ, "PATH": path}
    )


COMMANDS = [line for block in blocks("sh") for line in block.splitlines() if "serve" not in line]


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory, release: Release) -> Path:
    """A place that looks like the project after `make serve`."""
    place = tmp_path_factory.mktemp("reader")
    (place / "build").symlink_to(release.path.parent.parent)
    (place / "my-conflict").symlink_to(ROOT / "tests" / "data" / "islands")
    return place


@pytest.mark.parametrize("command", COMMANDS)
def test_the_commands_of_the_readme(command: str, folder: Path, url: str) -> None:
    result = shell(command, folder, url)
    assert result.returncode == 0, result.stderr
    assert result.stdout.strip()


def test_the_program_of_the_readme(url: str) -> None:
    (program,) = blocks("python")
    code = program.replace("http://localhost:8000", url)
    result = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True)
    assert result.returncode == 0, result.stderr
    assert "Officials of Armenia" in result.stdout
    assert "Officials of Azerbaijan" in result.stdout


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))
def test_links_between_documents(page: Path) -> None:
    for target in re.findall(r"\]\(([^)#\s]+)", page.read_text("utf-8")):
        if not re.match(r"[a-z]+:", target):
            assert (page.parent / target).exists(), target


def test_every_target_of_the_makefile_is_explained() -> None:
    text = (ROOT / "Makefile").read_text("utf-8")
    targets = re.findall(r"^([a-z]+):(?!=)(.*)$", text, re.MULTILINE)
    assert {"setup", "serve", "test", "bench", "lint", "clean"} <= {name for name, _ in targets}
    assert all("##" in rest for _, rest in targets)


def test_the_numbers_of_the_ontology_in_the_readme() -> None:
    ontology = (ROOT / "ontology" / "kcg.ttl").read_text("utf-8")
    classes = len(re.findall(r"^    a owl:Class", ontology, re.MULTILINE))
    properties = len(re.findall(r"^    a (?:owl:\w+|rdf:)Property", ontology, re.MULTILINE))
    assert f"{classes} classes, {properties} properties" in README
    assert classes <= 32
    assert properties <= 50
