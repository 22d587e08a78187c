"""The one table of formats: RDF syntaxes and SPARQL result syntaxes, with all that is known of each.

Everything that reads, writes, negotiates or names a format looks it up here. Media types are those that
IANA registers; see https://www.w3.org/ns/formats/ for the IRIs.
"""

from __future__ import annotations

from dataclasses import dataclass

from pyoxigraph import QueryResultsFormat, RdfFormat

from kg.errors import UnknownFormatError


@dataclass(frozen=True, slots=True, eq=False)  # there is one of each: compared by what it is, at once
class Format:
    """One syntax.

    `name` is its extension without the dot and its name on the command line; `media_types` has the
    registered type first; `aliases` are other names that clients send for it; `dataset` tells whether it can
    hold named graphs.
    """

    name: str
    label: str
    media_types: tuple[str, ...]
    iri: str
    rdf: RdfFormat | None = None
    results: QueryResultsFormat | None = None
    rdflib: str = ""
    aliases: tuple[str, ...] = ()

    @property
    def media_type(self) -> str:
        """The registered media type."""
        return self.media_types[0]

    @property
    def extension(self) -> str:
        """The file extension with its dot."""
        return f".{self.name}"

    @property
    def dataset(self) -> bool:
        """Whether the syntax can hold named graphs."""
        return self.rdf is not None and self.rdf.supports_datasets

    @property
    def content_type(self) -> str:
        """The value for an HTTP `Content-Type` header: text types say their charset."""
        is_text = self.media_type.startswith("text/")
        return f"{self.media_type}; charset=utf-8" if is_text else self.media_type


_NS = "http://www.w3.org/ns/formats/"

TURTLE = Format(
    "ttl",
    "Turtle",
    ("text/turtle", "application/x-turtle"),
    f"{_NS}Turtle",
    rdf=RdfFormat.TURTLE,
    rdflib="turtle",
    aliases=("turtle", "n3"),
)
N_TRIPLES = Format(
    "nt",
    "N-Triples",
    ("application/n-triples",),
    f"{_NS}N-Triples",
    rdf=RdfFormat.N_TRIPLES,
    rdflib="nt",
    aliases=("ntriples", "n-triples"),
)
JSON_LD = Format(
    "jsonld",
    "JSON-LD",
    ("application/ld+json",),
    f"{_NS}JSON-LD",
    rdf=RdfFormat.JSON_LD,
    rdflib="json-ld",
    aliases=("json-ld",),
)
RDF_XML = Format(
    "rdf",
    "RDF/XML",
    ("application/rdf+xml",),
    f"{_NS}RDF_XML",
    rdf=RdfFormat.RDF_XML,
    rdflib="xml",
    aliases=("rdf+xml", "rdfxml", "rdf-xml"),
)
TRIG = Format(
    "trig",
    "TriG",
    ("application/trig", "application/x-trig"),
    f"{_NS}TriG",
    rdf=RdfFormat.TRIG,
    rdflib="trig",
)
N_QUADS = Format(
    "nq",
    "N-Quads",
    ("application/n-quads",),
    f"{_NS}N-Quads",
    rdf=RdfFormat.N_QUADS,
    rdflib="nquads",
    aliases=("nquads", "n-quads"),
)

RESULTS_JSON = Format(
    "json",
    "SPARQL results, JSON",
    ("application/sparql-results+json", "application/json"),
    f"{_NS}SPARQL_Results_JSON",
    results=QueryResultsFormat.JSON,
)
RESULTS_XML = Format(
    "xml",
    "SPARQL results, XML",
    ("application/sparql-results+xml", "application/xml", "text/xml"),
    f"{_NS}SPARQL_Results_XML",
    results=QueryResultsFormat.XML,
)
RESULTS_CSV = Format(
    "csv",
    "SPARQL results, CSV",
    ("text/csv",),
    f"{_NS}SPARQL_Results_CSV",
    results=QueryResultsFormat.CSV,
)
RESULTS_TSV = Format(
    "tsv",
    "SPARQL results, TSV",
    ("text/tab-separated-values",),
    f"{_NS}SPARQL_Results_TSV",
    results=QueryResultsFormat.TSV,
)

RDF_FORMATS = (TURTLE, N_TRIPLES, JSON_LD, RDF_XML, TRIG, N_QUADS)
"""Syntaxes for graphs and datasets, the preferred one first."""

RESULTS_FORMATS = (RESULTS_JSON, RESULTS_XML, RESULTS_CSV, RESULTS_TSV)
"""Syntaxes for the solutions of SELECT and the boolean of ASK, the preferred one first."""

FORMATS = RDF_FORMATS + RESULTS_FORMATS

_BY_NAME: dict[str, Format] = {
    name: entry for entry in reversed(FORMATS) for name in (*entry.media_types, *entry.aliases, entry.name)
}


def named(name: str, among: tuple[Format, ...] = FORMATS) -> Format:
    """Give the format called `name`: its extension (with or without the dot), an alias or a media type.

    Raises `UnknownFormatError`, naming the known ones, if it is not among `among`.
    """
    entry = _BY_NAME.get(name.lower().removeprefix("."))
    if entry is None or entry not in among:
        known = ", ".join(each.name for each in among)
        raise UnknownFormatError(f"There is no format '{name}' here.", mend=f"Use one of: {known}.")
    return entry
