"""One query, put to all peers in turn: what they take is only comparable within the same minute.

On a virtual machine everything may take half as long again for some seconds, whoever is asked then.
"""

from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import dataclass

from tests.bench import load


@dataclass
class Contestant:
    """A peer that runs, asked in the ways of `kinds`; it has `left` seconds for all that it is asked."""

    peer: str
    address: str
    kinds: tuple[str, ...]
    left: float
    count: int = 0
    took: float = 0.0
    wrong: str = ""

    def get_ready(self, text: str) -> None:
        """See what comes and how long that takes."""
        self.count, self.took, self.wrong = load.probe(self.address, text)
        if not self.wrong:  # the first answer may have to read files
            self.took = min(self.took, load.probe(self.address, text)[1] or self.took)

    def measure(self, text: str, kind: str, connections: int) -> load.Cell:
        """Ask once for a while; say why if not."""
        if self.wrong or self.left < 0:
            return load.Cell(why=self.wrong or "not measured")
        if kind == "cold" and load.is_slow(self.took):
            once = load.Cell(self.took * 1e3, self.took * 1e3, 1 / self.took)
            return once if connections == 1 else load.Cell(why="not measured")
        begin = time.monotonic()
        if kind == "cached":
            load.keep(self.address, text)
        cell = load.measure(self.address, text, kind, connections, self.took)
        self.left -= time.monotonic() - begin
        return cell

    def is_quick(self, kind: str, connections: int) -> bool:
        """Whether to ask again and again; who takes long is asked once, for longer."""
        return load.seconds(kind, connections, self.took) == 1


def rounds(
    contestants: Sequence[Contestant], text: str, connections: int, number: int
) -> dict[tuple[str, str], load.Cell]:
    """Give a cell for each peer and kind, of the quickest of `number` rounds."""
    found: dict[tuple[str, str], list[load.Cell]] = {}
    for turn in range(number):
        for each in contestants:
            for kind in each.kinds:
                if turn == 0 or each.is_quick(kind, connections):
                    cell = each.measure(text, kind, connections)
                    found.setdefault((each.peer, kind), []).append(cell)
    return {course: load.quickest(cells) for course, cells in found.items()}
