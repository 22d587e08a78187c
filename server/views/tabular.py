"""A list as CSV (https://www.rfc-editor.org/rfc/rfc4180) and as JSON: the same rows in the same order."""

from __future__ import annotations

import csv
import json
from io import StringIO
from typing import Any

from server.views.catalogue import Column, Entry
from server.views.listing import Listing, shown


def as_csv(listing: Listing) -> str:
    """Give the rows; a cell with several values has them with semicolons between."""
    text = StringIO()
    writer = csv.writer(text)
    columns = listing.catalogue.columns
    names = [
        name for each in columns for name in (each.name, *([f"{each.name}_iri"] if each.has_iris else []))
    ]
    writer.writerow(["iri", "label", "when", "earliest", "latest", *names])
    for entry in listing.entries:
        thing = entry.thing
        head = [thing.term.value, thing.label.value, "; ".join(entry.when), entry.begin, entry.end]
        writer.writerow([*head, *(cell for each in columns for cell in _cells(entry, each))])
    return text.getvalue()


def as_json(listing: Listing) -> str:
    """Give the rows, with how many there are on all pages."""
    document = {
        "kind": listing.catalogue.kind,
        "parameters": listing.asked.parameters,
        "total": listing.total,
        "page": listing.asked.page or "all",
        "pages": listing.pages,
        "rows": [_row(entry) for entry in listing.entries],
    }
    return json.dumps(document, ensure_ascii=False, indent=1) + "\n"


def _row(entry: Entry) -> dict[str, Any]:
    return {
        "iri": entry.thing.term.value,
        "label": entry.thing.label.value,
        "when": list(entry.when),
        "earliest": entry.begin,
        "latest": entry.end,
    } | {
        name: [
            {"label": each.label.value} | ({"iri": each.term.value} if each.term.is_iri else {})
            for each in values
        ]
        for name, values in entry.values.items()
    }


def _cells(entry: Entry, column: Column) -> list[str]:
    values = entry.values[column.name]
    iris = "; ".join(each.term.value for each in values if each.term.is_iri)
    return [shown(values), *([iris] if column.has_iris else [])]
