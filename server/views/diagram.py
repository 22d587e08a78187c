"""A drawing of what is narrower than what: a tree from left to right, as SVG made here."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

COLUMN, ROW, HEIGHT, MARGIN = 215, 30, 22, 6
_LETTER, _PADDING = 7.2, 18


@dataclass(frozen=True, slots=True)
class Box:
    """A term, with the corner and the width of its box."""

    key: str
    label: str
    x: int
    y: int
    width: int


@dataclass(frozen=True, slots=True)
class Drawing:
    """Boxes, and lines from each to those below it; `outline` says the same in words."""

    boxes: tuple[Box, ...]
    lines: tuple[str, ...]
    outline: str
    width: int
    height: int


def tree(labels: Mapping[str, str], wider: Mapping[str, Sequence[str]]) -> Drawing:
    """Draw `labels` by key; `wider` names what each is narrower than. A loop is cut where it closes."""
    below: dict[str, list[str]] = {}
    for key in labels:
        for above in wider.get(key, ())[:1]:
            below.setdefault(above, []).append(key)
    tops = [key for key in labels if not [each for each in wider.get(key, ())[:1] if each in labels]]
    placing = _Placing(labels, below)
    for key in tops:
        placing.place(key, 0)
    boxes = tuple(placing.boxes.values())
    width = max((box.x + box.width for box in boxes), default=0) + MARGIN
    return Drawing(boxes, tuple(placing.lines), "; ".join(placing.words), width, placing.row * ROW + MARGIN)


class _Placing:
    def __init__(self, labels: Mapping[str, str], below: Mapping[str, Sequence[str]]) -> None:
        self.boxes: dict[str, Box] = {}
        self.lines: list[str] = []
        self.words: list[str] = []
        self.row = 0
        self._labels = labels
        self._below = below

    def place(self, key: str, depth: int) -> Box:
        """Place a term beside the first of those below it."""
        label = self._labels[key]
        width = min(int(len(label) * _LETTER) + _PADDING, COLUMN - 25)
        box = Box(key, label, MARGIN + depth * COLUMN, MARGIN + self.row * ROW, width)
        self.boxes[key] = box
        children = [each for each in self._below.get(key, ()) if each not in self.boxes]
        if children:
            names = ", ".join(self._labels[each] for each in children)
            self.words.append(f"{label}: {names}")
        for child in children:
            if child not in self.boxes:
                self.lines.append(_line(box, self.place(child, depth + 1)))
        self.row += not children
        return box


def _line(above: Box, below: Box) -> str:
    start, end = above.x + above.width, below.x
    middle = below.x - 12
    top, bottom = above.y + HEIGHT // 2, below.y + HEIGHT // 2
    return f"M{start} {top}H{middle}V{bottom}H{end}"
