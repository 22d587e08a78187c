"""What was measured, as Markdown tables and a picture."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from math import log10
from pathlib import Path

from tests.bench.load import QUERIES, Cell

Key = tuple[int, str, str, str, int]
"""Triples, query, peer, kind, connections."""

Results = Mapping[Key, Cell]

UNDER_LOAD = "\n## Under load\n"
"""Where the part of the page begins that people write, from what the commands in docs/load.md print."""

_COLOURS = ("#1b5e8c", "#7fb3d5", "#c0732a", "#6b8e4e", "#8a6d9c")
_WIDTH, _BAR, _LEFT = 860, 11, 230


def kept(file: Path) -> str:
    """Give the part of an earlier page that people wrote; empty if there is none."""
    _, heading, text = file.read_text("utf-8").partition(UNDER_LOAD) if file.is_file() else ("", "", "")
    return heading + text


def columns(results: Results) -> list[tuple[str, str]]:
    """Give peer and kind of each column, in the order of measuring."""
    return list(dict.fromkeys((peer, kind) for _, _, peer, kind, _ in results))


def tables(results: Results, rows: Mapping[tuple[int, str, str], int]) -> str:
    """Give one table for each size and number of connections, and what the peers disagree about."""
    parts = []
    for size in dict.fromkeys(key[0] for key in results):
        for connections in dict.fromkeys(key[4] for key in results):
            parts += [
                f"\n### {size:,} quads, {connections} connections\n",
                *_table(results, size, connections),
            ]
        parts += _disagreements(rows, size)
    return "\n".join(parts) + "\n"


def _table(results: Results, size: int, connections: int) -> list[str]:
    shown = columns(results)
    peers = [name for name in dict.fromkeys(peer for peer, _ in shown) if name != "ours"]
    head = [f"{peer}, {kind}" for peer, kind in shown] + [f"{peer} / ours" for peer in peers]
    if any(peer == "oxigraph serve" for peer in peers):
        head.append("cached, times oxigraph's rate")
    lines = [f"| query | {' | '.join(head)} |", f"|---|{'---:|' * len(head)}"]
    for path in QUERIES:
        cells = {
            (peer, kind): results.get((size, path.stem, peer, kind, connections)) for peer, kind in shown
        }
        ours = cells.get(("ours", "cold"))
        row = [_shown(cells[each]) for each in shown] + [
            _ratio(cells.get((peer, "cold")), ours) for peer in peers
        ]
        if len(head) > len(row):
            row.append(_gain(cells.get(("ours", "cached")), cells.get(("oxigraph serve", "cold"))))
        lines.append(f"| {path.stem} | {' | '.join(row)} |")
    return lines


def _shown(cell: Cell | None) -> str:
    if cell is None:
        return "–"
    return cell.why or f"{cell.median:.2f} / {cell.p99:.2f}"


def _ratio(theirs: Cell | None, ours: Cell | None) -> str:
    if not theirs or not ours or theirs.why or ours.why or not ours.median:
        return "–"
    return f"{theirs.median / ours.median:.2f}"


def _gain(cached: Cell | None, theirs: Cell | None) -> str:
    if not cached or not theirs or cached.why or theirs.why or not theirs.rate:
        return "–"
    return f"{cached.rate / theirs.rate:.1f}"


def _disagreements(rows: Mapping[tuple[int, str, str], int], size: int) -> list[str]:
    lines = []
    for path in QUERIES:
        counts = {
            peer: count for (at, query, peer), count in rows.items() if (at, query) == (size, path.stem)
        }
        if len(set(counts.values())) > 1:
            said = ", ".join(f"{peer} {count:,}" for peer, count in counts.items())
            lines.append(f"- {path.stem}, rows or triples differ: {said}")
    return ["", *lines] if lines else []


def picture(results: Results) -> str:
    """Give an SVG: answers per second of each server, one group of bars for each query, longer is better."""
    size, connections = max(key[0] for key in results), max(key[4] for key in results)
    shown = columns(results)
    rates = {
        (key[1], key[2:4]): cell.rate
        for key, cell in results.items()
        if (key[0], key[4]) == (size, connections)
    }
    most = max([*rates.values(), 1.0])
    height = len(QUERIES) * (len(shown) * _BAR + 14) + 64
    title = f"Answers per second, {size:,} quads, {connections} connections (logarithmic)"
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {_WIDTH} {height}" font-family="sans-serif" '
        f'font-size="11" role="img"><title>{title}</title><rect width="100%" height="100%" fill="#fff"/>',
        f'<text x="8" y="18" font-size="13">{title}</text>',
        *_legend(shown),
    ]
    top = 54
    for path in QUERIES:
        parts.append(f'<text x="8" y="{top + len(shown) * _BAR / 2 + 4:.0f}">{path.stem}</text>')
        for index, column in enumerate(shown):
            parts.append(
                _bar(rates.get((path.stem, column), 0.0), most, top + index * _BAR, _COLOURS[index % 5])
            )
        top += len(shown) * _BAR + 14
    return "\n".join([*parts, "</svg>\n"])


def _legend(shown: Sequence[tuple[str, str]]) -> list[str]:
    parts = []
    for index, (peer, kind) in enumerate(shown):
        left = 8 + index * 165
        parts.append(f'<rect x="{left}" y="28" width="10" height="10" fill="{_COLOURS[index % 5]}"/>')
        parts.append(f'<text x="{left + 15}" y="37">{peer}, {kind}</text>')
    return parts


def _bar(rate: float, most: float, top: int, colour: str) -> str:
    """Give a bar on a logarithmic scale from 1 to `most`."""
    room = _WIDTH - _LEFT - 70
    length = room * max(0.0, log10(max(rate, 1.0)) / max(log10(most), 1.0))
    label = f"{rate:,.0f}" if rate else "–"
    return (
        f'<rect x="{_LEFT}" y="{top}" width="{length:.1f}" height="{_BAR - 2}" fill="{colour}"/>'
        f'<text x="{_LEFT + length + 4:.1f}" y="{top + 8}" font-size="9">{label}</text>'
    )
