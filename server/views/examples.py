"""Example queries that the dataset brings with it, ready to be sent as they are."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from html import unescape

from kg.iris import local_name
from server.site import Site
from server.solutions import Term
from server.vocabulary import preferred

STARTER = """PREFIX kcg: <https://w3id.org/kcg/ontology#>
PREFIX rdfs: <http://www.w3.org/2000/01/rdf-schema#>

# Who holds the most claims?
SELECT ?holder ?name (COUNT(DISTINCT ?claim) AS ?claims) WHERE {
  ?claim kcg:claimedBy ?holder .
  OPTIONAL { ?holder rdfs:label ?name }
}
GROUP BY ?holder ?name
ORDER BY DESC(?claims)
LIMIT 50
"""
"""What the form begins with."""

_TAG = re.compile(r"<[^>]{1,200}>")


@dataclass(frozen=True, slots=True)
class Example:
    """What a query asks, and its text."""

    iri: str
    question: str
    text: str
    keywords: tuple[str, ...] = ()

    @property
    def name(self) -> str:
        """The last part of its IRI, by which the page links to it."""
        return local_name(self.iri)


def examples(site: Site) -> tuple[Example, ...]:
    """Give the example queries, asked for once; none where the dataset has none."""
    return site.remembered(_examples)


def _examples(site: Site) -> tuple[Example, ...]:
    texts: dict[str, str] = {}
    comments: dict[str, list[Term]] = {}
    keywords: dict[str, dict[str, None]] = {}
    for row in site.select("examples"):
        iri = row["example"].value
        texts[iri] = row["text"].value
        keywords.setdefault(iri, {}).update({row["keyword"].value: None} if "keyword" in row else {})
        comments.setdefault(iri, []).extend([row["comment"]] if "comment" in row else [])
    prefixes = site.publication.prefixes
    return tuple(
        Example(iri, _question(comments[iri], iri), with_prefixes(text, prefixes), tuple(keywords[iri]))
        for iri, text in texts.items()
    )


def by_topic(found: tuple[Example, ...]) -> tuple[tuple[str, tuple[Example, ...]], ...]:
    """Group examples by that of their keywords that most others share; topics of one only stand last."""
    counted = Counter(keyword for example in found for keyword in example.keywords)
    groups: dict[str, list[Example]] = {}
    for example in found:
        groups.setdefault(_topic(example, counted), []).append(example)
    alone = [example for members in groups.values() if len(members) == 1 for example in members]
    several = {topic: members for topic, members in groups.items() if len(members) > 1}
    return (
        *((topic, tuple(members)) for topic, members in sorted(several.items())),
        *((("more", tuple(alone)),) if alone else ()),
    )


def _topic(example: Example, counted: Counter[str]) -> str:
    return min(example.keywords, key=lambda each: (-counted[each], each), default="more")


def with_prefixes(text: str, prefixes: Mapping[str, str]) -> str:
    """Declare those prefixes that `text` uses and does not declare."""
    missing = (
        f"PREFIX {prefix}: <{namespace}>\n"
        for prefix, namespace in prefixes.items()
        if re.search(rf"(?<![\w:-]){re.escape(prefix)}:", text)
        and not re.search(rf"(?i)prefix\s+{re.escape(prefix)}:", text)
    )
    return "".join(missing) + text.strip() + "\n"


def _question(comments: list[Term], iri: str) -> str:
    """Give the comment as plain text: SIB's examples allow HTML in it."""
    chosen = preferred(comments)
    return unescape(_TAG.sub("", chosen.value)) if chosen else iri
