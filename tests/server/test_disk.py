"""Queries from the store on disk: the same answers, and a store that is made once."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import urlencode
from urllib.request import Request, urlopen

from server.disk import stored_on_disk

QUERY = urlencode({"query": "SELECT (COUNT(*) AS ?n) WHERE { ?s ?p ?o }"})


@contextmanager
def served(store: str, *arguments: str) -> Iterator[str]:
    command = [sys.executable, "-m", "server", "--port", "0", *arguments]
    environment = {**os.environ, "KG_STORE": store}
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True, env=environment) as process:
        assert process.stdout is not None
        url = re.search(r"http://\S+", process.stdout.readline())
        assert url
        yield url[0]
        process.terminate()


def counted(url: str) -> int:
    request = Request(f"{url}sparql?{QUERY}", headers={"Accept": "application/sparql-results+json"})
    with urlopen(request) as response:
        return int(json.load(response)["results"]["bindings"][0]["n"]["value"])


def test_a_release_answers_the_same_from_disk(release: Path) -> None:
    with served("memory", "--release", str(release)) as url:
        in_memory = counted(url)
    with served("disk", "--release", str(release)) as url:
        assert counted(url) == in_memory > 0


def test_loaded_files_can_lie_on_disk_too(tmp_path: Path) -> None:
    path = tmp_path / "x.ttl"
    path.write_text("<http://e/a> <http://e/p> 1 , 2 .")
    with served("disk", "--load", str(path)) as url:
        assert counted(url) == 2


def test_a_store_is_made_once(tmp_path: Path) -> None:
    path = tmp_path / "releases" / "r" / "graph.nq"
    path.parent.mkdir(parents=True)
    path.write_text("<http://e/a> <http://e/p> <http://e/b> <http://e/g> .\n")
    first = stored_on_disk([path], "r")
    made = sorted((each.name, each.stat().st_mtime_ns) for each in first.iterdir())
    assert stored_on_disk([path], "r") == first == tmp_path / "stores" / "r"
    assert sorted((each.name, each.stat().st_mtime_ns) for each in first.iterdir()) == made
    assert [each.name for each in first.parent.iterdir()] == ["r"]


def test_an_unknown_store_is_refused(release: Path) -> None:
    command = [sys.executable, "-m", "server", "--port", "0", "--release", str(release)]
    result = subprocess.run(
        command, capture_output=True, text=True, env={**os.environ, "KG_STORE": "tape"}, timeout=60
    )
    assert result.returncode == 2
    assert "'disk'" in result.stderr
    assert "Traceback" not in result.stderr
