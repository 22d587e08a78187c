"""Slices of Wikidata in memory, asked as an endpoint is asked."""

from __future__ import annotations

import gzip
from pathlib import Path

import pyoxigraph as ox

from kg.formats import RESULTS_JSON, TURTLE
from kg.linking.wikidata import Select
from kg.rows import read_solutions
from kg.store import Formats, MemoryStore

ROOT = Path(__file__).parents[3]
MADE_UP = ROOT / "tests" / "data" / "matching" / "slice.ttl"
GOLD = ROOT / "tests" / "data" / "matching" / "gold.csv"
SHARED = ROOT.parent / "shared" / "data"


def select_from(*paths: Path) -> Select:
    engine = ox.Store()
    for path in paths:
        if path.suffix == ".gz":
            with gzip.open(path) as file:
                engine.bulk_load(file.read(), format=ox.RdfFormat.N_TRIPLES)
        else:
            engine.bulk_load(path=str(path), format=ox.RdfFormat.TURTLE)
    store = MemoryStore(engine)
    return lambda query: read_solutions(store.query(query, Formats(RESULTS_JSON, TURTLE))).rows
