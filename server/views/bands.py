"""Situations over time: control, recognition and claims in separate bands, none implying another."""

from __future__ import annotations

from dataclasses import dataclass

from kg.iris import local_name
from server.views.asof import Moment, Standing, on
from server.views.bars import Axis, Bar, Extent, axis_of_days, ordinal
from server.views.situations import Situation

KINDS = ("Control", "Recognition", "SovereigntyClaim", "Tenure", "Relation")
"""Classes of situations, in the order of their bands; others come last."""


@dataclass(frozen=True, slots=True)
class Row:
    """A situation with its bar; none if it has no date."""

    situation: Situation
    bar: Bar | None


@dataclass(frozen=True, slots=True)
class Band:
    """All situations of one kind."""

    kind: str
    name: str
    rows: tuple[Row, ...]
    standing: tuple[Standing, ...]


@dataclass(frozen=True, slots=True)
class Bands:
    """Bands on one axis; `mark` is where on it the day is that is asked for."""

    axis: Axis | None
    bands: tuple[Band, ...]
    mark: float | None

    @property
    def standing(self) -> tuple[Standing, ...]:
        """Every situation that was, or may have been, so on that day."""
        return tuple(each for band in self.bands for each in band.standing)


def bands(found: tuple[Situation, ...], when: Moment | None) -> Bands:
    """Draw the situations, each in the band of its kind."""
    extents = [extent for each in found if (extent := each.dates.extent)]
    day = ordinal(when.day) if when else None
    axis = axis_of_days([*extents, *([Extent(sure=(day, day))] if day else [])]) if extents else None
    kinds: dict[str, list[Situation]] = {}
    for each in found:
        kinds.setdefault(local_name(each.classes[0]) if each.classes else "", []).append(each)
    return Bands(
        axis,
        tuple(_band(kind, kinds[kind], axis, when) for kind in sorted(kinds, key=_order)),
        axis.place(day) if axis and day else None,
    )


def _band(kind: str, found: list[Situation], axis: Axis | None, when: Moment | None) -> Band:
    name = found[0].types[0] if found[0].types else ""
    return Band(
        kind,
        name,
        tuple(Row(each, _bar(axis, each.dates.extent)) for each in found),
        on(found, when) if when else (),
    )


def _bar(axis: Axis | None, extent: Extent | None) -> Bar | None:
    return axis.bar(extent) if axis and extent else None


def _order(kind: str) -> tuple[int, str]:
    return (KINDS.index(kind) if kind in KINDS else len(KINDS), kind)
