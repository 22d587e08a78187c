"""Who took part in an event, by side, in the order of the sides' names."""

from __future__ import annotations

from dataclasses import dataclass

from kg.iris import fragment
from server.description import Description
from server.views.facts import Value, linked
from server.views.terms import kcg


@dataclass(frozen=True, slots=True)
class Participant:
    """One actor's part in an event."""

    anchor: str
    actors: tuple[Value, ...]
    roles: tuple[Value, ...]
    sides: tuple[Value, ...]


@dataclass(frozen=True, slots=True)
class Side:
    """Those who took part on one side; `side` is empty for those on none."""

    side: tuple[Value, ...]
    participants: tuple[Participant, ...]


def sides(description: Description, subject: str) -> tuple[Side, ...]:
    """Give the participants of the event `subject` by side."""
    found: dict[str, list[Participant]] = {}
    for each in participants(description, subject):
        found.setdefault(_label(each.sides), []).append(each)
    return tuple(Side(members[0].sides, tuple(members)) for _, members in sorted(found.items()))


def participants(description: Description, subject: str) -> tuple[Participant, ...]:
    """Give the participants of the event `subject`."""
    found = (
        Participant(
            fragment(node.value),
            linked(description, node.key, "actor"),
            linked(description, node.key, "role"),
            linked(description, node.key, "side"),
        )
        for node in description.values(subject, kcg("participation"))
    )
    return tuple(sorted(found, key=lambda each: (_label(each.sides), _label(each.actors))))


def _label(values: tuple[Value, ...]) -> str:
    return values[0].label.value if values else "\uffff"
