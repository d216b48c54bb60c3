"""Stronger colours, weaker colours, or none."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from wand.image import Image

    from chalicelib.render.job import Job

LUMA = (0.2126, 0.7152, 0.0722)
"""What red, green and blue contribute to lightness (ITU-R BT.709)."""


def saturate(image: Image, job: Job) -> None:
    """Move every colour nearer to the grey of its lightness, or away from it.

    The matrix is that of ``saturate()`` in CSS (W3C Filter Effects Module Level 1).
    """
    strength = 0.0 if job.options.grayscale else 1 + job.options.saturation / 100
    if strength == 1:
        return
    image.color_matrix(
        [
            [(1 - strength) * part + strength * (row == column) for column, part in enumerate(LUMA)]
            for row in range(len(LUMA))
        ]
    )
