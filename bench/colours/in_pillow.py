"""Pillow's part, in its own venv: ``python -m bench.colours.in_pillow make|decode FOLDER``."""

from __future__ import annotations

from io import BytesIO
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Any

import pillow_jxl  # type: ignore[import-not-found]  # noqa: F401 - lives in the rival's own venv; Pillow knows JPEG XL by it
from PIL import Image, ImageCms  # type: ignore[import-not-found]  # likewise

from bench.colours import picture, said
from bench.colours.rival import Rival

if TYPE_CHECKING:
    from collections.abc import Iterator

_PROFILES = {
    "no profile": None,
    "P3": said.profile("P3", said.SRGB_CURVE, said.P3),
    "linear": said.profile("linear", said.LINEAR),
    "a table": said.profile("camera", said.sampled(1024)),
}
_SUBSAMPLINGS = ("4:4:4", "4:2:2", "4:2:0")
_SRGB = ImageCms.createProfile("sRGB")
_DEEP = "I;16"


def files() -> Iterator[tuple[str, bytes]]:
    """Yield a name, with its type in front, and the bytes of each file."""
    opaque = Image.frombytes("RGB", (picture.WIDTH, picture.HEIGHT), picture.raw())
    clear = Image.frombytes("RGBA", (picture.WIDTH, picture.HEIGHT), picture.raw(transparent=True))
    for name, icc in _PROFILES.items():
        for chroma in _SUBSAMPLINGS:
            yield f"jpeg {chroma}, {name}", _saved(opaque, "JPEG", icc, quality=95, subsampling=chroma)
            yield (
                f"avif 8 bits, {chroma}, {name}",
                _saved(opaque, "AVIF", icc, quality=95, subsampling=chroma),
            )
            yield (
                f"avif 8 bits, {chroma}, limited range, {name}",
                _saved(opaque, "AVIF", icc, quality=95, subsampling=chroma, range="limited"),
            )
        yield f"jpeg progressive, {name}", _saved(opaque, "JPEG", icc, quality=95, progressive=True)
        yield f"avif with alpha, {name}", _saved(clear, "AVIF", icc, quality=95, subsampling="4:4:4")
        for lossless in (False, True):
            for image, alpha in ((opaque, ""), (clear, " with alpha")):
                kind = "lossless" if lossless else "lossy"
                yield f"webp {kind}{alpha}, {name}", _saved(image, "WEBP", icc, quality=95, lossless=lossless)
        for compression in ("raw", "tiff_lzw", "tiff_adobe_deflate", "packbits"):
            yield f"tiff {compression}, {name}", _saved(opaque, "TIFF", icc, compression=compression)
    for image, alpha in ((opaque, ""), (clear, " with alpha"), (opaque.convert("L"), " grey")):
        for lossless in (False, True):
            kind = "lossless" if lossless else "lossy"
            yield f"jxl {kind}{alpha}", _saved(image, "JXL", None, quality=95, lossless=lossless)
    for chroma in _SUBSAMPLINGS:
        yield (
            f"jxl made of a JPEG of {chroma}",
            _jxl_of(_saved(opaque, "JPEG", None, quality=95, subsampling=chroma)),
        )
    yield "jpeg grey", _saved(opaque.convert("L"), "JPEG", None, quality=95)
    yield "jpeg of ink", _saved(opaque.convert("CMYK"), "JPEG", None, quality=95)
    for mode in ("RGB", "L", "P", "1"):
        yield f"bmp {mode}", _saved(opaque.convert(mode), "BMP", None)
        yield f"tiff {mode}", _saved(opaque.convert(mode), "TIFF", None)
    yield "tiff with alpha", _saved(clear, "TIFF", None)
    yield "tiff of ink", _saved(opaque.convert("CMYK"), "TIFF", None)
    yield "gif", _saved(opaque.quantize(256), "GIF", None)
    yield "gif grey", _saved(opaque.convert("L"), "GIF", None)


def _saved(image: Any, kind: str, icc: bytes | None, **options: object) -> bytes:  # noqa: ANN401 - Pillow is not installed where types are checked
    stream = BytesIO()
    image.save(stream, kind, **options, **({"icc_profile": icc} if icc else {}))
    return stream.getvalue()


def _jxl_of(jpeg: bytes) -> bytes:
    """Return a JPEG as JPEG XL, from which it can be put together again."""
    with TemporaryDirectory() as folder:
        (file := Path(folder, "a.jpg")).write_bytes(jpeg)
        with Image.open(file) as image:
            return _saved(image, "JXL", None, lossless_jpeg=True)


def decoded(data: bytes) -> bytes:
    """Return the picture in sRGB over white, as Pillow's documentation says how."""
    with Image.open(BytesIO(data)) as opened:
        opened.load()
        icc, image = opened.info.get("icc_profile"), opened
        if opened.mode.startswith(_DEEP):
            image = opened.convert("I").point(lambda value: value / 257).convert("L")
        alpha = image.convert("RGBA").getchannel("A")
        if icc and image.mode in {"RGB", "RGBA"}:
            image = ImageCms.profileToProfile(image.convert("RGB"), BytesIO(icc), _SRGB, outputMode="RGB")
        white = Image.new("RGB", image.size, "white")
        white.paste(image.convert("RGB"), mask=alpha)
        return bytes(white.tobytes())


if __name__ == "__main__":
    Rival("Pillow", ".pillow", files, decoded, (OSError, ValueError, SyntaxError, ImageCms.PyCMSError)).work()
