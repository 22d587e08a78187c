"""Sources, claims and parts that are begun by commands; and the guide, followed to the letter."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from kg.release import open_release
from tests.commands import Ran, run_kg

ROOT = Path(__file__).parents[2]
ISLANDS = ROOT / "tests" / "data" / "islands"
ARTICLE = ROOT / "tests" / "data" / "curating" / "harbour-post.txt"
GUIDE = ROOT / "docs" / "curating.md"
KG = Path(sys.executable).with_name("kg")
CLAIM = ("new", "claim", "gazette-2021")


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A copy of the made-up conflict with its article and one that nobody has read yet."""
    shutil.copytree(ISLANDS, tmp_path / "islands")
    shutil.copy(ARTICLE, tmp_path / "islands" / "documents")
    return tmp_path / "islands"


def kg(folder: Path, *arguments: object) -> Ran:
    return run_kg(folder, *arguments, environment={"KG_DATA": "data", "KG_DOCUMENTS": "documents"})


def source(folder: Path, slug: str = "gazette-2021") -> str:
    return (folder / "data" / "source" / f"{slug}.ttl").read_text("utf-8")


def shell_blocks() -> str:
    return "\n".join(re.findall(r"^```sh\n(.*?)^```$", GUIDE.read_text("utf-8"), re.MULTILINE | re.DOTALL))


def test_the_guide_leads_from_nothing_to_a_built_graph(tmp_path: Path) -> None:
    (tmp_path / "articles").mkdir()
    shutil.copy(ARTICLE, tmp_path / "articles")
    path = f"{KG.parent}:{os.environ['PATH']}"
    result = subprocess.run(
        ["bash", "-euo", "pipefail", "-c", shell_blocks()],
        capture_output=True,
        text=True,
        cwd=tmp_path,
        env={**os.environ, "PATH": path},
    )
    assert result.returncode == 0, result.stderr
    assert "Valid:" in result.stdout
    assert "warning" not in result.stdout
    assert open_release(tmp_path / "build").manifest.counts["claims"] == 9
    assert not copied(source(tmp_path, "harbour-post-2031"))


def copied(turtle: str) -> set[str]:
    """Give what the labels and values have word for word from the article, five words or more."""
    words = re.findall(r"\w+", ARTICLE.read_text("utf-8"))
    runs = {" ".join(words[at : at + 5]) for at in range(len(words) - 4)}
    literals = re.findall(r"(?:label|value) \"(.*)\"@en", turtle)
    return {run for run in runs if any(run in " ".join(re.findall(r"\w+", each)) for each in literals)} - {
        "Shots at the Tern Ferry"  # the title is the source's name
    }


def test_the_guide_speaks_of_all_options() -> None:
    helped = subprocess.run([KG, "new", "claim", "--help"], capture_output=True, text=True).stdout
    options = set(re.findall(r"^ +(--[a-z-]+)", helped, re.MULTILINE)) - {"--data", "--help"}
    guide = GUIDE.read_text("utf-8")
    assert len(options) > 20
    assert {option for option in options if option not in guide} == set()


def test_a_source_asks_for_what_was_not_said(folder: Path) -> None:
    result = kg(folder, "new", "source", "post-2031", "--document", "documents/harbour-post.txt")
    assert result.returncode == 0, result.stderr
    written = source(folder, "post-2031")
    assert f"dcterms:extent {len(ARTICLE.read_bytes().decode())} ;" in written
    assert "source:post-2031" in written
    for absent in ("dcterms:issued", "dcterms:title", "dcterms:publisher", "dateBasis"):
        assert absent not in written
    for asked in ("EDTF", "no title", "no publisher", "kcg:dateBasis"):
        assert asked in result.stderr
    assert kg(folder, "format", "--check", "data/source/post-2031.ttl").returncode == 0
    assert kg(folder, "validate").returncode == 1


NOT_A_SOURCE = {
    "there already": (["gazette-2021", "--document", "documents/harbour-post.txt"], "is there already"),
    "the same document": (["again", "--document", "documents/gazette-2021.txt"], "is the source <https://"),
    "no document": (["x", "--document", "documents/none.txt"], "none.txt"),
    "no slug": (["Post 2031", "--document", "documents/harbour-post.txt"], "cannot name a source"),
    "out of the folder": (["../x", "--document", "documents/harbour-post.txt"], "cannot name a source"),
    "no date": (["x", "--document", "documents/harbour-post.txt", "--issued", "2 April"], "EDTF"),
    "no code": (
        ["x", "--document", "documents/harbour-post.txt", "--date-basis", "stampp"],
        "Did you mean <https://w3id.org/kcg/concept/date-basis/stamp>?",
    ),
}


@pytest.mark.parametrize("case", NOT_A_SOURCE)
def test_a_source_that_is_refused_changes_nothing(case: str, folder: Path) -> None:
    arguments, words = NOT_A_SOURCE[case]
    before = {path: path.read_bytes() for path in (folder / "data").rglob("*.ttl")}
    result = kg(folder, "new", "source", *arguments)
    assert result.returncode in {1, 2}
    assert words in result.stderr
    assert "Traceback" not in result.stderr
    assert {path: path.read_bytes() for path in (folder / "data").rglob("*.ttl")} == before


def test_a_whole_claim_in_one_command(folder: Path) -> None:
    said = {
        "--text": "a clash off the Grey Isle",
        "--label": "There was a clash",
        "--about": "event:clash-2021",
        "--holder": "navy-of-norland",
        "--stance": "asserts",
        "--polarity": "affirmative",
        "--predicate": "occurred",
        "--value": "a clash at sea",
        "--when": "2021-05-02",
        "--via": "actor:sudland",
    }
    result = kg(folder, *CLAIM, *(each for pair in said.items() for each in pair))
    assert result.returncode == 0, result.stderr
    assert result.stdout.splitlines() == [
        "https://example.org/islands/id/claim/gazette-2021-009",
        "  72-97: a clash off the Grey Isle",
    ]
    assert "still ask" not in result.stderr
    assert "kcg:via (" in source(folder)
    assert "Valid" in kg(folder, "validate").stdout
    assert kg(folder, "format", "--check").returncode == 0
    assert "9 passages fit" in kg(folder, "verify", "--documents", "documents").stdout


def test_a_bare_claim_lists_what_is_missing(folder: Path) -> None:
    result = kg(folder, *CLAIM, "--from", "36", "--to", "68", "--quantity", "killed")
    assert "  36-68: At least 12 Norland sailors died" in result.stdout
    assert "a kcg:QuantityClaim" in source(folder)
    for asked in ("kcg:claimedBy", "kcg:about", "kcg:polarity", "concept/stance", "no number", "rdfs:label"):
        assert asked in result.stderr
    assert "kcg:passage with" not in result.stderr


def test_values_are_entities_dates_or_words(folder: Path) -> None:
    for value in (
        "actor:norland",
        "edtf:2021-05",
        "note: quite so",
        "https://example.org/islands/id/actor/sudland",
    ):
        assert kg(folder, *CLAIM, "--text", "a clash off", "--value", value).returncode == 0
    text = source(folder)
    assert "kcg:value actor:norland ;" in text
    assert 'kcg:value "2021-05"^^edtf:EDTF ;' in text
    assert 'kcg:value "note: quite so"@en ;' in text
    assert "kcg:value actor:sudland ;" in text
    assert "gazette-2021-012" in text


NOT_A_CLAIM = {
    "words that are not there": (["--text", "twelve Norland sailors"], ["do not stand", "gazette-2021.txt"]),
    "words that are there twice": (["--text", "Norland"], ["stand there 5 times", "48-55", "--from"]),
    "no place": ([], ["--text WORDS"]),
    "positions outside": (["--from", "5", "--to", "9999"], ["no stretch", "327 code points"]),
    "an unknown code": (["--text", "a clash off", "--stance", "asert"], ["Did you mean", "stance/asserts"]),
    "an unknown prefix": (["--text", "a clash off", "--about", "evnt:x"], ["names nothing"]),
    "no number": (["--text", "a clash off", "--quantity", "killed", "--exact", "1,200"], ["without commas"]),
}


@pytest.mark.parametrize("case", NOT_A_CLAIM)
def test_a_claim_that_is_refused_changes_nothing(case: str, folder: Path) -> None:
    arguments, words = NOT_A_CLAIM[case]
    before = source(folder)
    result = kg(folder, *CLAIM, *arguments)
    assert result.returncode in {1, 2}
    for each in words:
        assert each in result.stderr
    assert "Traceback" not in result.stderr
    assert source(folder) == before


def test_a_narrower_search_finds_words_once(folder: Path) -> None:
    result = kg(folder, *CLAIM, "--text", "Norland", "--from", "36", "--to", "60")
    assert "  48-55: Norland" in result.stdout


def test_a_claim_of_nobody_yet_is_written_and_told(folder: Path) -> None:
    result = kg(folder, *CLAIM, "--text", "a clash off", "--holder", "navy-of-norlnd")
    assert result.returncode == 0
    assert "no file describes it. Did you mean" in result.stderr


def test_a_file_with_comments_is_left_alone(folder: Path) -> None:
    path = folder / "data" / "source" / "gazette-2021.ttl"
    path.write_text("# mine\n" + path.read_text("utf-8"), "utf-8")
    before = path.read_bytes()
    result = kg(folder, *CLAIM, "--text", "a clash off")
    assert result.returncode == 1
    assert "gazette-2021.ttl:1" in result.stderr
    assert path.read_bytes() == before


def test_a_source_without_a_file(folder: Path) -> None:
    result = kg(folder, "new", "claim", "post-2031", "--text", "x")
    assert result.returncode == 1
    assert "kg new source post-2031" in result.stderr


def test_a_part_is_declared_and_left_out(folder: Path) -> None:
    before = kg(folder, "coverage").stdout
    assert "24-34: 3 May 2021" in before
    result = kg(folder, "new", "part", "gazette-2021", "--text", "3 May 2021", "--kind", "byline")
    assert result.returncode == 0, result.stderr
    assert "  24-34: 3 May 2021" in result.stdout
    assert "3 May 2021" not in source(folder).replace("Island Gazette, 3 May 2021", "")
    assert "24-34" not in kg(folder, "coverage").stdout
    assert "Valid" in kg(folder, "validate").stdout


def test_a_part_has_a_kind_of_the_code_list(folder: Path) -> None:
    result = kg(folder, "new", "part", "gazette-2021", "--text", "3 May 2021", "--kind", "bylin")
    assert result.returncode == 1
    assert "Did you mean <https://w3id.org/kcg/concept/source-part/byline>?" in result.stderr
