"""`python -m server.export`: write a static copy of the site; an older one is replaced at the end."""

from __future__ import annotations

import argparse
import shutil
import sys
from collections.abc import Sequence
from concurrent.futures.process import BrokenProcessPool
from dataclasses import replace
from functools import partial
from os import cpu_count, getpid
from pathlib import Path
from urllib.parse import urlsplit

from kg.cli.console import ERRORS, growing
from kg.errors import KgError, OutputError, UsageError
from kg.formats import RDF_FORMATS, Format, named
from server import Settings, create_app, publication_of
from server.export.copy import Copied, broken, copy
from server.export.hosts import write_hints
from server.export.remembering import RememberingStore
from server.export.source import Source
from server.pool import pool_of

MARK = ".kg-site"
"""The file that says that a folder is such a copy, and may be replaced by another one."""

_DEADLINE = 120.0


def main(arguments: Sequence[str] | None = None) -> int:
    """Write the copy; give the exit code."""
    try:
        given = _parser().parse_args(arguments)
        formats = tuple(named(name, RDF_FORMATS) for name in given.formats.split(",") if name)
        settings = replace(Settings.from_environment(), release=given.release, load=(), deadline=_DEADLINE)
        export(settings, given.out, given.base_url, formats, given.jobs)
    except KgError as error:
        print(error, file=sys.stderr)
        return error.exit_code
    except KeyboardInterrupt:
        print("Interrupted; nothing was changed.", file=sys.stderr)
        return 130
    return 0


def export(
    settings: Settings,
    out: Path,
    base_url: str = "",
    formats: Sequence[Format] = RDF_FORMATS,
    jobs: int | None = None,
) -> Copied:
    """Write the whole site below `out`, aside first, so that `out` is always a whole copy.

    `jobs` processes do it, by default as many as there are processors. Raises `OutputError` if `out` holds
    something else or cannot be written, `UsageError` for a `base_url` that is none.
    """
    _refuse_foreign(out)
    publication = publication_of(settings)
    address = base_url or publication.iris.base
    if urlsplit(address).scheme not in {"http", "https"}:
        raise UsageError(f"{address} is no web address.", mend="Give --base-url https://...")
    aside = out.with_name(f".{out.name}.{getpid()}")
    pool = pool_of(settings)
    try:
        app = create_app(settings, RememberingStore(pool.start()), publication)
        source = Source(app, address, publication, formats)
        copied = copy(source, aside, partial(growing, "addresses"), jobs or cpu_count() or 1)
        write_hints(aside)
        (aside / MARK).write_text(f"{publication.id}\n", "utf-8")
        _swap(aside, out)
    except BrokenProcessPool:
        raise KgError(
            "A process that writes the copy was ended.", mend="Give it more memory, or fewer --jobs."
        ) from None
    except OSError as error:
        raise OutputError(
            f"{out} cannot be written: {error}.", mend="Make room, or name another folder."
        ) from error
    finally:
        pool.stop()
        shutil.rmtree(aside, ignore_errors=True)
    _report(copied, out)
    return copied


def _refuse_foreign(out: Path) -> None:
    if out.exists() and not (out / MARK).is_file() and (not out.is_dir() or any(out.iterdir())):
        raise OutputError(f"{out} is there and is no copy of a site.", mend="Name a new folder.")


def _swap(aside: Path, out: Path) -> None:
    """Put the new copy in the place of the old one, by renaming."""
    old = out.with_name(f".{out.name}.{getpid()}.old")
    if out.exists():
        out.rename(old)
    aside.rename(out)
    shutil.rmtree(old, ignore_errors=True)


def _report(copied: Copied, out: Path) -> None:
    for line in broken(copied):
        ERRORS.print(f"linked to, but not there: {line}")
    print(f"{len(set(copied.files.values())):,} files, {len(copied.pages):,} of them pages, in {out}.")


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m server.export", description=__doc__)
    parser.add_argument("--release", type=Path, default=Path("build"))
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("--base-url", default="")
    parser.add_argument("--formats", default=",".join(each.name for each in RDF_FORMATS))
    parser.add_argument("--jobs", type=_at_least_one)
    return parser


def _at_least_one(text: str) -> int:
    if int(text) < 1:
        raise argparse.ArgumentTypeError(f"{text} is less than 1")
    return int(text)


if __name__ == "__main__":
    sys.exit(main())
