"""Weigh how neutrally a graph speaks: loaded words, names of one side alone, voices without a name.

Nothing here knows a word, a threshold or a conflict. The words are a code list of the data, and what is
looked at is said in SPARQL, in `shapes/neutrality`:

    prepare/*.rq  CONSTRUCT, in order; what they give is seen by all that follow, and then forgotten
    *.rq          findings, by the same convention as the checks: ?focus_node, ?message, ?severity
    tables/*.rq   tables; the comment that a file begins with is the title (first line) and the legend
    words/        forms.rq gives the forms of the loaded words, texts.rq the texts to look for them in

Findings are warnings where the editors can mend them, and for information where they lie in the sources.
The tables give numbers and no verdict.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

import pyoxigraph as ox
from rdflib import DCTERMS, PROV, RDF, Graph, Literal, URIRef

from kg.errors import DataError, Location
from kg.iris import local_name
from kg.terms import iri_of, text_of
from kg.validation import SHAPES, Report, Violation, check_files, run_checks

TITLE = "Neutrality report"
"""What the report is called, in RDF and in text."""

REPORT = "neutrality"
"""The name of the report's graph, and of its files in a release."""

RULE = f"{SHAPES}loaded-word"
"""The rule that a loaded word breaks; every other rule is named after its file."""

_MEND = "Or put the word in quotation marks and say whose it is, or move it into a claim or a party label."
_QUOTED = re.compile(r"“[^”]*”|„[^“”]*[“”]|«[^»]*»|‘[^’]*’|\"[^\"]*\"")
_GAP = re.compile(r"[\s\-‐‑]+")
_DOTLESS = str.maketrans("ı", "i")


@dataclass(frozen=True, slots=True)
class LoadedWord:
    """One form of a loaded word: its concept, language, why it is loaded and what to say instead."""

    form: str
    language: str
    concept: str
    why: str
    instead: str

    @property
    def pattern(self) -> str:
        """A regular expression for the folded form: whole words, `*` for any ending, any gap."""
        parts = _GAP.split(fold(self.form).strip())
        return r"[\s\-‐‑]+".join(re.escape(part.rstrip("*")) + r"\w*" * part.endswith("*") for part in parts)


@dataclass(frozen=True, slots=True)
class Hit:
    """A loaded word found in a text, as it is written there."""

    word: LoadedWord
    written: str


@dataclass(frozen=True, slots=True)
class Table:
    """Numbers side by side: cells are IRIs or lexical forms, empty where there is nothing."""

    name: str
    title: str
    legend: str
    columns: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]


@dataclass(frozen=True, slots=True)
class Neutrality:
    """The findings, the worst first, and the tables."""

    findings: Report
    tables: tuple[Table, ...]

    @property
    def warnings(self) -> int:
        """How many findings the editors can mend: all but those for information."""
        return sum(each.severity != "Info" for each in self.findings.violations)

    def to_graph(self, iri: str, source: str) -> Graph:
        """Give the findings in RDF, each named `{iri}#result-N`; `source` is what was weighed."""
        graph = self.findings.to_graph(iri)
        report = URIRef(iri)
        graph.add((report, RDF.type, PROV.Entity))
        graph.add((report, DCTERMS.title, Literal(TITLE, lang="en")))
        graph.add((report, PROV.wasDerivedFrom, URIRef(source)))
        return graph

    def to_text(self, places: Mapping[Violation, Location | None] | None = None) -> str:
        """Give the report for people, with file and line of each finding in `places`."""
        counts = ", ".join(f"{number} {name}" for name, number in self.findings.counts.items())
        found = [_paragraph(each, (places or {}).get(each)) for each in self.findings.violations]
        return "\n".join([TITLE, f"Findings: {counts}.", "", *found, *map(_table_text, self.tables)])


class Words:
    """Finds loaded words in texts: whole words, whatever their case and accents, in the text's language."""

    def __init__(self, words: Iterable[LoadedWord]) -> None:
        # The longest form stands first, so that "illegal militants" is not told as "illegal".
        self._words = sorted(set(words), key=lambda word: (-len(word.form), word.form, word.language))
        self._patterns: dict[str, tuple[re.Pattern[str], list[LoadedWord]]] = {}

    def find(self, text: str, language: str = "", *, own: str = "") -> list[Hit]:
        """Give the first hit of each concept in `text`; a text without a language is read in all.

        What stands in quotation marks is somebody's word, and so is what `own` says, the title of a
        document: neither is the editors'.
        """
        folded, origins = _folded(_QUOTED.sub(lambda match: "\0" * len(match[0]), text))
        title = fold(own)
        pattern, words = self._pattern(language.partition("-")[0].lower())
        hits: dict[str, Hit] = {}
        for match in pattern.finditer(folded):
            word = words[(match.lastindex or 1) - 1]
            written = text[origins[match.start()] : origins[match.end() - 1] + 1]
            if match[0] not in title:
                hits.setdefault(word.concept, Hit(word, written))
        return list(hits.values())

    def _pattern(self, language: str) -> tuple[re.Pattern[str], list[LoadedWord]]:
        if language not in self._patterns:
            words = [word for word in self._words if not language or word.language in {"", language}]
            forms = "|".join(f"({word.pattern})" for word in words) or r"(?!)"
            self._patterns[language] = re.compile(rf"(?<!\w)(?:{forms})(?!\w)"), words
        return self._patterns[language]


def weigh(quads: Iterable[ox.Quad], shapes_folder: Path) -> Neutrality:
    """Weigh what people wrote: `quads` of the data, the ontology, the code lists and the shapes.

    What a build derives is not needed, and changes nothing. Raises `DataError` if a query cannot be run.
    """
    folder = shapes_folder / "neutrality"
    store = ox.Store()
    store.extend(quads)
    for path in sorted((folder / "prepare").glob("*.rq")):
        store.extend([ox.Quad(*triple) for triple in _triples(store, path)])
    contested = [path for path in check_files(shapes_folder) if path.stem.startswith("contested-")]
    findings = [
        *_loaded(store, folder / "words"),
        *run_checks(store, [*sorted(folder.glob("*.rq")), *contested]),
    ]
    tables = sorted((folder / "tables").glob("*.rq"), key=lambda path: path.stem)
    return Neutrality(Report.of(findings), tuple(_table(store, path) for path in tables))


def read_words(store: ox.Store, query: Path) -> Words:
    """Read the loaded words of a graph with `forms.rq`."""
    rows = _rows(store, query)
    return Words(
        LoadedWord(
            text_of(row["form"]),
            _language(row["form"]),
            iri_of(row["word"]),
            text_of(row["why"]),
            text_of(row["instead"]),
        )
        for row in rows
    )


def fold(text: str) -> str:
    """Give `text` without case and accents, as words are compared."""
    return _folded(text)[0]


def _folded(text: str) -> tuple[str, list[int]]:
    """Give the folded text and, for each of its characters, the place it came from."""
    pieces = [(_folded_character(each), place) for place, each in enumerate(text)]
    return "".join(piece for piece, _ in pieces), [place for piece, place in pieces for _ in piece]


def _folded_character(character: str) -> str:
    decomposed = unicodedata.normalize("NFKD", character)
    return "".join(c for c in decomposed if not unicodedata.combining(c)).casefold().translate(_DOTLESS)


def _loaded(store: ox.Store, folder: Path) -> Iterator[Violation]:
    words = read_words(store, folder / "forms.rq")
    for row in _rows(store, folder / "texts.rq"):
        text = row["text"]
        for hit in words.find(text_of(text), _language(text), own=text_of(row["title"])):
            yield Violation(
                focus_node=iri_of(row["focus_node"]) or str(row["focus_node"]),
                path=iri_of(row["path"]),
                value=str(text),
                message=_message(hit, iri_of(row["path"])),
                constraint=RULE,
                severity="Warning",
            )


def _message(hit: Hit, path: str) -> str:
    said = f"The {_spaced(local_name(path))} says '{hit.written}'"
    return (
        f"{said}, a loaded word ({local_name(hit.word.concept)}). {hit.word.why} {hit.word.instead} {_MEND}"
    )


def _spaced(name: str) -> str:
    return re.sub(r"(?<=[a-z])(?=[A-Z])", " ", name).lower()


def _language(term: object) -> str:
    return (term.language or "").lower() if isinstance(term, ox.Literal) else ""


def _query(store: ox.Store, path: Path) -> object:
    try:
        return store.query(path.read_text("utf-8"), use_default_graph_as_union=True)
    except (SyntaxError, ValueError) as error:
        raise _bad_query(path, str(error)) from error


def _triples(store: ox.Store, path: Path) -> list[ox.Triple]:
    answer = _query(store, path)
    if not isinstance(answer, ox.QueryTriples):
        raise _bad_query(path, "it is no CONSTRUCT query")
    return list(answer)


def _rows(store: ox.Store, path: Path) -> ox.QuerySolutions:
    answer = _query(store, path)
    if not isinstance(answer, ox.QuerySolutions):
        raise _bad_query(path, "it is no SELECT query")
    return answer


def _bad_query(path: Path, why: str) -> DataError:
    return DataError(f"The query cannot be run: {why}.", where=Location(path), mend="Mend its SPARQL.")


def _table(store: ox.Store, path: Path) -> Table:
    answer = _rows(store, path)
    columns = tuple(variable.value for variable in answer.variables)
    rows = tuple(tuple(iri_of(term) or text_of(term) for term in row) for row in answer)
    lines = path.read_text("utf-8").splitlines()
    comment = [line[1:].strip() for line in lines[: next(n for n, s in enumerate(lines) if s[:1] != "#")]]
    return Table(path.stem, comment[0] if comment else path.stem, " ".join(comment[1:]), columns, rows)


def _paragraph(finding: Violation, where: Location | None) -> str:
    place = f"{where}: " if where else ""
    rule = local_name(finding.constraint)
    return f"{place}{finding.severity}: <{finding.focus_node}> ({rule})\n  {finding.message}\n"


def _table_text(table: Table) -> str:
    header = tuple(column.replace("_", " ") for column in table.columns)
    rows = [tuple(local_name(cell) if "://" in cell else cell for cell in row) for row in table.rows]
    widths = [max(len(row[n]) for row in (header, *rows)) for n in range(len(header))]
    lines = [_line(row, widths) for row in (header, *rows)]
    rule = "  ".join("-" * width for width in widths)
    legend = [table.legend] if table.legend else []
    return "\n".join([table.title, *legend, "", lines[0], rule, *(lines[1:] or ["(none)"]), ""])


def _line(row: tuple[str, ...], widths: list[int]) -> str:
    cells = (
        cell.rjust(width) if cell.isdigit() else cell.ljust(width)
        for cell, width in zip(row, widths, strict=True)
    )
    return "  ".join(cells).rstrip()
