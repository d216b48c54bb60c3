"""The brown of old photographs."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from wand.image import Image

    from chalicelib.render.job import Job

_SEPIA = ((0.393, 0.769, 0.189), (0.349, 0.686, 0.168), (0.272, 0.534, 0.131))
"""``sepia(100%)`` of CSS (W3C Filter Effects Module Level 1)."""


def sepia(image: Image, job: Job) -> None:
    """Replace the colours by shades of brown."""
    if not job.options.sepia:
        return
    image.color_matrix(_SEPIA)
