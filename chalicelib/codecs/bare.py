"""Removes an original's metadata and leaves every pixel as it is.

This is for variants that change nothing: encoding such an original again may make it larger, and never makes
it better. What a decoder needs is kept. All else goes, also what follows the picture in the file.
"""

from __future__ import annotations

import struct
from typing import TYPE_CHECKING

from chalicelib.codecs import gif, jpeg, png, webp
from chalicelib.codecs.colour import sources
from chalicelib.codecs.formats import GIF, JPEG, PNG, WEBP
from chalicelib.errors import Refusal

if TYPE_CHECKING:
    from chalicelib.codecs.formats import SourceType


def bare(data: bytes, kind: SourceType) -> bytes | None:
    """Return the original without metadata; None if they change how it looks, or if it is cut off.

    The EXIF orientation is ignored: the caller has to check it.
    """
    if sources.read(data, kind) != sources.SRGB:
        return None
    strip = {JPEG: _jpeg, PNG: _png, WEBP: _webp, GIF: _gif}.get(kind)
    try:
        return strip(data) if strip else None
    except (Refusal, IndexError, struct.error):
        return None


_JFIF, _ADOBE, _COMMENT, _SCAN = 0xE0, 0xEE, 0xFE, 0xDA
_DROPPED = frozenset({*range(0xE0, 0xF0), _COMMENT}) - {_ADOBE}
_FRAMES = frozenset(range(0xC0, 0xD0)) - {0xC4, 0xC8, 0xCC}
_JFIF_LENGTH = 14
_INK = 4


def _jpeg(data: bytes) -> bytes | None:
    """Drop comments and application segments, except JFIF's and Adobe's, which say what the colours mean."""
    kept = [data[:2]]
    for marker, at, end in jpeg.segments(data):
        if marker in _FRAMES and data[at + 5] == _INK:
            return None
        if marker == _SCAN:
            finish = jpeg.end(data, at)
            return b"".join([*kept, data[at - 4 : finish]]) if finish else None
        is_jfif = marker == _JFIF and data[at : at + 5] == b"JFIF\0" and end - at == _JFIF_LENGTH
        if marker not in _DROPPED or is_jfif:
            kept.append(data[at - 4 : end])
    return None


_PNG_PICTURE = frozenset({b"IHDR", b"PLTE", b"tRNS", b"IDAT", b"IEND"})
_DEEP = 16


def _png(data: bytes) -> bytes | None:
    """Keep the picture's own chunks; None if it has 16 bits a channel."""
    kept = [data[:8]]
    for tag, at, end in png.chunks(data):
        if data[24] == _DEEP:
            return None
        if tag in _PNG_PICTURE:
            kept.append(data[at:end])
        if tag == b"IEND":
            return b"".join(kept)
    return None


def _webp(data: bytes) -> bytes | None:
    animation = webp.animation(data)
    if animation:
        return webp.assemble(animation)
    size = webp.bitstream_size(webp.chunks(webp.body(data)))
    if not size:
        return None
    return webp.still(webp.Frame(0, 0, *size, 0, blend=False, clear=False, picture=webp.picture(data)))


_GIF_LOOPS = (b"NETSCAPE2.0", b"ANIMEXTS1.0")


def _gif(data: bytes) -> bytes | None:
    """Keep the pictures, their control blocks and the loop count; drop all other extensions."""
    end = gif.head_end(data)
    kept = [data[:end]]
    for at, end in gif.blocks(data):
        loops = data[at + 1] == gif.APPLICATION and data[at + 3 : at + 14] in _GIF_LOOPS
        if data[at] == gif.PICTURE or data[at + 1] == gif.CONTROL or loops:
            kept.append(data[at:end])
    return b"".join([*kept, b";"]) if data[end : end + 1] == b";" else None
