"""The command line as a user meets it: real processes, exit codes, one clear paragraph for each problem."""

from __future__ import annotations

import json
import os
import shutil
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest
import rdflib

from kg.release import Release, open_release

ISLANDS = Path(__file__).parent.parent / "data" / "islands"
KG = Path(sys.executable).with_name("kg")


def kg(*arguments: object, **options: object) -> subprocess.CompletedProcess[str]:
    command = [str(KG), *(str(each) for each in arguments)]
    return subprocess.run(command, capture_output=True, text=True, timeout=120, **options)  # type: ignore[call-overload, no-any-return]


def fingerprint(folder: Path) -> dict[str, bytes]:
    return {str(p.relative_to(folder)): p.read_bytes() for p in sorted(folder.rglob("*")) if p.is_file()}


@pytest.fixture
def data(tmp_path: Path) -> Path:
    """A copy of the made-up conflict that a test may spoil."""
    shutil.copytree(ISLANDS / "data", tmp_path / "data")
    return tmp_path / "data"


@pytest.fixture
def out(tmp_path: Path, islands: Release) -> Path:
    """A build folder that already has a release."""
    folder = tmp_path / "out"
    shutil.copytree(islands.path.parent.parent, folder, symlinks=True)
    return folder


SOURCE = "source/gazette-2021.ttl"
WORLD = "reference/world.ttl"


def replaced(file: str, old: str, new: str) -> Callable[[Path], None]:
    def spoil(folder: Path) -> None:
        path = folder / file
        text = path.read_text("utf-8")
        assert old in text
        path.write_text(text.replace(old, new, 1), "utf-8")

    return spoil


def removed(folder: Path) -> None:
    shutil.rmtree(folder)


def copied(folder: Path) -> None:
    shutil.copy(folder / WORLD, folder / "reference" / "again.ttl")


BAD_DATA = {
    "malformed Turtle": (
        replaced(WORLD, "a kcg:ArmedEvent ;", "a kcg:ArmedEvent"),
        ["world.ttl:", "not Turtle"],
    ),
    "shape violation": (
        replaced(SOURCE, "    kcg:claimedBy actor:navy-of-sudland ;\n", ""),
        ["gazette-2021.ttl:", "claim/gazette-2021-002", "ClaimHolder"],
    ),
    "unknown term": (
        replaced(WORLD, "kcg:ArmedEvent", "kcg:ArmdEvent"),
        ["world.ttl:", "#ArmdEvent", "Did you mean <https://w3id.org/kcg/ontology#ArmedEvent>?"],
    ),
    "dangling reference": (
        replaced(WORLD, "kcg:atPlace place:grey-isle", "kcg:atPlace place:gray-isle"),
        ["world.ttl:", "place/gray-isle", "Did you mean <https://example.org/islands/id/place/grey-isle>?"],
    ),
    "duplicate IRI": (copied, ["world.ttl:", "again.ttl", "described here and in"]),
    "invalid EDTF": (
        replaced(WORLD, '"2021-05-02"^^edtf', '"2 May 2021"^^edtf'),
        ["world.ttl:", "2 May 2021"],
    ),
    "passage outside the document": (
        replaced(SOURCE, "oa:end ", "oa:end 99"),
        ["gazette-2021.ttl:", "document"],
    ),
    "missing data folder": (removed, ["no data folder"]),
    "missing data set": (
        replaced("dataset.ttl", '    dcterms:title "Islands Conflict Graph"@en ;\n', ""),
        ["dataset.ttl", "title"],
    ),
}


@pytest.mark.parametrize("case", BAD_DATA)
def test_bad_data_is_explained_and_changes_nothing(case: str, data: Path, out: Path) -> None:
    spoil, words = BAD_DATA[case]
    spoil(data)
    before = fingerprint(out)
    result = kg("build", "--data", data, "--out", out)
    assert result.returncode == 1
    for word in words:
        assert word in result.stderr
    assert "Traceback" not in result.stderr
    assert result.stdout == ""
    assert fingerprint(out) == before


def test_two_builds_are_byte_identical(tmp_path: Path) -> None:
    for name in ("a", "b"):
        assert kg("build", "--data", ISLANDS / "data", "--out", tmp_path / name).returncode == 0
    assert fingerprint(tmp_path / "a") == fingerprint(tmp_path / "b")
    assert (tmp_path / "a" / "current").readlink() == (tmp_path / "b" / "current").readlink()


def test_progress_goes_to_stderr_and_the_path_to_stdout(tmp_path: Path) -> None:
    result = kg("build", "--data", ISLANDS / "data", "--out", tmp_path)
    assert Path(result.stdout.strip()) == open_release(tmp_path).path
    assert "validate" in result.stderr
    assert "\x1b" not in result.stderr + result.stdout


@pytest.mark.parametrize("delay", [0.0, 0.4, 0.8, 1.2, 1.6])
def test_a_killed_build_leaves_the_old_release(data: Path, out: Path, delay: float) -> None:
    replaced("dataset.ttl", '"2021.5.0"', '"2021.6.0"')(data)
    old = open_release(out)
    process = subprocess.Popen([KG, "build", "--data", data, "--out", out], stderr=subprocess.DEVNULL)
    time.sleep(delay)
    process.send_signal(signal.SIGKILL)
    killed = process.wait() == -signal.SIGKILL
    current = open_release(out)
    assert current == old if killed and delay < 0.5 else current.manifest.version in {"2021.5.0", "2021.6.0"}
    for entry in current.manifest.files:
        assert (current.path / entry.path).stat().st_size == entry.bytes


INTERRUPTED = """
import os, signal, sys, time
from kg import build, cli
# Whoever runs the tests in the background may have SIGINT ignored, which children inherit.
signal.signal(signal.SIGINT, signal.default_int_handler)
def interrupted(*_):
    os.kill(os.getpid(), signal.SIGINT)
    time.sleep(60)
build.validate = interrupted
sys.argv = ["kg", *sys.argv[1:]]
cli.main()
"""


def test_an_interrupted_build_says_so(data: Path, out: Path) -> None:
    before = fingerprint(out)
    command = [sys.executable, "-c", INTERRUPTED, "build", "--data", data, "--out", out]
    result = subprocess.run(command, capture_output=True, text=True)
    assert result.returncode == 130
    assert "Interrupted; nothing was changed." in result.stderr
    assert fingerprint(out) == before


@pytest.mark.skipif(os.geteuid() != 0, reason="mounting a small disk needs root")
def test_a_full_disk(data: Path, tmp_path: Path) -> None:
    disk = tmp_path / "disk"
    disk.mkdir()
    mounted = subprocess.run(["mount", "-t", "tmpfs", "-o", "size=64k", "tmpfs", disk], capture_output=True)
    if mounted.returncode:
        pytest.skip("this machine does not let a test mount a disk")
    try:
        result = kg("build", "--data", data, "--out", disk)
        assert result.returncode == 1
        assert "No space left on device" in result.stderr
        assert not list(disk.glob("releases/*"))
        subprocess.run(["mount", "-o", "remount,ro", disk], check=True)
        result = kg("build", "--data", data, "--out", disk)
        assert result.returncode == 1
        assert "Read-only file system" in result.stderr
    finally:
        subprocess.run(["umount", disk], check=True)


def test_validate_and_verify(data: Path) -> None:
    assert "Valid" in kg("validate", "--data", data).stdout
    result = kg("verify", "--data", data, "--documents", ISLANDS / "documents")
    assert "8 passages fit" in result.stdout
    shown = kg("verify", "--data", data, "--documents", ISLANDS / "documents", "--show", "gazette-2021-003")
    assert "Norland blamed Sudland for the clash" in shown.stdout


def test_verify_finds_a_changed_document(data: Path, tmp_path: Path) -> None:
    documents = tmp_path / "documents"
    shutil.copytree(ISLANDS / "documents", documents)
    with (documents / "gazette-2021.txt").open("a") as document:
        document.write("!")
    result = kg("verify", "--data", data, "--documents", documents)
    assert result.returncode == 1
    assert "gazette-2021.ttl:" in result.stderr
    assert "has the hash" in result.stderr


def test_format_checks_and_mends(data: Path) -> None:
    path = data / WORLD
    good = path.read_text("utf-8")
    path.write_text(good.replace("    kcg:", "  kcg:"), "utf-8")
    assert kg("format", "--check", path).returncode == 1
    assert kg("format", path).returncode == 0
    assert path.read_text("utf-8") == good
    assert kg("format", "--check", path).returncode == 0


def test_format_refuses_comments_and_leaves_the_file(data: Path) -> None:
    path = data / WORLD
    path.write_text("# mine\n" + path.read_text("utf-8"), "utf-8")
    before = path.read_bytes()
    result = kg("format", path)
    assert result.returncode == 1
    assert f"{path.name}:1" in result.stderr
    assert path.read_bytes() == before


SELECT = "SELECT ?event WHERE { ?event a kcg:ArmedEvent }"


@pytest.mark.parametrize(
    ("syntax", "words"),
    [
        ("json", '"bindings"'),
        ("xml", "<sparql"),
        ("csv", "event\r\nhttps://example.org"),
        ("tsv", "?event\n<https"),
        ("table", "clash-2021"),
    ],
)
def test_query_formats(out: Path, syntax: str, words: str) -> None:
    command = [KG, "query", SELECT, "--release", out, "--format", syntax]
    assert words in subprocess.run(command, capture_output=True, check=True).stdout.decode()


def test_query_from_a_file_and_from_a_pipe(out: Path, tmp_path: Path) -> None:
    path = tmp_path / "q.rq"
    path.write_text(SELECT)
    from_file = kg("query", "--file", path, "--release", out)
    from_pipe = kg("query", "-", "--release", out, input=SELECT)
    assert from_file.stdout == from_pipe.stdout
    assert "clash-2021" in from_file.stdout


@pytest.mark.parametrize(
    ("arguments", "code", "words"),
    [
        (["query", "SELEC ?x"], 1, "line 1"),
        (["query", "SELECT * { SERVICE <http://127.0.0.1:9> { ?s ?p ?o } }"], 1, "SERVICE"),
        (["query"], 2, "Give one query"),
        (["query", "--example", "contol-on-a-date"], 1, "Did you mean 'control-on-a-date'?"),
        (["query", "--file", "none.rq"], 1, "none.rq"),
        (["show", "Norlnd"], 1, "Norland"),
        (["dump", "--out", "/none/x.ttl"], 2, "no folder"),
        (["dump", "--out", "-", "--graph", "http://none/"], 1, "no graph"),
        (["nonsense"], 2, "No such command"),
        (["serve", "x.ttl"], 2, "--load"),
    ],
)
def test_wrong_use_is_explained(out: Path, arguments: list[str], code: int, words: str) -> None:
    release = [] if arguments[0] in {"nonsense"} else ["--release", out]
    result = kg(*arguments, *release)
    assert result.returncode == code, result.stderr
    assert words in result.stderr
    assert "Traceback" not in result.stderr


def test_nothing_built_yet(tmp_path: Path) -> None:
    result = kg("stats", "--release", tmp_path)
    assert result.returncode == 1
    assert "kg build" in result.stderr


def test_a_port_in_use(out: Path) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        result = kg("serve", "--port", taken.getsockname()[1], "--release", out)
    assert result.returncode == 1
    assert "in use" in result.stderr
    assert "Traceback" not in result.stderr


def test_stats_agree_with_the_dump(out: Path, tmp_path: Path) -> None:
    counted = json.loads(kg("stats", "--json", "--release", out).stdout)
    assert kg("dump", "--format", "ttl", "--release", out, "--out", tmp_path / "x.ttl").returncode == 0
    assert len(rdflib.Graph().parse(tmp_path / "x.ttl")) == counted["triples"]
    assert sum(counted["by_graph"].values()) == counted["quads"]


@pytest.mark.parametrize(
    "name",
    ["Norland", "norland", "actor:norland", "https://example.org/islands/id/actor/norland", "hall saar"],
)
def test_show_finds_by_any_name(out: Path, name: str) -> None:
    result = kg("show", name, "--release", out)
    assert result.returncode == 0, result.stderr
    assert "norland" in result.stdout or "hall-saar" in result.stdout


@pytest.mark.parametrize(
    "command",
    [
        "",
        "build",
        "validate",
        "verify",
        "format",
        "neutrality",
        "query",
        "dump",
        "stats",
        "show",
        "serve",
        "coverage",
        "new",
        "new source",
        "new claim",
        "new part",
    ],
)
def test_help_has_examples(command: str) -> None:
    result = kg(*command.split(), "--help")
    assert result.returncode == 0
    assert "Examples:" in result.stdout
    assert f"kg {command}" in result.stdout
