"""Small queries by many clients for a long time.

`python -m tests.load.soak [SECONDS] [CLIENTS] [RELEASE] [BOMBERS]`. Prints a short Markdown list. Each client
keeps its connection and pauses a little, as people's programs do; a third of the queries differ each time, so
that the cache cannot answer them. The figures hold the client's own time, too, and the memory what the cache
has taken. Bombers ask beside them for what takes until the deadline.
"""

from __future__ import annotations

import random
import sys
import threading
import time
from collections import Counter
from http.client import HTTPConnection, HTTPException
from pathlib import Path
from urllib.parse import quote

from tests.load.served import Health, Served, served

ROOT = Path(__file__).parents[2]
SMALL = ("1-point-look-up", "5-path", "6-optional", "7-one-graph", "4-dates-in-order")
BOMB = "SELECT (COUNT(*) AS ?n) { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i }"
_PAUSE = 0.05


class Client(threading.Thread):
    """Asks until it is told to stop."""

    def __init__(self, site: Served, queries: list[str], number: int, over: threading.Event) -> None:
        super().__init__(daemon=True)
        self.times: list[float] = []
        self.statuses: Counter[str] = Counter()
        self._site, self._queries, self._over = site, queries, over
        self._source = random.Random(number)  # noqa: S311

    def run(self) -> None:
        connection = self._site.connect()
        while not self._over.wait(self._source.uniform(0, 2 * _PAUSE)):
            query = self._source.choice(self._queries)
            if self._source.random() < 1 / 3:
                query += f"\n# {self._source.random()}"
            start = time.monotonic()
            try:
                self.statuses[self._ask(connection, query)] += 1
            except (OSError, HTTPException) as error:
                self.statuses[type(error).__name__] += 1
                connection.close()
                connection = self._site.connect()
            self.times.append(time.monotonic() - start)
        connection.close()

    @staticmethod
    def _ask(connection: HTTPConnection, query: str) -> str:
        connection.request("GET", f"/sparql?query={quote(query)}", headers={"Accept": "application/json"})
        reply = connection.getresponse()
        reply.read()
        return str(reply.status)


def _bomb(site: Served, over: threading.Event, found: Counter[int]) -> None:
    while not over.is_set():
        found[site.ask(f"{BOMB} # {time.time()}")[0]] += 1


def main(seconds: int = 600, clients: int = 50, release: str = str(ROOT / "build"), bombers: int = 0) -> int:
    """Run; the exit status is 1 if anything but 200 came back for a small query."""
    queries = [(ROOT / "tests" / "bench" / "queries" / f"{name}.rq").read_text("utf-8") for name in SMALL]
    with served("--release", release) as site:
        over = threading.Event()
        health = Health(site)
        health.start()
        before = site.resident()
        threads = [Client(site, queries, number, over) for number in range(clients)]
        for thread in threads:
            thread.start()
        bombs: Counter[int] = Counter()
        dropped = [threading.Thread(target=_bomb, args=(site, over, bombs)) for _ in range(bombers)]
        for each in dropped:
            each.start()
        time.sleep(seconds)
        over.set()
        for each in [*threads, *dropped]:
            each.join()
        health.stop()
        statuses = sum((thread.statuses for thread in threads), Counter())
        times = sorted(each for thread in threads for each in thread.times)
        same = site.web == frozenset(site.web_processes())
        _print(clients, seconds, statuses, times)
        if bombers:
            print(f"- bombs by {bombers} beside them: {dict(bombs)}")
        print(f"- `/health`: p99 {health.percentile(0.99) * 1e3:.0f} ms, {health.failed} failed")
        print(f"- memory (Pss): {before >> 20} MiB before, {site.resident() >> 20} MiB after")
        print(f"- web processes: {'the same' if same else 'OTHERS'}")
    return 0 if set(statuses) == {"200"} and same else 1


def _print(clients: int, seconds: int, statuses: Counter[str], times: list[float]) -> None:
    p50, p95, p99 = (times[int(share * (len(times) - 1))] * 1e3 for share in (0.5, 0.95, 0.99))
    print(f"- {clients} clients for {seconds} s: {len(times):,} queries, {dict(statuses)}")
    last = times[-1] * 1e3
    print(f"- time of a query: p50 {p50:.1f} ms, p95 {p95:.1f} ms, p99 {p99:.1f} ms, at most {last:.0f} ms")


if __name__ == "__main__":
    sys.exit(main(*(int(each) if each.isdigit() else each for each in sys.argv[1:])))  # type: ignore[arg-type]
