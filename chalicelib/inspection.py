"""What only a function can know of its surroundings, for ``ops doctor``.

It answers even without ImageMagick; why there is none is then the error. Only with a faulty configuration is
there no function to answer: Lambda then tells of a `ConfigError`, whose message has every fault. What the
function may do is left to IAM's policy simulator: not every permission can be tried without a trace.
"""

from __future__ import annotations

import dataclasses
import os
import platform
import time
from dataclasses import dataclass
from typing import TYPE_CHECKING

from chalicelib.address.options import Options
from chalicelib.address.values import Format
from chalicelib.address.variant import Size, Variant
from chalicelib.codecs.limits import Limits
from chalicelib.codecs.specimens import SPECIMENS
from chalicelib.darkroom.darkroom import Darkroom, share
from chalicelib.errors import Refusal

if TYPE_CHECKING:
    from collections.abc import Mapping

_LIMITS = Limits(source_bytes=10_000, source_pixels=10_000, output_pixels=10_000, seconds=5)
_SMALLER = Size(8, 8)


@dataclass(frozen=True, slots=True)
class ImageMagick:
    """Its version, where it is (nothing if it is the system's), and what it really did read and write."""

    version: str = ""
    home: str = ""
    reads: tuple[str, ...] = ()
    writes: tuple[str, ...] = ()
    error: str = ""


@dataclass(frozen=True, slots=True)
class Report:
    """`clock` is in seconds since 1970."""

    clock: float
    region: str
    python: str
    machine: str
    imagemagick: ImageMagick


def report(environ: Mapping[str, str]) -> dict[str, object]:
    """Return the `Report` on the function that has this environment, as JSON has it."""
    return dataclasses.asdict(
        Report(
            clock=time.time(),
            region=environ.get("AWS_REGION", ""),
            python=platform.python_version(),
            machine=platform.machine(),
            imagemagick=_imagemagick(environ),
        )
    )


def _imagemagick(environ: Mapping[str, str]) -> ImageMagick:
    try:
        from chalicelib.codecs import imagemagick  # noqa: PLC0415 - it may be missing, which is to be told
    except ImportError as missing:
        return ImageMagick(error=str(missing))
    with Darkroom(share(environ)) as darkroom:
        return ImageMagick(
            version=imagemagick.VERSION,
            home=os.environ.get("MAGICK_HOME", ""),
            reads=tuple(name for name in SPECIMENS if _makes(darkroom, name, Format.PNG)),
            writes=tuple(output for output in Format if _makes(darkroom, "png", output)),
        )


def _makes(darkroom: Darkroom, original: str, output: Format) -> bool:
    variant = Variant(_SMALLER, Options(format=output))
    try:
        darkroom.render(SPECIMENS[original], variant, _LIMITS, frozenset(SPECIMENS))
    except Refusal:
        return False
    return True
