"""Pages and data of many entities by many clients: `python -m tests.load.pages [SECONDS] [CLIENTS]`.

Prints a short Markdown list: for pages, Turtle and JSON-LD, once as the server starts, once with what it
keeps by then; and once of a server that nobody has asked for a time, after a visit to its home page.
Entities are drawn at random, each run the same; the figures hold the client's own time, too.
"""

from __future__ import annotations

import random
import re
import sys
import threading
import time
from http.client import HTTPException
from pathlib import Path

from kg.release import open_release
from tests.load.entities import paths_of
from tests.load.served import Served, served

ROOT = Path(__file__).parents[2]
ADDRESSES = {"pages": "/page/{}", "Turtle": "/data/{}.ttl", "JSON-LD": "/data/{}.jsonld"}
_ENTITIES = 400
_PAUSE = 0.05
_STILL = 5.0


class Reader(threading.Thread):
    """Reads entities until the time is over."""

    def __init__(self, site: Served, addresses: list[str], number: int, until: float) -> None:
        super().__init__(daemon=True)
        self.times: list[float] = []
        self.failed: list[str] = []
        self._site, self._addresses, self._until = site, addresses, until
        self._source = random.Random(number)  # noqa: S311

    def run(self) -> None:
        connection = self._site.connect()
        while time.monotonic() < self._until:
            start = time.monotonic()
            address = self._source.choice(self._addresses)
            try:
                connection.request("GET", address)
                reply = connection.getresponse()
                body = reply.read()
                if reply.status != 200:
                    self.failed.append(f"{address}: {reply.status} {body[:300]!r}")
            except (OSError, HTTPException) as error:
                self.failed.append(f"{address}: {type(error).__name__} {error}")
                connection.close()
                connection = self._site.connect()
            self.times.append(time.monotonic() - start)
            time.sleep(self._source.uniform(0, 2 * _PAUSE))
        connection.close()


def main(seconds: int = 20, clients: int = 50, release: str = str(ROOT / "build")) -> int:
    """Run; the exit status is 1 if anything but 200 came back."""
    opened = open_release(Path(release))
    entities = [path.removeprefix("id/") for path in paths_of(opened) if path.startswith("id/")]
    chosen = random.Random(7).sample(entities, min(_ENTITIES, len(entities)))  # noqa: S311
    failed = 0
    asked = {name: [pattern.format(each) for each in chosen] for name, pattern in ADDRESSES.items()}
    with served("--release", release, ahead="off") as site:
        for name, addresses in asked.items():
            for state in ("first", "again"):
                failed += _read(site, addresses, (seconds, clients), f"{name}, {state}")
    with served("--release", release) as site:
        print(f"- made ahead in {_made_ahead(site):.0f} s")
        for name, addresses in asked.items():
            failed += _read(site, addresses, (seconds, clients), f"{name}, made ahead")
    return 1 if failed else 0


def _made_ahead(site: Served) -> float:
    """Visit the home page, and wait until no more is kept; give the seconds."""
    begin = latest = time.monotonic()
    for _ in range(20):  # that each web process may have a visit
        _text(site, "/")
    taken = ""
    while time.monotonic() - latest < _STILL:
        time.sleep(1)
        found = "".join(re.findall("^kg_cache_bytes .*", _text(site, "/metrics"), re.MULTILINE))
        if found != taken:
            taken, latest = found, time.monotonic()
    return latest - begin


def _text(site: Served, path: str) -> str:
    connection = site.connect()
    connection.request("GET", path)
    text = connection.getresponse().read().decode()
    connection.close()
    return text


def _read(site: Served, addresses: list[str], load: tuple[int, int], title: str) -> int:
    seconds, clients = load
    readers = [Reader(site, addresses, number, time.monotonic() + seconds) for number in range(clients)]
    for reader in readers:
        reader.start()
    for reader in readers:
        reader.join()
    times = sorted(each for reader in readers for each in reader.times)
    failed = [each for reader in readers for each in reader.failed]
    figures = ", ".join(f"p{share} {times[len(times) * share // 100] * 1e3:.0f} ms" for share in (50, 95, 99))
    print(f"- {title}: {len(times):,} in {seconds} s, {len(failed)} failed, {figures}", *failed, sep="\n  ")
    return len(failed)


if __name__ == "__main__":
    sys.exit(main(*(int(each) if each.isdigit() else each for each in sys.argv[1:])))  # type: ignore[arg-type]
