"""Colours as every browser shows them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from chalicelib.codecs.colour.sources import SRGB

if TYPE_CHECKING:
    from wand.image import Image

    from chalicelib.render.job import Job

INK = "cmyk"
PROFILED = frozenset({"srgb", "gray", INK})
"""The colour spaces that have profiles. Others are a coder's own way to store RGB, for example AVIF's."""


def to_srgb(image: Image, job: Job) -> None:
    """Convert to sRGB: as the original says what its colours are, else as ImageMagick does.

    If the variant has a profile, they only become RGB.
    """
    if job.colours == SRGB and space(image) == "srgb":
        return
    if space(image) not in PROFILED:
        image.transform_colorspace("srgb")
    if job.colours != SRGB and not job.profile:
        job.convert(image, job.colours)
    if space(image) != "srgb":
        image.transform_colorspace("srgb")


def space(image: Image) -> str:
    """Return the picture's colour space; empty if Wand has no name for it (linear grey, for example)."""
    try:
        name: str = image.colorspace
    except IndexError:
        return ""
    return name
