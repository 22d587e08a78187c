"""Copy a site into a folder: follow its links from the home page, then let them lead to files."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Callable, Iterable
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from pathlib import Path

from kg.errors import KgError
from server.assets import STATIC
from server.export.addresses import Address
from server.export.crew import Crew, Fetched, Job, crew
from server.export.source import Source
from server.publication import Publication

SEEDS = ("/", "/dumps/", "/.well-known/void", "/robots.txt", "/sitemap.xml", "/llms.txt", "/CITATION.cff")
"""Where to begin; what a site does not have is left out."""

Progress = Callable[[int, int], object]
"""Told how many are done, and how many are known so far."""


@dataclass
class Copied:
    """What was copied: the file of each address, and the addresses that did not answer."""

    files: dict[Address, str] = field(default_factory=dict)
    pages: list[Address] = field(default_factory=list)
    missing: dict[Address, int] = field(default_factory=dict)


def copy(
    source: Source, folder: Path, progress: Callable[[], AbstractContextManager[Progress]], jobs: int = 1
) -> Copied:
    """Write all that is reached from the home page into `folder`, with `jobs` processes.

    `progress` is entered once they run, and gives what hears how many of how many. Raises a `KgError` where
    an answer is an error of the server's: a copy with holes is none.
    """
    copied = Copied()
    with (
        tempfile.TemporaryDirectory(prefix="kg-site-") as raw,
        crew(Job(source, folder, Path(raw)), jobs) as working,
        progress() as advance,
    ):
        _collect(working, copied, advance)
        working.write(copied.files, copied.pages)
    shutil.copytree(STATIC, folder / "static", dirs_exist_ok=True)
    _copy_dumps(source.publication, folder)
    return copied


def _collect(crew: Crew, copied: Copied, advance: Progress) -> None:
    """Fetch wave by wave: what the last one linked to. Pages are kept aside, all else goes into the copy."""
    seen = {Address(path) for path in SEEDS}
    leads: dict[Address, Address] = {}
    wave = sorted(seen, key=_order)
    done = 0
    while wave:
        found: set[Address] = set()
        for fetched in crew.fetch(wave):
            done += 1
            found |= fetched.targets
            _note(copied, leads, fetched)
            advance(done, len(seen | found))
        wave = sorted(found - seen, key=_order)
        seen |= found
    for address in leads:
        file = copied.files.get(_end(leads, address), "")
        if file:
            copied.files[address] = file


def _end(leads: dict[Address, Address], address: Address) -> Address:
    """Give where an address leads in the end; of a ring, where it closes."""
    seen = {address}
    while address in leads and leads[address] not in seen:
        address = leads[address]
        seen.add(address)
    return address


def _note(copied: Copied, leads: dict[Address, Address], fetched: Fetched) -> None:
    address = fetched.address
    if fetched.status >= 500:
        raise KgError(f"{address.path} is answered with {fetched.status}.", mend="Its log says why.")
    if fetched.lead is not None:
        leads[address] = fetched.lead
    elif fetched.file:
        copied.files[address] = fetched.file
    elif fetched.status != 200:
        copied.missing[address] = fetched.status
    if fetched.is_page:
        copied.pages.append(address)


def _copy_dumps(publication: Publication, folder: Path) -> None:
    for dump in publication.dumps if publication.folder else ():
        target = folder / "dumps" / dump.name
        target.parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(Path(str(publication.folder)) / dump.name, target)


def _order(address: Address) -> tuple[str, str]:
    return address.path, address.query


def broken(copied: Copied) -> Iterable[str]:
    """Give the addresses that pages link to and that the site does not have."""
    return sorted(f"{each.path} ({code})" for each, code in copied.missing.items() if each.path not in SEEDS)
