"""Copy a site into a folder: follow its links from the home page, then let them lead to files."""

from __future__ import annotations

import io
import shutil
import sys
import tempfile
from collections.abc import Callable, Iterable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from kg.errors import KgError
from kg.formats import RDF_FORMATS, Format
from server.assets import STATIC
from server.export.addresses import Address, resolved
from server.export.pages import links, localised
from server.publication import Publication
from server.reply import Reply, run

if TYPE_CHECKING:
    from _typeshed.wsgi import WSGIApplication

SEEDS = ("/", "/dumps/", "/.well-known/void", "/robots.txt", "/sitemap.xml", "/llms.txt", "/CITATION.cff")
"""Where to begin; what a site does not have is left out."""

_THREADS = 8
_ACCEPT = "text/html, text/turtle;q=0.8, */*;q=0.5"
_ACCEPT_DATA = "text/turtle, */*;q=0.5"
_WELL_KNOWN = "/.well-known/"
"""Where machines look, and so the copy has what they get: https://www.rfc-editor.org/rfc/rfc8615."""
_REDIRECTS = frozenset({301, 302, 303, 307, 308})


Progress = Callable[[int, int], object]
"""Told how many are done, and how many are known so far."""


@dataclass
class Copied:
    """What was copied: the file of each address, and the addresses that did not answer."""

    files: dict[Address, str] = field(default_factory=dict)
    pages: list[Address] = field(default_factory=list)
    missing: dict[Address, int] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Source:
    """The site to copy: its application, and the address that pages shall give as their own.

    `formats` are the RDF syntaxes that are wanted.
    """

    app: WSGIApplication
    base_url: str
    publication: Publication
    formats: Sequence[Format] = RDF_FORMATS

    @property
    def root(self) -> str:
        """The path below which the site lies; links begin with it."""
        return urlsplit(self.base_url).path.rstrip("/")

    def get(self, address: Address) -> Reply:
        """Ask for an address in this process, as a browser does."""
        parts = urlsplit(self.base_url)
        default = {"http": "80", "https": "443"}.get(parts.scheme, "80")
        return run(
            self.app,
            {
                "REQUEST_METHOD": "GET",
                "SCRIPT_NAME": self.root,
                "PATH_INFO": address.path.encode().decode("latin-1"),
                "QUERY_STRING": address.query,
                "SERVER_NAME": parts.hostname or "localhost",
                "SERVER_PORT": str(parts.port or default),
                "SERVER_PROTOCOL": "HTTP/1.1",
                "HTTP_HOST": parts.netloc,
                "HTTP_ACCEPT": _ACCEPT_DATA if address.path.startswith(_WELL_KNOWN) else _ACCEPT,
                "wsgi.version": (1, 0),
                "wsgi.url_scheme": parts.scheme,
                "wsgi.input": io.BytesIO(),
                "wsgi.errors": sys.stderr,
                "wsgi.multithread": True,
                "wsgi.multiprocess": False,
                "wsgi.run_once": False,
            },
        )

    def wants(self, address: Address) -> bool:
        """Tell whether an address belongs into the copy."""
        unwanted = {each.extension for each in RDF_FORMATS} - {each.extension for each in self.formats}
        is_data = address.path.startswith("/data/")
        return address.is_copied and not (is_data and address.path.endswith(tuple(unwanted)))


def copy(source: Source, folder: Path, advance: Progress) -> Copied:
    """Write all that is reached from the home page into `folder`; `advance` hears how many of how many.

    Raises a `KgError` where an answer is an error of the server's: a copy with holes is none.
    """
    copied = Copied()
    with tempfile.TemporaryDirectory(prefix="kg-site-") as raw, ThreadPoolExecutor(_THREADS) as threads:
        _collect(source, folder, Path(raw), copied, threads, advance)
        list(threads.map(lambda page: _write_page(source, folder, Path(raw), copied, page), copied.pages))
    shutil.copytree(STATIC, folder / "static", dirs_exist_ok=True)
    _copy_dumps(source.publication, folder)
    return copied


def _collect(
    source: Source,
    folder: Path,
    raw: Path,
    copied: Copied,
    threads: ThreadPoolExecutor,
    advance: Progress,
) -> None:
    """Fetch wave by wave: what the last one linked to. Pages go to `raw`, all else into the copy."""
    seen = {Address(path) for path in SEEDS}
    wave = sorted(seen, key=_order)
    done = 0
    while wave:
        found: set[Address] = set()
        for address, targets in zip(
            wave, threads.map(lambda each: _fetch(source, folder, raw, copied, each), wave), strict=True
        ):
            found.update(targets)
            done += 1
            advance(done, len(seen | found))
            if address in copied.files and copied.files[address].endswith("index.html"):
                copied.pages.append(address)
        wave = sorted(found - seen, key=_order)
        seen |= found


def _fetch(source: Source, folder: Path, raw: Path, copied: Copied, address: Address) -> set[Address]:
    """Fetch one address; give where its links lead."""
    if address.path.startswith("/dumps/") and address.path != "/dumps/":
        copied.files[address] = address.path.removeprefix("/")
        return set()
    reply = source.get(address)
    headers = {name.lower(): value for name, value in reply.headers}
    if reply.code in _REDIRECTS:
        return _redirected(source, copied, address, headers.get("location", ""))
    if reply.code != 200:
        return _missed(copied, address, reply)
    media_type = headers.get("content-type", "").partition(";")[0]
    file = copied.files[address] = address.file(media_type)
    if media_type != "text/html":
        _write(folder / file, reply.body)
        return set()
    _write(raw / file, reply.body)
    return {target for target in links(reply.body, address, source.root) if _is_fetched(source, target)}


def _is_fetched(source: Source, target: Address) -> bool:
    return source.wants(target) and not target.is_static


def _redirected(source: Source, copied: Copied, address: Address, location: str) -> set[Address]:
    """Let an address that leads to another have the file of that one."""
    origin = "{0.scheme}://{0.netloc}".format(urlsplit(source.base_url))
    target = resolved(location.removeprefix(origin), address, source.root)
    if target is None or not source.wants(target):
        return set()
    reply = source.get(target)
    media_type = dict(reply.headers).get("Content-Type", "").partition(";")[0]
    copied.files[address] = target.file(media_type)
    return {target}


def _missed(copied: Copied, address: Address, reply: Reply) -> set[Address]:
    if reply.code >= 500:
        raise KgError(f"{address.path} is answered with {reply.status}.", mend="Its log says why.")
    copied.missing[address] = reply.code
    return set()


def _write_page(source: Source, folder: Path, raw: Path, copied: Copied, page: Address) -> None:
    file = copied.files[page]

    def find(target: Address) -> str:
        return target.file("") if target.is_static else copied.files.get(target, "")

    body = localised((raw / file).read_bytes(), page, source.root, file, find)
    _write(folder / file, body)


def _copy_dumps(publication: Publication, folder: Path) -> None:
    for dump in publication.dumps if publication.folder else ():
        target = folder / "dumps" / dump.name
        target.parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(Path(str(publication.folder)) / dump.name, target)


def _write(path: Path, content: bytes) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content)


def _order(address: Address) -> tuple[str, str]:
    return address.path, address.query


def broken(copied: Copied) -> Iterable[str]:
    """Give the addresses that pages link to and that the site does not have."""
    return sorted(f"{each.path} ({code})" for each, code in copied.missing.items() if each.path not in SEEDS)
