from __future__ import annotations

import json

from kg.formats import RESULTS_JSON
from kg.rows import Term, read_solutions
from kg.store import Answer

BODY = {
    "head": {"vars": ["entity", "o"]},
    "results": {
        "bindings": [
            {"entity": {"type": "uri", "value": "urn:a"}, "o": {"type": "bnode", "value": "b0"}},
            {
                "entity": {"type": "uri", "value": "urn:a"},
                "o": {"type": "literal", "value": "Շուշի", "xml:lang": "hy"},
            },
        ]
    },
}
ANSWER = Answer("solutions", RESULTS_JSON, json.dumps(BODY).encode())


def test_rows_have_what_is_bound() -> None:
    first, second = read_solutions(ANSWER).rows
    assert first == {"entity": Term("uri", "urn:a"), "o": Term("bnode", "b0")}
    assert second["o"] == Term("literal", "Շուշի", "hy")


def test_rows_are_without_what_was_asked_with() -> None:
    found = read_solutions(ANSWER, without={"entity"})
    assert [set(row) for row in found.rows] == [{"o"}, {"o"}]
    assert found.variables == ("entity", "o")
