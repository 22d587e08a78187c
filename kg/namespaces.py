"""Namespaces used in code, and the prefixes that the project declares as `sh:declare`."""

from __future__ import annotations

from pathlib import Path

from rdflib import SH, Graph, Namespace

KCG = Namespace("https://w3id.org/kcg/ontology#")
"""Terms of the ontology; fixed, whatever data set is published with it."""

CONCEPT = Namespace("https://w3id.org/kcg/concept/")
"""Concepts of the code lists: `{scheme}/{code}`."""

DCAT = Namespace("http://www.w3.org/ns/dcat#")
EDTF = Namespace("http://id.loc.gov/datatypes/edtf/")
HYDRA = Namespace("http://www.w3.org/ns/hydra/core#")
OA = Namespace("http://www.w3.org/ns/oa#")
PAV = Namespace("http://purl.org/pav/")
SD = Namespace("http://www.w3.org/ns/sparql-service-description#")
SKOSXL = Namespace("http://www.w3.org/2008/05/skos-xl#")
SPDX = Namespace("http://spdx.org/rdf/terms#")
SSSOM = Namespace("https://w3id.org/sssom/")


def declared_prefixes(path: Path) -> dict[str, str]:
    """Give prefix to namespace IRI from the `sh:declare` of a Turtle file, sorted by prefix.

    See https://www.w3.org/TR/shacl/#sparql-prefixes.
    """
    graph = Graph().parse(path, format="turtle")
    pairs = (
        (str(graph.value(node, SH.prefix)), str(graph.value(node, SH.namespace)))
        for node in graph.objects(None, SH.declare)
    )
    return dict(sorted(pairs))
