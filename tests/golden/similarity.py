"""How unlike two pictures look: on the whole, and where they differ most.

Both are laid on white and averaged over blocks of 8 x 8 pixels, since encoders of other versions and other
resampling change single pixels, but hardly what they amount to. The differences of the blocks, of 255, are
measured by their mean, which finds a colour or a tone that is off, and by the largest, which finds what is
missing, added or moved.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from tests.pixels import Pixels

BLOCK = 8
MEAN, WORST = 2.0, 12.0
"""The most by which a picture may differ from its golden. Over all of them, 5 steps of quality, or Lanczos
instead of a cubic, make at most 1.8 and 11; an option that is left out makes at least 4.7 and 16."""


class Unlikeness(NamedTuple):
    """The mean of the differences, and the largest."""

    mean: float
    worst: float

    @property
    def is_visible(self) -> bool:
        """Whether one would call that another picture."""
        return self.mean > MEAN or self.worst > WORST


def unlikeness(one: Pixels, other: Pixels) -> Unlikeness:
    """Compare two pictures, rows of RGBA; pictures of different size have nothing in common."""
    if one.shape != other.shape:
        return Unlikeness(255, 255)
    differences = np.abs(_blocks(_on_white(one) - _on_white(other)))
    return Unlikeness(float(differences.mean()), float(differences.max()))


def _on_white(pixels: Pixels) -> NDArray[np.float64]:
    opacity = pixels[:, :, 3:].astype(float) / 255
    return pixels[:, :, :3] * opacity + 255 * (1 - opacity)


def _blocks(pixels: NDArray[np.float64]) -> NDArray[np.float64]:
    height, width = pixels.shape[:2]
    rows, columns = np.arange(0, height, BLOCK), np.arange(0, width, BLOCK)
    sums = np.add.reduceat(np.add.reduceat(pixels, rows, axis=0), columns, axis=1)
    areas = np.outer(np.diff([*rows, height]), np.diff([*columns, width]))
    return np.asarray(sums / areas[:, :, None])
