from __future__ import annotations

import gzip
import io
from pathlib import Path

import pyoxigraph as ox
import pytest
import rdflib
import zstandard
from hypothesis import given
from hypothesis import strategies as st

from kg import formats
from kg.dump import gzipped, replacing, serialise, sorted_nquads, zstandardised
from kg.errors import DataError, NotFoundError, OutputError

E = "http://e/"
PREFIXES = {"e": E, "unused": "http://unused/", "xsd": "http://www.w3.org/2001/XMLSchema#"}

TERMS = st.integers(0, 5).map(lambda number: ox.NamedNode(f"{E}{number}"))
PREDICATES = st.integers(0, 5).map(lambda number: ox.NamedNode(f"{E}p{number}"))
LITERALS = st.one_of(
    st.text(st.characters(codec="utf-8", exclude_categories=["Cs", "Cc"])).map(ox.Literal),
    st.sampled_from(["a\r\nb", "a\rb\n", "\t , ", 'a , "b" , \\', "<b> , &#13;"]).map(ox.Literal),
    st.integers().map(ox.Literal),
    st.sampled_from(["en", "hy", "az-Cyrl"]).map(lambda tag: ox.Literal("x", language=tag)),
    st.just(ox.Literal("007", datatype=ox.NamedNode("http://www.w3.org/2001/XMLSchema#integer"))),
)
QUADS = st.lists(st.builds(ox.Quad, TERMS, PREDICATES, st.one_of(TERMS, LITERALS), TERMS), max_size=20)


def parsed(content: bytes, syntax: formats.Format) -> set[ox.Quad]:
    return set(ox.parse(content, format=syntax.rdf))


@given(QUADS)
def test_syntaxes_with_graphs_hold_the_same_dataset(quads: list[ox.Quad]) -> None:
    for syntax in (formats.N_QUADS, formats.TRIG, formats.JSON_LD):
        assert parsed(serialise(quads, syntax, PREFIXES), syntax) == set(quads)


@given(QUADS)
def test_syntaxes_without_graphs_hold_the_union(quads: list[ox.Quad]) -> None:
    union = {ox.Quad(q.subject, q.predicate, q.object) for q in quads}
    for syntax in (formats.TURTLE, formats.N_TRIPLES, formats.RDF_XML):
        assert parsed(serialise(quads, syntax, PREFIXES), syntax) == union


@given(QUADS)
def test_order_of_input_makes_no_difference(quads: list[ox.Quad]) -> None:
    backwards = list(reversed(quads))
    assert sorted_nquads(quads) == sorted_nquads(backwards)
    assert serialise(quads, formats.TURTLE, PREFIXES) == serialise(backwards, formats.TURTLE, PREFIXES)


@given(QUADS)
def test_sorted_nquads_are_the_canonical_form(quads: list[ox.Quad]) -> None:
    lines = sorted_nquads(quads).decode().split("\n")[:-1]
    assert lines == sorted(lines)
    assert parsed(sorted_nquads(quads), formats.N_QUADS) == set(quads)


@given(QUADS)
def test_rdflib_reads_the_rdf_xml(quads: list[ox.Quad]) -> None:
    # Both by rdflib, which writes 007 as 7.
    xml, triples = (serialise(quads, syntax, PREFIXES) for syntax in (formats.RDF_XML, formats.N_TRIPLES))
    assert set(rdflib.Graph().parse(data=xml, format="xml")) == set(
        rdflib.Graph().parse(data=triples, format="nt")
    )


@pytest.mark.parametrize("predicate", ["http://e/0", "http://e/p/", "http://e/a%20", "http://e/ª"])
def test_rdf_xml_refuses_a_predicate_that_is_no_xml_name(predicate: str) -> None:
    quads = [ox.Quad(ox.NamedNode(f"{E}a"), ox.NamedNode(predicate), ox.Literal("x"))]
    with pytest.raises(DataError, match="cannot hold the predicate") as caught:
        serialise(quads, formats.RDF_XML, PREFIXES)
    assert predicate in caught.value.what
    assert parsed(serialise(quads, formats.TURTLE, PREFIXES), formats.TURTLE) == set(quads)


def test_rdf_xml_refuses_control_characters() -> None:
    quads = [ox.Quad(ox.NamedNode(f"{E}a"), ox.NamedNode(f"{E}p"), ox.Literal("a\x01"))]
    with pytest.raises(DataError, match="control character"):
        serialise(quads, formats.RDF_XML, PREFIXES)


def test_turtle_is_laid_out_for_reading() -> None:
    a, p, q = (ox.NamedNode(f"{E}{name}") for name in "apq")
    part = ox.NamedNode(f"{E}a#part")
    a_type = ox.NamedNode("http://www.w3.org/1999/02/22-rdf-syntax-ns#type")
    quads = [
        ox.Quad(part, p, ox.Literal("b , c"), a),
        ox.Quad(a, q, ox.Literal("2"), a),
        ox.Quad(a, q, ox.Literal("1"), a),
        ox.Quad(a, a_type, q, a),
    ]
    assert serialise(quads, formats.TURTLE, PREFIXES).decode() == (
        '@prefix e: <http://e/> .\n\ne:a a e:q ;\n\te:q "1" ,\n\t\t\t"2" .\n\ne:a\\#part e:p "b , c" .\n'
    )


def test_rdflib_reads_the_turtle() -> None:
    quad = ox.Quad(ox.NamedNode(f"{E}a"), ox.NamedNode(f"{E}p"), ox.Literal(1), ox.NamedNode(f"{E}g"))
    content = serialise([quad], formats.TURTLE, PREFIXES)
    assert len(rdflib.Graph().parse(io.BytesIO(content), format="turtle")) == 1
    assert b"unused" not in content


def test_one_graph_alone() -> None:
    a, b = ox.NamedNode(f"{E}a"), ox.NamedNode(f"{E}b")
    quads = [ox.Quad(a, a, a, a), ox.Quad(b, b, b, b)]
    content = serialise(quads, formats.N_QUADS, PREFIXES, graph=a.value)
    assert parsed(content, formats.N_QUADS) == {ox.Quad(a, a, a)}
    with pytest.raises(NotFoundError, match="no graph"):
        serialise(quads, formats.TURTLE, PREFIXES, graph="http://e/none")


@given(st.binary())
def test_compression_is_reversible_and_has_no_time_stamp(content: bytes) -> None:
    assert gzip.decompress(gzipped(content)) == content
    assert gzipped(content)[4:8] == b"\0\0\0\0"
    assert zstandard.ZstdDecompressor().decompress(zstandardised(content)) == content


def test_a_file_is_replaced_whole_or_not_at_all(tmp_path: Path) -> None:
    path = tmp_path / "x"
    path.write_text("old")
    with pytest.raises(ZeroDivisionError), replacing(path) as output:
        output.write(b"new")
        _ = 1 / 0
    assert path.read_text() == "old"
    assert list(tmp_path.iterdir()) == [path]
    with replacing(path) as output:
        output.write(b"new")
    assert path.read_text() == "new"


def test_a_place_that_cannot_be_written_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(OutputError, match="cannot be written"), replacing(tmp_path / "no" / "x"):
        pass


def test_a_full_disk_is_an_error() -> None:
    with pytest.raises(OutputError, match="No space left"), replacing(Path("/dev/shm/x")) as output:  # noqa: S108
        raise OSError(28, "No space left on device", str(output))
