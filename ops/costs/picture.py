"""The picture of costs by views as SVG: ``docs/costs.svg``.

Both axes are logarithmic. What CloudFront charges is left out: it is the same for all that are drawn.
"""

from __future__ import annotations

import math
from dataclasses import replace
from html import escape
from typing import TYPE_CHECKING, NamedTuple

from ops import prices
from ops.costs import months
from ops.costs.months import Site
from ops.costs.systems import CONTAINERS, DIT, FAILOVER, SAMPLE, System
from ops.prices import Item

if TYPE_CHECKING:
    from collections.abc import Iterator

_LEFT, _TOP, _WIDTH, _HEIGHT = 74, 78, 560, 300
_VIEWS = (6.0, 9.0)
_USD = (0.0, 3.0)
"""Powers of ten at the ends of the axes."""

_STEPS = 30
_DRAWN = (CONTAINERS, DIT, FAILOVER, SAMPLE)
SAME = (Item.CDN_GIGABYTE, Item.CDN_REQUEST, Item.CDN_FUNCTION)
_LABELS = {FAILOVER.name: "resize404"}

_STYLE = """\
  text { font: 13px system-ui, -apple-system, "Segoe UI", "DejaVu Sans", sans-serif; fill: #1c2330 }
  .title { font-size: 17px; font-weight: 600 }
  .quiet { font-size: 12px; fill: #5f6b7a } .end { text-anchor: end } .middle { text-anchor: middle }
  .card { fill: #ffffff; rx: 8px } .grid { stroke: #e3e7ed }
  .line { fill: none; stroke-width: 2.4; stroke-linejoin: round }
  .system0 { stroke: #e8890c } .system1 { stroke: #7048e8 }
  .system2 { stroke: #d6336c } .system3 { stroke: #0b7285 }
  @media (prefers-color-scheme: dark) {
    text { fill: #e8ecf2 } .quiet { fill: #97a3b4 } .card { fill: #12161d } .grid { stroke: #2a323d }
    .system1 { stroke: #9775fa } .system2 { stroke: #f06595 } .system3 { stroke: #22b8cf }
  }"""


class Line(NamedTuple):
    """The costs of one system: USD a month at each number of views."""

    name: str
    points: tuple[tuple[float, float], ...]


def lines() -> list[Line]:
    """Return the lines of the picture, by the list prices and without CloudFront."""
    span = _VIEWS[1] - _VIEWS[0]
    views = [10 ** (_VIEWS[0] + span * step / _STEPS) for step in range(_STEPS + 1)]
    return [
        Line(_LABELS.get(system.name, system.name), tuple((each, _usd(system, each)) for each in views))
        for system in _DRAWN
    ]


def _usd(system: System, views: float) -> float:
    usage = months.month(system, replace(Site(), views=round(views)))
    return prices.of().total(usage | dict.fromkeys(SAME, 0))


def draw() -> str:
    """Return the picture as SVG, for light and dark screens."""
    width, height = _LEFT + _WIDTH + 120, _TOP + _HEIGHT + 56
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}">',
        "<title>Costs of a month by views, for resize404 and three others</title>",
        f"<style>\n{_STYLE}\n</style>",
        f'<rect class="card" width="{width}" height="{height}"/>',
        _text("title", 20, 32, "USD a month, without what CloudFront charges all of them"),
        _text("quiet", 20, 52, _said(Site())),
        *_grid(),
        *(_line(kind, line) for kind, line in enumerate(lines())),
        *_names(),
        _text("quiet middle", _LEFT + _WIDTH / 2, _TOP + _HEIGHT + 44, "views a month"),
        "</svg>",
    ]
    return "\n".join(parts) + "\n"


def _said(site: Site) -> str:
    cached = f"{site.hits:.0%} of the views from CloudFront\N{RIGHT SINGLE QUOTATION MARK}s cache"
    return f"{cached}; {site.new:,} new pictures a month, {site.stored:,} stored"


def _x(views: float) -> float:
    return _LEFT + _WIDTH * (math.log10(views) - _VIEWS[0]) / (_VIEWS[1] - _VIEWS[0])


def _y(usd: float) -> float:
    return _TOP + _HEIGHT * (_USD[1] - math.log10(usd)) / (_USD[1] - _USD[0])


def _text(kind: str, x: float, y: float, text: str) -> str:
    return f'<text class="{kind}" x="{x:.1f}" y="{y:.1f}">{escape(text)}</text>'


def _grid() -> Iterator[str]:
    for power in range(int(_USD[0]), int(_USD[1]) + 1):
        y = _y(10.0**power)
        yield f'<path class="grid" d="M{_LEFT} {y:.1f}h{_WIDTH}"/>'
        yield _text("quiet end", _LEFT - 8, y + 4, f"{10**power:,}")
    for power, label in zip(range(int(_VIEWS[0]), int(_VIEWS[1]) + 1), _MILLIONS, strict=True):
        x = _x(10.0**power)
        yield f'<path class="grid" d="M{x:.1f} {_TOP}v{_HEIGHT}"/>'
        yield _text("quiet middle", x, _TOP + _HEIGHT + 20, label)


_MILLIONS = ("1 million", "10 million", "100 million", "1,000 million")


def _line(kind: int, line: Line) -> str:
    path = "L".join(f"{_x(views):.1f} {_y(usd):.1f}" for views, usd in line.points)
    return f'<path class="line system{kind}" d="M{path}"/>'


def _names() -> Iterator[str]:
    """Write each system's name at the right end of its line; names keep a distance from each other."""
    lowest = -math.inf
    for line in sorted(lines(), key=lambda line: -line.points[-1][1]):
        lowest = max(_y(line.points[-1][1]) + 4, lowest + 17)
        yield _text("name", _LEFT + _WIDTH + 10, lowest, line.name)
