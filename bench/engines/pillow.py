"""Pillow: draft mode, and a resize by box with a reducing gap, as its documentation recommends for speed."""

from __future__ import annotations

from io import BytesIO
from typing import TYPE_CHECKING, Any

import PIL  # type: ignore[import-not-found]  # lives in the rival's own venv
from PIL import Image, ImageCms, ImageOps, ImageSequence

from bench.engines.serving import serve

if TYPE_CHECKING:
    from bench.task import Task

_GAP = 2.0
"""Image.thumbnail's default: draft and reduce() leave twice the target's size for Lanczos."""

_SRGB = ImageCms.createProfile("sRGB")
_ORIENTATION, _FIRST_TURNED = 0x0112, 5


def make(data: bytes, task: Task) -> bytes:
    """Return the variant."""
    with Image.open(BytesIO(data)) as image:
        if task.animated:
            return _animation(image, task)
        return _save([_still(image, task)], task)


def _still(image: Any, task: Task) -> Any:  # noqa: ANN401 - Pillow is not installed where types are checked
    turned = image.getexif().get(_ORIENTATION, 1) >= _FIRST_TURNED
    size, crop = _plan(image.size[::-1] if turned else image.size, task)
    if turned:
        # The boxes are centred, so turning them only exchanges the sides.
        size, crop = size[::-1], (crop[1], crop[0], crop[3], crop[2])
    full = image.size
    scale = full[0] / (crop[2] - crop[0])
    image.draft(None, tuple(round(side * scale * _GAP) for side in size))
    ratio = image.size[0] / full[0], image.size[1] / full[1]
    box = tuple(edge * ratio[axis % 2] for axis, edge in enumerate(crop))
    small = image.resize(size, Image.Resampling.LANCZOS, box=box, reducing_gap=_GAP)
    # In this order, since the conversion drops the orientation.
    return _to_srgb(ImageOps.exif_transpose(small))


def _plan(shown: tuple[int, int], task: Task) -> tuple[tuple[int, int], tuple[float, float, float, float]]:
    """Return the variant's size, and the box that it is made of, in pixels of the upright picture."""
    width, height = shown
    if not task.cover:
        scale = min(task.width / width, (task.height or height) / height)
        if task.height is None:
            scale = task.width / width
        return (round(width * scale), round(height * scale)), (0, 0, width, height)
    box = (task.width, task.height or task.width)
    part = min(width / box[0], height / box[1])
    left, top = (width - box[0] * part) / 2, (height - box[1] * part) / 2
    return box, (left, top, width - left, height - top)


def _to_srgb(image: Any) -> Any:  # noqa: ANN401 - Pillow is not installed where types are checked
    profile = image.info.get("icc_profile")
    if not profile:
        return image
    return ImageCms.profileToProfile(image, ImageCms.ImageCmsProfile(BytesIO(profile)), _SRGB)


def _animation(image: Any, task: Task) -> bytes:  # noqa: ANN401 - Pillow is not installed where types are checked
    size, _ = _plan(image.size, task)
    durations, frames = [], []
    for frame in ImageSequence.Iterator(image):
        durations.append(frame.info["duration"])
        frames.append(frame.convert("RGB").resize(size, Image.Resampling.LANCZOS, reducing_gap=_GAP))
    return _save(frames, task, save_all=True, append_images=frames[1:], duration=durations, loop=0)


def _save(frames: list[Any], task: Task, **animation: object) -> bytes:
    settings: dict[str, dict[str, object]] = {
        "jpeg": {"quality": task.quality, "subsampling": "4:2:0"},
        "webp": {"quality": task.quality, "method": task.webp_effort, "exif": b"", "icc_profile": b""},
        "png": {"compress_level": task.png_level, "exif": b"", "icc_profile": None},
        "avif": {"quality": task.quality, "speed": task.avif_speed, "exif": b"", "icc_profile": b""},
        "gif": {},
    }
    out = BytesIO()
    frames[0].save(out, task.format.upper(), **settings[task.format], **animation)
    return out.getvalue()


if __name__ == "__main__":
    Image.MAX_IMAGE_PIXELS = None
    serve(f"Pillow {PIL.__version__}", make)
