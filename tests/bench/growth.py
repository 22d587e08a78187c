"""The real graph with generated claims: copies of its claims and events with other names and numbers.

Each round copies all claims and the events that they are about, so that a larger graph has more of both and
not ever more claims about one event. The same input gives the same output; nothing of it is published.
"""

from __future__ import annotations

import random
import re
from collections.abc import Iterator, Sequence
from pathlib import Path

_OURS = re.compile(r"<(https?://[^>#]*/id/(?:claim|event)/[^>#]+)((?:#[^>]*)?)>")
_NUMBER = re.compile(r'(ontology#(?:exact|low|high)>) "(\d+)"')


def grown(source: Path, target: int, out: Path) -> Path:
    """Write the N-Quads of `source` and copies, until there are `target` lines; give `out`."""
    lines = source.read_text("utf-8").splitlines(keepends=True)
    copied = [line for line in lines if _OURS.match(line)]
    with out.open("w", encoding="utf-8") as file:
        file.writelines(lines)
        for number, line in enumerate(_copies(copied), len(lines)):
            if number >= target:
                break
            file.write(line)
    return out


def _copies(lines: Sequence[str]) -> Iterator[str]:
    source = random.Random(1)  # noqa: S311
    copy = 0
    while lines:
        copy += 1
        factor = source.uniform(0.5, 2)
        for line in lines:
            named = _OURS.sub(rf"<\g<1>-copy-{copy}\g<2>>", line)
            yield _NUMBER.sub(lambda match: f'{match[1]} "{round(int(match[2]) * factor)}"', named)  # noqa: B023
