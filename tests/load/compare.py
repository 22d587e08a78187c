"""Every query of the project put to other engines, beside kg's own answers: the table of docs/remote.md.

.venv/bin/python -m tests.load.compare build > table.md
"""

from __future__ import annotations

import json
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from contextlib import AbstractContextManager
from pathlib import Path
from typing import Any

import pyoxigraph as ox

from kg import formats as f
from kg.errors import KgError
from kg.examples import read_examples
from kg.release import open_release
from kg.remote import RemoteStore
from kg.sources import locate_project
from kg.store import Answer, Formats, MemoryStore, Store
from kg.upload import UPDATE, Target, graphs_of, upload
from tests.engines import Engine, oxigraph, virtuoso

WANTED = Formats(f.RESULTS_JSON, f.N_TRIPLES)
NUMBERS = {"integer", "decimal", "double", "float", "boolean", "nonNegativeInteger"}
KCG = "https://w3id.org/kcg/"
INTEGER = ox.NamedNode("http://www.w3.org/2001/XMLSchema#integer")
DATE = ox.NamedNode("http://www.w3.org/2001/XMLSchema#date")
Terms = Mapping[str, ox.NamedNode | ox.Literal]

WAR = ox.NamedNode(f"{KCG}id/event/nagorno-karabakh-war-2020")
DOCUMENT = ox.NamedNode(f"{KCG}id/source/dw-2016")
MOMENT: dict[str, ox.NamedNode | ox.Literal] = {
    "day": ox.Literal("2016-04-03", datatype=DATE),
    "publishedBy": ox.Literal("9999-12-31", datatype=DATE),
}
WINDOW: dict[str, ox.NamedNode | ox.Literal] = {
    "entity": WAR,
    "after": ox.NamedNode(f"{KCG}id/"),
    "last": ox.NamedNode(f"{KCG}id/z"),
}
ABOUT_WAR: dict[str, ox.NamedNode | ox.Literal] = {"entity": WAR}
ONTOLOGY: dict[str, ox.NamedNode | ox.Literal] = {"ontology": ox.NamedNode(f"{KCG}ontology")}

PARAMETERS: dict[str, Terms] = {
    "claims": ABOUT_WAR | {"link": ox.NamedNode(f"{KCG}ontology#about")},
    "concept-things": {"concept": ox.NamedNode(f"{KCG}concept/source-kind/article")},
    "concept-uses": {"scheme": ox.NamedNode(f"{KCG}concept/source-kind")},
    "concepts": {"scheme": ox.NamedNode(f"{KCG}concept/source-kind")},
    "context": ONTOLOGY,
    "covered": {"entity": DOCUMENT},
    "dataset": {"dataset": ox.NamedNode(f"{KCG}dataset")},
    "description-asof": ABOUT_WAR | MOMENT,
    "exists": ABOUT_WAR,
    "extension": {"item": WAR},
    "incoming": ABOUT_WAR,
    "listed": {"class": ox.NamedNode(f"{KCG}ontology#Event")},
    "own": ABOUT_WAR,
    "pages": {"base": ox.NamedNode(KCG)},
    "perspective": {"holder": ox.NamedNode(f"{KCG}id/actor/armenia")},
    "pointers": WINDOW,
    "pointing": ABOUT_WAR,
    "reading": {"entity": DOCUMENT, "from": ox.Literal("0", datatype=INTEGER)},
    "situations": {"entity": ox.NamedNode(f"{KCG}id/actor/armenia")},
    "standing": MOMENT,
    "thing": ABOUT_WAR,
    "told": WINDOW,
    "tree": ABOUT_WAR,
    "uses": ONTOLOGY,
    "vocabulary": ONTOLOGY,
    "wikidata": {"item": ox.NamedNode("http://www.wikidata.org/entity/Q99659280")},
}
"""What the pages substitute in a query, by its name; one that is not named here is put as it stands.

A variable that no page substitutes must not be: `holders` about one holder is another question.
"""

ENGINES: dict[str, tuple[Callable[[Path], AbstractContextManager[Engine]], str]] = {
    "Virtuoso 7": (virtuoso, UPDATE),
    "Oxigraph server": (oxigraph, "graph-store"),
    "Oxigraph server, union": (lambda folder: oxigraph(folder, union=True), UPDATE),
}


def queries() -> Iterator[tuple[str, str, Terms]]:
    """Name, text and substitutions of each query of the pages and each example."""
    for path in sorted(Path("server/queries").glob("*.rq")):
        yield f"page: {path.stem}", path.read_text("utf-8"), PARAMETERS.get(path.stem, {})
    for example in read_examples(locate_project().queries):
        yield f"example: {example.name}", example.text, {}


def run(store: Store, text: str, terms: Terms) -> tuple[Answer | str, float]:
    begin = time.perf_counter()
    try:
        answer: Answer | str = store.query(text, WANTED, substitutions=terms)
    except KgError as error:
        answer = f"{type(error).__name__}: {error.what}"
    return answer, time.perf_counter() - begin


def rows(answer: Answer, *, loose: bool) -> Counter[str]:
    """The rows or triples of an answer as a bag; `loose`: numbers by value, languages in small letters."""
    if answer.form == "triples":
        return Counter(line.lower() if loose else line for line in answer.body.decode().splitlines())
    document = json.loads(answer.body)
    if "boolean" in document:
        return Counter([str(document["boolean"])])
    return Counter(
        json.dumps({k: term(v, loose) for k, v in row.items()}, sort_keys=True)
        for row in document["results"]["bindings"]
    )


def term(entry: dict[str, Any], loose: bool) -> str:
    if entry["type"] == "bnode":
        return "_:"
    text, language = entry["value"], entry.get("xml:lang", "")
    kind = entry.get("datatype", "").rpartition("#")[2]
    if loose and kind in NUMBERS:
        return f"number {float({'true': '1', 'false': '0'}.get(text, text)):.9g}"
    return f"{text}@{language.lower() if loose else language}^^{'' if loose else kind}"


def verdict(own: Answer | str, other: Answer | str) -> str:
    if isinstance(other, str) or isinstance(own, str):
        return str(other if isinstance(other, str) else own)
    if rows(own, loose=False) == rows(other, loose=False):
        return "same"
    mine, theirs = rows(own, loose=True), rows(other, loose=True)
    if mine == theirs:
        return "same values"
    if set(mine) == set(theirs):
        return f"same rows, {theirs.total()} with repeats instead of {mine.total()}"
    missing, more = (mine - theirs).total(), (theirs - mine).total()
    return f"{missing} of {mine.total()} missing, {more} others"


def main(build: Path) -> None:
    release = open_release(build)
    own = MemoryStore.load(release.nquads)
    graphs = graphs_of(release)
    answers = {name: run(own, text, terms) for name, text, terms in queries()}
    table: dict[str, list[str]] = {name: [] for name in answers}
    for label, (start, protocol) in ENGINES.items():
        with tempfile.TemporaryDirectory() as folder, start(Path(folder)) as engine:
            begin = time.perf_counter()
            address = engine.update if protocol == UPDATE else engine.graphs
            upload(graphs, Target(address, protocol))
            print(f"{label}: loaded by {protocol} in {time.perf_counter() - begin:.1f} s", file=sys.stderr)
            store = RemoteStore(engine.query, deadline=30)
            run(store, "ASK {}", {})
            for name, text, terms in queries():
                other, seconds = run(store, text, terms)
                table[name].append(f"{verdict(answers[name][0], other)} ({seconds * 1000:.0f} ms)")
    print("| query | our own store | " + " | ".join(ENGINES) + " |")
    print("|---|---|" + "---|" * len(ENGINES))
    for name, cells in table.items():
        answer, seconds = answers[name]
        count = answer if isinstance(answer, str) else f"{answer.count:,}"
        print(f"| {name} | {count} ({seconds * 1000:.0f} ms) | " + " | ".join(cells) + " |")


if __name__ == "__main__":
    main(Path(sys.argv[1]))
