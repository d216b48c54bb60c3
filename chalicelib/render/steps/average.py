"""A rough, cheap first shrink of pictures that are far too large."""

from __future__ import annotations

from typing import TYPE_CHECKING

from chalicelib.geometry.plan import Extent, rough_size

if TYPE_CHECKING:
    from wand.image import Image

    from chalicelib.render.job import Job


def average(image: Image, job: Job) -> None:
    """Average blocks of pixels until two to four are left for each one of the variant."""
    if job.cropped:
        return
    stored = job.stored
    size = rough_size(stored.crop, stored.size, job.span, Extent(*image.size))
    if size is None:
        return
    image.scale(*size)
