"""Brightness and contrast."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from wand.image import Image

    from chalicelib.render.job import Job

_STEEPEST = 510
"""A slope that leaves no shade of 8 bits between black and white."""


def tone(image: Image, job: Job) -> None:
    """Move every colour nearer to middle grey, or away from it; then add the brightness."""
    brightness, contrast = job.options.brightness, job.options.contrast
    if not brightness and not contrast:
        return
    slope = min(math.tan((contrast / 100 + 1) * math.pi / 4), _STEEPEST)
    image.function("polynomial", [slope, (1 - slope) / 2 + brightness / 100], channel="rgb_channels")
