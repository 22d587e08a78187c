"""One query, put to all peers in turn: what they take is only comparable within the same minute.

On a virtual machine everything may take half as long again for some seconds, whoever is asked then.
"""

from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import dataclass

from tests.bench import load


@dataclass
class Course:
    """One peer asked in one way, `cold` or `cached`; it has `left` seconds for all it is asked."""

    peer: str
    address: str
    kind: str
    left: float
    count: int = 0
    took: float = 0.0
    wrong: str = ""

    @property
    def name(self) -> str:
        return f"{self.peer}, {self.kind}"

    def get_ready(self, text: str) -> None:
        """See what comes and how long that takes."""
        self.count, self.took, self.wrong = load.probe(self.address, text)
        if not self.wrong:  # the first answer may have to read files
            self.took = min(self.took, load.probe(self.address, text)[1] or self.took)

    def measure(self, text: str, connections: int) -> load.Cell:
        """Ask once for a while; say why if not."""
        if self.wrong or self.left < 0:
            return load.Cell(why=self.wrong or "not measured")
        if self.kind == "cold" and load.is_slow(self.took):
            once = load.Cell(self.took * 1e3, self.took * 1e3, 1 / self.took)
            return once if connections == 1 else load.Cell(why="not measured")
        begin = time.monotonic()
        if self.kind == "cached":
            load.keep(self.address, text)
        cell = load.measure(self.address, text, self.kind, connections, self.took)
        self.left -= time.monotonic() - begin
        return cell

    def is_quick(self, connections: int) -> bool:
        """Whether to ask again and again; who takes long is asked once, for longer."""
        return load.seconds(self.kind, connections, self.took) == 1


def rounds(courses: Sequence[Course], text: str, connections: int, number: int) -> list[load.Cell]:
    """Give a cell for each course, of the quickest of `number` rounds."""
    found: list[list[load.Cell]] = [[] for _ in courses]
    for turn in range(number):
        for course, cells in zip(courses, found, strict=True):
            if turn == 0 or course.is_quick(connections):
                cells.append(course.measure(text, connections))
    return [load.quickest(cells) for cells in found]
