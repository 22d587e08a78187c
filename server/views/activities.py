"""Changes as activities: in JSON for ActivityStreams, in triples for a Linked Data Event Stream."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256

import pyoxigraph as ox
from rdflib import RDF, XSD

from kg.changes import Change, Changes
from kg.release import Release

AS = "https://www.w3.org/ns/activitystreams#"
LDES = "https://w3id.org/ldes#"
TREE = "https://w3id.org/tree#"

_TYPES = {"added": "Create", "changed": "Update", "withdrawn": "Delete"}


@dataclass(frozen=True, slots=True)
class Activity:
    """That something was created, updated or deleted by a release."""

    iri: str
    change: Change
    published: str
    context: str
    """Where the thing can be read as it was then; empty for what was deleted."""

    def document(self) -> dict[str, object]:
        """Give it as ActivityStreams."""
        thing: dict[str, object] = {"id": self.change.iri, "type": "Object", "name": self.change.label}
        if self.context:
            thing["url"] = self.context
        return {
            "id": self.iri,
            "type": _TYPES[self.change.action],
            "published": self.published,
            "object": {name: value for name, value in thing.items() if value},
        }


def activities_of(changes: Changes, release: Release, name: str, root: str) -> list[Activity]:
    """Give an activity for each change of a release that is called `name` in addresses."""
    published = _stamp(release.manifest.moment)
    iris = release.iris
    return [
        Activity(
            f"{iris.release(name)}#{change.action}-{sha256(change.iri.encode()).hexdigest()[:16]}",
            change,
            published,
            f"{root}/release/{name}/{iris.data_path(change.iri)}"
            if change.action != "withdrawn" and iris.is_entity(change.iri)
            else "",
        )
        for change in changes.items
    ]


def stream_of(collection: str, nodes: Iterable[tuple[str, datetime]], node: str = "") -> Iterator[ox.Triple]:
    """Describe the stream, and from its root (no `node`) lead to the nodes and their first dates."""
    here = _iri(node or f"{collection}#root")
    stream = _iri(collection)
    yield ox.Triple(stream, _iri(str(RDF.type)), _iri(f"{LDES}EventStream"))
    yield ox.Triple(stream, _iri(f"{LDES}timestampPath"), _iri(f"{AS}published"))
    yield ox.Triple(stream, _iri(f"{LDES}versionOfPath"), _iri(f"{AS}object"))
    yield ox.Triple(stream, _iri(f"{TREE}view"), here)
    yield ox.Triple(here, _iri(str(RDF.type)), _iri(f"{TREE}Node"))
    for address, moment in nodes:
        relation = _iri(f"{address}#relation")
        yield ox.Triple(here, _iri(f"{TREE}relation"), relation)
        yield ox.Triple(relation, _iri(str(RDF.type)), _iri(f"{TREE}GreaterThanOrEqualToRelation"))
        yield ox.Triple(relation, _iri(f"{TREE}node"), _iri(address))
        yield ox.Triple(relation, _iri(f"{TREE}path"), _iri(f"{AS}published"))
        yield ox.Triple(relation, _iri(f"{TREE}value"), _moment(_stamp(moment)))


def member(collection: str, activity: Activity) -> Iterator[ox.Triple]:
    """Give an activity as a member of the stream."""
    node = _iri(activity.iri)
    yield ox.Triple(_iri(collection), _iri(f"{TREE}member"), node)
    yield ox.Triple(node, _iri(str(RDF.type)), _iri(AS + _TYPES[activity.change.action]))
    yield ox.Triple(node, _iri(f"{AS}object"), _iri(activity.change.iri))
    yield ox.Triple(node, _iri(f"{AS}published"), _moment(activity.published))
    if activity.context:
        yield ox.Triple(_iri(activity.change.iri), _iri(f"{AS}url"), _iri(activity.context))


def _stamp(moment: datetime) -> str:
    return moment.strftime("%Y-%m-%dT%H:%M:%SZ")


def _moment(text: str) -> ox.Literal:
    return ox.Literal(text, datatype=_iri(str(XSD.dateTime)))


def _iri(iri: str) -> ox.NamedNode:
    return ox.NamedNode(iri)
