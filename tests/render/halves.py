"""The picture of the files in `heifs` and `jxls` of `bench.colours`: two halves, each of one colour."""

from __future__ import annotations

from tests.pixels import made, seen

LEFT, RIGHT = (230, 40, 30), (40, 200, 60)


def halves(original: bytes, variant: str = "32x32,format=png") -> tuple[list[int], list[int]]:
    """A pixel of the variant's left half, and one of its right half, as RGBA."""
    pixels = seen(made(original, variant))
    return [int(v) for v in pixels[8, 4]], [int(v) for v in pixels[8, 27]]
