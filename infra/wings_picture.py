"""The picture of the wings as SVG: ``docs/wings.svg``.

The wings stand on a staircase, the uppermost on the left, so that every arrow leads to the right and down:
from a wing along its row, then down the column of the wing that it imports. Where a row meets such a column
stands how many imports there are; where they cross without a number, there is none.
"""

from __future__ import annotations

from html import escape
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterator

    from infra.wings import Plan

_COLUMN, _ROW = 68, 46
_LEFT, _TOP = 118, 84
_RIGHT, _BOTTOM = 70, 24
_LEGEND_LINE, _LEGEND_WIDTH = 23, 600

_STYLE = """\
  text { font: 13px system-ui, -apple-system, "Segoe UI", "DejaVu Sans", sans-serif; fill: #1c2330 }
  .title { font-size: 17px; font-weight: 600 }
  .name { font-weight: 600; text-anchor: middle }
  .count { font-size: 11px; text-anchor: middle }
  .level { font-size: 12px; fill: #5f6b7a }
  .card { fill: #ffffff; rx: 8px } .panel { stroke: #d5dae1 } .band { fill: #f3f5f8 }
  .line { stroke: #a3aebd; fill: none } .head { fill: #7d8999 } .badge { fill: #ffffff; stroke: #a3aebd }
  .box { stroke-width: 1.4; rx: 5px }
  .kind0 { fill: #dcf3e3; stroke: #2f9e54 } .kind1 { fill: #e9e2fb; stroke: #7048e8 }
  .kind2 { fill: #dcebfd; stroke: #1c7ed6 } .kind3 { fill: #eceff3; stroke: #7d8999 }
  @media (prefers-color-scheme: dark) {
    text { fill: #e8ecf2 } .level { fill: #97a3b4 }
    .card { fill: #12161d } .panel { stroke: #323b48 } .band { fill: #1a2029 }
    .line { stroke: #566274 } .head { fill: #8592a5 } .badge { fill: #12161d; stroke: #566274 }
    .kind0 { fill: #143523; stroke: #40c06d } .kind1 { fill: #2a2147; stroke: #9775fa }
    .kind2 { fill: #12304d; stroke: #4dabf7 } .kind3 { fill: #262d38; stroke: #8592a5 }
  }"""


class Point(NamedTuple):
    """A place in the picture."""

    x: float
    y: float


_BOX = Point(98, 30)
"""Width and height of a wing."""


def draw(plan: Plan) -> str:
    """Return the picture as SVG, for light and dark screens."""
    places = {
        wing.name: Point(_LEFT + _COLUMN * step, _TOP + _ROW * step) for step, wing in enumerate(plan.wings)
    }
    last = places[plan.wings[-1].name]
    width, height = last.x + _RIGHT, last.y + _ROW / 2 + _BOTTOM
    kinds = list(dict.fromkeys(wing.kind for wing in reversed(plan.wings)))
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width:g} {height:g}">',
        f"<title>The wings of chalicelib: {plan.verdict}</title>",
        f"<style>\n{_STYLE}\n</style>",
        _rectangle("card", Point(0, 0), width, height),
        _text("title", Point(20, 32), "The wings of chalicelib"),
        *_levels(plan, places, width),
        *_lines(plan, places),
        *(_box(wing.name, places[wing.name], kinds.index(wing.kind)) for wing in plan.wings),
        *_legend(plan, kinds, last.y + _BOX.y / 2),
        "</svg>",
    ]
    return "\n".join(parts) + "\n"


def _rectangle(kind: str, corner: Point, width: float, height: float) -> str:
    return f'<rect class="{kind}" x="{corner.x:g}" y="{corner.y:g}" width="{width:g}" height="{height:g}"/>'


def _text(kind: str, place: Point, text: object) -> str:
    return f'<text class="{kind}" x="{place.x:g}" y="{place.y:g}">{escape(str(text))}</text>'


def _levels(plan: Plan, places: dict[str, Point], width: float) -> Iterator[str]:
    """Draw a band for each level, every other one shaded."""
    yield _text("level", Point(20, _TOP - _ROW / 2 - 8), "level")
    for level in range(plan.wings[0].level, 0, -1):
        rows = [places[wing.name].y for wing in plan.wings if wing.level == level]
        if level % 2:
            yield _rectangle("band", Point(0, rows[0] - _ROW / 2), width, _ROW * len(rows))
        yield _text("level", Point(20, (rows[0] + rows[-1]) / 2 + 4), level)


def _lines(plan: Plan, places: dict[str, Point]) -> Iterator[str]:
    """Draw rows and columns first, then what stands on them."""
    badges = []
    for wing in plan.wings:
        imported, row = plan.of(wing.name), places[wing.name].y
        if imported:
            end = max(places[name].x for name in imported)
            yield f'<path class="line" d="M{places[wing.name].x:g} {row:g}H{end:g}"/>'
        importers = [places[importer].y for importer, to in plan.arrows if to == wing.name]
        if importers:
            yield _column(places[wing.name], min(importers))
        badges += [_badge(Point(places[name].x, row), count) for name, count in imported.items()]
    yield from badges


def _column(place: Point, begin: float) -> str:
    x, end = place.x, place.y - _BOX.y / 2
    head = f'<path class="head" d="M{x:g} {end:g}l-4.5 -8h9z"/>'
    return f'<path class="line" d="M{x:g} {begin:g}V{end - 6:g}"/>{head}'


def _badge(place: Point, count: int) -> str:
    circle = f'<circle class="badge" cx="{place.x:g}" cy="{place.y:g}" r="9.5"/>'
    return circle + _text("count", Point(place.x, place.y + 4), count)


def _box(name: str, place: Point, kind: int) -> str:
    corner = Point(place.x - _BOX.x / 2, place.y - _BOX.y / 2)
    box = _rectangle(f"box kind{kind}", corner, *_BOX)
    return box + _text("name", Point(place.x, place.y + 4.5), name)


def _legend(plan: Plan, kinds: list[str], bottom: float) -> Iterator[str]:
    """Say how to read it where no line ever is: below the stairs."""
    words = [
        "Follow a row to the right, then a column down: the wing imports that wing.",
        "The number says how often. A crossing without a number is no import.",
        *kinds,
        plan.verdict,
    ]
    height = _LEGEND_LINE * (len(words) + 0.5)
    corner = Point(52, bottom - height)
    yield _rectangle("card panel", corner, _LEGEND_WIDTH, height)
    for line, text in enumerate(words, 1):
        place = Point(corner.x + 16, corner.y + _LEGEND_LINE * line)
        if text in kinds:
            yield _rectangle(f"box kind{kinds.index(text)}", Point(place.x, place.y - 10), 16, 12)
            place = Point(place.x + 26, place.y)
        yield _text("words", place, text)
