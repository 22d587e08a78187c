"""`kg` as a user calls it, but in the process of the test: what it imports is imported already."""

from __future__ import annotations

import io
import os
import sys
from collections.abc import Mapping
from contextlib import chdir, redirect_stderr, redirect_stdout
from dataclasses import dataclass
from pathlib import Path
from unittest.mock import patch

from kg.cli import main


@dataclass(frozen=True, slots=True)
class Ran:
    """How a command ended and what it said."""

    returncode: int
    stdout: str
    stderr: str


def run_kg(folder: Path, *arguments: object, environment: Mapping[str, str] = {}) -> Ran:
    """Run `kg` in `folder`. That it is a program that can be called, other tests show."""
    told = ["kg", *map(str, arguments)]
    said, complained = io.StringIO(), io.StringIO()
    with (
        chdir(folder),
        patch.dict(os.environ, environment),
        patch.object(sys, "argv", told),
        redirect_stdout(said),
        redirect_stderr(complained),
    ):
        try:
            main()
        except SystemExit as end:
            code = end.code
    assert isinstance(code, int)
    return Ran(code, said.getvalue(), complained.getvalue())
