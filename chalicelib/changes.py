"""What an animation changes from one frame to the next."""

from __future__ import annotations

from typing import NamedTuple

_PIXEL = 4
_BITS = 8 * _PIXEL


_HALF = 128
_VISIBLE = bytes(level >= _HALF for level in range(256))


class Shown(NamedTuple):
    """A frame as it is seen: rows of `width` pixels of four bytes, the last of which is the alpha, if any."""

    pixels: bytes
    width: int
    alpha: bool


class Area(NamedTuple):
    """A part of a picture by its edges, in whole pixels; it holds one at least."""

    left: int
    top: int
    right: int
    bottom: int

    @property
    def width(self) -> int:
        """How many pixels it is wide."""
        return self.right - self.left

    @property
    def height(self) -> int:
        """How many pixels it is high."""
        return self.bottom - self.top


def area(before: Shown | None, after: Shown) -> Area:
    """Return the part of `after` outside of which it is the same as `before`.

    Without a picture before, that is everything; where nothing has changed, it is the first pixel.
    """
    stride = after.width * _PIXEL
    starts = range(0, len(after.pixels), stride)
    if not before:
        return Area(0, 0, after.width, len(starts))
    rows = [
        row
        for row, at in enumerate(starts)
        if _row(before.pixels, at, stride) != _row(after.pixels, at, stride)
    ]
    if not rows:
        return Area(0, 0, 1, 1)
    left, right = _columns([_difference(before, after, row * stride, stride) for row in rows], after.width)
    return Area(left, rows[0], right, rows[-1] + 1)


def uncovers(before: Shown, after: Shown) -> bool:
    """Say whether there is nothing to be seen where there was something; less than half of it is nothing."""
    if not after.alpha:
        return False
    return bool(_visible(before) & ~_visible(after))


def _visible(shown: Shown) -> int:
    """Return a bit in each byte for each pixel."""
    levels = shown.pixels[3::_PIXEL] if shown.alpha else bytes([255]) * (len(shown.pixels) // _PIXEL)
    return int.from_bytes(levels.translate(_VISIBLE), "big")


def _row(picture: bytes, at: int, stride: int) -> bytes:
    return picture[at : at + stride]


def _difference(before: Shown, after: Shown, at: int, stride: int) -> int:
    """Return a row's bits, of which those are set that differ; the first pixel's are the highest."""
    one, other = (int.from_bytes(_row(shown.pixels, at, stride), "big") for shown in (before, after))
    return one ^ other


def _columns(differences: list[int], width: int) -> tuple[int, int]:
    """Return the first column in which any row differs, and the one behind the last."""
    highest = max(difference.bit_length() for difference in differences)
    lowest = min((difference & -difference).bit_length() for difference in differences)
    return width - -(-highest // _BITS), width - (lowest - 1) // _BITS
