from __future__ import annotations

from pathlib import Path

import pytest

from kg.errors import NotFoundError
from kg.examples import example_named, read_examples

EXAMPLE = """PREFIX sh: <http://www.w3.org/ns/shacl#>
PREFIX rdfs: <http://www.w3.org/2000/01/rdf-schema#>
PREFIX schema: <https://schema.org/>
<http://e/query/{name}> a sh:SPARQLExecutable , sh:SPARQL{form}Executable ;
  rdfs:comment "What is {name}?"@en ; schema:keywords "b" , "a" ;
  sh:{property} "{form} of {name}" .
"""


@pytest.mark.parametrize("form", ["Select", "Ask", "Construct", "Describe"])
def test_each_form_is_read(tmp_path: Path, form: str) -> None:
    text = EXAMPLE.format(name="one", form=form, property=form.lower())
    (tmp_path / "one.ttl").write_text(text)
    (example,) = read_examples(tmp_path)
    assert example.name == "one"
    assert example.iri == "http://e/query/one"
    assert example.question == "What is one?"
    assert example.keywords == ("a", "b")
    assert example.text == f"{form} of one"


def test_no_folder_has_no_examples(tmp_path: Path) -> None:
    assert read_examples(tmp_path / "none") == []


def test_a_near_name_is_suggested(tmp_path: Path) -> None:
    (tmp_path / "control.ttl").write_text(EXAMPLE.format(name="control", form="Select", property="select"))
    examples = read_examples(tmp_path)
    assert example_named("control", examples) is examples[0]
    with pytest.raises(NotFoundError) as caught:
        example_named("contrl", examples)
    assert "'control'" in caught.value.mend
