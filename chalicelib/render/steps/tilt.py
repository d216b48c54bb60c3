"""Pictures aslant: what is left of a rotation when the quarter turns are done."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from wand.image import Image

    from chalicelib.render.job import Job


def tilt(image: Image, job: Job) -> None:
    """Put the picture aslant on its canvas, which is transparent where the picture is not."""
    plan = job.plan
    if plan.tilt is None:
        return
    image.alpha_channel = "set"
    image.virtual_pixel = "transparent"
    image.artifacts["distort:viewport"] = f"{plan.canvas.width}x{plan.canvas.height}+0+0"
    image.distort("affine_projection", plan.tilt)
    image.reset_coords()
