"""Cutting off what hangs over the box."""

from __future__ import annotations

from typing import TYPE_CHECKING

from chalicelib.geometry.plan import Extent, pixel_edges

if TYPE_CHECKING:
    from wand.image import Image

    from chalicelib.render.job import Job


def crop(image: Image, job: Job) -> None:
    """Cut out what the plan keeps, to the nearest decoded pixel.

    Of a whole picture, that is what a JPEG decoder that shrinks adds to fill its last pixel.
    """
    if job.cropped:
        return
    edges = pixel_edges(job.stored.crop, job.span, Extent(*image.size))
    if edges == (0, 0, *image.size):
        return
    image.crop(*edges)
