from __future__ import annotations

from hashlib import sha256
from pathlib import Path

import pytest

from kg.documents import Verification, verify
from kg.errors import KgError, MissingInputError, ProblemsError
from kg.skolem import skolemise
from kg.sources import read_turtle

TEXT = "Ə first line\r\nthe second — ends.\n"
PREFIXES = """PREFIX claim: <https://w3id.org/kcg/id/claim/>
PREFIX kcg: <https://w3id.org/kcg/ontology#>
PREFIX oa: <http://www.w3.org/ns/oa#>
PREFIX rdfs: <http://www.w3.org/2000/01/rdf-schema#>
PREFIX source: <https://w3id.org/kcg/id/source/>
"""


@pytest.fixture
def documents(tmp_path: Path) -> Path:
    folder = tmp_path / "documents"
    folder.mkdir()
    (folder / "any-name.txt").write_bytes(TEXT.encode())
    return folder


def run(documents: Path, start: object, end: object, digest: str = "") -> Verification:
    digest = digest or sha256(TEXT.encode()).hexdigest()
    path = documents.parent / "x.ttl"
    path.write_text(
        f"""{PREFIXES}source:s a kcg:Source ;
    kcg:contentHash "sha256:{digest}" .
claim:c a kcg:Claim ; rdfs:label "Second"@en ;
    kcg:passage [ a kcg:Passage ; oa:hasSource source:s ;
        oa:hasSelector [ a oa:TextPositionSelector ; oa:start {start} ; oa:end {end} ] ] .
"""
    )
    return verify(skolemise(read_turtle(path, "http://g/x")), documents)


def problem(documents: Path, start: object, end: object, digest: str = "") -> KgError:
    with pytest.raises(ProblemsError) as caught:
        run(documents, start, end, digest)
    (found,) = caught.value.problems
    return found


def test_positions_count_code_points_and_leave_line_ends_alone(documents: Path) -> None:
    start = TEXT.index("the second")
    (passage,) = run(documents, start, start + 12).passages
    assert passage.text == "the second —"
    assert (passage.label, passage.source.rpartition("/")[2]) == ("Second", "s")


def test_the_last_code_point_can_be_reached(documents: Path) -> None:
    assert run(documents, 0, len(TEXT)).passages[0].text == TEXT


@pytest.mark.parametrize(
    ("start", "end"), [(0, len(TEXT) + 1), (5, 5), (6, 5), (-1, 5), (len(TEXT), len(TEXT) + 2), ('"x"', 3)]
)
def test_a_passage_outside_its_document(documents: Path, start: object, end: object) -> None:
    found = problem(documents, start, end)
    assert "not inside" in found.what
    assert "claim/c" in found.what
    assert found.where is not None
    assert found.where.line == 10


def test_a_wrong_hash(documents: Path) -> None:
    found = problem(documents, 0, 5, "0" * 64)
    assert "has the hash" in found.what
    assert found.where is not None
    assert found.where.line == 6


def test_no_folder_of_documents(tmp_path: Path) -> None:
    with pytest.raises(MissingInputError):
        verify([], tmp_path / "none")
