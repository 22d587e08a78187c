"""What the neutrality report finds, what it leaves alone, and what its tables count."""

from __future__ import annotations

import json
import re
import shutil
from functools import cache
from pathlib import Path

import pyoxigraph as ox
import pytest
from rdflib import PROV, RDF, SH, Graph, Literal, URIRef

from kg.errors import DataError
from kg.iris import Iris, local_name
from kg.neutrality import RULE, LoadedWord, Neutrality, Words, fold, read_words, weigh
from kg.release import Release
from kg.skolem import skolemise
from kg.sources import locate_project, read_data, read_turtle, read_vocabulary
from kg.validation import Violation
from tests.kg.test_cli import ISLANDS, SOURCE, WORLD, kg, replaced

ROOT = Path(__file__).parents[2]
SHAPES = ROOT / "shapes"
CASES = ROOT / "tests" / "data" / "neutrality"
BASE = "https://w3id.org/kcg/id/"
GRAPH = "https://w3id.org/kcg/graph/test"
EXPECTED = sorted(CASES.glob("*.expected.txt"))


@cache
def vocabulary() -> tuple[ox.Quad, ...]:
    files = [ROOT / "ontology" / "kcg.ttl", *sorted((ROOT / "ontology" / "concepts").glob("*.ttl"))]
    return tuple(each.quad for path in files for each in skolemise(read_turtle(path, GRAPH)))


@cache
def words() -> Words:
    store = ox.Store()
    store.extend(vocabulary())
    return read_words(store, SHAPES / "neutrality" / "words" / "forms.rq")


def forms() -> list[tuple[str, str]]:
    """Every form of the code list, as (form, language); a form that ends in * also with an ending."""
    hidden = "http://www.w3.org/2004/02/skos/core#hiddenLabel"
    found = [quad.object for quad in vocabulary() if quad.predicate.value == hidden]
    literals = [(each.value, str(each.language)) for each in found if isinstance(each, ox.Literal)]
    stems = [(form.replace("*", "nda"), language) for form, language in literals if "*" in form]
    return sorted({(form.replace("*", ""), language) for form, language in literals} | set(stems))


def case(name: str) -> Neutrality:
    return weigh([*vocabulary(), *parsed((CASES / f"{name}.ttl").read_text("utf-8"))], SHAPES)


def parsed(turtle: str) -> list[ox.Quad]:
    graph = ox.NamedNode(GRAPH)
    triples = ox.parse(turtle, format=ox.RdfFormat.TURTLE)
    return [ox.Quad(each.subject, each.predicate, each.object, graph) for each in triples]


def told(violation: Violation) -> str:
    """Give a finding as a line of an expected answer, with the word as it was written."""
    word = re.search(r"says '(.+?)', a loaded", violation.message)
    node = violation.focus_node.removeprefix(BASE)
    return f"{node} {local_name(violation.constraint)} {violation.severity} {word[1] if word else ''}".strip()


@pytest.mark.parametrize("path", EXPECTED, ids=lambda path: path.name.partition(".")[0])
def test_findings_of_a_case(path: Path) -> None:
    report = case(path.name.partition(".")[0])
    assert sorted(map(told, report.findings.violations)) == path.read_text("utf-8").splitlines()


def test_every_case_has_its_findings() -> None:
    assert {path.stem for path in CASES.glob("*.ttl")} == {path.name.partition(".")[0] for path in EXPECTED}


def test_tables_count_voices_claims_names_and_sources() -> None:
    tables = case("unnamed-voices").tables
    rows = [
        f"{table.name}: {' '.join(map(local_name, row)).strip()}" for table in tables for row in table.rows
    ]
    assert rows == (CASES / "unnamed-voices.tables.txt").read_text("utf-8").splitlines()
    assert all(table.title.endswith(".") and table.columns for table in tables)


def test_messages_say_what_and_how_to_mend() -> None:
    for path in EXPECTED:
        for each in case(path.name.partition(".")[0]).findings.violations:
            assert re.fullmatch(r"[A-Z].+\.", each.message), each.message
            assert ". " in each.message


@pytest.mark.parametrize(("form", "language"), forms())
def test_every_form_is_found_in_its_language_whatever_its_case(form: str, language: str) -> None:
    for text in (form, f"xx {form} xx", f"({form.upper()}),", fold(form)):
        assert words().find(text, language), text
    assert words().find(form)
    assert not words().find(f"“{form}”", language)
    assert fold(form) not in {fold(hit.written) for hit in words().find(f"qq{form}", language)}
    assert not words().find(form, "qaa")


def test_each_form_is_found_in_labels_but_not_where_others_speak() -> None:
    """One graph with every form: in an editors' label, a claim, a party label, and a claimed value."""
    turtle = [
        "PREFIX rdfs: <http://www.w3.org/2000/01/rdf-schema#> PREFIX kcg: <https://w3id.org/kcg/ontology#>"
    ]
    for number, (form, language) in enumerate(forms()):
        literal = f'"{form}"@{language}'
        turtle += [
            f"<{BASE}event/{number}> a kcg:Event ; rdfs:label {literal} .",
            f"<{BASE}claim/{number}> a kcg:QuantityClaim ; rdfs:label {literal} ; kcg:value {literal} .",
            f"<{BASE}name/{number}> a kcg:Name ; rdfs:label {literal} ;"
            " kcg:kind <https://w3id.org/kcg/concept/name-kind/party-label> .",
        ]
    report = weigh([*vocabulary(), *parsed("\n".join(turtle))], SHAPES)
    found = {each.focus_node.removeprefix(BASE) for each in report.findings.violations}
    assert found == {f"event/{number}" for number in range(len(forms()))}


def test_a_data_set_adds_words_of_its_own() -> None:
    turtle = """PREFIX skos: <http://www.w3.org/2004/02/skos/core#> PREFIX ex: <https://example.org/>
    ex:word a skos:Concept ; skos:inScheme <https://w3id.org/kcg/concept/loaded-word> ;
      skos:hiddenLabel "isle"@en ; skos:definition "Takes the side of the sea."@en ;
      skos:scopeNote "Say instead: island."@en .
    ex:thing skos:note "The Isle."@en ."""
    (found,) = weigh([*vocabulary(), *parsed(turtle)], SHAPES).findings.violations
    assert found.constraint == RULE
    assert "'Isle', a loaded word (word). Takes the side of the sea. Say instead: island." in found.message


def test_ontology_shapes_and_the_made_up_conflict_are_neutral() -> None:
    project = locate_project(ISLANDS / "data")
    iris = Iris("https://example.org/islands/")
    statements = skolemise([*read_data(project, iris), *read_vocabulary(project, iris)])
    assert weigh([each.quad for each in statements], SHAPES).findings.violations == ()


@pytest.mark.parametrize("path", sorted(SHAPES.rglob("*.rq")), ids=lambda path: path.stem)
def test_messages_of_checks_are_neutral(path: Path) -> None:
    texts = re.findall(r'"((?:[^"\\]|\\.)*)"', path.read_text("utf-8"))
    assert [hit.written for text in texts for hit in words().find(text, "en")] == []


def test_the_code_list_says_why_and_what_instead() -> None:
    graph = Graph().parse(ROOT / "ontology" / "concepts" / "loaded-word.ttl")
    scheme = URIRef("https://w3id.org/kcg/concept/loaded-word")
    skos = "http://www.w3.org/2004/02/skos/core#"
    for concept in graph.subjects(URIRef(f"{skos}inScheme"), scheme):
        hidden = list(graph.objects(concept, URIRef(f"{skos}hiddenLabel")))
        assert any(isinstance(form, Literal) and form.language == "en" for form in hidden), concept
        assert str(graph.value(concept, URIRef(f"{skos}scopeNote"))).startswith("Say instead: "), concept


def test_the_longest_form_wins_and_a_title_is_its_authors() -> None:
    short = LoadedWord("front", "en", "https://example.org/a", "Why.", "Instead.")
    long = LoadedWord("front line", "en", "https://example.org/b", "Why.", "Instead.")
    assert [hit.word for hit in Words([short, long]).find("The front-line", "en")] == [long]
    assert Words([short, long]).find("Gazette: The Front", "en", own="the front") == []
    assert Words([]).find("front", "en") == []


def test_folding_keeps_letters_and_drops_case_and_accents() -> None:
    assert fold("Libéré İŞGALI ı") == "libere isgali i"


def test_the_report_in_rdf_says_what_it_weighed() -> None:
    graph = case("one-sided-names").to_graph("https://example.org/r", "https://example.org/release")
    report = URIRef("https://example.org/r")
    assert (report, RDF.type, PROV.Entity) in graph
    assert (report, PROV.wasDerivedFrom, URIRef("https://example.org/release")) in graph
    assert set(graph.objects(report, SH.result)) == {URIRef(f"{report}#result-{n}") for n in range(1, 5)}


@pytest.mark.parametrize("file", ["prepare/1-sides.rq", "tables/names.rq", "words/forms.rq"])
@pytest.mark.parametrize("text", ["nonsense", "ASK { }"])
def test_a_query_that_cannot_be_run_is_named(tmp_path: Path, file: str, text: str) -> None:
    shutil.copytree(SHAPES / "neutrality", tmp_path / "neutrality")
    (tmp_path / "neutrality" / file).write_text(text)
    with pytest.raises(DataError, match=re.escape(Path(file).name)):
        weigh([], tmp_path)


def test_a_release_has_the_report(islands: Release) -> None:
    graph = Graph().parse(islands.path / "neutrality.ttl")
    report = URIRef("https://example.org/islands/graph/neutrality")
    assert graph.value(report, SH.conforms) == Literal(True)
    assert graph.value(report, PROV.wasDerivedFrom) == URIRef(islands.iris.release("2021.5.0"))
    text = (islands.path / "neutrality.txt").read_text("utf-8")
    assert "Findings: 0 Violation, 0 Warning, 0 Info." in text
    assert "voices" in text
    assert {"neutrality.ttl", "neutrality.txt"} <= {each.path for each in islands.manifest.files}


@pytest.fixture
def loaded(tmp_path: Path) -> Path:
    """The made-up conflict with two loaded words: one where the editors speak, one in a claim."""
    shutil.copytree(ISLANDS / "data", tmp_path / "data")
    replaced(WORLD, '"Clash of May 2021"', '"Liberation of May 2021"')(tmp_path / "data")
    replaced(SOURCE, "Norland's navy: at least", "Norland's heroic navy: at least")(tmp_path / "data")
    return tmp_path / "data"


def test_the_command_points_at_file_and_line(loaded: Path) -> None:
    result = kg("neutrality", "--data", loaded)
    assert result.returncode == 0
    line = (
        (loaded / WORLD).read_text("utf-8").splitlines().index('    rdfs:label "Liberation of May 2021"@en ;')
    )
    assert f"world.ttl:{line + 1}: Warning:" in result.stdout
    assert "'Liberation'" in result.stdout
    assert "heroic" not in result.stdout
    assert "Findings: 0 Violation, 1 Warning, 0 Info." in result.stdout


def test_the_command_gives_json_and_turtle(loaded: Path) -> None:
    found = json.loads(kg("neutrality", "--data", loaded, "--format", "json").stdout)
    assert [each["focus_node"].rpartition("/")[2] for each in found["findings"]] == ["clash-2021"]
    assert "world.ttl:" in found["findings"][0]["where"]
    assert {each["name"] for each in found["tables"]} >= {"names", "sources", "stances", "voices"}
    graph = Graph().parse(data=kg("neutrality", "--data", loaded, "--format", "ttl").stdout)
    (result,) = graph.subjects(RDF.type, SH.ValidationResult)
    assert str(result) == "https://example.org/islands/graph/neutrality#result-1"
    assert graph.value(result, SH.resultSeverity) == SH.Warning


@pytest.mark.parametrize(("limit", "code"), [("1", 1), ("2", 0), ("0", 2)])
def test_the_command_fails_on_so_many_warnings(loaded: Path, limit: str, code: int) -> None:
    result = kg("neutrality", "--data", loaded, "--fail-on", limit)
    assert result.returncode == code
    assert "Traceback" not in result.stderr
