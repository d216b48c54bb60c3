"""Measures what one decode for all variants of an original saves (`chalicelib.codecs.kept`)."""

from __future__ import annotations

import time
from dataclasses import dataclass
from statistics import median
from typing import TYPE_CHECKING

from bench import places, tables
from bench.engines.ours import LIMITS
from chalicelib.address.variant import parse
from chalicelib.codecs import decode
from chalicelib.codecs.formats import SOURCE_TYPES
from chalicelib.codecs.kept import Kept, most_pixels
from chalicelib.darkroom.darkroom import share
from chalicelib.render.extras import NONE
from chalicelib.render.render import render

if TYPE_CHECKING:
    from collections.abc import Iterator

    from chalicelib.codecs.decode import Frames

_MEMORY = share({"AWS_LAMBDA_FUNCTION_MEMORY_SIZE": "1769"})
"""Bytes that pictures have in the stack's functions."""

SETS = {
    "six widths": ("200x", "400x", "600x", "800x", "1200x", "1600x"),
    "two sizes, three formats": tuple(
        f"{size},format={name}" for size in ("300x200", "800x") for name in ("jpeg", "webp", "avif")
    ),
    "four sizes, cropped": tuple(
        f"{size},fit=cover" for size in ("100x100", "300x200", "600x400", "1200x400")
    ),
}
ORIGINALS = {
    "JPEG, 2 MP": "2mp.jpg",
    "JPEG, 12 MP": "12mp.jpg",
    "progressive JPEG, 18 MP": "18mp-progressive.jpg",
    "PNG with alpha, 4 MP": "4mp-rgba.png",
    "PNG, 12 MP": "12mp.png",
    "WebP, 12 MP": "12mp.webp",
    "AVIF, 12 MP": "12mp.avif",
}


@dataclass(frozen=True, slots=True)
class Saved:
    """Milliseconds of the processor for all variants of an original: each decoded anew, and together."""

    original: str
    variants: str
    alone: float
    together: float


def measure(rounds: int) -> Iterator[Saved]:
    """Yield the medians of so many `rounds`, in which both ways take turns."""
    for title, file in ORIGINALS.items():
        data = (places.CORPUS / file).read_bytes()
        for name, variants in SETS.items():
            taken = [(_alone(data, variants), _together(data, variants)) for _ in range(rounds)]
            yield Saved(title, name, *(median(each) for each in zip(*taken, strict=True)))


def table(saved: list[Saved]) -> str:
    """Return the table for docs/decisions.md."""
    rows = [
        [
            each.original,
            each.variants,
            f"{each.alone:,.0f}",
            f"{each.together:,.0f}",
            f"{each.alone / each.together:.1f}",
        ]
        for each in saved
    ]
    return tables.table(["original", "variants", "each alone, ms", "together, ms", "times as fast"], rows)


def _alone(data: bytes, variants: tuple[str, ...]) -> float:
    return _spent(data, variants, decode.frames)


def _together(data: bytes, variants: tuple[str, ...]) -> float:
    with Kept(most_pixels(_MEMORY)) as kept:
        return _spent(data, variants, kept.decoder([parse(variant) for variant in variants]))


def _spent(data: bytes, variants: tuple[str, ...], frames: Frames) -> float:
    before = time.process_time()
    for variant in variants:
        render(data, parse(variant), LIMITS, SOURCE_TYPES, NONE, frames)
    return 1000 * (time.process_time() - before)
