"""Releases built once for all tests: the project's own data, and a made-up second conflict."""

from __future__ import annotations

import re
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from kg.build import build
from kg.release import Release
from kg.sources import locate_project

ISLANDS = Path(__file__).parent / "data" / "islands"


@pytest.fixture(scope="session")
def release(tmp_path_factory: pytest.TempPathFactory) -> Release:
    """A release of the project's own data."""
    return build(locate_project(), tmp_path_factory.mktemp("build"))


@pytest.fixture(scope="session")
def islands(tmp_path_factory: pytest.TempPathFactory) -> Release:
    """A release of the made-up conflict, whose base IRI is another one."""
    return build(locate_project(ISLANDS / "data"), tmp_path_factory.mktemp("islands"))


@pytest.fixture(scope="session")
def url(release: Release) -> Iterator[str]:
    """The root address of a really running server, started as a user starts it."""
    command = [Path(sys.executable).with_name("kg"), "serve", "--port", "0", "--release", release.path]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        found = re.search(r"http://\S+", process.stdout.readline())
        assert found
        yield found[0].rstrip("/")
        process.send_signal(signal.SIGTERM)
        assert process.wait(30) == 0
