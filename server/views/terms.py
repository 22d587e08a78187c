"""IRIs of the terms that pages give a place of their own."""

from __future__ import annotations

from functools import cache

from kg.namespaces import KCG, OA, SSSOM
from server.vocabulary import RDF, RDFS


@cache
def kcg(name: str) -> str:
    """Give the IRI of a term of the ontology."""
    return str(KCG[name])


TYPE = f"{RDF}type"
LABEL = f"{RDFS}label"
IS_DEFINED_BY = f"{RDFS}isDefinedBy"
COMMENT = f"{RDFS}comment"
SEE_ALSO = f"{RDFS}seeAlso"
OWL = "http://www.w3.org/2002/07/owl#"
ANNOTATED_SOURCE = f"{OWL}annotatedSource"
ANNOTATED_PROPERTY = f"{OWL}annotatedProperty"
ANNOTATED_TARGET = f"{OWL}annotatedTarget"
CONFIDENCE = str(SSSOM["confidence"])
OTHER = str(SSSOM["other"])
PREDICATE_MODIFIER = str(SSSOM["predicate_modifier"])
SKOS = "http://www.w3.org/2004/02/skos/core#"
SCHEMA = "https://schema.org/"
DCTERMS = "http://purl.org/dc/terms/"
LITERAL_FORM = "http://www.w3.org/2008/05/skos-xl#literalForm"
SELECTOR = str(OA["hasSelector"])
HAS_SOURCE = str(OA["hasSource"])
START = str(OA["start"])
END = str(OA["end"])
HAS_TARGET = str(OA["hasTarget"])
BODY_VALUE = str(OA["bodyValue"])

BOUNDS = tuple(kcg(name) for name in ("earliestBegin", "latestBegin", "earliestEnd", "latestEnd"))

EXACT = str(OA["exact"])
ISSUED = f"{DCTERMS}issued"
PROV = "http://www.w3.org/ns/prov#"
