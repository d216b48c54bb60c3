"""The originals of the bench: pictures of twelve megapixels, as telephones make them, and smaller ones."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING

from chalicelib.codecs.imagemagick import Image
from infra.runtime.originals import SAMPLES

if TYPE_CHECKING:
    from collections.abc import Callable

_PHOTO = SAMPLES / "mountain-path.jpg"
_QUALITY = 90


@dataclass(frozen=True, slots=True)
class Photograph:
    """An original of the bench: its key, its title, and the function that makes its bytes."""

    key: str
    title: str
    data: Callable[[], bytes]


@cache
def _tiled(coder: str) -> bytes:
    """Return a picture of twelve megapixels: four copies of an upright photograph of three megapixels."""
    with Image(filename=str(_PHOTO)) as tile:
        tile.auto_orient()
        tile.strip()
        with Image(width=2 * tile.width, height=2 * tile.height, background="white") as whole:
            for left in (0, tile.width):
                for top in (0, tile.height):
                    whole.composite(tile, left=left, top=top)
            whole.alpha_channel = "off"
            whole.compression_quality = _QUALITY if coder == "JPEG" else 75
            return bytes(whole.make_blob(coder))


PHONE = Photograph("12mp.jpg", "12 MP JPEG", lambda: _tiled("JPEG"))
PNG = Photograph("12mp.png", "12 MP PNG", lambda: _tiled("PNG"))
SCREEN = Photograph("3mp.jpg", "3 MP JPEG", _PHOTO.read_bytes)
GIF = Photograph("24-frames.gif", "GIF, 24 frames of 240×240", (SAMPLES / "earth.gif").read_bytes)  # noqa: RUF001 - the multiplication sign

PHOTOGRAPHS = (PHONE, PNG, SCREEN, GIF)
