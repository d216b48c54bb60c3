"""Sharper edges."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from wand.image import Image

    from chalicelib.render.job import Job


def sharpen(image: Image, job: Job) -> None:
    """Add the difference between the picture and a blurred copy (unsharp mask)."""
    sigma = job.options.sharpen
    if sigma is None:
        return
    image.unsharp_mask(0, sigma, 1, 0)
