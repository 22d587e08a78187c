"""`make setup` bundles the front end, and goes on where it cannot."""

from __future__ import annotations

import json
import shutil
import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
TARGET = "server/static/vendor/basemap.json"
NEEDED = ("sh", "make", "bash")
LICENCES = {"MIT", "ISC", "BSD-2-Clause", "BSD-3-Clause", "Apache-2.0", "CC0-1.0", "MPL-2.0"}
COMBINED = {"(MPL-2.0 OR Apache-2.0)", "(CC-BY-4.0 AND MIT)"}
UNSTATED = {"node_modules/jsuri"}
"""Its package.json is silent; its LICENSE is that of the MIT."""


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """A copy of what the build reads, and a folder of programs without Node.js."""
    shutil.copy(ROOT / "Makefile", tmp_path)
    shutil.copytree(ROOT / "frontend", tmp_path / "frontend", ignore=shutil.ignore_patterns("node_modules"))
    programs = tmp_path / "bin"
    programs.mkdir()
    for name in NEEDED:
        found = shutil.which(name)
        if found is None:
            pytest.skip(f"needs {name}")
        (programs / name).symlink_to(found)
    return tmp_path


def make(project: Path) -> subprocess.CompletedProcess[str]:
    path = str(project / "bin")
    return subprocess.run(
        [f"{path}/make", TARGET], cwd=project, env={"PATH": path}, capture_output=True, text=True
    )


def test_without_node_it_says_what_is_missing_and_goes_on(project: Path) -> None:
    done = make(project)
    assert done.returncode == 0
    assert "no query editor" in done.stderr
    assert "nodejs npm" in done.stderr
    assert not (project / TARGET).exists()


def test_a_build_that_fails_stops_nothing(project: Path) -> None:
    for name, text in {"node": "exit 0", "npm": "exit 1"}.items():
        program = project / "bin" / name
        program.write_text(f"#!{project}/bin/sh\n{text}\n")
        program.chmod(0o755)
    done = make(project)
    assert done.returncode == 0
    assert "could not be built" in done.stderr


def test_packages_are_pinned_and_free() -> None:
    lock = json.loads((ROOT / "frontend" / "package-lock.json").read_text())
    packages = {name: entry for name, entry in lock["packages"].items() if name}
    assert len(packages) > 10
    for name, entry in packages.items():
        assert entry["integrity"].startswith("sha512-"), name
        assert entry.get("license") in LICENCES | COMBINED or name in UNSTATED, name


@pytest.mark.skipif(not (ROOT / TARGET).exists(), reason="the front end is not built: Node.js is missing")
def test_the_base_map_names_its_source() -> None:
    base = json.loads((ROOT / TARGET).read_text())
    assert base["source"].startswith("Natural Earth")
    assert {"Armenia", "Azerbaijan"} <= {country["name"] for country in base["countries"]}
    west, east = base["box"]["west"], base["box"]["east"]
    assert all(len(line) > 1 for line in base["borders"])
    assert any(west < x < east for line in base["borders"] for x, _ in line)
    assert (ROOT / TARGET).stat().st_size < 40_000
