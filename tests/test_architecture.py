"""The drawing in docs/architecture.txt and the imports in the code must agree."""

from __future__ import annotations

import ast
import re
from pathlib import Path
from statistics import median

import pytest

ROOT = Path(__file__).parent.parent
DRAWING = (ROOT / "docs" / "architecture.txt").read_text("utf-8")
WEB = {"flask", "werkzeug", "granian", "gunicorn", "httptools", "jinja2", "server", "uvicorn", "uvloop"}
MODULES = sorted([*(ROOT / "kg").rglob("*.py"), *(ROOT / "server").rglob("*.py")])


def dotted(path: Path) -> str:
    parts = path.relative_to(ROOT).with_suffix("").parts
    return ".".join(part for part in parts if part != "__init__")


def imports(path: Path) -> set[str]:
    """Every module that is imported, at any depth; `from kg import x` counts as kg.x."""
    found = set()
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        if isinstance(node, ast.Import):
            found.update(alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module:
            names = {dotted(each) for each in MODULES}
            inner = {f"{node.module}.{alias.name}" for alias in node.names}
            found.update(inner & names or {node.module})
    return found


def layers() -> dict[str, int]:
    rows = re.findall(r"^ +(\d+)  ([a-z_. ]+)$", DRAWING, re.MULTILINE)
    return {f"kg.{name}": int(level) for level, names in rows for name in names.split()}


KG_MODULES = [path for path in MODULES if path.relative_to(ROOT).parts[0] == "kg"]
SERVER_MODULES = [path for path in MODULES if path.relative_to(ROOT).parts[0] == "server"]


def test_every_module_is_drawn() -> None:
    assert {dotted(path) for path in KG_MODULES} - {"kg"} == set(layers())


@pytest.mark.parametrize("path", KG_MODULES, ids=dotted)
def test_imports_point_one_way(path: Path) -> None:
    level = layers().get(dotted(path), -1)
    wrong = {name for name in imports(path) if layers().get(name, -1) >= level and name in layers()}
    assert not wrong, f"{dotted(path)} (layer {level}) must not import {wrong}"


@pytest.mark.parametrize("path", KG_MODULES, ids=dotted)
def test_the_core_knows_no_web(path: Path) -> None:
    assert not {name.partition(".")[0] for name in imports(path)} & WEB


@pytest.mark.parametrize("path", SERVER_MODULES, ids=dotted)
def test_blueprints_do_not_import_each_other(path: Path) -> None:
    blueprints = {dotted(each) for each in SERVER_MODULES if "Blueprint(" in each.read_text("utf-8")}
    if dotted(path) in blueprints:
        assert not imports(path) & (blueprints - {dotted(path)})


def function_lengths(path: Path) -> list[int]:
    tree = ast.parse(path.read_text("utf-8"))
    kinds = (ast.FunctionDef, ast.AsyncFunctionDef)
    return [
        (node.end_lineno or node.lineno) - node.lineno + 1
        for node in ast.walk(tree)
        if isinstance(node, kinds)
    ]


@pytest.mark.parametrize("path", MODULES, ids=dotted)
def test_modules_and_functions_fit_in_the_head(path: Path) -> None:
    assert len(path.read_text("utf-8").splitlines()) <= 300
    assert max(function_lengths(path), default=0) <= 50


def test_the_typical_function_is_short() -> None:
    assert median(length for path in MODULES for length in function_lengths(path)) <= 10


def test_nothing_is_called_a_utility() -> None:
    assert not [path for path in MODULES if re.search(r"util|helper|manager|misc|common", path.stem)]
