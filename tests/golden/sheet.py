"""The contact sheet: all golden pictures at a glance, a row for each name, a column for each format."""

from __future__ import annotations

from itertools import groupby
from typing import TYPE_CHECKING

import numpy as np
from wand.drawing import Drawing

from chalicelib.codecs.imagemagick import Image
from tests.pixels import decoded

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

CELL, NAME, ACROSS = 100, 170, 2
GREEN = (120, 160, 130, 255)
"""A colour that is neither in the samples nor white, so that transparent parts can be seen."""


def drawn(pictures: Sequence[Path]) -> bytes:
    """Return the sheet as a PNG, with `ACROSS` blocks of rows side by side."""
    rows = [(name, list(files)) for name, files in groupby(pictures, key=lambda picture: picture.stem)]
    deep = -(-len(rows) // ACROSS)
    formats = sorted({picture.suffix for picture in pictures})
    wide = NAME + CELL * len(formats)
    canvas = np.full((deep * CELL, wide * ACROSS, 4), GREEN, np.uint8)
    with Drawing() as names:
        names.font, names.font_size = "DejaVu-Sans", 13
        for index, (name, files) in enumerate(rows):
            left, top = index // deep * wide, index % deep * CELL
            names.text(left + 6, top + CELL // 2, name)
            for picture in files:
                _paste(canvas, picture, left + NAME + CELL * formats.index(picture.suffix), top)
        with Image.from_array(canvas, channel_map="RGBA") as image:
            names(image)
            sheet: bytes = image.make_blob("png")
            return sheet


def _paste(
    canvas: np.ndarray[tuple[int, ...], np.dtype[np.uint8]], picture: Path, left: int, top: int
) -> None:
    pixels = decoded(picture.read_bytes(), picture.suffix[1:])
    height, width = pixels.shape[:2]
    opacity = pixels[:, :, 3:] / 255
    under = canvas[top : top + height, left : left + width, :3]
    canvas[top : top + height, left : left + width, :3] = pixels[:, :, :3] * opacity + under * (1 - opacity)
