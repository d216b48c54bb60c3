"""Scores every output: ``python -m bench.studio.judge``, one question and one answer on each line.

The score is SSIMULACRA2 (100 is the same picture, 90 hard to tell apart in a flicker test, 70 good) against
a reference of our own: the original decoded in full, upright and in sRGB, resampled in floating point with
Lanczos from the exact box, and never compressed.
"""

from __future__ import annotations

import itertools
import json
import statistics
import sys
from dataclasses import dataclass
from functools import lru_cache
from io import BytesIO
from pathlib import Path
from typing import Any

import numpy as np
from PIL import Image, ImageCms, ImageOps  # type: ignore[import-not-found]  # in the studio's venv
from ssimulacra2.ssimulacra2 import compute_ssimulacra2  # type: ignore[import-not-found]  # likewise

_SRGB = ImageCms.createProfile("sRGB")

_GROUNDS = (26, 230)
"""The grey backgrounds, dark and light, on which transparent pictures are scored; the worse score counts."""

_WATCHED = 3
"""How many frames of an animation are scored; the first and the last are included."""

_SHIFTS = (0.0, -0.5, 0.5)
"""In pixels of the variant. Some libraries crop half a pixel beside the centre, which is no loss of quality:
a crop is compared with the nearest of these."""

_LEAST_SIDE = 256
"""SSIMULACRA2 uses six scales, and weights them wrongly if the smallest has fewer than eight pixels."""

_TIMING = 0.02


@dataclass(frozen=True, slots=True)
class Output:
    """An engine's picture, and what it should be."""

    original: str
    size: list[int]
    cover: bool
    format: str
    frames: int
    reference: str
    output: str


def judge(output: Output) -> dict[str, object]:
    """Return the score and the flaw, if any; or, for a picture of the wrong kind, what is wrong."""
    with Image.open(output.output) as made:
        found = (made.format.lower(), list(made.size), getattr(made, "n_frames", 1))
        if found != (output.format, output.size, output.frames):
            return {"wrong": f"{found} instead of {(output.format, output.size, output.frames)}"}
        scores = [
            _score(_nearest(output, index, made), _upright_srgb(made)) for index in _seen(made, output.frames)
        ]
        return {"score": round(statistics.fmean(scores), 2), "flaw": _flaw(made, output)}


def _seen(image: Any, frames: int) -> Any:  # noqa: ANN401 - Pillow is not typed here
    """Go to each frame that is scored and yield its index."""
    for index in sorted({round(step * (frames - 1) / (_WATCHED - 1)) for step in range(_WATCHED)}):
        image.seek(index)
        yield index


def _flaw(made: Any, output: Output) -> str | None:  # noqa: ANN401 - Pillow is not typed here
    if output.frames == 1:
        return None
    with Image.open(output.original) as original:
        meant = _milliseconds(original)
    runs = _milliseconds(made)
    return None if abs(runs / meant - 1) <= _TIMING else f"runs for {runs} ms instead of {meant} ms"


def _milliseconds(image: Any) -> int:  # noqa: ANN401 - Pillow is not typed here
    runs = 0
    for index in range(image.n_frames):
        image.seek(index)
        # The duration of a WebP's frame is only known after the frame is loaded.
        image.load()
        runs += round(image.info.get("duration", 0))
    return runs


def _upright_srgb(image: Any) -> Any:  # noqa: ANN401 - Pillow is not typed here
    profile = image.info.get("icc_profile")
    mode = "RGBA" if image.has_transparency_data else "RGB"
    picture = ImageOps.exif_transpose(image).convert(mode)
    if not profile:
        return picture
    return ImageCms.profileToProfile(picture, ImageCms.ImageCmsProfile(BytesIO(profile)), _SRGB)


def _nearest(output: Output, index: int, made: Any) -> Any:  # noqa: ANN401 - Pillow is not typed here
    """Return the reference that is nearest to the picture."""
    shifts = itertools.product(_SHIFTS, _SHIFTS) if output.cover else [(0.0, 0.0)]
    references = [_reference(output, index, shift) for shift in shifts]
    if len(references) == 1:
        return references[0]
    picture = _upright_srgb(made)
    return min(references, key=lambda reference: _distance(reference, picture))


def _distance(one: Any, other: Any) -> float:  # noqa: ANN401 - Pillow is not typed here
    return float(np.square(np.subtract(one, other, dtype=np.float32)).mean())


def _reference(output: Output, index: int, shift: tuple[float, float]) -> Any:  # noqa: ANN401 - not typed here
    file = Path(f"{output.reference}-{index}{shift[0]:+}{shift[1]:+}.png")
    if not file.exists():
        with Image.open(output.original) as original:
            original.seek(index)
            picture = _upright_srgb(original)
        _resampled(picture, output, shift).save(file)
    return _opened(file)


@lru_cache(maxsize=16)
def _opened(file: Path) -> Any:  # noqa: ANN401 - Pillow is not typed here
    with Image.open(file) as image:
        image.load()
    return image


def _resampled(picture: Any, output: Output, shift: tuple[float, float]) -> Any:  # noqa: ANN401 - not typed here
    pixels = np.asarray(picture, np.float32)
    alpha = pixels[..., 3:] / 255
    if alpha.size:
        # A transparent pixel's colour must not bleed into its neighbours'.
        pixels = np.concatenate([pixels[..., :3] * alpha, pixels[..., 3:]], axis=2)
    box = _box(picture.size, output, shift)
    channels = [
        Image.fromarray(channel).resize(output.size, Image.Resampling.LANCZOS, box=box)
        for channel in np.moveaxis(pixels, 2, 0)
    ]
    made = np.stack([np.asarray(channel) for channel in channels], axis=2)
    if alpha.size:
        made[..., :3] /= np.maximum(made[..., 3:], 1) / 255
    return Image.fromarray(made.round().clip(0, 255).astype(np.uint8), picture.mode)


def _box(picture: tuple[int, int], output: Output, shift: tuple[float, float]) -> tuple[float, ...]:
    if not output.cover:
        return (0, 0, *picture)
    part = min(picture[0] / output.size[0], picture[1] / output.size[1])
    edges = []
    for side, size, off in zip(picture, output.size, shift, strict=True):
        first = min(max((side - size * part) / 2 + off * part, 0), side - size * part)
        edges.append((first, first + size * part))
    (left, right), (top, bottom) = edges
    return left, top, right, bottom


def _score(reference: Any, made: Any) -> float:  # noqa: ANN401 - Pillow is not typed here
    grounds = _GROUNDS if reference.mode == "RGBA" else _GROUNDS[:1]
    return min(float(compute_ssimulacra2(_shown(reference, on), _shown(made, on))) for on in grounds)


def _shown(image: Any, ground: int) -> BytesIO:  # noqa: ANN401 - Pillow is not typed here
    """Put the picture on a grey background, mirror a small one to twice its size; return it as a file."""
    canvas = Image.new("RGB", image.size, (ground, ground, ground))
    canvas.paste(image, mask=image if image.mode == "RGBA" else None)
    if min(image.size) < _LEAST_SIDE:
        canvas = Image.fromarray(np.pad(canvas, ((0, image.height), (0, image.width), (0, 0)), "symmetric"))
    file = BytesIO()
    canvas.save(file, "BMP")
    file.seek(0)
    return file


if __name__ == "__main__":
    Image.MAX_IMAGE_PIXELS = None
    for line in sys.stdin:
        print(json.dumps(judge(Output(**json.loads(line)))), flush=True)  # noqa: T201 - the answer
