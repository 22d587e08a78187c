"""The messages of the Reconciliation Service API 0.2, read and written.

https://reconciliation-api.github.io/specs/0.2/. What the protocol calls types are kinds
here; properties of a query become context: `P569` a birth, dates a time, anything else a place, a country or
an office, as an article would tell it.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from kg.errors import QueryTooLargeError, UsageError
from kg.iris import Iris, local_name
from kg.matching.kinds import FAMILIES, kind_of
from kg.matching.surroundings import IDENTIFIERS, SURROUNDING_ITEMS
from server.solutions import Solution, Term
from server.vocabulary import RDF, RDFS, preferred

MOST = 2000
"""Names in one batch."""
LONGEST = 500
"""Characters of a name or of its context that are read."""
SHOWN = 5
MOST_SHOWN = 50
WIKIDATA = "http://www.wikidata.org/entity/"
WIKIDATA_PROPERTIES = "http://www.wikidata.org/prop/direct/"
_DATE = re.compile(r"(-?\d{4,})-(\d\d)-(\d\d)(T[\d:.]+(?:Z|[+-][\d:]+)?)?")
_ITEM = re.compile(r"Q[1-9]\d*")
_BIRTH = frozenset({"P569", "born"})
_NO_VALUES = "Tells namesakes apart; there are no values to fetch."
TELLING = tuple(
    {"id": each, "name": each, "description": _NO_VALUES}
    for each in ("born", "context", "country", "language")
)
"""What a query may tell of a name that is no property of the schema."""


@dataclass(frozen=True, slots=True)
class Spaces:
    """Where identifiers live: `entity` and `schema` are the namespaces, `view` the page about one."""

    entity: str
    schema: str
    view: str

    @classmethod
    def of(cls, iris: Iris, root: str, is_ours: bool) -> Spaces:
        """Give those of a graph of ours, or of a slice of Wikidata."""
        if is_ours:
            return cls(f"{iris.base}id/", "https://w3id.org/kcg/ontology#", f"{root}page/{{{{id}}}}")
        return cls(WIKIDATA, WIKIDATA_PROPERTIES, "https://www.wikidata.org/wiki/{{id}}")

    def short(self, iri: str) -> str:
        """Give the identifier of an IRI."""
        return iri.removeprefix(self.entity)

    def iri(self, identifier: str) -> str:
        """Give the IRI of an identifier; an IRI is taken as it is."""
        return identifier if "://" in identifier else f"{self.entity}{identifier}"

    def property_iri(self, identifier: str) -> str:
        """Give the IRI of a property."""
        return identifier if "://" in identifier else f"{self.schema}{identifier}"


def manifest(name: str, spaces: Spaces, root: str, kinds: Mapping[str, int]) -> dict[str, Any]:
    """Describe the service: https://reconciliation-api.github.io/specs/0.2/#service-manifest."""
    service = f"{root}reconcile"
    common = [kind for kind, _ in sorted(kinds.items(), key=lambda pair: (-pair[1], pair[0]))]
    return {
        "versions": ["0.1", "0.2"],
        "name": name,
        "identifierSpace": spaces.entity,
        "schemaSpace": spaces.schema,
        "defaultTypes": [as_type(kind) for kind in common[:10]],
        "view": {"url": spaces.view},
        "preview": {"url": f"{service}/preview?id={{{{id}}}}", "width": 430, "height": 300},
        "suggest": {
            kind: {"service_url": service, "service_path": f"/suggest/{kind}"}
            for kind in ("entity", "type", "property")
        },
        "extend": {
            "propose_properties": {"service_url": service, "service_path": "/properties"},
            "property_settings": [],
        },
    }


def as_type(kind: str) -> dict[str, str]:
    """Give a kind as the protocol has types."""
    return {"id": kind, "name": kind}


def read_json(text: str, what: str) -> Any:
    """Read a parameter that must be JSON. Raises `UsageError`."""
    try:
        return json.loads(text)
    except ValueError as error:
        raise UsageError(
            f"'{what}' is not JSON: {error}.", mend="Send it as JSON, encoded as a form."
        ) from None


def read_batch(batch: Any) -> dict[str, dict[str, Any]]:
    """Read a batch of queries; raises `UsageError` or `QueryTooLargeError`."""
    if not isinstance(batch, dict) or not all(isinstance(each, dict) for each in batch.values()):
        raise UsageError("'queries' is no object of queries.", mend='Send {"q0": {"query": "a name"}}.')
    if len(batch) > MOST:
        raise QueryTooLargeError(f"These are {len(batch)} queries.", mend=f"Send at most {MOST} at once.")
    return {str(key): _query(str(key), each) for key, each in batch.items()}


def _query(key: str, asked: Mapping[str, Any]) -> dict[str, Any]:
    name = asked.get("query")
    if not isinstance(name, str):
        raise UsageError(f"The query '{key}' has no name.", mend='Give "query", a string.')
    properties = asked.get("properties") or []
    types = asked.get("type")
    kind = types[0] if isinstance(types, list) and types else types
    told = [_told(each) for each in properties if isinstance(each, dict)]
    return {
        "name": name[:LONGEST],
        "language": next((text for pid, text in told if pid in {"language", "lang"}), ""),
        "kind": known_kind(kind) if isinstance(kind, str) else "",
        "context": "; ".join(_as_context(pid, text) for pid, text in told if text)[:LONGEST],
        "known": dict(_known(each) for each in properties if isinstance(each, dict)),
        "limit": _limit(asked.get("limit")),
    }


def known_kind(identifier: str) -> str:
    """Give the kind that a type names: its identifier, its IRI, or a word for it."""
    word = local_name(identifier)
    return word if word in FAMILIES else kind_of(word)


def _limit(value: Any) -> int:
    return min(value, MOST_SHOWN) if isinstance(value, int) and value > 0 else SHOWN


def _property(entry: Mapping[str, Any]) -> tuple[str, list[Any]]:
    """Give a property's identifier and its values, under either name that clients send them by."""
    value = entry.get("v", entry.get("propertyValue"))
    pid = local_name(str(entry.get("pid", entry.get("propertyId", ""))))
    return pid, value if isinstance(value, list) else [value]


def _told(entry: Mapping[str, Any]) -> tuple[str, str]:
    pid, values = _property(entry)
    texts = [
        str(each.get("name") or each.get("id", "")) if isinstance(each, dict) else each for each in values
    ]
    return pid, "; ".join(str(each) for each in texts if each is not None)


def _known(entry: Mapping[str, Any]) -> tuple[str, str]:
    """Give a property whose value is an identifier, a point, or an item that was matched already."""
    pid, values = _property(entry)
    texts = [str(each.get("id", "")) if isinstance(each, dict) else str(each or "") for each in values]
    if pid in SURROUNDING_ITEMS:
        texts = [each for each in texts if _ITEM.fullmatch(each)]
    return pid, " ".join(texts)[:LONGEST]


def _as_context(pid: str, text: str) -> str:
    if pid in {"language", "lang", "P625", *IDENTIFIERS}:
        return ""
    return f"born {text}" if pid in _BIRTH else text


def read_conditions(document: Any) -> list[dict[str, Any]]:
    """Read a batch of the draft of version 1.0 (`/match`), whose queries are lists of conditions."""
    queries = document.get("queries") if isinstance(document, dict) else None
    if not isinstance(queries, list) or not all(isinstance(each, dict) for each in queries):
        raise UsageError("There is no list of 'queries'.", mend='Send {"queries": [{"conditions": [...]}]}.')
    old = {}
    for number, each in enumerate(queries):
        conditions = [c for c in each.get("conditions", []) if isinstance(c, dict)]
        names = [c.get("propertyValue") for c in conditions if c.get("matchType") == "name"]
        others = [c for c in conditions if c.get("matchType") != "name"]
        old[str(number)] = {**each, "query": names[0] if names else None, "properties": others}
    return list(read_batch(old).values())


def result(answer: Mapping[str, Any], spaces: Spaces) -> list[dict[str, Any]]:
    """Give the candidates for one name; only the first may be a match, and only if it is certain."""
    certain = answer["decision"] == "certain"
    return [
        {
            "id": spaces.short(each["id"]),
            "name": each["label"],
            "description": each["description"],
            "type": [as_type(kind) for kind in each["kinds"]],
            "score": round(100 * each["score"], 1),
            "match": certain and position == 0,
            "features": [{"id": "score", "value": round(each["score"], 4)}],
        }
        for position, each in enumerate(answer["candidates"])
    ]


def suggested(found: Iterable[Mapping[str, Any]], spaces: Spaces) -> dict[str, Any]:
    """Give entities as the suggest service has them."""
    return {
        "result": [
            {
                "id": spaces.short(each["id"]),
                "name": each["label"],
                "description": each["description"] or ", ".join(each["kinds"]),
                "notable": [as_type(kind) for kind in each["kinds"]],
            }
            for each in found
        ]
    }


def shown(rows: Iterable[Solution], spaces: Spaces) -> dict[str, Any] | None:
    """Give what the preview shows of a thing that names are not matched to; None if it has no label."""
    said = list(rows)
    labels = [row["value"] for row in said if row["property"].value == f"{RDFS}label"]
    called = preferred(labels)
    if called is None:
        return None
    classes = [row for row in said if row["property"].value == f"{RDF}type"]
    named = [
        row["label"].value
        for row in classes
        if "label" in row and row["value"].value.startswith(spaces.schema)
    ]
    return {
        "label": called.value,
        "description": "",
        "kinds": list(dict.fromkeys(named)),
        "names": list(dict.fromkeys(each.value for each in labels)),
    }


def properties(rows: Iterable[Solution], spaces: Spaces) -> list[dict[str, str]]:
    """Give the properties of the schema that are in use."""
    return [
        {
            "id": row["property"].value.removeprefix(spaces.schema),
            "name": row["label"].value if "label" in row else local_name(row["property"].value),
        }
        for row in rows
        if "property" in row and row["property"].value.startswith(spaces.schema)
    ]


def read_extension(document: Any) -> tuple[list[str], list[str]]:
    """Read which properties of which entities are wanted. Raises `UsageError`."""
    try:
        ids = [str(each) for each in document["ids"]]
        wanted = [str(each["id"]) for each in document["properties"]]
    except (TypeError, KeyError) as error:
        raise UsageError(
            "'extend' has no 'ids' or no 'properties'.",
            mend='Send {"ids": ["Q1"], "properties": [{"id": "P31"}]}.',
        ) from error
    if len(ids) > MOST:
        raise QueryTooLargeError(f"These are {len(ids)} entities.", mend=f"Send at most {MOST} at once.")
    return ids, wanted


def cells(rows: Iterable[Solution], iri: str, spaces: Spaces) -> list[dict[str, Any]]:
    """Give the values of one property of one entity."""
    found = {row["value"].key: _cell(row, spaces) for row in rows if row["property"].value == iri}
    return list(found.values())


def _cell(row: Solution, spaces: Spaces) -> dict[str, Any]:
    term: Term = row["value"]
    if not term.is_literal:
        name = row["label"].value if "label" in row else local_name(term.value)
        return {"id": spaces.short(term.value), "name": name}
    kind = local_name(term.datatype)
    if kind == "integer" and term.value.lstrip("+-").isdigit():
        return {"int": int(term.value)}
    if kind in {"decimal", "double", "float"}:
        return _number(term.value)
    date = _DATE.fullmatch(term.value) if kind in {"date", "dateTime"} else None
    if date:
        return {"date": f"{date[1]}-{date[2]}-{date[3]}{date[4] or 'T00:00:00Z'}"}
    return {"str": term.value}


def _number(text: str) -> dict[str, Any]:
    try:
        return {"float": float(text)} if abs(float(text)) < float("inf") else {"str": text}
    except ValueError:
        return {"str": text}
