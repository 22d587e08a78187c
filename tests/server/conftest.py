from __future__ import annotations

from collections.abc import Iterator
from hashlib import sha256
from pathlib import Path
from typing import Any

import pyoxigraph as ox
import pytest
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from kg.release import Manifest, ReleaseFile, open_release
from kg.store import MemoryStore
from server import Publication, Settings, create_app

DATA = Path(__file__).parent / "data"
ROOT = Path(__file__).parents[2]
BASE = "https://w3id.org/kcg/"
PREFIXES = {
    "event": f"{BASE}id/event/",
    "kcg": f"{BASE}ontology#",
    "rdfs": "http://www.w3.org/2000/01/rdf-schema#",
    "wd": "http://www.wikidata.org/entity/",
}


def _quads() -> Iterator[ox.Quad]:
    graphs = {
        "reference": DATA / "world.ttl",
        "ontology": ROOT / "ontology" / "kcg.ttl",
        "description": DATA / "description.ttl",
    }
    for name, path in graphs.items():
        graph = ox.NamedNode(f"{BASE}graph/{name}")
        for quad in ox.parse(path=str(path), format=ox.RdfFormat.TURTLE):
            yield ox.Quad(quad.subject, quad.predicate, quad.object, graph)


class BufferedClient(FlaskClient):
    """Reads every response whole, so that no file of a download stays open."""

    def open(self, *arguments: Any, **named: Any) -> TestResponse:
        return super().open(*arguments, **{"buffered": True} | named)


@pytest.fixture(scope="session")
def store() -> MemoryStore:
    return MemoryStore.from_quads(_quads(), prefixes=PREFIXES)


@pytest.fixture(scope="session")
def release(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("release")
    dumps = folder / "dumps"
    dumps.mkdir()
    contents = {
        "kcg.ttl": (b"<urn:a> <urn:b> <urn:c> .\n", "text/turtle"),
        "kcg.nq.gz": (b"\x1f\x8bnot really", "application/gzip"),
        "kcg.trig.zst": (b"(\xb5/\xfdnot really", "application/zstd"),
        "graph/source/gazette.ttl": (b"<urn:a> <urn:b> <urn:d> .\n", "text/turtle"),
    }
    for name, (content, _) in contents.items():
        (dumps / name).parent.mkdir(parents=True, exist_ok=True)
        (dumps / name).write_bytes(content)
    files = [
        ReleaseFile(f"dumps/{name}", len(content), sha256(content).hexdigest(), media_type)
        for name, (content, media_type) in contents.items()
    ]
    (folder / "graph.nq").write_bytes(ox.serialize(_quads(), format=ox.RdfFormat.N_QUADS) or b"")
    manifest = Manifest(
        id="0.1.0-cafe",
        version="0.1.0",
        base=BASE,
        title="An invented world",
        license="https://creativecommons.org/licenses/by/4.0/",
        counts={"quads": 9000, "triples": 8000, "graphs": 3, "claims": 5, "entities": 20},
        prefixes=PREFIXES,
        files=files,
        modified="2022-11-04",
    )
    (folder / "manifest.json").write_text(manifest.to_json())
    return folder


@pytest.fixture(scope="session")
def app(release: Path, store: MemoryStore) -> Flask:
    settings = Settings(release=release, example="event/border-clash", rows=20)
    app = create_app(settings, store, Publication.of_release(open_release(release)))
    app.test_client_class = BufferedClient
    return app


@pytest.fixture
def client(app: Flask) -> FlaskClient:
    return app.test_client()
