"""What an animation changes from one frame to the next."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterable

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
    top = _changed(before, after, starts)
    bottom = _changed(before, after, reversed(starts))
    if top is None or bottom is None:
        return Area(0, 0, 1, 1)
    left, right = _columns(before, after, starts[top // stride : bottom // stride + 1])
    return Area(left, top // stride, right, bottom // stride + 1)


def uncovers(before: Shown, after: Shown) -> bool:
    """Say whether there is nothing to be seen where there was something; less than half of it is nothing."""
    if not after.alpha:
        return False
    return bool(_visible(before) & ~_visible(after))


def _visible(shown: Shown) -> int:
    """Return a bit in each byte for each pixel."""
    levels = shown.pixels[3::_PIXEL] if shown.alpha else bytes([255]) * (len(shown.pixels) // _PIXEL)
    return int.from_bytes(levels.translate(_VISIBLE), "big")


def _changed(before: Shown, after: Shown, starts: Iterable[int]) -> int | None:
    """Return the first of `starts` at which a row begins that has changed; None if none has."""
    stride = after.width * _PIXEL
    return next((at for at in starts if _difference(before, after, at, at + stride)), None)


def _columns(before: Shown, after: Shown, starts: range) -> tuple[int, int]:
    """Return the first column in which any row differs, and the one behind the last.

    Of each row only what is outside of the columns that are known to differ is looked at: where everything
    moves, as in a video, that is a row or two.
    """
    left, right, width = after.width, 0, after.width
    for at in starts:
        head = _difference(before, after, at, at + left * _PIXEL)
        tail = _difference(before, after, at + right * _PIXEL, at + width * _PIXEL)
        left -= -(-head.bit_length() // _BITS)
        right = width - ((tail & -tail).bit_length() - 1) // _BITS if tail else right
        if (left, right) == (0, width):
            break
    return left, right


def _difference(before: Shown, after: Shown, start: int, end: int) -> int:
    """Return the bytes from `start` to `end` as bits, of which those are set that differ."""
    one, other = before.pixels[start:end], after.pixels[start:end]
    return 0 if one == other else int.from_bytes(one, "big") ^ int.from_bytes(other, "big")
