"""Makes the originals out of the photographs: ``python -m bench.studio.originals PHOTOGRAPHS CORPUS``.

The same photographs give the same bytes with the pinned Pillow. They have 6 to 16 MP, and are resampled to
the size of each original. Much larger originals are tiled from mirrored copies, which meet without a seam:
every tile has the detail of a photograph, and gives a decoder as much work.
"""

from __future__ import annotations

import sys
from io import BytesIO
from pathlib import Path
from typing import TYPE_CHECKING, Any

from PIL import Image, ImageChops  # type: ignore[import-not-found]  # lives in the studio's own venv

from bench import cases, photographs

if TYPE_CHECKING:
    from collections.abc import Callable

    from bench.photographs import Photograph

_MIRROR, _FLIP = Image.Transpose.FLIP_LEFT_RIGHT, Image.Transpose.FLIP_TOP_BOTTOM
_ORIENTATION, _TURNED = 0x0112, 6
_CAMERA: dict[str, Any] = {"format": "JPEG", "quality": 90, "subsampling": "4:2:0"}
_FRAME_MILLISECONDS = 40


class Photographs:
    """The unpacked photographs, which it crops to any size."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def cut(self, photograph: Photograph, size: tuple[int, int]) -> Any:  # noqa: ANN401 - Pillow is not typed here
        """Return the largest centred part with the proportions of `size`, resampled to `size`."""
        with Image.open(photograph.find(self.folder)) as opened:
            image = opened.convert("RGB")
        part = min(image.width / size[0], image.height / size[1])
        left, top = (image.width - size[0] * part) / 2, (image.height - size[1] * part) / 2
        box = (left, top, image.width - left, image.height - top)
        return image.resize(size, Image.Resampling.LANCZOS, box=box)

    @property
    def adobe_rgb(self) -> bytes:
        """A profile of the AdobeRGB kind."""
        return (self.folder / photographs.PROFILE).read_bytes()


def _tiled(photos: Photographs, size: tuple[int, int], across: int) -> Any:  # noqa: ANN401 - Pillow is not typed here
    tile = photos.cut(photographs.STREAM, (size[0] // across, size[1] // across))
    canvas = Image.new("RGB", size)
    for place in range(across * across):
        row, column = divmod(place, across)
        turned = tile.transpose(_MIRROR) if column % 2 else tile
        turned = turned.transpose(_FLIP) if row % 2 else turned
        canvas.paste(turned, (column * tile.width, row * tile.height))
    return canvas


def _phone(photos: Photographs) -> bytes:
    return _saved(photos.cut(photographs.STREAM, cases.PHONE.size), **_CAMERA)


def _screen(photos: Photographs) -> bytes:
    return _saved(photos.cut(photographs.MOUNTAINS, cases.SCREEN.size), **_CAMERA)


def _large(photos: Photographs) -> bytes:
    return _saved(_tiled(photos, cases.LARGE.size, 2), **_CAMERA)


def _huge(photos: Photographs) -> bytes:
    return _saved(_tiled(photos, cases.HUGE.size, 3), **_CAMERA)


def _progressive(photos: Photographs) -> bytes:
    return _saved(photos.cut(photographs.DRAGONFLY, cases.PROGRESSIVE.size), **_CAMERA, progressive=True)


def _portrait(photos: Photographs) -> bytes:
    """Store it as a camera on its side does: it has to be turned right, and its colours are AdobeRGB."""
    width, height = cases.PORTRAIT.size
    shown = photos.cut(photographs.DANDELIONS, (height, width))
    exif = Image.Exif()
    exif[_ORIENTATION] = _TURNED
    stored = shown.transpose(Image.Transpose.ROTATE_90)
    return _saved(stored, **_CAMERA, exif=exif, icc_profile=photos.adobe_rgb)


def _png(photos: Photographs) -> bytes:
    return _saved(photos.cut(photographs.STREAM, cases.PNG.size), format="PNG")


def _rgba(photos: Photographs) -> bytes:
    """Make it opaque in the middle, and more and more transparent towards the corners."""
    image = photos.cut(photographs.DRAGONFLY, cases.RGBA.size)
    mask = ImageChops.invert(Image.radial_gradient("L")).point(lambda value: min(255, value * 3))
    image.putalpha(mask.resize(image.size, Image.Resampling.BICUBIC))
    return _saved(image, format="PNG")


def _webp(photos: Photographs) -> bytes:
    return _saved(photos.cut(photographs.STREAM, cases.WEBP.size), format="WEBP", quality=85)


def _avif(photos: Photographs) -> bytes:
    return _saved(photos.cut(photographs.STREAM, cases.AVIF.size), format="AVIF", quality=75, speed=8)


def _gif(photos: Photographs) -> bytes:
    """Pan and zoom slowly, so that every pixel changes in every frame."""
    width, height = cases.GIF.size
    whole = photos.cut(photographs.MOUNTAINS, (width * 2, height * 2))
    frames = [_zoomed(whole, step / cases.GIF.frames).quantize(256) for step in range(cases.GIF.frames)]
    rest = {"save_all": True, "append_images": frames[1:], "duration": _FRAME_MILLISECONDS, "loop": 0}
    return _saved(frames[0], format="GIF", **rest)


def _zoomed(whole: Any, progress: float) -> Any:  # noqa: ANN401 - Pillow is not typed here
    width, height = whole.width * (1 - progress / 2), whole.height * (1 - progress / 2)
    left, top = (whole.width - width) * progress, (whole.height - height) / 2
    box = (left, top, left + width, top + height)
    return whole.resize(cases.GIF.size, Image.Resampling.LANCZOS, box=box)


def _saved(image: Any, **settings: Any) -> bytes:  # noqa: ANN401 - Pillow is not typed here
    out = BytesIO()
    image.save(out, **settings)
    return out.getvalue()


MAKERS: dict[cases.Original, Callable[[Photographs], bytes]] = {
    cases.PHONE: _phone,
    cases.SCREEN: _screen,
    cases.LARGE: _large,
    cases.HUGE: _huge,
    cases.PROGRESSIVE: _progressive,
    cases.PORTRAIT: _portrait,
    cases.PNG: _png,
    cases.RGBA: _rgba,
    cases.WEBP: _webp,
    cases.GIF: _gif,
    cases.AVIF: _avif,
}


def main(source: str, corpus: str) -> None:
    """Make every original that is missing."""
    Path(corpus).mkdir(parents=True, exist_ok=True)
    for original in cases.ORIGINALS:
        file = Path(corpus, original.file)
        if not file.exists():
            print(f"making {file.name}", flush=True)  # noqa: T201 - the parent passes this on
            part = file.with_suffix(".part")
            part.write_bytes(MAKERS[original](Photographs(Path(source))))
            part.rename(file)


if __name__ == "__main__":
    main(*sys.argv[1:])
