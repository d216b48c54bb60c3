"""Draws lines over time: ``python -m bench.studio.lines FILE``, panels as JSON on standard input.

A panel is ``{"title": …, "lines": {label: [[minute, value], …]}, "marks": [[minute, text], …]}``.
"""

from __future__ import annotations

import json
import sys
from typing import Any

import matplotlib as mpl  # type: ignore[import-not-found]  # lives in the studio's venv
from matplotlib import pyplot as plt  # likewise

_INK, _QUIET, _RULE = "#1c2330", "#6b7280", "#e5e7eb"
_COLOURS = ("#d6336c", "#0b7285", "#e8890c", "#7048e8", "#2b8a3e", "#868e96", "#f783ac", "#3bc9db")
_HEIGHT = 2.3


def draw(panels: list[dict[str, Any]], file: str) -> None:
    """Write the panels as SVG, one below the other, over the same minutes."""
    mpl.rcParams.update(
        {"svg.hashsalt": "resize404", "font.family": "DejaVu Sans", "font.size": 9, "text.color": _INK}
    )
    size = (10, _HEIGHT * len(panels) + 0.4)
    figure, every = plt.subplots(len(panels), sharex=True, squeeze=False, figsize=size, layout="constrained")
    for axes, panel in zip(every[:, 0], panels, strict=True):
        _draw(axes, panel)
    every[-1, 0].set_xlabel("minutes", color=_QUIET)
    figure.savefig(file, metadata={"Date": None})


def _draw(axes: Any, panel: dict[str, Any]) -> None:  # noqa: ANN401 - matplotlib is not typed here
    for (label, points), colour in zip(panel["lines"].items(), _COLOURS, strict=False):
        xs, ys = zip(*points, strict=True)
        axes.plot(xs, ys, label=label, color=colour, linewidth=1.4)
    for minute, text in panel.get("marks", []):
        axes.axvline(minute, color=_INK, linewidth=0.9, linestyle=":")
        axes.annotate(
            text,
            (minute, 1),
            (3, -3),
            xycoords=("data", "axes fraction"),
            textcoords="offset points",
            va="top",
        )
    axes.set_title(panel["title"], loc="left", fontweight="bold", fontsize=9)
    axes.set_ylim(bottom=0)
    axes.margins(x=0.01)
    axes.grid(color=_RULE, linewidth=0.7)
    axes.tick_params(length=0, colors=_INK)
    for spine in axes.spines.values():
        spine.set_visible(False)
    axes.legend(loc="upper left", bbox_to_anchor=(1.0, 1.0), frameon=False)


if __name__ == "__main__":
    draw(json.load(sys.stdin), sys.argv[1])
