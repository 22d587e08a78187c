"""What the commands say: errors, progress and tables; colours only on a terminal."""

from __future__ import annotations

import os
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager

from rich.console import Console
from rich.progress import BarColumn, Progress, TextColumn, TimeElapsedColumn
from rich.table import Table
from rich.text import Text

from kg.errors import KgError, ProblemsError

ERRORS = Console(stderr=True, highlight=False, soft_wrap=True)
RESULTS = Console(highlight=False)


def report_error(error: KgError) -> None:
    """Print one paragraph for each thing that is wrong, the count last."""
    for problem in error.problems if isinstance(error, ProblemsError) else (error,):
        if problem.where:
            ERRORS.print(Text(str(problem.where), style="bold"), Text(problem.what))
        else:
            ERRORS.print(Text("Error:", style="bold red"), Text(problem.what))
        if problem.mend:
            ERRORS.print(Text(f"  {problem.mend}", style="cyan"))
    if isinstance(error, ProblemsError):
        ERRORS.print(Text(error.what, style="bold red"))


@contextmanager
def progress(steps: Sequence[str]) -> Iterator[Callable[[str], None]]:
    """Show a bar over named steps: on a terminal a moving one, elsewhere a line for each step."""
    if not ERRORS.is_terminal:
        yield _lines()
        return
    columns = (TextColumn("{task.description:<10}"), BarColumn(), TimeElapsedColumn())
    with Progress(*columns, console=ERRORS, transient=True) as bar:
        task = bar.add_task("", total=len(steps))

        def announce(step: str) -> None:
            bar.update(task, description=step, completed=steps.index(step))

        yield announce


@contextmanager
def counting(total: int, unit: str) -> Iterator[Callable[[int], None]]:
    """Show how much of `total` is done: on a terminal a moving bar, elsewhere a line for each tenth.

    What is yielded is told how much more is done.
    """
    if not ERRORS.is_terminal:
        yield _tenths(total, unit)
        return
    columns = (TextColumn("{task.completed:,} of {task.total:,} " + unit), BarColumn(), TimeElapsedColumn())
    with Progress(*columns, console=ERRORS, transient=True) as bar:
        task = bar.add_task("", total=total)
        yield lambda count: bar.advance(task, count)


@contextmanager
def growing(unit: str) -> Iterator[Callable[[int, int], None]]:
    """Show how many of those known so far are done; what is yielded is told both numbers."""
    if not ERRORS.is_terminal:
        yield _now_and_then(unit)
        return
    columns = (TextColumn("{task.completed:,} of {task.total:,} " + unit), BarColumn(), TimeElapsedColumn())
    with Progress(*columns, console=ERRORS, transient=True) as bar:
        task = bar.add_task("", total=1)
        yield lambda done, known: bar.update(task, completed=done, total=known)


def _now_and_then(unit: str, pause: float = 5.0) -> Callable[[int, int], None]:
    started = shown = time.monotonic()

    def tell(done: int, known: int) -> None:
        nonlocal shown
        if done == known or time.monotonic() > shown + pause:
            shown = time.monotonic()
            ERRORS.print(Text(f"{shown - started:6.1f} s  {done:,} of {known:,} {unit}"))

    return tell


def _tenths(total: int, unit: str) -> Callable[[int], None]:
    started = time.monotonic()
    done = 0

    def advance(count: int) -> None:
        nonlocal done
        before, done = done, done + count
        if before * 10 // max(total, 1) < done * 10 // max(total, 1):
            ERRORS.print(Text(f"{time.monotonic() - started:6.1f} s  {done:,} of {total:,} {unit}"))

    return advance


def _lines() -> Callable[[str], None]:
    started = time.monotonic()

    def announce(step: str) -> None:
        ERRORS.print(Text(f"{time.monotonic() - started:6.1f} s  {step}"))

    return announce


def print_table(title: str, columns: Sequence[str], rows: Sequence[Sequence[str]]) -> None:
    """Print a table; numbers are aligned to the right."""
    table = Table(title=title or None, title_justify="left")
    for index, column in enumerate(columns):
        numeric = bool(rows) and all(_is_number(row[index]) for row in rows)
        table.add_column(column, justify="right" if numeric else "left", overflow="fold")
    for row in rows:
        table.add_row(*(Text(value) for value in row))
    RESULTS.print(table)


def _is_number(text: str) -> bool:
    return text.replace(",", "").replace(".", "", 1).isdigit()


def write_bytes(content: bytes) -> None:
    """Write bytes to standard output; a reader that goes away is no error."""
    try:
        sys.stdout.buffer.write(content)
        sys.stdout.buffer.flush()
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
