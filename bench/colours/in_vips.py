"""libvips' part, in its own venv: ``python -m bench.colours.in_vips make|decode FOLDER``."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pyvips  # type: ignore[import-not-found]  # lives in the rival's own venv

from bench.colours import picture
from bench.colours.rival import Rival

if TYPE_CHECKING:
    from collections.abc import Iterator

_BANDS = 3
_WHITE = [255, 255, 255]


def files() -> Iterator[tuple[str, bytes]]:
    """Yield what Pillow does not write: AVIF of more than 8 bits, TIFF of 16."""
    eight = pyvips.Image.new_from_memory(picture.raw(), picture.WIDTH, picture.HEIGHT, _BANDS, "uchar")
    sixteen = (eight.cast("ushort") * 257).cast("ushort").copy(interpretation="rgb16")
    for bits in (10, 12):
        for chroma, mode in (("4:4:4", "off"), ("4:2:0", "on")):
            data = sixteen.heifsave_buffer(compression="av1", bitdepth=bits, Q=95, subsample_mode=mode)
            yield f"avif {bits} bits, {chroma}", data
    for compression in ("none", "lzw", "deflate"):
        yield f"tiff 16 bits, {compression}", sixteen.tiffsave_buffer(compression=compression)
        tiles = sixteen.tiffsave_buffer(compression=compression, tile=True, tile_width=16, tile_height=16)
        yield f"tiff 16 bits in tiles, {compression}", tiles


def decoded(data: bytes) -> bytes:
    """Return the picture in sRGB over white, as libvips' thumbnail converts it."""
    image = pyvips.Image.new_from_buffer(data, "")
    if image.get_typeof("icc-profile-data"):
        image = image.icc_transform("srgb", embedded=True)
    image = image.colourspace("srgb")
    if image.hasalpha():
        image = image.flatten(background=_WHITE)
    return bytes(image.cast("uchar")[:_BANDS].write_to_memory())


if __name__ == "__main__":
    Rival("libvips", ".vips", files, decoded, (pyvips.Error,)).work()
