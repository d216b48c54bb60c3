"""Which pixels of an animation change from one frame to the next."""

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


class PixelBounds(NamedTuple):
    """The edges of a part of a picture, in whole pixels; the part has at least one pixel."""

    left: int
    top: int
    right: int
    bottom: int

    @property
    def width(self) -> int:
        """The width in pixels."""
        return self.right - self.left

    @property
    def height(self) -> int:
        """The height in pixels."""
        return self.bottom - self.top


def changed_bounds(before: Shown | None, after: Shown) -> PixelBounds:
    """Return the smallest part of `after` that contains every change since `before`.

    That is the whole frame if there is no `before`, and the first pixel if nothing has changed.
    """
    stride = after.width * _PIXEL
    starts = range(0, len(after.pixels), stride)
    if before and before.alpha != after.alpha:
        before, after = _with_alpha(before), _with_alpha(after)
    if not before:
        return PixelBounds(0, 0, after.width, len(starts))
    top = _first_changed_row(before, after, starts)
    bottom = _first_changed_row(before, after, reversed(starts))
    if top is None or bottom is None:
        return PixelBounds(0, 0, 1, 1)
    left, right = _changed_columns(before, after, starts[top // stride : bottom // stride + 1])
    return PixelBounds(left, top // stride, right, bottom // stride + 1)


def _with_alpha(shown: Shown) -> Shown:
    """Return the same frame with alpha: an opaque one has any number there, so that black could be clear."""
    if shown.alpha:
        return shown
    pixels = bytearray(shown.pixels)
    pixels[_PIXEL - 1 :: _PIXEL] = b"\xff" * (len(pixels) // _PIXEL)
    return Shown(bytes(pixels), shown.width, alpha=True)


def clears_pixels(before: Shown, after: Shown) -> bool:
    """Say whether a visible pixel became transparent (alpha below 128)."""
    if not after.alpha:
        return False
    return bool(_visible(before) & ~_visible(after))


def _visible(shown: Shown) -> int:
    """Return a number of one byte for each pixel: 1 if it is visible, else 0."""
    levels = shown.pixels[3::_PIXEL] if shown.alpha else bytes([255]) * (len(shown.pixels) // _PIXEL)
    return int.from_bytes(levels.translate(_VISIBLE), "big")


def _first_changed_row(before: Shown, after: Shown, starts: Iterable[int]) -> int | None:
    """Return the first of `starts` at which a changed row begins; None if no row has changed."""
    stride = after.width * _PIXEL
    return next((at for at in starts if _difference(before, after, at, at + stride)), None)


def _changed_columns(before: Shown, after: Shown, starts: range) -> tuple[int, int]:
    """Return the first column in which any row has changed, and the one after the last.

    Each row is compared only outside of the columns that are already known to have changed. Where everything
    moves, as in a video, one or two rows are enough.
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
    """Return the XOR of both frames' bytes from `start` to `end`, as one number."""
    one, other = before.pixels[start:end], after.pixels[start:end]
    return 0 if one == other else int.from_bytes(one, "big") ^ int.from_bytes(other, "big")
