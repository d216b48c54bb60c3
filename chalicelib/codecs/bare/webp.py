"""A WebP without metadata (RFC 9649)."""

from __future__ import annotations

from chalicelib.codecs import webp

_COMPRESSION = 3
_RAW, _LOSSLESS = 0, 1
"""How transparency is coded: one byte for each pixel, or as a lossless picture."""


def strip(data: bytes) -> bytes | None:
    """Return the still picture, or the frames of the animation; None without any."""
    animation = webp.animation(data)
    if animation:
        return webp.assemble(animation) if all(map(_is_whole, animation.frames)) else None
    picture = webp.picture(data)
    size = webp.bitstream_size(webp.chunks(picture))
    if not size:
        return None
    frame = webp.Frame(0, 0, *size, 0, blend=False, clear=False, picture=picture)
    return webp.still(frame) if _is_whole(frame) else None


def _is_whole(frame: webp.Frame) -> bool:
    """Whether the transparency, if there is any, is about this picture and nothing more."""
    alpha = dict(webp.chunks(frame.picture)).get(b"ALPH")
    if alpha is None:
        return True
    compression = alpha[0] & _COMPRESSION
    if compression == _RAW:
        return len(alpha) == 1 + frame.width * frame.height
    return compression == _LOSSLESS
