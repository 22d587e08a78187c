"""How much of a document is covered, and the report that shows it."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from hashlib import sha256
from html.parser import HTMLParser
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kg.coverage import Coverage, measure, segments, sentence_positions
from kg.errors import NotFoundError, ProblemsError
from kg.highlight import page
from kg.iris import Iris
from kg.skolem import skolemise
from kg.sources import read_turtle

ROOT = Path(__file__).parents[2]
ISLANDS = ROOT / "tests" / "data" / "islands"
KG = Path(sys.executable).with_name("kg")
PREFIXES = """PREFIX claim: <https://w3id.org/kcg/id/claim/>
PREFIX dcterms: <http://purl.org/dc/terms/>
PREFIX kcg: <https://w3id.org/kcg/ontology#>
PREFIX oa: <http://www.w3.org/ns/oa#>
PREFIX rdfs: <http://www.w3.org/2000/01/rdf-schema#>
PREFIX source: <https://w3id.org/kcg/id/source/>
PREFIX source-part: <https://w3id.org/kcg/concept/source-part/>
"""


@st.composite
def texts_with_passages(draw: st.DrawFn) -> tuple[str, list[tuple[int, int]]]:
    text = draw(st.text(st.characters(exclude_categories=["Cs"]), min_size=1, max_size=60))
    position = st.integers(0, len(text))
    pairs = draw(st.lists(st.tuples(position, position), max_size=12))
    return text, [(min(pair), max(pair)) for pair in pairs if pair[0] != pair[1]]


@given(texts_with_passages(), st.lists(st.integers(0, 60), max_size=3))
def test_segments_make_up_the_text_and_are_covered_as_passages_say(
    drawn: tuple[str, list[tuple[int, int]]], cuts: list[int]
) -> None:
    text, passages = drawn
    found = segments(len(text), passages, [cut for cut in cuts if cut <= len(text)])
    assert "".join(text[each.start : each.end] for each in found) == text
    for segment in found:
        assert segment.start < segment.end
        for position in (segment.start, segment.end - 1):
            covering = [i for i, (start, end) in enumerate(passages) if start <= position < end]
            assert list(segment.covering) == covering


def test_an_empty_document_has_no_segments() -> None:
    assert segments(0, []) == []


@given(st.text(st.characters(exclude_categories=["Cs"]), max_size=200))
def test_sentences_hold_every_letter_once(text: str) -> None:
    found = list(sentence_positions(text))
    assert found == sorted(found)
    inside = [at for start, end in found for at in range(start, end)]
    assert len(inside) == len(set(inside))
    assert {at for at, letter in enumerate(text) if letter.isalnum()} <= set(inside)
    assert all(text[start:end] == text[start:end].strip() for start, end in found)


@pytest.mark.parametrize(
    ("text", "sentences"),
    [
        ("It rained. They left.", ["It rained.", "They left."]),
        ("He said “No.” Then he left.", ["He said “No.”", "Then he left."]),
        ("Dr. A. Quill met Gen. Tern. Both left.", ["Dr. A. Quill met Gen. Tern.", "Both left."]),
        ("The U.S. Army left.", ["The U.S. Army left."]),
        ("About 3.5 km. No more.", ["About 3.5 km.", "No more."]),
        ("1. Home\r\n2. News\r\n\r\nWhat now", ["1. Home", "2. News", "What now"]),
        ("a\u2028b . . .", ["a", "b . . ."]),
        ("Գնաց։ \u202b…— ", ["Գնաց։ \u202b…—"]),
        (" \n --- \n", []),
    ],
)
def test_sentences(text: str, sentences: list[str]) -> None:
    assert [text[start:end] for start, end in sentence_positions(text)] == sentences


def stretch(node: str, start: int, end: int) -> str:
    return (
        f"[ a {node} ; oa:hasSource source:s ; oa:hasSelector "
        f"[ a oa:TextPositionSelector ; oa:start {start} ; oa:end {end} ] ]"
    )


def part(kind: str, start: int, end: int) -> str:
    node = stretch(f"oa:SpecificResource ; kcg:kind source-part:{kind}", start, end)
    return f"source:s dcterms:hasPart {node} .\n"


def measured(
    folder: Path, text: str, passages: list[tuple[int, int]], parts: str = "", label: str = "L"
) -> Coverage:
    documents = folder / "documents"
    documents.mkdir()
    (documents / "s.txt").write_bytes(text.encode())
    claims = "".join(
        f"claim:s-{number:03} a kcg:Claim ; rdfs:label {json.dumps(label)}@en ; "
        f"kcg:passage {stretch('kcg:Passage', *each)} .\n"
        for number, each in enumerate(passages, start=1)
    )
    path = folder / "s.ttl"
    digest = sha256(text.encode()).hexdigest()
    path.write_text(
        f'{PREFIXES}source:s a kcg:Source ; kcg:contentHash "sha256:{digest}" .\n{claims}{parts}', "utf-8"
    )
    codes = read_turtle(
        ROOT / "ontology" / "concepts" / "source-part.ttl", "https://w3id.org/kcg/graph/ontology"
    )
    own = read_turtle(path, "https://w3id.org/kcg/graph/source/s")
    (found,) = measure(skolemise([*own, *codes]), documents, Iris())
    return found


FIGURES = {
    "nothing covered": ("ab cd", [], "", (0, 4, 0)),
    "white space is not counted": ("ab \n\r\n cd", [(0, 7)], "", (0, 4, 2)),
    "overlaps count once": ("abcdef", [(0, 4), (2, 5), (3, 4)], "", (0, 6, 5)),
    "boilerplate is left out": ("menu text", [(5, 9)], part("boilerplate", 0, 4), (4, 4, 4)),
    "a byline is boilerplate": ("by x text", [(5, 9)], part("byline", 0, 4), (3, 4, 4)),
    "headings and captions count": ("head text", [(5, 9)], part("heading", 0, 4), (0, 8, 4)),
    "a passage in boilerplate does not count": ("menu text", [(0, 6)], part("boilerplate", 0, 4), (4, 4, 1)),
    "code points, not bytes": ("Ə🎉é x", [(0, 3)], "", (0, 4, 3)),
}


@pytest.mark.parametrize("case", FIGURES)
def test_figures(case: str, tmp_path: Path) -> None:
    text, passages, parts, (boilerplate, counted, covered) = FIGURES[case]
    found = measured(tmp_path, text, passages, parts)
    assert (found.boilerplate, found.counted, found.covered) == (boilerplate, counted, covered)


def test_the_share_is_never_rounded_up_to_all(tmp_path: Path) -> None:
    assert measured(tmp_path, "x" * 3000, [(0, 2999)]).percent == 99.9


def test_sentences_without_a_claim(tmp_path: Path) -> None:
    text = "Menu\nOne is told. Two is not. Three is, in part.\n* * *"
    at = text.index
    found = measured(
        tmp_path, text, [(at("One"), at(" Two") - 1), (at("Three"), at(", in"))], part("boilerplate", 0, 4)
    )
    assert [text[each.start : each.end] for each in found.uncovered] == ["Two is not."]
    assert [text[each.start : each.end] for each in found.partly_covered] == ["Three is, in part."]


@pytest.mark.parametrize(("start", "end"), [(3, 99), (4, 4), (5, 2)])
def test_a_part_outside_its_document(start: int, end: int, tmp_path: Path) -> None:
    with pytest.raises(ProblemsError) as caught:
        measured(tmp_path, "short text", [], part("byline", start, end))
    (problem,) = caught.value.problems
    assert f"The part {start} to {end}" in problem.what
    assert problem.where is not None
    assert problem.where.line > 0


class Reader(HTMLParser):
    """Reads a page as a browser would: its tags, ids, links, and the text of the documents."""

    def __init__(self, content: bytes) -> None:
        super().__init__()
        self.tags: list[str] = []
        self.ids: list[str] = []
        self.links: list[str] = []
        self.described: list[str] = []
        self.titles: list[str] = []
        self.text = ""
        self._open: list[str] = []
        self.feed(content.decode("utf-8"))

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        self.tags.append(tag)
        self.ids += [given["id"]] if "id" in given else []
        self.links += [given["href"]] if "href" in given else []
        self.described += given.get("aria-describedby", "").split()
        self.titles += [given["title"]] if tag == "mark" and "title" in given else []
        if tag in {"section", "mark", "span", "a"}:
            self._open.append(f"{tag}.{given.get('class', '')}")

    def handle_endtag(self, tag: str) -> None:
        if tag in {"section", "mark", "span", "a"}:
            self._open.pop()

    def handle_data(self, data: str) -> None:
        if "section.text" in self._open and "a.ref" not in self._open:
            self.text += data


HOSTILE = [
    "<script>alert(1)</script> & more",
    "]]> <!-- x --> </mark></section> &amp; &lt;",
    "one\r\ntwo\r\n\r\nthree",
    "עברית مرحبا \u202e 🎉 Ə",
    "\"'` onmouseover=alert(1)",
    "</style><img src=x onerror=alert(1)>",
]


@pytest.mark.parametrize("text", HOSTILE)
def test_the_report_shows_text_and_labels_as_they_are(text: str, tmp_path: Path) -> None:
    label = "<b onclick='x'>\"&</b></style>"
    middle = len(text) // 2
    found = measured(tmp_path, text, [(1, middle + 2), (3, middle + 4), (3, 5)], "", label)
    content = page([found])
    reader = Reader(content)
    assert reader.text == text
    assert not {"script", "img", "link", "iframe"} & set(reader.tags)
    assert all(label in title for title in reader.titles)
    assert b"onclick='x'>" not in content


def test_the_report_leads_both_ways(tmp_path: Path) -> None:
    text = "One is told. Two is not. Three is told twice."
    found = measured(tmp_path, text, [(0, 12), (25, 45), (31, 45)])
    reader = Reader(page([found]))
    assert len(reader.ids) == len(set(reader.ids))
    assert {link[1:] for link in reader.links} <= set(reader.ids)
    assert set(reader.described) <= set(reader.ids)
    assert [title for title in reader.titles if "\n" in title] == ["002: L\n003: L"]
    for claim in range(3):
        assert f"#c{claim}-s" in reader.links
        assert f"#p{claim}-s" in reader.links
    assert "#g13-s" in reader.links


def coverage(tmp_path: Path, *arguments: object) -> subprocess.CompletedProcess[str]:
    places = ["--data", ISLANDS / "data", "--documents", ISLANDS / "documents", "--out", tmp_path / "x.html"]
    command = [str(each) for each in (KG, "coverage", *places, *arguments)]
    return subprocess.run(command, capture_output=True, text=True)


def test_the_command_prints_what_no_claim_speaks_of(tmp_path: Path) -> None:
    result = coverage(tmp_path)
    assert result.returncode == 0, result.stderr
    assert re.search(r"gazette-2021 .*\b8\b", result.stdout)
    assert "24-34: 3 May 2021" in result.stdout
    assert "holds the text" in result.stderr
    assert "\x1b" not in result.stdout + result.stderr
    assert b"<h1>" in (tmp_path / "x.html").read_bytes()


def test_the_command_fails_below_a_share(tmp_path: Path) -> None:
    assert coverage(tmp_path, "--fail-under", "50").returncode == 0
    low = coverage(tmp_path, "--fail-under", "99")
    assert low.returncode == 1
    assert "Below 99 %: gazette-2021." in low.stderr


def test_json_has_figures_and_no_text(tmp_path: Path) -> None:
    result = coverage(tmp_path, "--json", "--source", "gazette-2021")
    (document,) = json.loads(result.stdout)
    assert document["length"] == 327
    assert document["passages"] == 8
    assert [24, 34] in document["uncovered"]
    assert "sailors" not in result.stdout


def test_a_source_that_is_not_there(tmp_path: Path) -> None:
    result = coverage(tmp_path, "--source", "gazete")
    assert result.returncode == NotFoundError.exit_code
    assert "Take one of: gazette-2021." in result.stderr


def test_the_old_report_stays_when_the_new_one_cannot_be_written(tmp_path: Path) -> None:
    blocked = tmp_path / "file"
    blocked.write_text("x")
    result = coverage(tmp_path, "--out", blocked / "x.html")
    assert result.returncode == 1
    assert "cannot be written" in result.stderr
    assert blocked.read_text() == "x"
