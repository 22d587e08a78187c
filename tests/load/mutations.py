# ruff: noqa: E501
"""Queries broken at random: `python -m tests.load.mutations [COUNT] [CLIENTS]`.

No reply may be a 500, none may be late, and the web processes must be the same afterwards.
"""

from __future__ import annotations

import http.client
import random
import sys
import tempfile
import time
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from kg.examples import read_examples
from kg.sources import locate_project
from kg.sparql import tokens
from tests.load.bombs import BOMBS, data
from tests.load.served import DIRECT, Health, Served, served

DEADLINE = 0.5
LONGEST = 3000
ODD = ["\\u0053ERVICE", "\0", "\ud800", "\U0010ffff", "<", ">", "'''", '"', "{", "}", "(", ")", "[", "]", "!", "^",
       "*", "|", "/", "SERVICE <http://127.0.0.1:9/> {", "FROM <urn:x>", "GRAPH ?g", "INSERT", "LOAD", "1e999",
       "9" * 40, "?x", "$", "@en-x-y", "^^<urn:t>", "\\", "%", "#", "\r", "UNDEF", "<<", ">>", "VALUES ?x {",
       "SELECT", "ORDER BY RAND()", "LIMIT -1", "OFFSET 99999999999999999999", "GROUP BY", "HAVING", "MINUS {",
       "BIND(1/0 AS ?z)", "EXISTS {", "COUNT(*)", "é", "﻿"]  # fmt: skip


def seeds() -> list[str]:
    examples = [example.text for example in read_examples(locate_project().queries)]
    return examples + [bomb for bomb in BOMBS.values() if len(bomb) < LONGEST]


def mutated(texts: list[str], chance: random.Random) -> bytes:
    words = [token.text for token in tokens(chance.choice(texts))]
    for _ in range(chance.randint(1, 6)):
        place = chance.randrange(len(words) + 1)
        match chance.randrange(6):
            case 0:
                del words[place : place + chance.randint(1, 4)]
            case 1:
                words.insert(place, chance.choice(ODD))
            case 2:
                words[place:place] = words[chance.randrange(len(words) + 1) :][:8]
            case 3:
                chance.shuffle(words[place : place + 5])
                words[place : place + 1] = [chance.choice(ODD)]
            case 4:
                words.insert(place, chance.choice(ODD) * chance.randint(1, 40))
            case _:
                other = [token.text for token in tokens(chance.choice(texts))]
                words[place:] = other[chance.randrange(len(other)) :]
    text = chance.choice((" ", " ", " ", "")).join(words)
    body = bytearray(text.encode("utf-8", "surrogatepass"))
    if body and chance.random() < 0.1:
        body[chance.randrange(len(body))] = chance.randrange(256)
    return bytes(body)


def send(
    site: Served, texts: list[str], seed: int, count: int
) -> tuple[Counter[int], list[float], list[bytes]]:
    chance = random.Random(seed)  # noqa: S311
    statuses: Counter[int] = Counter()
    seconds, bad = [], []
    connection = site.connect()
    for _ in range(count):
        body = mutated(texts, chance)
        start = time.monotonic()
        try:
            connection.request("POST", "/sparql", body, DIRECT)
            response = connection.getresponse()
            response.read()
            status = response.status
        except (OSError, http.client.HTTPException):
            connection.close()
            status = 0
        seconds.append(time.monotonic() - start)
        statuses[status] += 1
        if status in {0, 500}:
            bad.append(body)
    connection.close()
    return statuses, seconds, bad


def main(count: int = 100_000, clients: int = 8) -> int:
    """Send them; print what came of it."""
    texts = seeds()
    with (
        tempfile.TemporaryDirectory() as folder,
        served("--load", str(data(Path(folder))), deadline=DEADLINE, memory=256, cache=0) as site,
    ):
        health = Health(site)
        health.start()
        start = time.monotonic()
        with ThreadPoolExecutor(clients) as threads:
            parts = list(threads.map(lambda seed: send(site, texts, seed, count // clients), range(clients)))
        health.stop()
        late = sorted(each - DEADLINE for _, seconds, _ in parts for each in seconds)
        print(f"- {len(late):,} mutated queries, {clients} clients: {time.monotonic() - start:.0f} s")
        print("- status:", dict(sorted(sum((part for part, _, _ in parts), Counter()).items())))
        print("- 500 or cut off:", [body[:300] for _, _, bodies in parts for body in bodies][:5] or "none")
        print(f"- after the deadline: p99.9 {late[int(0.999 * len(late))]:+.3f} s, at most {late[-1]:+.3f} s")
        print(f"- `/health`: p99 {health.percentile(0.99) * 1e3:.0f} ms, {health.failed} failed")
        print("- web processes:", "the same" if site.web == frozenset(site.web_processes()) else "OTHERS")
    return 0


if __name__ == "__main__":
    sys.exit(main(*map(int, sys.argv[1:])))
