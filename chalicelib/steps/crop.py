"""Cutting off what hangs over the box."""

from __future__ import annotations

from typing import TYPE_CHECKING

from chalicelib import geometry

if TYPE_CHECKING:
    from wand.image import Image

    from chalicelib.job import Job


def crop(image: Image, job: Job) -> None:
    """Cut out what the plan keeps, to the nearest decoded pixel."""
    if not job.stored.crops:
        return
    left, top, right, bottom = geometry.pixel_edges(job.stored.crop, job.span, geometry.Extent(*image.size))
    image.crop(left, top, right, bottom)
