"""The network: actors and how they are said to be related, on a day or at any time."""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import dataclass

from server.site import Site
from server.solutions import Term
from server.views.asof import Moment, standing
from server.views.dated import Dated, choices, dated, has
from server.views.facts import Value
from server.views.terms import kcg

WIDTH, HEIGHT = 960, 720
_RADIUS = (250, 270)
_RELATION = kcg("Relation")


@dataclass(frozen=True, slots=True)
class Tie:
    """One relation between two actors; `certainty` is empty unless a day is asked for."""

    item: Dated
    actor: Value
    towards: Value
    certainty: str = ""


@dataclass(frozen=True, slots=True)
class Node:
    """One actor, where the still drawing has it; `anchor` is the side on which its name stands."""

    actor: Value
    x: float
    y: float
    anchor: str


@dataclass(frozen=True, slots=True)
class Network:
    """The page: ties, and the actors on a circle, in the order of their names."""

    moment: Moment | None
    kind: str
    actor: str
    ties: tuple[Tie, ...]
    nodes: tuple[Node, ...]
    choices: dict[str, tuple[tuple[str, str], ...]]

    @property
    def parameters(self) -> dict[str, str]:
        """The parameters of the address."""
        given = {name: value for name in ("kind", "actor") if (value := getattr(self, name))}
        return given | (self.moment.parameters if self.moment else {})

    @property
    def lines(self) -> tuple[tuple[Tie, Node, Node], ...]:
        """Each tie with its ends."""
        at = {node.actor.term: node for node in self.nodes}
        return tuple((tie, at[tie.actor.term], at[tie.towards.term]) for tie in self.ties)


def network(site: Site, moment: Moment | None, kind: str = "", actor: str = "") -> Network:
    """Give the relations of one kind and actor that were or may have been so at `moment`, or ever."""
    relations = tuple(item for item in dated(site) if _RELATION in item.classes)
    ties = tuple(_ties(site, relations, moment, kind, actor))
    options = {
        "kind": choices(site, relations, lambda item: item.kinds),
        "actor": choices(site, relations, lambda item: (*item.holders, *item.objects)),
    }
    return Network(moment, kind, actor, ties, _circle(ties), options)


def _ties(
    site: Site, relations: Iterable[Dated], moment: Moment | None, kind: str, actor: str
) -> Iterable[Tie]:
    sure = {each.situation.iri: str(each.certainty) for each in standing(site, moment)} if moment else {}
    for item in relations:
        if (moment and item.iri not in sure) or not has(site, item.kinds, kind):
            continue
        for one in item.holders:
            # Where no other actor is named, the relation is to a place: peacekeepers in a region.
            for other in item.objects or item.places:
                if has(site, (one, other), actor):
                    yield Tie(item, one, other, sure.get(item.iri, ""))


def _circle(ties: Iterable[Tie]) -> tuple[Node, ...]:
    found: dict[Term, Value] = {}
    for tie in ties:
        found |= {tie.actor.term: tie.actor, tie.towards.term: tie.towards}
    ordered = sorted(found.values(), key=lambda each: (each.label.value.casefold(), each.term.value))
    return tuple(_node(actor, 2 * math.pi * place / len(ordered)) for place, actor in enumerate(ordered))


def _node(actor: Value, angle: float) -> Node:
    x, y = WIDTH / 2 + _RADIUS[0] * math.sin(angle), HEIGHT / 2 - _RADIUS[1] * math.cos(angle)
    beside = math.sin(angle)
    anchor = "middle" if abs(beside) < 0.15 else ("start" if beside > 0 else "end")
    return Node(actor, round(x, 1), round(y, 1), anchor)
