"""Write the beginnings of sources and claims: what can be computed is filled in, nothing is invented.

What the curator has not said is left out, so that the shapes ask for it in their own words. A file is
replaced whole and in canonical layout, or not at all.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property
from hashlib import sha256
from pathlib import Path
from tempfile import TemporaryDirectory

import pyoxigraph as ox
from rdflib import DCTERMS, RDF, RDFS, SKOS, URIRef

from kg.build import prefixes_of, read_dataset_of
from kg.details import CLAIM_DETAILS, SOURCE_DETAILS, Said, Terms, Triple, integer, node
from kg.documents import verify
from kg.dump import replacing
from kg.errors import (
    DanglingReferenceError,
    KgError,
    Location,
    MissingInputError,
    NotFoundError,
    ProblemsError,
    UsageError,
    cannot_write,
)
from kg.formatting import format_turtle
from kg.integrity import check_integrity
from kg.iris import Iris
from kg.namespaces import CONCEPT, KCG, OA
from kg.quotation import Quoted, find_words
from kg.skolem import skolemise
from kg.sources import Project, Statement, read_data, read_vocabulary
from kg.terms import iri_of, to_graph
from kg.validation import load_shapes, validate_shapes

_SLUG = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")


@dataclass(frozen=True, slots=True)
class Written:
    """What was written, and what `kg validate` will still ask for."""

    iri: str
    path: Path
    missing: tuple[str, ...]


class Desk:
    """One data folder, to which sources and claims are added."""

    def __init__(self, project: Project) -> None:
        self._project = project
        self._iris = Iris(read_dataset_of(project).base)
        self._prefixes = prefixes_of(project, self._iris)
        self._terms = Terms(self._prefixes)

    @cached_property
    def _statements(self) -> list[Statement]:
        return [*read_data(self._project, self._iris), *read_vocabulary(self._project, self._iris)]

    def add_source(self, slug: str, document: Path, said: Said, language: str = "") -> Written:
        """Begin `source/{slug}.ttl` with the hash and length of the document.

        Raises `UsageError` if there is such a file already, or a source with this very document.
        """
        path = self._path(slug)
        if path.exists():
            raise UsageError(f"{path} is there already.", mend="Take another slug, or edit that file.")
        content = _bytes(document)
        digest = f"sha256:{sha256(content).hexdigest()}"
        self._refuse_second(digest)
        subject = ox.NamedNode(self._iris.entity("source", slug))
        triples: list[Triple] = [
            (subject, RDF.type, node(KCG.Source)),
            (subject, KCG.contentHash, ox.Literal(digest)),
            (subject, DCTERMS.extent, integer(len(_decoded(content, document)))),
            (subject, KCG.kind, node(CONCEPT["source-kind/article"])),
            *self._terms.triples(subject, said, SOURCE_DETAILS, language or "en"),
        ]
        triples += [(subject, RDFS.label, value) for _, name, value in triples if name == DCTERMS.title]
        if language:
            triples.append((subject, DCTERMS.language, ox.Literal(language)))
        return self._write(path, subject, triples)

    def find(self, slug: str, documents: Path, words: str, start: int, end: int | None) -> Quoted:
        """Find words in the document of a source, between two positions; the words must stand there once.

        Without words the two positions are themselves the stretch.
        """
        graph = self._iris.graph(f"source/{slug}")
        own = [each for each in self._statements if iri_of(each.quad.graph_name) == graph]
        source = self._iris.entity("source", slug)
        found = verify([each for each in own if iri_of(each.quad.subject) == source], documents).documents
        if source not in found:
            raise NotFoundError(
                f"There is no source '{slug}' with a document.", mend=f"Begin it with: kg new source {slug}"
            )
        return find_words(found[source], words, start, end)

    def add_claim(self, slug: str, quoted: Quoted, said: Said) -> Written:
        """Append a claim with the next free number to `source/{slug}.ttl`."""
        subject = ox.NamedNode(self._iris.entity("claim", f"{slug}-{self._next_number(slug):03}"))
        kind = KCG.QuantityClaim if said.get("quantity") else KCG.Claim
        source = ox.NamedNode(self._iris.entity("source", slug))
        triples: list[Triple] = [
            (subject, RDF.type, node(kind)),
            (subject, KCG.reportedIn, source),
            *_stretch(subject, KCG.passage, KCG.Passage, source, quoted),
            *self._terms.triples(subject, said, CLAIM_DETAILS, "en"),
        ]
        return self._write(self._path(slug), subject, triples)

    def add_part(self, slug: str, quoted: Quoted, kind: str) -> Written:
        """Declare a part of the document, such as a byline, in `source/{slug}.ttl`."""
        source = ox.NamedNode(self._iris.entity("source", slug))
        triples = _stretch(source, DCTERMS.hasPart, OA.SpecificResource, source, quoted)
        part = triples[0][2]
        assert isinstance(part, ox.BlankNode)  # noqa: S101 what _stretch makes
        triples.append((part, KCG.kind, self._terms.named(kind, "source-part")))
        return self._write(self._path(slug), source, triples)

    def _path(self, slug: str) -> Path:
        if not _SLUG.fullmatch(slug):
            raise UsageError(
                f"'{slug}' cannot name a source.",
                mend="Use small letters, digits and hyphens, such as harbour-post-2031.",
            )
        return self._project.data / "source" / f"{slug}.ttl"

    def _refuse_second(self, digest: str) -> None:
        for each in self._statements:
            if each.quad.object == ox.Literal(digest):
                raise UsageError(
                    f"This document is the source <{iri_of(each.quad.subject)}> already ({each.where}).",
                    mend="Add claims to it with kg new claim.",
                )

    def _next_number(self, slug: str) -> int:
        name = re.compile(re.escape(self._iris.entity("claim", slug)) + r"-(\d+)")
        taken = (name.fullmatch(iri_of(each.quad.subject)) for each in self._statements)
        return max((int(each[1]) for each in taken if each), default=0) + 1

    def _write(self, path: Path, subject: ox.NamedNode, triples: Iterable[Triple]) -> Written:
        graph = ox.NamedNode(self._iris.graph(f"source/{path.stem}"))
        added = [ox.Quad(s, node(p), o, graph) for s, p, o in triples]
        missing = self._missing(path, subject, added)
        _append(path, added, self._prefixes)
        return Written(subject.value, path, missing)

    def _missing(self, path: Path, subject: ox.NamedNode, added: list[ox.Quad]) -> tuple[str, ...]:
        """Give what would be found wrong with the new node; raises if a code or a date is no such thing."""
        here = Location(path)  # without a line, which tells the new statements from those that were read
        statements = skolemise([*self._statements, *(Statement(quad, here) for quad in added)])
        undescribed = _undescribed(statements, self._iris, here)
        named = subject.value
        own = [each.quad for each in statements if iri_of(each.quad.subject).partition("#")[0] == named]
        violations = validate_shapes(
            to_graph([*own, *_context(own, statements)]), load_shapes(self._project.shapes)
        )
        found = {each.message for each in violations if each.focus_node.partition("#")[0] == named}
        return (*undescribed, *sorted(found))


def _undescribed(statements: list[Statement], iris: Iris, here: Location) -> list[str]:
    """Give the names that nothing describes yet; any other problem of the new statements is raised."""
    try:
        check_integrity(statements, iris)
    except ProblemsError as error:
        ours = [each for each in error.problems if each.where == here]
        wrong: list[KgError] = [each for each in ours if not isinstance(each, DanglingReferenceError)]
        if wrong:
            raise ProblemsError(wrong) from None
        return sorted({f"{each.what} {each.mend}" for each in ours})
    return []


def _context(own: list[ox.Quad], statements: list[Statement]) -> list[ox.Quad]:
    """Give what shapes ask about the nodes that are pointed at, and which class is below which."""
    about = {str(RDF.type), str(SKOS.inScheme)}
    named = {quad.object for quad in own} | {quad.predicate for quad in own}
    subjects = {quad.subject for quad in own}
    return [
        quad
        for quad in (each.quad for each in statements)
        if quad.predicate.value == str(RDFS.subClassOf)
        or (quad.predicate.value in about and quad.subject in named and quad.subject not in subjects)
    ]


def _stretch(
    subject: ox.NamedNode, predicate: URIRef, kind: URIRef, source: ox.NamedNode, quoted: Quoted
) -> list[Triple]:
    stretch, selector = ox.BlankNode(), ox.BlankNode()
    return [
        (subject, predicate, stretch),
        (stretch, RDF.type, node(kind)),
        (stretch, OA.hasSource, source),
        (stretch, OA.hasSelector, selector),
        (selector, RDF.type, node(OA.TextPositionSelector)),
        (selector, OA.start, integer(quoted.start)),
        (selector, OA.end, integer(quoted.end)),
    ]


def _bytes(document: Path) -> bytes:
    try:
        return document.read_bytes()
    except OSError as error:
        raise MissingInputError(
            f"The document cannot be read: {error.strerror}.", where=Location(document)
        ) from None


def _decoded(content: bytes, document: Path) -> str:
    try:
        return content.decode("utf-8")
    except UnicodeDecodeError:
        raise MissingInputError(
            "The document is not UTF-8.", where=Location(document), mend="Save it as UTF-8 and plain text."
        ) from None


def _append(path: Path, added: list[ox.Quad], prefixes: Mapping[str, str]) -> None:
    """Replace a file by itself and `added`, in canonical layout."""
    before = ""
    if path.exists():
        format_turtle(path, prefixes)  # what cannot be laid out is told with the place in this very file
        before = path.read_text("utf-8")
    triples = [ox.Triple(quad.subject, quad.predicate, quad.object) for quad in added]
    more = ox.serialize(triples, format=ox.RdfFormat.N_TRIPLES) or b""
    with TemporaryDirectory() as folder:
        draft = Path(folder) / path.name
        draft.write_text(f"{before}\n{more.decode()}", "utf-8")
        formatted = format_turtle(draft, prefixes)
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise cannot_write(path, error) from None
    with replacing(path) as output:
        output.write(formatted.encode())
