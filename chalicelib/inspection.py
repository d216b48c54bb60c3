"""What only a function can know of its surroundings, for ``ops doctor``.

It answers whatever is missing: each part says what is so or, as its error, why that cannot be known; an empty
error is well. Only with a faulty configuration is there no function to answer: Lambda then tells of a
`ConfigError`, whose message has every fault. Nothing is written. Nor is it tried whether the function may
invalidate: CloudFront has no call that only asks, so that is left to IAM's policy simulator.
"""

from __future__ import annotations

import dataclasses
import os
import platform
import time
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING

from botocore.exceptions import BotoCoreError, ClientError

from chalicelib.aws import Aws
from chalicelib.cdn import Distribution
from chalicelib.darkroom import Darkroom, share
from chalicelib.errors import Refusal
from chalicelib.limits import Limits
from chalicelib.options import Options
from chalicelib.specimens import SPECIMENS
from chalicelib.values import Format
from chalicelib.variant import Size, Variant

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from chalicelib.config import Config

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
class Finding:
    """What was found, or the error that it met."""

    found: str = ""
    error: str = ""


@dataclass(frozen=True, slots=True)
class Report:
    """`clock` is in seconds since 1970.

    `buckets` has, by its name, the region of each bucket that the configuration names; `distribution` is the
    id of the distribution, if this function is told one.
    """

    clock: float
    region: str
    python: str
    machine: str
    imagemagick: ImageMagick
    buckets: Mapping[str, Finding]
    distribution: Finding


def report(config: Config, environ: Mapping[str, str]) -> dict[str, object]:
    """Return the `Report` on the function with this configuration and environment, as JSON has it."""
    aws = Aws()
    return dataclasses.asdict(
        Report(
            clock=time.time(),
            region=environ.get("AWS_REGION", ""),
            python=platform.python_version(),
            machine=platform.machine(),
            imagemagick=_imagemagick(environ),
            buckets={bucket: _asked(partial(_region, aws, bucket)) for bucket in _buckets(config)},
            distribution=_asked(lambda: Distribution(aws, config.distribution_id).id),
        )
    )


def _buckets(config: Config) -> list[str]:
    return sorted({config.site.bucket, *(source.bucket for source in config.sources.by_name.values())})


def _asked(ask: Callable[[], str]) -> Finding:
    try:
        return Finding(ask())
    except (BotoCoreError, ClientError) as error:
        return Finding(error=str(error))


def _region(aws: Aws, bucket: str) -> str:
    """Return the region of a bucket that may be listed, as the app has to be able to."""
    answer = aws.s3.list_objects_v2(Bucket=bucket, MaxKeys=1)
    return answer["ResponseMetadata"]["HTTPHeaders"].get("x-amz-bucket-region", "")


def _imagemagick(environ: Mapping[str, str]) -> ImageMagick:
    try:
        from chalicelib import imagemagick  # noqa: PLC0415 - it may be missing, which is to be told
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
