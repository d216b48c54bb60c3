"""Decodes an original once for several variants that are made of it in turn.

Decoding the same file again takes most of the time of making many variants. What is made stays the same to
the byte: a picture is kept for each scale that variants are decoded at, and every variant gets a copy of its
own. A kept picture is found again by all bytes of its original, and by nothing else.
"""

from __future__ import annotations

import dataclasses
from collections import Counter
from contextlib import ExitStack, contextmanager, suppress
from functools import partial
from typing import TYPE_CHECKING, Self

from chalicelib.codecs import decode
from chalicelib.codecs.formats import JPEG
from chalicelib.errors import Refusal
from chalicelib.geometry import layout
from chalicelib.geometry.plan import jpeg_decoded, jpeg_eighths, upright

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from chalicelib.address.variant import Variant
    from chalicelib.codecs.decode import Frame, Frames
    from chalicelib.codecs.formats import SourceType
    from chalicelib.geometry.plan import Plan

_BYTES_A_PIXEL = 8
"""Of a picture in ImageMagick: four channels of 16 bits."""

_PART = 8
"""Pictures are kept in one part of so many of the memory; most of it is for making variants."""

_WHOLE = 8
"""Eighths of its size at which every type but JPEG is decoded."""


def most_pixels(memory: int) -> int:
    """Return how many pixels may be kept where all pictures have so many bytes of `memory`."""
    return memory // _PART // _BYTES_A_PIXEL


class Kept:
    """The decoded pictures of the last original, one for each scale, with `most` pixels in all.

    A scale that only one variant needs is not kept: decoding it row by row is cheaper. Nor is what would be
    too much. Animations are never kept, since their frames share one canvas, nor WebPs that libwebp shrinks,
    to another size for each variant.
    """

    def __init__(self, most: int) -> None:
        self._most = most
        self._original = b""
        self._wanted: Sequence[Variant] = ()
        self._needed = Counter[int]()
        self._pictures: dict[int, Frame] = {}
        self._open = ExitStack()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._forget()

    def decoder(self, wanted: Sequence[Variant]) -> Frames:
        """Return what decodes an original of which the variants in `wanted` are made, this one among them.

        It yields frames with the same pixels as those of `decode.frames`.
        """
        pictures = [variant for variant in wanted if not variant.is_info]
        if len(pictures) > 1:
            return partial(decode.frames, still=partial(self._still, pictures))
        self._forget()
        return decode.frames

    def _forget(self) -> None:
        self._original, self._wanted = b"", ()
        self._pictures.clear()
        self._open.close()

    @contextmanager
    def _still(
        self, wanted: Sequence[Variant], data: bytes, kind: SourceType, stored: Plan
    ) -> Iterator[Frame]:
        if data != self._original:
            self._forget()
            self._original = data
        if wanted != self._wanted:
            self._wanted, self._needed = wanted, _scales(data, kind, wanted)
        scale = jpeg_eighths(stored) if kind is JPEG else _WHOLE
        if scale not in self._pictures and not self._is_worth_keeping(scale, kind, stored):
            with decode.decoded(data, kind, stored) as frame:
                yield frame
            return
        picture = self._pictures.get(scale) or self._keep(scale, data, kind, stored)
        # A clone shares its pixels with the picture until it is changed.
        with picture.image.clone() as image:
            yield dataclasses.replace(picture, image=image)

    def _is_worth_keeping(self, scale: int, kind: SourceType, stored: Plan) -> bool:
        width, height = jpeg_decoded(stored) if kind is JPEG else stored.source
        used = sum(picture.image.width * picture.image.height for picture in self._pictures.values())
        return self._needed[scale] > 1 and used + width * height <= self._most

    def _keep(self, scale: int, data: bytes, kind: SourceType, stored: Plan) -> Frame:
        picture = self._open.enter_context(decode.decoded(data, kind, stored, by_rows=False))
        self._pictures[scale] = picture
        return picture


def _scales(data: bytes, kind: SourceType, wanted: Sequence[Variant]) -> Counter[int]:
    """Return how many of the variants are decoded at each scale, in eighths, as if none were trimmed."""
    if kind is not JPEG:
        return Counter({_WHOLE: len(wanted)})
    header, scales = decode.header(data, kind), Counter[int]()
    for variant in wanted:
        with suppress(Refusal):  # such a variant is refused before it is decoded
            scales[jpeg_eighths(layout.plan(upright(header.size, header.orientation), variant))] += 1
    return scales
