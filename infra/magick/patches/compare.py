"""Resize and scale the same random pictures with two builds of ImageMagick, and say how far they differ.

    python infra/magick/patches/compare.py BEFORE AFTER

BEFORE and AFTER are folders with ``lib/libMagickWand-6.Q16.so``; an empty one is the system's. Ends with 1 if
any channel differs by more than `MOST` of 65535.
"""  # noqa: INP001 - a script beside what it is about, not a module

from __future__ import annotations

import itertools
import os
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Iterator

MOST = 2
"""What is a unit off between the two filters may be weighted by more than 1, and rounded away from there."""

_METHODS = ("scale", "cubic", "catrom", "lanczos", "mitchell", "triangle", "box", "gaussian", "sinc", "point")
_SIZES = ((320, 241), (97, 61), (300, 7), (7, 300), (5, 4), (3, 40), (40, 3), (1, 1), (1500, 9))
_FACTORS = ((0.01, 0.01), (0.11, 0.3), (0.5, 0.5), (0.85, 0.84), (1, 1), (1.3, 0.9), (0.7, 1.6), (2.5, 2.5))
_KINDS = ("opaque", "edges", "gray", "alpha", "alpha edges")
_FULL = 65535
_SHORT_PIXEL = 7


class Case(NamedTuple):
    """What is made of which picture; `seed` is where its pixels come from."""

    seed: int
    method: str
    size: tuple[int, int]
    target: tuple[int, int]
    kind: str


def cases() -> Iterator[Case]:
    """Yield every method of every size by every factor, the kinds in turns."""
    kinds = itertools.cycle(_KINDS)
    for seed, (method, size, factors) in enumerate(itertools.product(_METHODS, _SIZES, _FACTORS)):
        width, height = (max(1, round(side * factor)) for side, factor in zip(size, factors, strict=True))
        yield Case(seed, method, size, (width, height), next(kinds))


def picture(case: Case) -> np.ndarray[Any, np.dtype[np.uint16]]:
    """Return noise as rows of RGBA: what a filter is furthest off at."""
    width, height = case.size
    noise = np.random.default_rng(case.seed)
    edges = case.kind.endswith("edges")
    pixels = noise.integers(0, 2 if edges else _FULL + 1, (height, width, 4)) * (_FULL if edges else 1)
    if case.kind == "gray":
        pixels[..., :3] = pixels[..., :1]
    return pixels.astype(np.uint16)


def resized(case: Case) -> np.ndarray[Any, np.dtype[np.uint16]]:
    """Return what the loaded ImageMagick makes of it, as rows of RGBA."""
    from wand.api import library  # noqa: PLC0415 - loads ImageMagick, which the comparing process must not
    from wand.image import Image  # noqa: PLC0415 - likewise

    alpha = case.kind.startswith("alpha")
    width, height = case.target
    result = np.zeros((height, width, 4), np.uint16)
    with Image() as image:
        pixels = picture(case).ctypes.data_as(library.MagickConstituteImage.argtypes[-1])
        library.MagickConstituteImage(
            image.wand, *case.size, b"RGBA" if alpha else b"RGBP", _SHORT_PIXEL, pixels
        )
        if not alpha:
            image.alpha_channel = False
        image.artifacts["filter:b"], image.artifacts["filter:c"] = "0", "0.75"
        if case.method == "scale":
            image.scale(width, height)
        else:
            image.resize(width, height, case.method)
        area = (image.wand, 0, 0, width, height)
        library.MagickExportImagePixels(*area, b"RGBA", _SHORT_PIXEL, result.ctypes.data)
    return result if alpha else result[..., :3]


def results(home: str, file: Path) -> np.ndarray[Any, np.dtype[np.uint16]]:
    """Return all channels of all cases as the build in the folder `home` makes them, in a `file`."""
    lead = {"MAGICK_HOME": home, "WAND_MAGICK_LIBRARY_SUFFIX": "-6.Q16"}
    subprocess.run([sys.executable, __file__, file], check=True, env={**os.environ, **lead})  # noqa: S603 - ourselves
    return np.memmap(file, np.uint16, "r")


def differences(before: str, after: str) -> Iterator[tuple[Case, np.ndarray[Any, np.dtype[np.float64]]]]:
    """Yield each case and how far `apart` its channels are."""
    with tempfile.TemporaryDirectory() as folder:
        one, other = (results(home, Path(folder, name)) for home, name in ((before, "1"), (after, "2")))
        at = 0
        for case in cases():
            channels = 4 if case.kind.startswith("alpha") else 3
            part = slice(at, at := at + case.target[0] * case.target[1] * channels)
            yield case, apart(np.stack([one[part], other[part]]).reshape(2, -1, channels).astype(np.float64))


def apart(pair: np.ndarray[Any, np.dtype[np.float64]]) -> np.ndarray[Any, np.dtype[np.float64]]:
    """Return how far the channels of a pair are apart; colours count as much as alpha lets them show."""
    difference: np.ndarray[Any, np.dtype[np.float64]] = np.abs(pair[0] - pair[1])
    if difference.shape[-1] == 4:  # noqa: PLR2004 - RGBA
        difference[:, :3] *= pair[:, :, 3:].min(axis=0) / _FULL
    return difference


def main() -> int:
    """Print the summary and each case that is too far off."""
    worst, differing, total = 0.0, 0, 0
    for case, difference in differences(*sys.argv[1:]):
        worst = max(worst, difference.max())
        differing, total = differing + int((difference > 0).sum()), total + difference.size
        if difference.max() > MOST:
            print(f"{difference.max():8.2f}  {case}")  # noqa: T201 - the script's answer
    print(f"most {worst:.2f} of {_FULL}; {100 * differing / total:.2f} % of {total} channels differ")  # noqa: T201 - likewise
    return int(worst > MOST)


if __name__ == "__main__":
    if len(sys.argv) == 2:  # noqa: PLR2004 - one argument: the process that resizes
        with Path(sys.argv[1]).open("wb") as made:
            made.writelines(resized(each).tobytes() for each in cases())
    else:
        sys.exit(main())
