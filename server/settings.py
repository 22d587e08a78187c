"""Every setting of the server: one table, read from the environment once, at the start."""

from __future__ import annotations

import os
import re
import sys
from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from pathlib import Path
from typing import Any

import limits

from kg.errors import UsageError
from kg.iris import DEFAULT_BASE

LOG_FORMS = ("off", "auto", "text", "json")
"""What `KG_LOG` can be; `auto` is text on a terminal, JSON elsewhere."""

SERVERS = ("uvicorn", "granian")
"""What `KG_SERVER` can be."""

_SWITCH = {"on": True, "1": True, "true": True, "off": False, "0": False, "false": False}


def _paths(text: str) -> tuple[Path, ...]:
    return tuple(Path(part) for part in text.split(os.pathsep) if part)


def _switch(text: str) -> bool:
    if text.lower() not in _SWITCH:
        raise ValueError(text)
    return _SWITCH[text.lower()]


def _size(text: str) -> int:
    if int(text) < 0:
        raise ValueError(text)
    return int(text)


def _log_form(text: str) -> str:
    if text not in LOG_FORMS:
        raise ValueError(text)
    return text


def _server(text: str) -> str:
    if text not in SERVERS:
        raise ValueError(text)
    return text


def _endpoints(text: str) -> tuple[str, ...]:
    found = tuple(text.replace(",", " ").split())
    if not all(re.fullmatch(r"https?://[^\s<>\"{}|^`\\]+", each) for each in found):
        raise ValueError(text)
    return found


def _rate(text: str) -> str:
    if text:
        limits.parse_many(text)
    return text


def _about(meaning: str, read: Any = str) -> dict[str, Any]:
    return {"meaning": meaning, "read": read}


@dataclass(frozen=True, slots=True)
class Settings:
    """The table. The setting `port` is read from the environment variable `KG_PORT`, and so on."""

    release: Path = field(
        default=Path("build"), metadata=_about("folder of the release, or of the build", Path)
    )
    load: tuple[Path, ...] = field(
        default=(), metadata=_about("RDF files to serve instead of the release", _paths)
    )
    base: str = field(
        default=DEFAULT_BASE, metadata=_about("base of the IRIs in loaded files; ends in a slash")
    )
    title: str = field(default="", metadata=_about("title on the pages; empty: the release's"))
    example: str = field(default="", metadata=_about("what the home page leads with, as event/x"))
    host: str = field(default="127.0.0.1", metadata=_about("address to listen on"))
    port: int = field(default=8000, metadata=_about("port to listen on; 0 takes a free one", int))
    server: str = field(
        default=SERVERS[0], metadata=_about(f"what runs the web processes ({', '.join(SERVERS)})", _server)
    )
    processes: int = field(default=2, metadata=_about("web processes", int))
    threads: int = field(default=64, metadata=_about("threads in each web process", int))
    store: str = field(
        default="memory",
        metadata=_about(
            "where queries look: memory, disk for what memory does not hold, or a SPARQL engine's address"
        ),
    )
    workers: int = field(default=2, metadata=_about("query workers", int))
    lend: bool = field(
        default=True,
        metadata=_about(
            "let processes beside the query workers, as many, answer small queries right on the connections"
            " they come over; on Linux, with uvicorn, without KG_LOG, KG_RATE and KG_SERVICE_ALLOW (on, off)",
            _switch,
        ),
    )
    queue: int = field(
        default=50, metadata=_about("queries of a web process that may wait for a query worker", int)
    )
    matcher: int = field(
        default=1024, metadata=_about("MB of memory for the process that matches names; 0: no limit", _size)
    )
    deadline: float = field(default=10.0, metadata=_about("seconds after which a query is ended", float))
    memory: int = field(default=1024, metadata=_about("MiB that one query worker may take", int))
    body: int = field(default=256 * 1024, metadata=_about("bytes that a request may send", int))
    rows: int = field(default=500, metadata=_about("rows of a result that a page shows", int))
    results: int = field(
        default=100_000, metadata=_about("rows or triples that a result may have; the rest is cut", int)
    )
    size: int = field(default=64, metadata=_about("MiB that a result may have; the rest is cut", int))
    service_allow: tuple[str, ...] = field(
        default=(), metadata=_about("endpoints that SERVICE may call, their whole IRIs", _endpoints)
    )
    rate: str = field(
        default="",
        metadata=_about("queries that one client may send, as 600/minute; of each web process", _rate),
    )
    proxies: int = field(default=0, metadata=_about("trusted reverse proxies in front (X-Forwarded-*)", int))
    cache: int = field(default=96, metadata=_about("MiB of answers kept by each web process; 0: none", _size))
    archive: int = field(
        default=2, metadata=_about("old releases whose pages and queries run at one time", _size)
    )
    idle: float = field(
        default=300.0, metadata=_about("seconds until an old release that nobody asks is put away", float)
    )
    reload: bool = field(
        default=True, metadata=_about("take over the release that `current` moves to (on, off)", _switch)
    )
    warm: bool = field(
        default=True,
        metadata=_about("read what a release needs once before the first request (on, off)", _switch),
    )
    ahead: bool = field(
        default=True,
        metadata=_about(
            "make pages and data of things while nobody asks, unless an engine elsewhere answers (on, off)",
            _switch,
        ),
    )
    metrics: bool = field(default=True, metadata=_about("show numbers at /metrics (on, off)", _switch))
    log: str = field(
        default="off", metadata=_about(f"a line per request on stderr ({', '.join(LOG_FORMS)})", _log_form)
    )

    @property
    def is_remote(self) -> bool:
        """Whether the graph lies in an engine elsewhere, whose address is the setting `store`."""
        return self.store.startswith(("http://", "https://"))

    @property
    def sessions(self) -> int:
        """How many processes answer on lent connections: what is logged or limited comes another way."""
        lends = self.lend and sys.platform == "linux" and self.server == SERVERS[0] and self.log == "off"
        return self.workers if lends and not (self.is_remote or self.rate or self.service_allow) else 0

    @classmethod
    def from_environment(cls, environment: Mapping[str, str] | None = None) -> Settings:
        """Read the `KG_...` variables.

        Raises `UsageError`, naming the variable, for a value that cannot be read.
        """
        environment = os.environ if environment is None else environment
        found = {
            entry.name: _read(entry.metadata["read"], variable(entry.name), environment)
            for entry in fields(cls)
            if variable(entry.name) in environment
        }
        return cls(**found)


def variable(name: str) -> str:
    """Give the environment variable of the setting `name`."""
    return f"KG_{name.upper()}"


def table() -> list[tuple[str, str, str, str]]:
    """Give name, environment variable, default and meaning of each setting."""
    return [
        (entry.name, variable(entry.name), _shown(entry.default), entry.metadata["meaning"])
        for entry in fields(Settings)
    ]


def document() -> str:
    """Give `docs/settings.md`."""
    rows = "".join(
        f"| `{name}` | {f'`{default}`' if default else ''} | {meaning} |\n"
        for _, name, default, meaning in table()
    )
    return _HEAD + rows


_HEAD = """\
# Settings of the server

Each is an environment variable, read once at the start; `--host`, `--port`, `--release` and `--load` on the
command line win over theirs. This page is made from `server/settings.py`:
`.venv/bin/python -m server --settings > docs/settings.md`. A test fails when it lags.

| Variable | Default | Meaning |
|---|---|---|
"""


def _shown(default: Any) -> str:
    if isinstance(default, bool):
        return "on" if default else "off"
    return "" if default == () else str(default)


def _read(read: Any, name: str, environment: Mapping[str, str]) -> Any:
    try:
        return read(environment[name])
    except ValueError:
        raise UsageError(
            f"The setting {name}={environment[name]!r} cannot be read.",
            mend=f"Unset {name}, or see docs/settings.md for what it can be.",
        ) from None
