"""`kg link check`, `compare`, `export` as they are typed, over the real release."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from click.testing import CliRunner
from rdflib import SH, Graph

from kg.cli import commands
from kg.release import Release


def run(release: Release, endpoint: str, *arguments: str) -> tuple[int, str]:
    told = [*arguments, "--release", str(release.path), "--endpoint", endpoint, "--pause", "0"]
    result = CliRunner().invoke(commands, ["link", *told])
    return result.exit_code, result.stdout


def test_items_that_are_gone_fail_the_check(release: Release, served: str, tmp_path: Path) -> None:
    out = tmp_path / "report.json"
    code, _ = run(release, served, "check", "--format", "json", "--out", str(out))
    findings = json.loads(out.read_text())["findings"]
    assert code == 1
    assert len(findings) > 80
    assert {each["verdict"] for each in findings if each["aspect"] == "existence"} == {"gone"}


@pytest.mark.parametrize(("form", "mark"), [("html", "<!doctype html>"), ("csv", "thing,label"), ("ttl", "")])
def test_a_report_in_other_forms(release: Release, served: str, form: str, mark: str) -> None:
    code, text = run(release, served, "check", "--format", form, "--fail-on", "never")
    assert code == 0
    assert text.startswith(mark)
    if form == "ttl":
        assert len(list(Graph().parse(data=text).subject_objects(SH.resultMessage))) > 80


def test_what_is_missing_there_is_told(release: Release, served: str) -> None:
    code, text = run(release, served, "compare", "--only", "missing there", "--format", "csv")
    assert code == 0
    assert "event/nagorno-karabakh-war-2020" in text
    assert "agrees" not in text


def test_commands_for_what_can_be_cited(release: Release, served: str) -> None:
    code, text = run(release, served, "export")
    assert code == 0
    lines = text.splitlines()
    assert any(line.startswith("Q44302\tP1336\tQ227\t") for line in lines)
    assert all('\tS854\t"https://' in line for line in lines if line.startswith("Q"))
    assert "wikipedia.org" not in "".join(line for line in lines if line.startswith("Q"))


def test_an_endpoint_that_is_away_is_told(release: Release) -> None:
    result = CliRunner().invoke(
        commands, ["link", "check", "--release", str(release.path), "--endpoint", "ftp://nowhere"]
    )
    assert result.exit_code != 0
