"""Shades of one colour."""

from __future__ import annotations

from typing import TYPE_CHECKING

from chalicelib.render.steps.saturate import LUMA

if TYPE_CHECKING:
    from wand.image import Image

    from chalicelib.address.values import Colour
    from chalicelib.render.job import Job

_LIGHTEST = 255


def tint(image: Image, job: Job) -> None:
    """Keep how light every pixel is; mix dark ones of tint and black, light ones of tint and white."""
    asked = job.options.tint
    if asked is None:
        return
    image.color_matrix((LUMA,) * len(LUMA))
    with type(image)(width=_LIGHTEST + 1, height=1, background="black") as ramp:
        ramp.import_pixels(channel_map="RGB", data=shades(asked))
        image.clut(ramp, channel="rgb_channels")


def shades(asked: Colour) -> bytes:
    """Return the red, green and blue of each lightness from 0 to 255."""
    channels = (asked.red, asked.green, asked.blue)
    own = sum(part * channel for part, channel in zip(LUMA, channels, strict=True))
    return bytes(
        _shade(channel, lightness, own) for lightness in range(_LIGHTEST + 1) for channel in channels
    )


def _shade(channel: int, lightness: int, own: float) -> int:
    if lightness <= own:
        return round(channel * lightness / own) if own else 0
    return round(channel + (_LIGHTEST - channel) * (lightness - own) / (_LIGHTEST - own))
