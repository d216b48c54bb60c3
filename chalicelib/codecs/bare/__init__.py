"""Removes an original's metadata and leaves every pixel as it is.

This is for variants that change nothing: encoding such an original again may make it larger, and never makes
it better. Each type has a list of what may stand where. What is in it is kept, or written anew where there is
room for more than it has to say. All else goes, wherever it stands.
"""

from __future__ import annotations

import struct
import sys
from typing import TYPE_CHECKING

from chalicelib.codecs.bare import gif, jpeg, png, webp
from chalicelib.codecs.colour import bare_profile, sources
from chalicelib.codecs.formats import GIF, JPEG, PNG, WEBP
from chalicelib.errors import Refusal

if TYPE_CHECKING:
    from chalicelib.codecs.formats import SourceType

_STRIP = {JPEG: jpeg.strip, PNG: png.strip, WEBP: webp.strip, GIF: gif.strip}


def seen_alike(data: bytes, kind: SourceType, orientation: int) -> bytes | None:
    """Return the original without metadata, and looking as it does, pixel by pixel; None as in `bare`.

    A JPEG keeps its `orientation`, and what its ICC profile says of its colours. Of other types these make
    None.
    """
    if kind is not JPEG:
        return bare(data, kind) if orientation == 1 else None
    colours = sources.read(data, kind)
    profile = bare_profile.bare(colours.profile) if isinstance(colours, sources.Profiled) else b""
    if colours != sources.SRGB and not profile:
        return None
    picture = _picture_alone(data, kind)
    return jpeg.looking(picture, orientation, profile) if picture else None


def bare(data: bytes, kind: SourceType, most: int = sys.maxsize) -> bytes | None:
    """Return the original without metadata; None if that would have more than `most` bytes.

    None also if the metadata change how it looks, if it is cut off, or if it holds what its type has no place
    for. The EXIF orientation is ignored: the caller has to check it.
    """
    if sources.read(data, kind) != sources.SRGB:
        return None
    picture = _picture_alone(data, kind)
    if picture is None or len(picture) > most:
        return None
    # Only now, since it inflates every pixel.
    return None if kind is PNG and png.has_more_than_pixels(picture) else picture


def _picture_alone(data: bytes, kind: SourceType) -> bytes | None:
    try:
        return _STRIP[kind](data) if kind in _STRIP else None
    except (Refusal, IndexError, struct.error):
        return None
