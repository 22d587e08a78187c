"""Hold passages against the documents they point into: the hash of each, and every position.

A passage is a pair of code point positions in the document decoded as UTF-8, end exclusive, without any
translation of line ends (https://www.w3.org/TR/annotation-model/#text-position-selector).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path

from rdflib import RDF, RDFS, Graph, URIRef
from rdflib.term import Node

from kg.errors import KgError, Location, MissingInputError, PassageError, ProblemsError
from kg.namespaces import KCG, OA
from kg.sources import Statement
from kg.terms import iri_of, to_graph


@dataclass(frozen=True, slots=True)
class CheckedPassage:
    """A passage that fits its document: the claim, its label, positions in code points, the words."""

    claim: str
    label: str
    source: str
    start: int
    end: int
    text: str


@dataclass(frozen=True, slots=True)
class Verification:
    """What was checked: passages that fit, and sources whose document is not in the folder."""

    passages: tuple[CheckedPassage, ...]
    documents: dict[str, Path]


def verify(statements: Iterable[Statement], folder: Path) -> Verification:
    """Check every source with a content hash against the files of `folder`, and every passage in them.

    Raises `MissingInputError` if the folder is not there, and `ProblemsError` with a `PassageError` for
    each source without its document and each passage outside its document.
    """
    if not folder.is_dir():
        raise MissingInputError(
            f"There is no folder of documents at {folder}.",
            mend="Name the folder that holds the articles with --documents DIR.",
        )
    listed = list(statements)
    return _Verifier(listed, _by_hash(folder), folder).run()


def _by_hash(folder: Path) -> dict[str, Path]:
    files = sorted(path for path in folder.rglob("*") if path.is_file())
    return {f"sha256:{sha256(path.read_bytes()).hexdigest()}": path for path in files}


class _Verifier:
    """One run over one graph and one folder."""

    def __init__(self, statements: list[Statement], files: dict[str, Path], folder: Path) -> None:
        self._graph: Graph = to_graph(each.quad for each in statements)
        self._places = {iri_of(each.quad.subject): each.where for each in reversed(statements)}
        self._files = files
        self._folder = folder
        self._problems: list[KgError] = []

    def run(self) -> Verification:
        documents = dict(self._documents())
        texts = {source: path.read_bytes().decode("utf-8") for source, path in documents.items()}
        passages = tuple(self._passages(texts))
        if self._problems:
            raise ProblemsError(self._problems)
        return Verification(passages, documents)

    def _documents(self) -> Iterator[tuple[str, Path]]:
        for source, expected in sorted(self._graph.subject_objects(KCG.contentHash)):
            path = self._files.get(str(expected))
            if path is not None:
                yield str(source), path
                continue
            self._report(
                source,
                f"No file in {self._folder} has the hash {expected}, which <{source}> says it has.",
                "The document was changed or is missing: restore it, or read it again and mend the "
                "hash and every passage.",
            )

    def _passages(self, texts: dict[str, str]) -> Iterator[CheckedPassage]:
        for claim, passage in sorted(self._graph.subject_objects(KCG.passage)):
            source = self._graph.value(passage, OA.hasSource)
            if str(source) not in texts:
                continue
            for selector in sorted(self._graph.objects(passage, OA.hasSelector), key=str):
                if (selector, RDF.type, OA.TextPositionSelector) in self._graph:
                    yield from self._passage(claim, selector, source, texts[str(source)])

    def _passage(
        self, claim: Node, selector: Node, source: Node | None, text: str
    ) -> Iterator[CheckedPassage]:
        start = self._position(selector, OA.start)
        end = self._position(selector, OA.end)
        if not 0 <= start < end <= len(text):
            self._report(
                selector,
                f"The passage {start} to {end} of <{claim}> is not inside <{source}>, which has "
                f"{len(text)} code points.",
                "Start must be below end, and end no more than the length of the document.",
            )
            return
        label = str(self._graph.value(claim, RDFS.label) or "")
        yield CheckedPassage(str(claim), label, str(source), start, end, text[start:end])

    def _position(self, selector: Node, name: URIRef) -> int:
        value = self._graph.value(selector, name)
        return int(str(value)) if value is not None and str(value).isdigit() else -1

    def _report(self, node: Node, what: str, mend: str) -> None:
        where = self._places.get(str(node), Location(Path()))
        self._problems.append(PassageError(what, where=where, mend=mend))
