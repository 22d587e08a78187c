# ruff: noqa: E501
"""Queries that mean harm, and a run of all of them: `python -m tests.load.bombs [ROUNDS] [CLIENTS]`."""

from __future__ import annotations

import json
import random
import sys
import tempfile
import time
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from tests.load.served import Health, Served, served

DEADLINE = 2.0
GRACE = 0.5
_HEALTHY = 0.2
_REST = 12.0
"""Seconds before memory is looked at: web processes give back what is free every ten."""

ALLOWED = {200, 400, 403, 413, 414, 503, 504}
TRIPLES = 3000


def cross(count: int) -> str:
    return " ".join(f"?s{n} ?p{n} ?o{n} ." for n in range(count))


def nested(start: str, end: str, depth: int, middle: str = "") -> str:
    return start * depth + middle + end * depth


NEXT = "<http://e/next>"
DIGITS = " ".join(f"VALUES ?d{n} {{ 0 1 2 3 4 5 6 7 8 9 }}" for n in range(9))
TEXT = "x" * 60_000
HARD = "'" + "a" * 40 + "b'"

BOMBS: dict[str, str] = {
    "cross product of 2": f"SELECT * {{ {cross(2)} }}",
    "cross product of 3": f"SELECT * {{ {cross(3)} }}",
    "cross product of 8": f"SELECT * {{ {cross(8)} }}",
    "cross product counted": f"SELECT (COUNT(*) AS ?n) {{ {cross(4)} }}",
    "cross product, distinct": f"SELECT DISTINCT * {{ {cross(3)} }}",
    "cross product, ordered": f"SELECT * {{ {cross(3)} }} ORDER BY ?o0 ?o1 ?o2",
    "cross product, ordered down": f"SELECT * {{ {cross(3)} }} ORDER BY DESC(CONCAT(STR(?o0), STR(?o1)))",
    "cross product, grouped": f"SELECT ?o0 ?o1 ?o2 (COUNT(*) AS ?n) {{ {cross(3)} }} GROUP BY ?o0 ?o1 ?o2",
    "cross product, offset": f"SELECT * {{ {cross(4)} }} OFFSET 1000000000 LIMIT 1",
    "cross product, constructed": f"CONSTRUCT {{ ?s0 ?p1 ?o2 }} {{ {cross(3)} }}",
    "cross product, asked": f"ASK {{ {cross(3)} FILTER(?o0 = 'never' && ?o1 = ?o2) }}",
    "cross product over MINUS": f"SELECT * {{ {cross(2)} MINUS {{ {cross(2)} }} }}",
    "cross product in EXISTS": f"SELECT * {{ ?s ?p ?o FILTER NOT EXISTS {{ {cross(3)} FILTER(?o0 = 1) }} }}",
    "cross product in a subquery": f"SELECT * {{ {{ SELECT DISTINCT ?o0 ?o1 ?o2 {{ {cross(3)} }} }} }}",
    "cross product, described": f"DESCRIBE ?s0 ?s1 {{ {cross(2)} }}",
    "union of cross products": "SELECT * {" + " UNION ".join(f"{{ {cross(3)} }}" for _ in range(50)) + "}",
    "digits": f"SELECT * {{ {DIGITS} }}",
    "digits summed": f"SELECT (SUM(?d0 * ?d1 + ?d8) AS ?n) {{ {DIGITS} }}",
    "path from everywhere": f"SELECT * {{ ?a {NEXT}* ?b . ?b {NEXT}* ?c }}",
    "path plus plus": f"SELECT (COUNT(*) AS ?n) {{ ?a ({NEXT}+)+ ?b . ?c ({NEXT}*)* ?d }}",
    "path of alternatives": f"SELECT * {{ ?a ({NEXT}|^{NEXT})* ?b . ?c ({NEXT}|^{NEXT})* ?d }}",
    "negated path": "SELECT (COUNT(*) AS ?n) { ?a (!<http://e/x>|!^<http://e/x>)* ?b . ?b (!<http://e/x>)* ?c }",
    "path of a thousand steps": f"SELECT * {{ ?a {'/'.join([NEXT] * 1000)} ?b . ?c {NEXT}* ?d }}",
    "path, deep": f"SELECT * {{ ?a {nested('(', ')*', 90, NEXT)} ?b }}",
    "path, many optional steps": f"SELECT (COUNT(*) AS ?n) {{ ?a {'/'.join([NEXT + '?'] * 60)} ?b }}",
    "regular expression": f"SELECT * {{ {cross(2)} FILTER REGEX({HARD}, '^(a+)+$') }}",
    "regular expression, large": "SELECT * { ?s ?p ?o FILTER REGEX(STR(?o), '((a{1,100}){1,100}){1,100}') }",
    "regular expression, every row": f"SELECT * {{ {cross(3)} FILTER REGEX(CONCAT(STR(?o0), STR(?o1)), '(.*)(.*)(.*)x$') }}",
    "regular expression, replaced": f"SELECT (REPLACE('{TEXT}', '(x?)', '$1$1$1$1$1$1$1$1') AS ?y) {{ {cross(2)} }}",
    "doubling CONCAT": "SELECT * { BIND('x' AS ?v0) "
    + " ".join(f"BIND(CONCAT(?v{n}, ?v{n}) AS ?v{n + 1})" for n in range(40))
    + "}",
    "doubling REPLACE": "SELECT (STRLEN(?v9) AS ?n) { BIND('xxxxxxxxxx' AS ?v0) "
    + " ".join(f"BIND(REPLACE(?v{n}, 'x', 'xxxxxxxxxx') AS ?v{n + 1})" for n in range(12))
    + "}",
    "CONCAT of all": f"SELECT (CONCAT({', '.join(['STR(?o0)'] * 5000)}) AS ?n) {{ {cross(2)} }}",
    "GROUP_CONCAT": f"SELECT (GROUP_CONCAT(CONCAT(STR(?s0), STR(?o1))) AS ?n) {{ {cross(3)} }}",
    "GROUP_CONCAT, distinct": f"SELECT (GROUP_CONCAT(DISTINCT CONCAT(STR(?o0), STR(?o1), STR(?o2))) AS ?n) {{ {cross(3)} }}",
    "hashes": f"SELECT (SHA512(CONCAT(?t, STR(?o0))) AS ?h) {{ {cross(3)} BIND('{TEXT}' AS ?t) }}",
    "encoded": "SELECT * { BIND('%' AS ?v0) "
    + " ".join(f"BIND(ENCODE_FOR_URI(CONCAT(?v{n}, ?v{n})) AS ?v{n + 1})" for n in range(30))
    + "}",
    "braces": nested("{", "}", 50_000),
    "braces, allowed": "SELECT * " + nested("{", "}", 99, cross(3)),
    "brackets": "SELECT * { FILTER" + nested("(", ")", 40_000, "1") + "}",
    "lists": "SELECT * { ?s ?p " + nested("(", ")", 90) + " . " + cross(3) + "}",
    "blank nodes": "SELECT * { " + nested("[ ?p ", "]", 90, "?o") + " }",
    "signs": "SELECT * { FILTER(" + "!" * 90_000 + "true) }",
    "signs with comments": "SELECT * { FILTER(" + "!#\n" * 30_000 + "true) }",
    "sum of 24,000": "SELECT (" + "1 + " * 24_000 + "1 AS ?n) {}",
    "conjunction of 9,000": "SELECT * { ?s ?p ?o FILTER(" + "?o = 1 || " * 9_000 + "false) }",
    "conditions": "SELECT * { ?s ?p ?o BIND(" + nested("IF(?o, 1, ", ")", 95, "2") + " AS ?x) }",
    "IN list": "SELECT * { ?s ?p ?o FILTER(?o IN (" + ", ".join(map(str, range(15_000))) + ")) }",
    "IN list, crossed": f"SELECT * {{ {cross(3)} FILTER(?o0 NOT IN ("
    + ", ".join(map(str, range(9_000)))
    + ")) }",
    "VALUES": "SELECT * { VALUES ?x { " + " ".join(map(str, range(16_000))) + " } " + cross(2) + "}",
    "literal": f"SELECT ('{TEXT}' AS ?x) {{ {cross(2)} }}",
    "literal in every row": f"SELECT (CONCAT('{TEXT}', STR(?o0)) AS ?x) {{ {cross(2)} }}",
    "literal too long": "SELECT ('" + "x" * 200_000 + "' AS ?x) {}",
    "number of a million digits": f"SELECT ({'9' * 90_000} * {'9' * 9_000} AS ?x) {{}}",
    "OPTIONALs, deep": "SELECT * {" + nested(" ?s ?p ?o OPTIONAL {", "}", 95) + "}",
    "OPTIONALs, side by side": "SELECT * {"
    + " ".join(f"OPTIONAL {{ ?a{n} ?b{n} ?c{n} }}" for n in range(60))
    + "}",
    "UNIONs": "SELECT * {" + " UNION ".join("{ ?a ?b ?c }" for _ in range(5_000)) + "}",
    "subqueries": "SELECT * {" + nested("{ SELECT * {", "} }", 45, cross(3)) + "}",
    "graphs crossed": "SELECT * { GRAPH ?g { ?a ?b ?c } GRAPH ?h { ?d ?e ?f } GRAPH ?i { ?j ?k ?l } }",
    "a thousand joins": "SELECT * {" + " ".join(f"?v{n} {NEXT} ?v{n + 1} ." for n in range(1500)) + "}",
    "a thousand loose patterns": "SELECT * {" + " ".join(f"?v{n} {NEXT} ?w{n} ." for n in range(1500)) + "}",
    "projection": "SELECT " + " ".join(f"(?o AS ?x{n})" for n in range(4000)) + " { ?s ?p ?o }",
    "random order": f"SELECT * {{ {cross(2)} }} ORDER BY RAND()",
    "decimals": "SELECT * { BIND(1.1 AS ?v0) "
    + " ".join(f"BIND(?v{n}*?v{n} AS ?v{n + 1})" for n in range(60))
    + "}",
    "unicode": "SELECT ('" + "\U0010ffff" * 90_000 + "' AS ?x) {}",
    "nulls": "ASK { ?s ?p '" + "\0" * 50_000 + "' }",
}


def data(folder: Path) -> Path:
    """Write a chain of things with texts, in three graphs."""
    path = folder / "graph.nq"
    path.write_text(
        "".join(
            f'<http://e/{n}> <http://e/p> "text {n}" <http://e/g{n % 3}> .\n'
            f"<http://e/{n}> {NEXT} <http://e/{(n + 1) % (TRIPLES // 2)}> <http://e/g{n % 3}> .\n"
            for n in range(TRIPLES // 2)
        )
    )
    return path


def drop(site: Served, name: str) -> tuple[str, int, float, str]:
    """Send one bomb; give its name, the status, the seconds it took, and what is wrong with the reply."""
    status, headers, body, seconds = site.ask(BOMBS[name])
    wrong = ""
    if status not in ALLOWED:
        wrong = f"status {status}"
    elif status == 200 and name != "literal" and b'"error"' in body[:200]:
        wrong = "a 200 that holds an error"
    elif status >= 400 and json.loads(body)["status"] != status:
        wrong = "no problem details"
    elif status == 503 and "too many" in body.decode() and "Retry-After" not in headers:
        wrong = "no Retry-After"
    return name, status, seconds, wrong


def drop_all(site: Served, rounds: int, clients: int) -> list[tuple[str, int, float, str]]:
    """Drop every bomb so many times, in any order, by so many clients."""
    names = [name for _ in range(rounds) for name in BOMBS]
    random.Random(1).shuffle(names)  # noqa: S311
    with ThreadPoolExecutor(clients) as threads:
        return list(threads.map(lambda name: drop(site, name), names))


def main(rounds: int = 20, clients: int = 8) -> int:
    """Drop every bomb so many times, by so many clients; print what came of it. The status is 1 if it is bad."""
    with (
        tempfile.TemporaryDirectory() as folder,
        served("--load", str(data(Path(folder))), deadline=DEADLINE, memory=512, cache=0) as site,
    ):
        fresh = site.resident()
        drop_all(site, 1, clients)
        time.sleep(_REST)
        before = site.resident()
        health = Health(site)
        health.start()
        start = time.monotonic()
        results = drop_all(site, rounds, clients)
        took = time.monotonic() - start
        health.stop()
        time.sleep(_REST)
        late = sorted(seconds - DEADLINE for _, _, seconds, _ in results)
        print(f"- {len(BOMBS)} bombs x {rounds}, {clients} clients: {took:.0f} s")
        print("- status:", dict(sorted(Counter(status for _, status, _, _ in results).items())))
        print("- wrong:", [(name, wrong) for name, _, _, wrong in results if wrong] or "none")
        print(f"- after the deadline: p99 {late[int(0.99 * len(late))]:+.3f} s, at most {late[-1]:+.3f} s")
        print(
            f"- `/health`: p50 {health.percentile(0.5) * 1e3:.0f} ms, p99 {health.percentile(0.99) * 1e3:.0f} ms,"
            f" at most {max(health.seconds) * 1e3:.0f} ms, {health.failed} failed of {len(health.seconds)}"
        )
        print(
            f"- memory (Pss): {fresh >> 20} MiB at the start, {before >> 20} when each had been dropped once,"
            f" {site.resident() >> 20} after {rounds} times"
        )
        same = site.web == frozenset(site.web_processes())
        print("- web processes:", "the same" if same else "OTHERS")
        bad = any(wrong for _, _, _, wrong in results) or late[-1] > GRACE or not same
        return 1 if bad or health.failed or health.percentile(0.99) > _HEALTHY else 0


if __name__ == "__main__":
    sys.exit(main(*map(int, sys.argv[1:])))
