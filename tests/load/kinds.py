"""What each type of page costs the server, uncached, one after another: `python -m tests.load.kinds`.

Prints a table: the first request of the type after the start, median, p95 (all as the client sees them), and
the processor time of the web process for one page, which says more on a machine that has other work.
"""

from __future__ import annotations

import os
import random
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from statistics import median, quantiles

from kg.iris import KINDS
from kg.release import open_release
from tests.load.entities import paths_of
from tests.load.served import Served, served

ROOT = Path(__file__).parents[2]
_EACH = 40
_TICKS = os.sysconf("SC_CLK_TCK")
_DAYS = ("1994-05-12", "2016-04-03", "2020-11-09", "2021-06-01", "2022-09-13")


def addresses(release: Path) -> Iterator[tuple[str, list[str]]]:
    """Give each type of page with the addresses that it is asked at."""
    every = paths_of(open_release(release))
    chance = random.Random(7)  # noqa: S311
    for kind in KINDS:
        of_kind = [path.removeprefix("id/") for path in every if path.startswith(f"id/{kind}/")]
        yield kind, [f"/page/{path}" for path in chance.sample(of_kind, min(_EACH, len(of_kind)))]
    concepts = [path for path in every if path.startswith("concept/")]
    yield (
        "concept, code list",
        [f"/page/{path}" for path in chance.sample(concepts, min(_EACH, len(concepts)))],
    )
    places = [path.removeprefix("id/") for path in every if path.startswith(("id/place/", "id/actor/"))]
    yield "place or actor as of a day", [f"/page/{chance.choice(places)}?asof={day}" for day in _DAYS * 4]
    actors = [path.removeprefix("id/") for path in every if path.startswith("id/actor/")]
    yield "list", [f"/entities/{kind}?page=1&sort={sort}" for kind in KINDS for sort in ("name", "-date")]
    yield "list with facets", [f"/entities/claim?about={actor}" for actor in chance.sample(actors, 20)]
    yield "timeline", [f"/timeline?from={year}" for year in range(1988, 2023)]
    yield "map", ["/map", *(f"/map?asof={day}" for day in _DAYS * 3)]
    yield "network", ["/network", *(f"/network?asof={day}" for day in _DAYS * 3)]
    yield "search", [f"/search?q={path.rpartition('/')[2][:6]}" for path in chance.sample(every, 30)]
    for name in ("contradictions", "balance", "perspective", "sparql"):
        yield name, [f"/{name}"] * 15
    yield "ontology, shapes, dataset", ["/page/ontology", "/page/shapes", "/page/dataset"] * 4
    yield "home", ["/"] * 15


def main(release: str = str(ROOT / "build")) -> int:
    """Measure; the exit status is 1 if a page answered with an error."""
    failed = 0
    print("| type | first, ms | median, ms | p95, ms | processor, ms |\n|---|---:|---:|---:|---:|")
    with served("--release", release, cache=0) as site:
        for name, asked in addresses(Path(release)):
            before = _processor(site)
            times = [_time(site, address) for address in asked]
            spent = (_processor(site) - before) / len(asked)
            failed += sum(each is None for each in times)
            good = [each * 1e3 for each in times if each is not None]
            rest = good[1:] or good
            share = quantiles(rest, n=20)[-1] if len(rest) > 1 else rest[0]
            print(f"| {name} | {good[0]:.0f} | {median(rest):.0f} | {share:.0f} | {spent * 1e3:.0f} |")
    return 1 if failed else 0


def _time(site: Served, address: str) -> float | None:
    """Give the seconds that a page took; `None` if what came was no page."""
    connection = site.connect()
    start = time.monotonic()
    connection.request("GET", address, headers={"Accept": "text/html"})
    reply = connection.getresponse()
    reply.read()
    took = time.monotonic() - start
    connection.close()
    if reply.status != 200:
        print(f"{address}: {reply.status}", file=sys.stderr)
        return None
    return took


def _processor(site: Served) -> float:
    """Seconds of processor time that the web processes have taken.

    https://man7.org/linux/man-pages/man5/proc_pid_stat.5.html
    """
    spent = 0
    for pid in site.web:
        fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
        spent += int(fields[11]) + int(fields[12])
    return spent / _TICKS


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
