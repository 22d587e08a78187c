"""Every download round-trips: all syntaxes hold the same dataset, told by its canonical hash (RDFC-1.0)."""

from __future__ import annotations

import gzip
import subprocess
from collections.abc import Iterable
from hashlib import sha256

import pyoxigraph as ox
import pytest
import zstandard

from kg.downloads import CHECKSUMS, dumps, listed
from kg.dump import read_nquads
from kg.errors import DataError
from kg.formats import RDF_FORMATS
from kg.iris import Iris
from kg.release import Release


@pytest.fixture(scope="module", params=["release", "islands"])
def built(request: pytest.FixtureRequest) -> Release:
    found = request.getfixturevalue(request.param)
    assert isinstance(found, Release)
    return found


def canonical_hash(quads: Iterable[ox.Quad]) -> str:
    dataset = ox.Dataset(quads)
    dataset.canonicalize(ox.CanonicalizationAlgorithm.RDFC_1_0)
    return sha256("".join(f"{line} .\n" for line in sorted(map(str, dataset))).encode()).hexdigest()


def union(quads: Iterable[ox.Quad]) -> Iterable[ox.Quad]:
    return (ox.Quad(quad.subject, quad.predicate, quad.object) for quad in quads)


def parts(built: Release) -> dict[str, list[ox.Quad]]:
    """Give the path of each part, without its extension, and what it should hold."""
    quads = read_nquads(built.nquads)
    whole = "dumps/" + next(path.stem for path in built.dumps.glob("*.nq"))
    found = {whole: quads}
    for quad in quads:
        found.setdefault(f"dumps/{built.iris.path(quad.graph_name.value)}", []).append(quad)
    return found


def test_all_syntaxes_hold_the_same_dataset(built: Release) -> None:
    """There are no blank nodes, so datasets with the same quads are the same, and have the same hash."""
    for stem, quads in parts(built).items():
        wanted = {True: set(quads), False: set(union(quads))}
        assert not any(isinstance(each, ox.BlankNode) for quad in quads for each in quad)
        for syntax in RDF_FORMATS:
            path = built.path / f"{stem}{syntax.extension}"
            assert set(ox.parse(path=str(path), format=syntax.rdf)) == wanted[syntax.dataset], path


def test_the_hash_of_the_sorted_nquads_is_the_canonical_hash(built: Release) -> None:
    assert sha256(built.nquads.read_bytes()).hexdigest() == canonical_hash(read_nquads(built.nquads))


def test_compressed_files_hold_the_same_as_the_plain(built: Release) -> None:
    for entry in built.manifest.files:
        path = built.path / entry.path
        if path.suffix == ".gz":
            assert gzip.decompress(path.read_bytes()) == path.with_suffix("").read_bytes()
        if path.suffix == ".zst":
            plain = path.with_suffix("").read_bytes()
            assert zstandard.decompress(path.read_bytes()) == plain


def test_the_checksums_are_those_of_all_files(built: Release) -> None:
    listing = built.dumps / CHECKSUMS
    names = {line.split("  ")[1] for line in listing.read_text().splitlines()}
    there = {str(path.relative_to(built.dumps)) for path in built.dumps.rglob("*") if path.is_file()}
    assert names == there - {CHECKSUMS}
    subprocess.run(["sha256sum", "--check", "--quiet", CHECKSUMS], cwd=built.dumps, check=True)


def test_turtle_changes_only_where_the_data_do(islands: Release) -> None:
    """One value more is one line more, whatever its place; so `git diff` shows what changed."""
    quads = read_nquads(islands.nquads)
    more = next(quad for quad in quads if quad.graph_name.value.endswith("/reference"))
    added = ox.Quad(more.subject, more.predicate, ox.NamedNode("https://example.org/added"), more.graph_name)
    before, after = (
        dumps(each, "islands", islands.iris, islands.manifest.prefixes)["dumps/islands.ttl"][0].splitlines()
        for each in (quads, [*quads, added])
    )
    assert len(after) == len(before) + 1
    assert len(set(after) - set(before)) <= 2


def test_what_one_syntax_cannot_hold_is_refused() -> None:
    name = ox.NamedNode("http://e/graph/g")
    quads = [ox.Quad(name, ox.NamedNode("http://e/1"), name, name)]
    with pytest.raises(DataError, match="cannot hold the predicate"):
        dumps(quads, "e", Iris("http://e/"), {})


def test_listing_is_in_the_form_of_sha256sum() -> None:
    files = listed({"dumps/b": (b"b", "text/plain"), "dumps/a/a": (b"a", "text/plain")})
    lines = files[f"dumps/{CHECKSUMS}"][0].decode().splitlines()
    assert lines == [f"{sha256(b'a').hexdigest()}  a/a", f"{sha256(b'b').hexdigest()}  b"]
