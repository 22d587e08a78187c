"""The same site from memory and from engines elsewhere, page by page: what of docs/remote.md is about pages.

.venv/bin/python -m tests.load.elsewhere build > table.md
"""

from __future__ import annotations

import sys
import tempfile
import time
import urllib.error
import urllib.request
from collections import Counter
from pathlib import Path

import pyoxigraph as ox

from kg.formats import RDF_FORMATS
from kg.iris import KINDS
from kg.release import Release, open_release
from kg.upload import UPDATE, Target, graphs_of, upload
from tests.load.compare import ENGINES
from tests.load.entities import paths_of
from tests.load.served import served

OVERVIEWS = (
    "",
    "timeline",
    "map",
    "map?asof=2016-04-03",
    "network",
    "contradictions",
    "balance",
    "perspective",
    "search?q=Shusha",
    "sparql",
    "page/ontology",
    "page/dataset",
    "page/shapes",
    "dumps/",
    "releases/",
    "report",
    *(f"entities/{kind}" for kind in KINDS),
)
PER_KIND = 3


def addresses(release: Release) -> list[tuple[str, str]]:
    """Give what to ask for, with the `Accept` header: overviews, things of every kind, and their data."""
    things = Counter[str]()
    chosen = []
    for path in paths_of(release):
        start, _, rest = path.partition("/")
        kind = rest.partition("/")[0]
        if start == "id" and kind in KINDS and things[kind] < PER_KIND:
            things[kind] += 1
            chosen.append(rest)
    pages = [(f"page/{path}", "text/html") for path in chosen]
    data = [(f"data/{path}{syntax.extension}", "*/*") for path in chosen for syntax in RDF_FORMATS[:3]]
    return [*((path, "text/html") for path in OVERVIEWS), *pages, *data]


def ask(url: str, path: str, accept: str) -> tuple[int, str]:
    request = urllib.request.Request(f"{url}{path}", headers={"Accept": accept})
    try:
        with urllib.request.urlopen(request, timeout=60) as response:
            return response.status, response.read().decode()
    except urllib.error.HTTPError as error:
        with error:
            return error.code, ""


def same(path: str, mine: str, theirs: str) -> bool:
    """Compare pages as text, data as sets of triples."""
    if not path.startswith("data/"):
        return mine == theirs
    syntax = next(each.rdf for each in RDF_FORMATS if path.endswith(each.extension))
    first, second = (set(ox.parse(text.encode(), format=syntax)) for text in (mine, theirs))
    return first == second


def main(build: Path) -> None:
    release = open_release(build)
    asked = addresses(release)
    settings = {"release": release.path, "cache": 0, "deadline": 30, "warm": "off"}
    with served(**settings) as site:
        own = {path: ask(site.url, path, accept) for path, accept in asked}
        home = site.url
    print(f"{len(asked)} addresses; from memory: {dict(Counter(status for status, _ in own.values()))}")
    for label, (start, protocol) in ENGINES.items():
        with tempfile.TemporaryDirectory() as folder, start(Path(folder)) as engine:
            target = Target(engine.update if protocol == UPDATE else engine.graphs, protocol)
            upload(graphs_of(release), target)
            with served(**settings, store=engine.query) as site:
                begin = time.perf_counter()
                differ = []
                for path, accept in asked:
                    status, text = ask(site.url, path, accept)
                    text = text.replace(site.url, home)
                    if status != own[path][0] or not same(path, own[path][1], text):
                        differ.append(f"{path} ({status})")
                seconds = time.perf_counter() - begin
        alike = len(asked) - len(differ)
        print(f"- {label}: {alike} the same, in {seconds:.0f} s; others: {', '.join(differ) or 'none'}")


if __name__ == "__main__":
    main(Path(sys.argv[1]))
