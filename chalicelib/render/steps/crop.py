"""Cuts off what the plan does not keep."""

from __future__ import annotations

from typing import TYPE_CHECKING

from chalicelib.geometry.plan import Extent, pixel_edges

if TYPE_CHECKING:
    from wand.image import Image

    from chalicelib.render.job import Job


def crop(image: Image, job: Job) -> None:
    """Crop to what the plan keeps, to the nearest decoded pixel.

    Even where nothing is to be cut off, this removes the padding that a JPEG decoder adds when it shrinks.
    """
    if job.cropped:
        return
    edges = pixel_edges(job.stored.crop, job.span, Extent(*image.size))
    if edges == (0, 0, *image.size):
        return
    image.crop(*edges)
