"""A JPEG without metadata (ITU T.81, annex B; JFIF 1.02; Adobe's Technical Note 5116)."""

from __future__ import annotations

from chalicelib.codecs import jpeg

_TABLES, _QUANTIZATION, _RESTARTS, _SCAN, _END = 0xC4, 0xDB, 0xDD, 0xDA, 0xD9
_FRAMES = frozenset({0xC0, 0xC1, 0xC2})
"""Baseline, extended and progressive, with Huffman codes: what browsers show."""

_JFIF, _ADOBE = 0xE0, 0xEE
_DROPPED = frozenset({*range(0xE0, 0xF0), 0xFE})
_START = b"\xff\xd8"

_JFIF_SEGMENT = b"\xff\xe0\x00\x10JFIF\x00\x01\x01\x00\x00\x01\x00\x01\x00\x00"
_ADOBE_SEGMENT = b"\xff\xee\x00\x0eAdobe\x00\x64\x00\x00\x00\x00"
_TRANSFORM_AT = 11
_TRANSFORMS = frozenset({0, 1, 2})
_INK = 4


_EXIF_HEAD = b"Exif\0\0MM\0*\0\0\0\x08\0\1\1\x12\0\3\0\0\0\1\0"
_EXIF_END = b"\0\0\0\0\0\0"
"""EXIF whose one entry, between these two, is the orientation (CIPA DC-008, 4.6.4)."""


def looking(picture: bytes, orientation: int, profile: bytes) -> bytes:
    """Return a picture that `strip` has returned, with this orientation, and with this profile, if any."""
    turned = [(jpeg.APP1, _EXIF_HEAD + bytes([orientation]) + _EXIF_END)] if orientation > 1 else []
    return jpeg.with_segments(picture, *turned, *jpeg.profile_segments(profile))


def strip(data: bytes) -> bytes | None:
    """Return the picture alone; None for a picture in ink, and for what no picture has.

    Of applications' segments JFIF's and Adobe's say what the colours mean. They are written anew.
    """
    kept, frames = [_START], 0
    for marker, at, end, coded in jpeg.parts(data):
        content = data[at:end]
        if marker == _END:
            return b"".join([*kept, data[at - 2 : at]]) if frames == 1 else None
        if marker in _FRAMES and content[5] == _INK:
            return None
        if marker in _DROPPED:
            kept.append(_written_anew(marker, content))
        elif not _is_whole(marker, content):
            return None
        else:
            kept.append(data[at - 4 : coded])
        frames += marker in _FRAMES
    return None


def _written_anew(marker: int, content: bytes) -> bytes:
    if marker == _JFIF and content.startswith(b"JFIF\0"):
        return _JFIF_SEGMENT
    if marker == _ADOBE and content.startswith(b"Adobe") and content[_TRANSFORM_AT] in _TRANSFORMS:
        return _ADOBE_SEGMENT + content[_TRANSFORM_AT : _TRANSFORM_AT + 1]
    return b""


def _quantization_length(first: int) -> int:
    return 1 + 64 * (2 if first >> 4 else 1)


def _is_whole(marker: int, content: bytes) -> bool:
    """Whether the segment is one that a picture needs, and is no longer than that."""
    if marker in _FRAMES:
        return len(content) == 6 + 3 * content[5]
    if marker == _SCAN:
        return len(content) == 4 + 2 * content[0]
    if marker == _RESTARTS:
        return len(content) == 2  # noqa: PLR2004 - the one number there is
    while content and marker in {_TABLES, _QUANTIZATION}:
        length = 17 + sum(content[1:17]) if marker == _TABLES else _quantization_length(content[0])
        if length > len(content):
            return False
        content = content[length:]
    return marker in {_TABLES, _QUANTIZATION}
