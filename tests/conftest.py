"""Releases built once for all tests: the project's own data, and a made-up second conflict."""

from __future__ import annotations

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
