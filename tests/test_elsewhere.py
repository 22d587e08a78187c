"""The code that the query page gives for curl and Python gives the answer that the page shows."""

from __future__ import annotations

import shutil
import subprocess
import sys

import pytest

from server.views.elsewhere import calls

ROWS = """PREFIX kcg: <https://w3id.org/kcg/ontology#>
SELECT (COUNT(?claim) AS ?claims) WHERE { ?claim a kcg:Claim ; ?p "it's $HOME `x` \\\\" }"""
TRIPLES = "CONSTRUCT { <urn:a> <urn:b> 'it is so' } WHERE {}"
SHELL = shutil.which("bash")


@pytest.mark.parametrize(
    ("query", "accept", "expected"),
    [
        (ROWS, "text/csv", "claims"),
        (TRIPLES, "text/turtle", "it is so"),
    ],
)
@pytest.mark.parametrize("language", ["curl", "Python"])
def test_the_code_runs(url: str, language: str, query: str, accept: str, expected: str) -> None:
    call = next(each for each in calls(f"{url}/sparql", accept) if each.language == language)
    if language == "curl" and not (SHELL and shutil.which("curl")):
        pytest.skip("needs bash and curl")
    command = [sys.executable, "-c"] if language == "Python" else [str(SHELL), "-c"]
    done = subprocess.run([*command, call.text(query)], capture_output=True, text=True, timeout=60)
    assert done.returncode == 0, done.stderr
    assert expected in done.stdout
