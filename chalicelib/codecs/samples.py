"""Pixels outside of ImageMagick, as libheif and libjxl take them, and libheif gives them."""

from __future__ import annotations

from typing import NamedTuple

from chalicelib.geometry.plan import Extent


class Samples(NamedTuple):
    """Rows of `channels`, ``RGB`` or ``RGBA``, each a byte, or two (`deep`, in the order of this machine)."""

    size: Extent
    channels: str
    data: bytes
    deep: bool = False


CLEAR = Samples(Extent(16, 16), "RGBA", bytes(16 * 16 * 4))
"""A transparent picture, to find out what an encoder can do."""


class Placed(NamedTuple):
    """A frame of an animation: its samples replace what was shown at this place, for so long."""

    samples: Samples
    left: int = 0
    top: int = 0
    milliseconds: int = 0
