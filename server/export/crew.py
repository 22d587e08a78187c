"""Processes that fetch and write: Python makes one page at a time in each.

They are forked with the application in them, before this process has threads.
"""

from __future__ import annotations

import json
import signal
from collections.abc import Iterable, Iterator, Mapping, Sequence
from concurrent.futures import ProcessPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cache
from multiprocessing import get_context
from pathlib import Path
from urllib.parse import urlsplit

from server.export.addresses import Address, resolved
from server.export.pages import links, localised
from server.export.source import Source

_REDIRECTS = frozenset({301, 302, 303, 307, 308})
_HTML = "text/html"
_AT_A_TIME = 12
"""Addresses that a process takes: neighbours are one thing in several syntaxes, made of the same answers."""

_FILES = "files.json"


@dataclass(frozen=True, slots=True)
class Job:
    """What to copy, the folder of the copy, and one for pages whose links still lead to the site."""

    source: Source
    folder: Path
    raw: Path


@dataclass(frozen=True, slots=True)
class Fetched:
    """What came of an address: the file that it has, or the address that it leads to, and its links."""

    address: Address
    status: int = 200
    file: str = ""
    lead: Address | None = None
    is_page: bool = False
    targets: frozenset[Address] = frozenset()


class Crew:
    """Processes that do what one `Job` asks for; `crew` forks them."""

    def __init__(self, processes: ProcessPoolExecutor, raw: Path) -> None:
        self._processes = processes
        self._raw = raw

    def fetch(self, addresses: Sequence[Address]) -> Iterator[Fetched]:
        """Fetch addresses, in order."""
        return self._processes.map(_fetch, addresses, chunksize=_AT_A_TIME)

    def write(self, files: Mapping[Address, str], pages: Iterable[Address]) -> None:
        """Write pages into the copy, their links leading to `files`."""
        listed = [[each.path, each.query, file] for each, file in files.items()]
        (self._raw / _FILES).write_text(json.dumps(listed), "utf-8")
        for _ in self._processes.map(_write_page, pages, chunksize=_AT_A_TIME):
            pass


@contextmanager
def crew(job: Job, jobs: int) -> Iterator[Crew]:
    """Fork `jobs` processes, and end them; what has not begun by then is given up."""
    processes = ProcessPoolExecutor(jobs, get_context("fork"), initializer=_begin, initargs=(job,))
    try:
        processes.submit(int).result()  # all are forked at the first
        yield Crew(processes, job.raw)
    finally:
        processes.shutdown(cancel_futures=True)


_mine: list[Job] = []
"""The job of a process."""


def _begin(job: Job) -> None:
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is for whoever waits for us
    _mine.append(job)


def _fetch(address: Address) -> Fetched:
    if address.path.startswith("/dumps/") and address.path != "/dumps/":
        return Fetched(address, file=address.path.removeprefix("/"))
    (job,) = _mine
    reply = job.source.get(address)
    headers = {name.lower(): value for name, value in reply.headers}
    if reply.code in _REDIRECTS:
        return _redirected(job.source, address, headers.get("location", ""))
    if reply.code != 200:
        return Fetched(address, reply.code)
    media_type = headers.get("content-type", "").partition(";")[0]
    file = address.file(media_type)
    if media_type != _HTML:
        _write(job.folder / file, reply.body)
        return Fetched(address, file=file)
    _write(job.raw / file, reply.body)
    found = links(reply.body, address, job.source.root)
    targets = frozenset(target for target in found if job.source.wants(target) and not target.is_static)
    return Fetched(address, file=file, is_page=file.endswith("index.html"), targets=targets)


def _redirected(source: Source, address: Address, location: str) -> Fetched:
    origin = "{0.scheme}://{0.netloc}".format(urlsplit(source.base_url))
    target = resolved(location.removeprefix(origin), address, source.root)
    if target is None or not source.wants(target):
        return Fetched(address)
    return Fetched(address, lead=target, targets=frozenset({target}))


def _write_page(page: Address) -> None:
    (job,) = _mine
    files = _files(job.raw)
    file = files[page]

    def find(target: Address) -> str:
        return target.file("") if target.is_static else files.get(target, "")

    body = localised((job.raw / file).read_bytes(), page, job.source.root, file, find)
    _write(job.folder / file, body)


@cache
def _files(raw: Path) -> dict[Address, str]:
    listed = json.loads((raw / _FILES).read_text("utf-8"))
    return {Address(path, query): file for path, query, file in listed}


def _write(path: Path, content: bytes) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content)
