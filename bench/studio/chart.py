"""Draws the chart: ``python -m bench.studio.chart FILE``, rows as JSON on standard input.

A row is ``{"title": …, "ratios": {label: ratio to sharp}}``; ours come first in `ratios`.
"""

from __future__ import annotations

import json
import sys
from typing import Any

import matplotlib as mpl  # type: ignore[import-not-found]  # lives in the studio's venv
from matplotlib import pyplot as plt  # likewise
from matplotlib.ticker import NullLocator  # type: ignore[import-not-found]  # likewise

_INK, _QUIET, _RULE, _OURS = "#1c2330", "#6b7280", "#e5e7eb", "#d6336c"
_MARKS = (
    ("resize404, system's ImageMagick", "#f783ac", "o", 52),
    ("resize404", _OURS, "o", 78),
    ("pyvips", "#0b7285", "D", 30),
    ("Pillow", "#e8890c", "s", 30),
    ("Thumbor", "#7048e8", "^", 36),
    ("gm -size", "#2b8a3e", "v", 36),
    ("convert", "#868e96", "X", 34),
    ("naive Wand", "#adb5bd", "P", 34),
)
_TICKS = (0.125, 0.25, 0.5, 1, 2, 4, 8, 16, 32)
_MARGIN = 1.12


def draw(rows: list[dict[str, Any]], file: str) -> None:
    """Write the chart as SVG: a line per case, time beside sharp's on a logarithmic axis."""
    # The same figures make the same bytes. Text is drawn as outlines, which look the same everywhere.
    mpl.rcParams.update(
        {"svg.hashsalt": "resize404", "font.family": "DejaVu Sans", "font.size": 9, "text.color": _INK}
    )
    figure, axes = plt.subplots(figsize=(10, 1.6 + 0.29 * len(rows)), layout="constrained")
    _lines(axes, rows)
    _marks(axes, rows)
    _axes(axes, rows)
    figure.savefig(file, metadata={"Date": None})


def _lines(axes: Any, rows: list[dict[str, Any]]) -> None:  # noqa: ANN401 - matplotlib is not typed here
    for line, row in enumerate(rows):
        ratios = [1.0, *row["ratios"].values()]
        axes.plot([min(ratios), max(ratios)], [line, line], color=_RULE, linewidth=1.4, zorder=1)
    axes.axvline(1, color=_INK, linewidth=1.1, zorder=2)
    axes.text(1, -0.95, "sharp", ha="center", va="bottom", fontweight="bold")


def _marks(axes: Any, rows: list[dict[str, Any]]) -> None:  # noqa: ANN401 - matplotlib is not typed here
    for order, (label, colour, marker, size) in enumerate(_MARKS):
        points = [(row["ratios"][label], line) for line, row in enumerate(rows) if label in row["ratios"]]
        if points:
            above = 20 if label.startswith("resize404") else 10
            xs, ys = zip(*points, strict=True)
            style = {"color": colour, "marker": marker, "s": size, "linewidths": 0.6, "edgecolors": "white"}
            axes.scatter(xs, ys, label=label, zorder=above - order / 10, **style)


def _axes(axes: Any, rows: list[dict[str, Any]]) -> None:  # noqa: ANN401 - matplotlib is not typed here
    ratios = [1.0, *(ratio for row in rows for ratio in row["ratios"].values())]
    least, most = min(ratios) / _MARGIN, max(ratios) * _MARGIN
    ticks = [tick for tick in _TICKS if least <= tick <= most]
    axes.set_xscale("log")
    axes.set_xlim(least, most)
    axes.set_xticks(ticks, labels=[f"{tick:g}×" for tick in ticks])  # noqa: RUF001 - a factor
    axes.xaxis.set_minor_locator(NullLocator())
    axes.set_yticks(range(len(rows)), labels=[row["title"] for row in rows])
    axes.set_ylim(len(rows) - 0.4, -1.5)
    axes.grid(axis="x", color=_RULE, linewidth=0.7, zorder=0)
    axes.tick_params(length=0, colors=_INK)
    for spine in axes.spines.values():
        spine.set_visible(False)
    axes.set_xlabel("CPU time, as a multiple of sharp's; further left is faster", color=_QUIET)
    layout = {"loc": "lower center", "bbox_to_anchor": (0.5, 1.0), "ncols": -(-len(_MARKS) // 2)}
    axes.legend(**layout, frameon=False, handletextpad=0.1, columnspacing=1.1)


if __name__ == "__main__":
    draw(json.load(sys.stdin), sys.argv[1])
