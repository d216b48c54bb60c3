"""The one resampling that decides how sharp the variant is."""

from __future__ import annotations

from typing import TYPE_CHECKING

from chalicelib.errors import Fault

if TYPE_CHECKING:
    from wand.image import Image

    from chalicelib.job import Job

FILTER = "cubic"
CURVE = {"filter:b": "0", "filter:c": "0.75"}
"""B and C of the cubics of Mitchell and Netravali; Catmull and Rom's C is 0.5.

This one, also OpenCV's, is as sharp as Lanczos over three lobes, for two thirds of its time: what it looks at
is a third smaller. Measured: docs/decisions.md.
"""


def resize(image: Image, job: Job) -> None:
    """Resample with a cubic. Wand's `thumbnail` would not do: it may enlarge on the way."""
    if image.size == job.stored.size:
        return
    image.artifacts.update(CURVE)
    image.resize(*job.stored.size, FILTER)
    # Some failures ImageMagick only returns, and its binding overlooks: nothing may be stored of those.
    if image.size != job.stored.size:
        raise Fault
