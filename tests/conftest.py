"""Releases built once for all tests: the project's own data, and a made-up second conflict."""

from __future__ import annotations

import fcntl
import os
import re
import shutil
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import settings

from kg.build import build
from kg.changes import record
from kg.release import Release, open_release, seal
from kg.sources import Project, locate_project

# How long an example takes depends on what else runs; no test asserts a time.
settings.register_profile("untimed", deadline=None)
settings.load_profile("untimed")

for costly in ("KG_WARM", "KG_AHEAD"):  # servers are started by the dozen here
    os.environ.setdefault(costly, "off")
CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser")
FLAGS = ["--no-sandbox", "--disable-gpu", "--disable-quic", "--disable-background-networking"]
ISLANDS = Path(__file__).parent / "data" / "islands"


def built_once(factory: pytest.TempPathFactory, name: str, project: Project) -> Path:
    """Build into a folder that all processes of a parallel run share; whoever comes first builds."""
    root = factory.getbasetemp()
    if "PYTEST_XDIST_WORKER" in os.environ:  # https://pytest-xdist.readthedocs.io/en/stable/how-to.html
        root = root.parent
    out, steps = root / name, root / f"{name}.steps"
    with (root / f"{name}.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not steps.exists():
            announced: list[str] = []
            build(project, out, announced.append)
            steps.write_text("\n".join(announced))
    return out


@pytest.fixture(scope="session")
def release(tmp_path_factory: pytest.TempPathFactory) -> Release:
    """A release of the project's own data."""
    return open_release(built_once(tmp_path_factory, "build", locate_project()))


@pytest.fixture(scope="session")
def islands(tmp_path_factory: pytest.TempPathFactory) -> Release:
    """A release of the made-up conflict, whose base IRI is another one."""
    return open_release(built_once(tmp_path_factory, "islands", locate_project(ISLANDS / "data")))


@pytest.fixture(scope="session")
def two_releases(islands: Release, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A build folder with two releases of the made-up conflict: one claim, actor and situation differ."""
    out = tmp_path_factory.mktemp("two-releases") / "build"
    shutil.copytree(islands.path.parent.parent, out, symlinks=True)
    data = out.parent / "data"
    shutil.copytree(ISLANDS / "data", data)
    for name, old, new in (
        ("dataset.ttl", "2021.5.0", "2021.6.0"),
        ("dataset.ttl", "2021-05-04", "2021-06-04"),
        ("source/gazette-2021.ttl", "7 sailors of Norland died", "seven sailors of Norland died"),
        ("reference/actors.ttl", "actor:navy-of-norland\n", f"{HARBOUR_POLICE}actor:navy-of-norland\n"),
        ("reference/world.ttl", "situation:norland-claims-grey-isle", "situation:claim-of-norland"),
    ):
        text = (data / name).read_text("utf-8")
        assert old in text
        (data / name).write_text(text.replace(old, new), "utf-8")
    build(locate_project(data), out)
    seal(out)
    record(out)
    return out


HARBOUR_POLICE = """actor:harbour-police
    a kcg:ArmedForce ;
    rdfs:label "Harbour police"@en ;
    kcg:evidence claim:gazette-2021-001 ;
.

"""


@pytest.fixture(scope="session")
def url(release: Release) -> Iterator[str]:
    """The root address of a really running server, started as a user starts it."""
    yield from served("--release", str(release.path))


def served(*arguments: str) -> Iterator[str]:
    """Give the root address of a server that runs until the generator is closed, and ends well."""
    command = [Path(sys.executable).with_name("kg"), "serve", "--port", "0", *arguments]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        found = re.search(r"http://\S+", process.stdout.readline())
        assert found
        yield found[0].rstrip("/")
        process.send_signal(signal.SIGTERM)
        assert process.wait(30) == 0


@pytest.fixture(scope="session")
def browser() -> Iterator[Any]:
    """One browser for all tests that look at pages."""
    if CHROMIUM is None:
        pytest.skip("needs Chromium (Debian: apt-get install chromium)")
    from playwright.sync_api import sync_playwright  # noqa: PLC0415

    with sync_playwright() as playwright:
        running = playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        yield running
        running.close()
