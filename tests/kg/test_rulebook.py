from __future__ import annotations

from rdflib import DCTERMS, PROV, RDFS, SH, Graph, Literal, URIRef

from kg.dump import read_nquads
from kg.release import Release
from kg.rulebook import comment_of
from kg.sources import locate_project
from kg.terms import to_graph
from kg.validation import SHAPES


def test_every_rule_that_is_cited_is_described(release: Release) -> None:
    graph = to_graph(read_nquads(release.nquads))
    cited = {each for each in graph.objects(None, PROV.wasGeneratedBy) if "/rules/" in str(each)}
    assert cited
    for rule in cited:
        path = locate_project().rules / f"{str(rule).rpartition('/')[2]}.rq"
        assert (rule, SH.construct, Literal(path.read_text("utf-8"))) in graph
        assert str(graph.value(rule, RDFS.comment)) == comment_of(path.read_text("utf-8"))


def test_every_check_that_a_report_can_cite_is_described(release: Release) -> None:
    graph = to_graph(read_nquads(release.nquads))
    report = Graph().parse(release.path / "neutrality.ttl")
    for shape in report.objects(None, SH.sourceShape):
        assert (shape, None, None) in graph
    for name in ("part-of-acyclic", "unnamed-voices"):
        assert graph.value(URIRef(SHAPES + name), SH.select)
    whole = URIRef("https://w3id.org/kcg/shapes")
    assert graph.value(whole, RDFS.label)
    parts = set(graph.objects(whole, DCTERMS.hasPart))
    assert len(parts) == len(list(locate_project().shapes.glob("*.ttl")))
    assert all(graph.value(part, RDFS.label) for part in parts)


def test_the_comment_ends_where_the_query_begins() -> None:
    assert comment_of("# One.\n#  Two.\nPREFIX a: <b>\n# not this\n") == "One. Two."
    assert comment_of("SELECT *") == ""
