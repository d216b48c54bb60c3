"""How different two pictures look: on the whole, and at the worst place.

Both are put on white and averaged over blocks of 8 x 8 pixels: other versions of encoders and other filters
change single pixels, but hardly their average. The differences of the blocks (0 to 255) are measured by their
mean, which finds a wrong colour or tone, and by the largest, which finds what is missing, added or moved.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from tests.pixels import Pixels

BLOCK = 8
MEAN, WORST = 2.0, 12.0
"""The most that a picture may differ from its golden picture. For all of them, a quality that is off by 5, or
Lanczos instead of a cubic, makes at most 1.8 and 11; a missing option makes at least 4.7 and 16."""


class Unlikeness(NamedTuple):
    """The mean of the differences, and the largest."""

    mean: float
    worst: float

    @property
    def is_visible(self) -> bool:
        """Whether people would see the difference."""
        return self.mean > MEAN or self.worst > WORST


def unlikeness(one: Pixels, other: Pixels) -> Unlikeness:
    """Compare two pictures, rows of RGBA; pictures of different sizes are as different as can be."""
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
