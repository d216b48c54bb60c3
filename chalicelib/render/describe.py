"""Finds what is known of an original: its header says the most, a small picture of it the rest."""

from __future__ import annotations

import base64
from collections import Counter
from typing import TYPE_CHECKING

from chalicelib.address.values import Document
from chalicelib.address.variant import INFO_VARIANT
from chalicelib.codecs import decode, formats, thumbhash
from chalicelib.codecs.imagemagick import Image
from chalicelib.codecs.pixels import exported
from chalicelib.errors import Malformed
from chalicelib.geometry.plan import upright
from chalicelib.render.info import Info
from chalicelib.render.render import refusing_originals, render
from chalicelib.render.rendered import Rendered

if TYPE_CHECKING:
    from chalicelib.codecs.limits import Limits

_OPAQUE = 255
_LEAST_OPAQUE = 128


def describe(data: bytes, limits: Limits, accepted: frozenset[str]) -> Rendered:
    """Return the info of the original `data` as JSON. It refuses what `chalicelib.render.render` refuses."""
    kind = formats.recognise(data, accepted)
    if kind is formats.SVG:
        raise Malformed("The original is an SVG, which stays a drawing. There is info of pictures only.")
    # First, since it judges the original: nothing is said of one of which no picture is made.
    small = render(data, INFO_VARIANT, limits, accepted)
    with refusing_originals(kind):
        header = decode.header(data, kind)
    pixels = _pixels(small.data)
    width, height = upright(header.size, header.orientation)
    info = Info(
        width=width,
        height=height,
        type=kind.name,
        frames=header.frames,
        length=len(data),
        orientation=header.orientation,
        has_alpha=min(pixels[3::4]) < _OPAQUE,
        colour=_dominant(pixels),
        thumbhash=base64.b64encode(thumbhash.encode(small.width, small.height, pixels)).decode(),
    )
    return Rendered(info.spell(), Document.JSON, width, height, header.frames)


def _pixels(png: bytes) -> bytes:
    with Image(blob=png, format="PNG") as image:
        return exported(image, "RGBA")


def _dominant(pixels: bytes) -> str:
    """Return the mean of the most frequent colours: those that agree in the first three bits of each channel.

    Pixels that are more transparent than opaque do not count, unless there are no others.
    """
    every = list(zip(*(pixels[channel::4] for channel in range(4)), strict=True))
    seen = [(r, g, b) for r, g, b, alpha in every if alpha >= _LEAST_OPAQUE] or [each[:3] for each in every]
    # Of equally frequent ones the first counts, so the answer is always the same.
    counts = Counter((r >> 5, g >> 5, b >> 5) for r, g, b in seen)
    cell = max(
        counts, key=counts.__getitem__
    )  # `most_common` would import a module, and here nothing can be opened
    alike = [colour for colour in seen if (colour[0] >> 5, colour[1] >> 5, colour[2] >> 5) == cell]
    return "#" + "".join(f"{sum(channel) // len(alike):02x}" for channel in zip(*alike, strict=True))
