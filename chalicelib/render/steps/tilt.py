"""The part of a rotation that is left after the quarter turns: less than 90 degrees."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from wand.image import Image

    from chalicelib.render.job import Job


def tilt(image: Image, job: Job) -> None:
    """Put the picture on its canvas at an angle; the canvas is transparent around it."""
    plan = job.plan
    if plan.tilt is None:
        return
    image.alpha_channel = "set"
    image.virtual_pixel = "transparent"
    image.artifacts["distort:viewport"] = f"{plan.canvas.width}x{plan.canvas.height}+0+0"
    image.distort("affine_projection", plan.tilt)
    image.reset_coords()
