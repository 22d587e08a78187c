"""Candidates written down for a person to look at: which names may mean which items, and why."""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from kg.dump import replacing
from kg.errors import Location, MalformedError, MissingInputError, cannot_write

LINKS = Path("links") / "wikidata.sssom.tsv"
"""The mapping set of a data folder."""
FOUND = Path("build") / "link" / "candidates.json"
"""Where candidates are written by default."""


@dataclass(frozen=True, slots=True)
class Offered:
    """An item that a name may mean."""

    id: str
    label: str
    description: str
    kinds: tuple[str, ...]
    score: float
    reasons: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Proposal:
    """A name, `decision` (`certain`, `possible`, `nil`) with why, and the items it may mean, best first."""

    id: str
    name: str
    kind: str
    context: str
    decision: str
    why: str
    candidates: tuple[Offered, ...]


def write_proposals(path: Path, endpoint: str, proposals: Iterable[Proposal]) -> None:
    """Write a file of proposals whole. Raises `OutputError`."""
    document = {"endpoint": endpoint, "names": [asdict(each) for each in proposals]}
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise cannot_write(path, error) from None
    with replacing(path) as file:
        file.write(json.dumps(document, ensure_ascii=False, indent=1).encode() + b"\n")


def read_proposals(path: Path) -> list[Proposal]:
    """Read what `write_proposals` wrote. Raises `MissingInputError` or `MalformedError`."""
    try:
        document: dict[str, Any] = json.loads(path.read_text("utf-8"))
        return [_read(each) for each in document["names"]]
    except OSError as error:
        mend = "Find candidates first: kg link find"
        raise MissingInputError(f"{path} cannot be read: {error.strerror}.", mend=mend) from None
    except (ValueError, KeyError, TypeError) as error:
        mend = "Make it again: kg link find"
        raise MalformedError(f"No file of candidates: {error}.", where=Location(path), mend=mend) from None


def _read(entry: dict[str, Any]) -> Proposal:
    offered = (
        Offered(**each | {"kinds": tuple(each["kinds"]), "reasons": tuple(each["reasons"])})
        for each in entry["candidates"]
    )
    return Proposal(**entry | {"candidates": tuple(offered)})
