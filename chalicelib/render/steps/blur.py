"""Gaussian blur."""

from __future__ import annotations

from typing import TYPE_CHECKING

from chalicelib.geometry.plan import Extent

if TYPE_CHECKING:
    from wand.image import Image

    from chalicelib.render.job import Job

_ENOUGH = 3
"""From twice this sigma on, fewer and larger pixels are blurred: 2 MP by sigma 100 in 27 ms, not in 4.8 s."""

_FEWEST = 16
"""Pixels that a side keeps, so that the larger ones are nearly as wide as they are high."""


def blur(image: Image, job: Job) -> None:
    """Blur by the sigma asked for; a wide blur on a smaller copy, which has all that is left to see."""
    sigma = job.options.blur
    if sigma is None:
        return
    size = Extent(*image.size)
    blocks = int(min(sigma // _ENOUGH, min(size) // _FEWEST))
    if blocks <= 1:
        image.blur(0, sigma)
        return
    image.resize(round(size.width / blocks), round(size.height / blocks), "box")
    image.blur(0, sigma * image.width / size.width)
    image.resize(*size, "mitchell")
