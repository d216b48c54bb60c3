"""Reports what only a running function can know of its surroundings, for ``ops doctor``.

It works without ImageMagick, too: the report then says why there is none. With a faulty configuration the
function does not start at all: Lambda then reports a `ConfigError` that lists every fault. The function's
permissions are not tried: for some that would leave a trace. IAM's policy simulator checks them.
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
from chalicelib.codecs.formats import SVG
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
    """Its version, its folder (empty for the system's), and the types that it could really read and write.

    `weaknesses` says what the system refuses of confining its process.
    """

    version: str = ""
    home: str = ""
    reads: tuple[str, ...] = ()
    writes: tuple[str, ...] = ()
    weaknesses: tuple[str, ...] = ()
    error: str = ""


@dataclass(frozen=True, slots=True)
class Report:
    """What the function knows; `clock` is in seconds since 1970."""

    clock: float
    region: str
    python: str
    machine: str
    imagemagick: ImageMagick


def report(environ: Mapping[str, str]) -> dict[str, object]:
    """Return the `Report` on the function with this environment, ready for JSON."""
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
        from chalicelib.codecs import imagemagick  # noqa: PLC0415 - it may be missing, which is reported
    except ImportError as missing:
        return ImageMagick(error=str(missing))
    with Darkroom(share(environ), drawings=True) as darkroom:
        return ImageMagick(
            version=imagemagick.VERSION,
            home=os.environ.get("MAGICK_HOME", ""),
            reads=tuple(
                name for name in SPECIMENS if _makes(darkroom, name, None if name == SVG.name else Format.PNG)
            ),
            writes=tuple(output for output in Format if _makes(darkroom, "png", output)),
            weaknesses=tuple(darkroom.weaknesses()),
        )


def _makes(darkroom: Darkroom, original: str, output: Format | None) -> bool:
    variant = Variant(_SMALLER, Options(format=output))
    try:
        darkroom.render(SPECIMENS[original], variant, _LIMITS, frozenset(SPECIMENS))
    except Refusal:
        return False
    return True
