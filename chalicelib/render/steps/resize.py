"""The one resampling that decides how sharp the variant is."""

from __future__ import annotations

from typing import TYPE_CHECKING

from chalicelib.codecs.resampling import CURVE, FILTER
from chalicelib.errors import Fault

if TYPE_CHECKING:
    from wand.image import Image

    from chalicelib.render.job import Job


def resize(image: Image, job: Job) -> None:
    """Resample with a cubic. Wand's `thumbnail` would not do: it may enlarge on the way."""
    if image.size == job.stored.size:
        return
    image.artifacts.update(CURVE)
    image.resize(*job.stored.size, FILTER)
    # Some failures ImageMagick only returns, and its binding overlooks: nothing may be stored of those.
    if image.size != job.stored.size:
        raise Fault
