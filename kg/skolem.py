"""Give blank nodes IRIs, so that every node of a release can be named, linked to and compared.

People write passages, participations and lists as blank nodes because that reads well. A build names each
after the node that points at it: `{parent}#{property}`, with a digest of its content where the parent has
several (https://www.w3.org/TR/rdf11-concepts/#section-skolemization).
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from typing import Any

import pyoxigraph as ox

from kg import iris
from kg.errors import DataError, KgError, ProblemsError
from kg.sources import Statement
from kg.terms import iri_of

_NONE: frozenset[ox.BlankNode] = frozenset()


def skolemise(statements: Iterable[Statement]) -> list[Statement]:
    """Replace every blank node by an IRI; the order and places of the statements are kept.

    Raises `ProblemsError` if a blank node hangs on nothing, on two nodes, or on itself.
    """
    listed = list(statements)
    names = _Names(listed)
    return [Statement(names.renamed(each.quad), each.where) for each in listed]


def label_by_content(quads: Iterable[ox.Quad]) -> list[ox.Quad]:
    """Relabel blank nodes in the order of what they say, so that sorting by label is stable."""
    listed = list(quads)
    outgoing = _outgoing(listed)
    nodes = {term for quad in listed for term in (quad.subject, quad.object)}
    blank = [node for node in nodes if isinstance(node, ox.BlankNode)]
    ranked = sorted(blank, key=lambda node: content(node, outgoing))
    labels: dict[Any, Any] = {node: ox.BlankNode(f"b{rank:06d}") for rank, node in enumerate(ranked)}
    return [
        ox.Quad(
            labels.get(quad.subject, quad.subject),
            quad.predicate,
            labels.get(quad.object, quad.object),
            quad.graph_name,
        )
        for quad in listed
    ]


Outgoing = dict[ox.BlankNode, list[ox.Quad]]


def _outgoing(quads: Iterable[ox.Quad]) -> Outgoing:
    found: Outgoing = defaultdict(list)
    for quad in quads:
        if isinstance(quad.subject, ox.BlankNode):
            found[quad.subject].append(quad)
    return found


def content(node: ox.BlankNode, outgoing: Outgoing, above: frozenset[ox.BlankNode] = _NONE) -> str:
    """Give a text that is the same for blank nodes that say the same; a cycle ends where it closes."""
    if node in above:
        return "cycle"
    below = above | {node}
    pairs = (
        f"{quad.predicate} [{content(quad.object, outgoing, below)}]"
        if isinstance(quad.object, ox.BlankNode)
        else f"{quad.predicate} {quad.object}"
        for quad in outgoing.get(node, ())
    )
    return " ; ".join(sorted(pairs))


class _Names:
    """The IRIs of the blank nodes of one set of statements."""

    def __init__(self, statements: list[Statement]) -> None:
        self._outgoing = _outgoing(each.quad for each in statements)
        self._parents: dict[ox.BlankNode, list[ox.Quad]] = defaultdict(list)
        self._siblings: dict[tuple[object, ox.NamedNode], set[ox.BlankNode]] = defaultdict(set)
        self._first_seen: dict[ox.BlankNode, Statement] = {}
        self._names: dict[ox.BlankNode, str] = {}
        for statement in statements:
            self._note(statement)
        self._refuse_unnameable()

    def renamed(self, quad: ox.Quad) -> ox.Quad:
        """Give the quad with IRIs for its blank nodes."""
        return ox.Quad(self._term(quad.subject), quad.predicate, self._term(quad.object), quad.graph_name)

    def _note(self, statement: Statement) -> None:
        quad = statement.quad
        if isinstance(quad.subject, ox.BlankNode):
            self._first_seen.setdefault(quad.subject, statement)
        if isinstance(quad.object, ox.BlankNode):
            self._parents[quad.object].append(quad)
            self._siblings[quad.subject, quad.predicate].add(quad.object)
            self._first_seen.setdefault(quad.object, statement)

    def _refuse_unnameable(self) -> None:
        problems: list[KgError] = [
            DataError(
                f"A blank node hangs on {len(self._parents[node])} nodes; it must hang on exactly one.",
                where=statement.where,
                mend="Give it an IRI of its own.",
            )
            for node, statement in self._first_seen.items()
            if len(self._parents[node]) != 1 or self._is_below_itself(node)
        ]
        if problems:
            raise ProblemsError(problems)

    def _is_below_itself(self, node: ox.BlankNode) -> bool:
        seen = {node}
        while (parents := self._parents.get(node)) and len(parents) == 1:
            subject = parents[0].subject
            if not isinstance(subject, ox.BlankNode):
                return False
            if subject in seen:
                return True
            seen.add(subject)
            node = subject
        return False

    def _term(self, term: Any) -> Any:
        return ox.NamedNode(self._name(term)) if isinstance(term, ox.BlankNode) else term

    def _name(self, node: ox.BlankNode) -> str:
        if node not in self._names:
            parent = self._parents[node][0]
            subject = parent.subject
            above = self._name(subject) if isinstance(subject, ox.BlankNode) else iri_of(subject)
            several = len(self._siblings[subject, parent.predicate]) > 1
            self._names[node] = iris.part(
                above,
                iris.local_name(parent.predicate.value),
                content(node, self._outgoing) if several else "",
            )
        return self._names[node]
