"""Tables and maps for who does not read RDF: CSV with a data dictionary, and GeoJSON.

Each `ontology/tables/*.rq` is a SELECT that makes a CSV file, each `ontology/tables/maps/*.rq` one that makes
GeoJSON; `ontology/tables/datapackage.json` says what every column means
(https://specs.frictionlessdata.io/data-package/). A query may give several rows for one thing, the first
column: they are folded into one, with several values of a column behind each other.
"""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterable, Mapping
from hashlib import sha256
from pathlib import Path
from typing import Any

import pyoxigraph as ox

from kg.errors import DataError, Location
from kg.formats import RESULTS_CSV, TURTLE
from kg.geometry import from_wkt
from kg.release import DUMPS, Files
from kg.store import Formats, MemoryStore

PACKAGE = "datapackage.json"
SEPARATOR = " | "

_TAKEN = {"id", "wkt"}
"""Columns of a map that are no properties of its features."""

Records = list[dict[str, list[str]]]


def tables(quads: Iterable[ox.Quad], folder: Path, head: Mapping[str, Any]) -> Files:
    """Give the tables, the maps and their data dictionary, which begins with `head`.

    Raises `DataError` if the dictionary does not describe what the queries give, or a geometry is unknown.
    """
    store = MemoryStore.from_quads(quads)
    described = json.loads((folder / PACKAGE).read_text("utf-8"))
    contents = {f"{path.stem}.csv": _csv(*_asked(store, path)) for path in sorted(folder.glob("*.rq"))}
    for path in sorted(folder.glob("maps/*.rq")):
        contents[f"{path.stem}.geojson"] = _geojson(_asked(store, path)[1])
    _check_described(described["resources"], contents, folder / PACKAGE)
    package = {**head, **described, "resources": _resources(described["resources"], contents)}
    types = {resource["path"]: resource["mediatype"] for resource in described["resources"]}
    files = {f"{DUMPS}/{name}": (content, types[name]) for name, content in contents.items()}
    return files | {f"{DUMPS}/{PACKAGE}": (_json(package), "application/json")}


def fold(rows: Iterable[list[str]], header: list[str]) -> Records:
    """Make one record of all rows with the same first value, with each value of a column once, in order."""
    records: dict[str, dict[str, list[str]]] = {}
    for row in rows:
        record = records.setdefault(row[0], {name: [] for name in header})
        for name, value in zip(header, row, strict=True):
            if value and value not in record[name]:
                record[name].append(value)
    return list(records.values())


def _asked(store: MemoryStore, path: Path) -> tuple[list[str], Records]:
    answer = store.query(path.read_text("utf-8"), Formats(RESULTS_CSV, TURTLE))
    header, *rows = csv.reader(io.StringIO(answer.body.decode("utf-8"), newline=""))
    return header, fold(rows, header)


def _csv(header: list[str], records: Records) -> bytes:
    text = io.StringIO(newline="")
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(header)
    writer.writerows([SEPARATOR.join(record[name]) for name in header] for record in records)
    return text.getvalue().encode()


def _geojson(records: Records) -> bytes:
    """Give a FeatureCollection; what has no geometry is an unlocated feature.

    https://www.rfc-editor.org/rfc/rfc7946#section-3.2.
    """
    features = [
        {
            "type": "Feature",
            "id": record["id"][0],
            "geometry": _geometry(record["wkt"]),
            "properties": {
                name: SEPARATOR.join(values)
                for name, values in record.items()
                if values and name not in _TAKEN
            },
        }
        for record in records
    ]
    return _json({"type": "FeatureCollection", "features": features})


def _geometry(texts: list[str]) -> dict[str, Any] | None:
    shapes = [from_wkt(text) for text in texts]
    if len(shapes) > 1:
        return {"type": "GeometryCollection", "geometries": shapes}
    return shapes[0] if shapes else None


def _resources(described: list[dict[str, Any]], contents: dict[str, bytes]) -> list[dict[str, Any]]:
    return [
        {
            **resource,
            "bytes": len(contents[resource["path"]]),
            "hash": f"sha256:{sha256(contents[resource['path']]).hexdigest()}",
        }
        for resource in described
    ]


def _check_described(resources: list[dict[str, Any]], contents: dict[str, bytes], where: Path) -> None:
    """Raise `DataError` unless every file, and every column of a table, is described, in this order."""
    if {resource["path"] for resource in resources} != set(contents):
        raise DataError(
            f"The files described are not those made: {', '.join(sorted(contents))}.",
            where=Location(where),
            mend="Describe each file that a query makes, and no other.",
        )
    for resource in resources:
        fields = [field["name"] for field in resource.get("schema", {}).get("fields", [])]
        columns = contents[resource["path"]].partition(b"\n")[0].decode().split(",")
        if fields and fields != columns:
            raise DataError(
                f"The columns of {resource['path']} are {', '.join(columns)}; others are described.",
                where=Location(where),
                mend="Let the fields of its schema be the variables of its query, in their order.",
            )


def _json(document: object) -> bytes:
    return (json.dumps(document, indent=1, ensure_ascii=False) + "\n").encode()
