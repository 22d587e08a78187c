"""The one module that knows how our IRIs are built, and which URL paths stand for them.

An IRI of the data set is its base IRI plus a path (`id/event/september-2022-clashes`). A server that
runs elsewhere answers the same paths below its own root, so that nothing has to be rebuilt to move.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from hashlib import sha256
from urllib.parse import quote

DEFAULT_BASE = "https://w3id.org/kcg/"

KINDS = ("actor", "place", "event", "agreement", "situation", "claim", "source", "name")
"""The kinds of entity that an IRI can name, in the order in which lists show them."""


@dataclass(frozen=True, slots=True)
class Iris:
    """The IRIs of one data set, all below `base`, which ends in a slash."""

    base: str = DEFAULT_BASE

    def entity(self, kind: str, slug: str) -> str:
        """Give the IRI of the thing itself: `{base}id/{kind}/{slug}`."""
        return f"{self.base}id/{kind}/{slug}"

    def graph(self, name: str) -> str:
        """Give the IRI of a named graph: `{base}graph/{name}`."""
        return f"{self.base}graph/{name}"

    @property
    def dataset(self) -> str:
        """The IRI of the data set."""
        return f"{self.base}dataset"

    @property
    def ontology(self) -> str:
        """The IRI of the ontology, if the data set brings one of its own."""
        return f"{self.base}ontology"

    @property
    def shapes(self) -> str:
        """The IRI of the shapes."""
        return f"{self.base}shapes"

    def release(self, version: str) -> str:
        """Give the IRI of one release of the data set."""
        return f"{self.dataset}/{version}"

    def is_entity(self, iri: str) -> bool:
        """Tell whether `iri` is an entity of this data set, or a part of one (`...#passage`)."""
        return iri.startswith(f"{self.base}id/")

    def is_ours(self, iri: str) -> bool:
        """Tell whether `iri` lies below the base."""
        return iri.startswith(self.base)

    def rebased(self, namespace: str) -> str:
        """Move a namespace of entities or graphs below this base; vocabularies stay where they are."""
        for part_of_base in ("id/", "graph/"):
            if namespace.startswith(DEFAULT_BASE + part_of_base):
                return self.base + namespace[len(DEFAULT_BASE) :]
        return namespace

    def path(self, iri: str) -> str:
        """Give the path below the base for one of our IRIs, its fragment included.

        Raises `ValueError` for an IRI that is not ours.
        """
        if not self.is_ours(iri):
            raise ValueError(f"not below {self.base}: {iri}")
        return iri[len(self.base) :]

    def page_path(self, iri: str) -> str:
        """Give the path of the HTML page about an IRI of ours: `page/event/x#part`."""
        return self._document_path(iri, "page")

    def data_path(self, iri: str, extension: str = "") -> str:
        """Give the path of the RDF about an IRI of ours: `data/event/x.ttl`."""
        return self._document_path(iri, "data", extension)

    @lru_cache(maxsize=8192)  # noqa: B019 - one data set lives as long as its server
    def _document_path(self, iri: str, document: str, extension: str = "") -> str:
        path, separator, fragment = self.path(iri).partition("#")
        path = path.removeprefix("id/")
        return quote(f"{document}/{path}{extension}") + separator + quote(fragment)

    def of_document(self, path: str) -> str:
        """Give the IRI that a page or data document at `path` (`event/x`, `ontology`) is about."""
        kind = path.partition("/")[0]
        return f"{self.base}id/{path}" if kind in KINDS else f"{self.base}{path}"


def without_fragment(iri: str) -> str:
    """Give the IRI of the document or entity that a `#part` belongs to."""
    return iri.partition("#")[0]


def fragment(iri: str) -> str:
    """Give what stands behind the `#` of a part, by which links lead to it; empty if it is none."""
    return iri.partition("#")[2]


def local_name(iri: str) -> str:
    """Give what stands behind the last `#` or `/` of an IRI."""
    return iri.rpartition("#")[2] if "#" in iri else iri.rpartition("/")[2]


def part(parent: str, label: str, content: str = "") -> str:
    """Give the IRI of a part of `parent`: `{parent}#{label}`.

    `content` tells parts with one label apart: eight hexadecimal digits of its SHA-256 are added.
    """
    separator = "." if "#" in parent else "#"
    digest = f"-{sha256(content.encode()).hexdigest()[:8]}" if content else ""
    return f"{parent}{separator}{label}{digest}"
