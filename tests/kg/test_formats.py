"""The table of formats agrees with the libraries that use it."""

from __future__ import annotations

import pytest
import rdflib
from pyoxigraph import QueryResultsFormat, RdfFormat

from kg import formats
from kg.errors import UnknownFormatError


@pytest.mark.parametrize("entry", formats.FORMATS, ids=lambda each: each.name)
def test_a_format_is_found_by_name_and_extension(entry: formats.Format) -> None:
    assert formats.named(entry.name) is entry
    assert formats.named(entry.extension.upper()) is entry


def test_names_and_media_types_are_unique() -> None:
    assert len({entry.name for entry in formats.FORMATS}) == len(formats.FORMATS)
    media_types = [each for entry in formats.FORMATS for each in entry.media_types]
    assert len(set(media_types)) == len(media_types)


@pytest.mark.parametrize("entry", formats.RDF_FORMATS, ids=lambda each: each.name)
def test_pyoxigraph_and_rdflib_know_the_rdf_formats(entry: formats.Format) -> None:
    assert RdfFormat.from_media_type(entry.media_type) == entry.rdf
    assert RdfFormat.from_extension(entry.name) == entry.rdf
    assert isinstance(rdflib.Graph().serialize(format=entry.rdflib) if not entry.dataset else "", str)


@pytest.mark.parametrize("entry", formats.RESULTS_FORMATS, ids=lambda each: each.name)
def test_pyoxigraph_knows_the_result_formats(entry: formats.Format) -> None:
    assert QueryResultsFormat.from_media_type(entry.media_type) == entry.results


def test_datasets_go_into_some_formats_only() -> None:
    holding = {entry.name for entry in formats.FORMATS if entry.dataset}
    assert holding == {"jsonld", "trig", "nq"}


def test_text_types_say_their_charset() -> None:
    assert formats.TURTLE.content_type == "text/turtle; charset=utf-8"
    assert formats.RESULTS_JSON.content_type == "application/sparql-results+json"


def test_an_unknown_format_names_the_known_ones() -> None:
    with pytest.raises(UnknownFormatError, match="json, xml, csv, tsv"):
        formats.named("ttl", among=formats.RESULTS_FORMATS)
