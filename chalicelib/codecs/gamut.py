"""Keeps a wide gamut (PROFILE=keep): the pixels stay what they are, and a profile says what they mean.

Some pictures become sRGB all the same: those of ink, of grey, of a profile with tables and of high dynamic
range, because browsers do not show them alike; those of light itself, for which 8 bits are too few; and those
that an option computes new colours for, because this arithmetic is meant for sRGB.
"""

from __future__ import annotations

import zlib
from typing import TYPE_CHECKING

from chalicelib.address.values import Format
from chalicelib.codecs import jpeg, png, webp
from chalicelib.codecs.colour import bare_profile, cicp, icc
from chalicelib.codecs.colour.sources import SRGB, Coded, Profiled
from chalicelib.codecs.heif import adding

if TYPE_CHECKING:
    from collections.abc import Callable

    from chalicelib.address.options import Options
    from chalicelib.address.values import Drawing
    from chalicelib.codecs.colour.sources import ColourSource

_LARGEST = 16 << 10
"""Bytes of the largest profile that is written into a variant. Those of Apple and Adobe have 500."""
_KEPT_CURVES = frozenset({cicp.SRGB_TRANSFER, 1, 4, 5, 6, 7, 11, 14, 15, 17})
"""The transfers of H.273 that suit 8 bits: not light itself (8), and no high dynamic range."""


def profile(source: ColourSource, format_: Format | Drawing, options: Options) -> bytes:
    """Return the profile for a variant whose pixels stay as they are; empty if they become sRGB.

    Whether it is grey or of ink, and lies on white, only shows when it is decoded.
    """
    if format_ not in _WRITERS or source == SRGB or computes(options):
        return b""
    if isinstance(source, Profiled):
        return portable(source.profile)
    if isinstance(source, Coded) and source.transfer in _KEPT_CURVES:
        return portable(icc.matrix_profile(cicp.PRIMARIES[source.primaries], cicp.CURVES[source.transfer]))
    return b""


def portable(profile: bytes) -> bytes:
    """Return a profile that means the same as this one, and says nothing else; empty if it is not kept."""
    if not (icc.suits_bytes(profile) and bare_profile.is_plausible(profile)):
        return b""
    written = bare_profile.bare(profile)
    return written if len(written) <= _LARGEST else b""


_COMPUTING = (
    *("background", "sepia", "tint", "watermark"),  # colours that are given in sRGB
    *("brightness", "contrast", "grayscale", "saturation"),  # tones of sRGB
    *("blur", "colors", "sharpen"),  # colours between others
)


def computes(options: Options) -> bool:
    """Return whether an option computes with the numbers of the pixels as those of sRGB."""
    return any(getattr(options, name) for name in _COMPUTING)


def profiled(made: bytes, format_: Format | Drawing, profile: bytes) -> bytes:
    """Return the picture `made` with the profile."""
    return _WRITERS[format_](made, profile) if profile and format_ in _WRITERS else made


def _jpeg(made: bytes, profile: bytes) -> bytes:
    return jpeg.with_segments(made, *jpeg.profile_segments(profile))


def _png(made: bytes, profile: bytes) -> bytes:
    return png.with_chunks(made, (b"iCCP", b"icc\0\0" + zlib.compress(profile, 9)))


_WRITERS: dict[Format | Drawing, Callable[[bytes, bytes], bytes]] = {
    Format.JPEG: _jpeg,
    Format.PNG: _png,
    Format.WEBP: webp.with_profile,
    Format.AVIF: adding.profiled,
}
"""GIF has no place for a profile that browsers heed."""
