"""Round corners."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from chalicelib.render.steps.ground import colour

if TYPE_CHECKING:
    from wand.image import Image

    from chalicelib.render.job import Job

_OPAQUE = 255


def round_corners(image: Image, job: Job) -> None:
    """Cut off what is outside of the corners' circles: it becomes transparent, else the background."""
    if job.options.round is None:
        return
    radius = min(job.options.round, image.width / 2, image.height / 2)
    image.alpha_channel = "set"
    _cut_off(image, radius)
    if job.output.alpha:
        return
    image.background_color = colour(job.options.background, alpha=False)
    image.alpha_channel = "remove"


def _cut_off(image: Image, radius: float) -> None:
    side = math.ceil(radius)
    right, bottom = image.width - side, image.height - side
    with type(image)(width=side, height=side) as corner:
        corner.import_pixels(channel_map="A", data=outside(radius))
        image.composite(corner, 0, 0, "dst_out")
        corner.flop()
        image.composite(corner, right, 0, "dst_out")
        corner.flip()
        image.composite(corner, right, bottom, "dst_out")
        corner.flop()
        image.composite(corner, 0, bottom, "dst_out")


def outside(radius: float) -> bytes:
    """Return how much of each pixel in the upper left corner is outside of its circle: 0 to 255, by rows."""
    side = math.ceil(radius)
    return b"".join(_row(radius, side, radius - y - 0.5) for y in range(side))


def _row(radius: float, side: int, above: float) -> bytes:
    """Return one row; only the pixels that the circle passes through have to be measured."""
    wholly = max(0, math.floor(radius - 0.5 - _reach(radius + 0.5, above)))
    inside = min(side, math.ceil(radius - 0.5 - _reach(radius - 0.5, above)))
    partly = (_beyond(radius, math.hypot(radius - x - 0.5, above)) for x in range(wholly, inside))
    return bytes([_OPAQUE]) * wholly + bytes(partly) + bytes(side - inside)


def _reach(radius: float, above: float) -> float:
    return math.sqrt(max(0.0, radius * radius - above * above))


def _beyond(radius: float, distance: float) -> int:
    return round(_OPAQUE * min(max(distance - radius + 0.5, 0), 1))
