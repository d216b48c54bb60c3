"""The segments of a JPEG up to its first scan (ITU T.81, B.1.1)."""

from __future__ import annotations

import re
import struct
from dataclasses import dataclass
from typing import TYPE_CHECKING

from chalicelib.codecs import tiff
from chalicelib.codecs.profiles import LARGEST_PROFILE
from chalicelib.errors import BrokenImage

if TYPE_CHECKING:
    from collections.abc import Iterator

_MARKER = re.compile(rb"\xff+([^\x00\xff])", re.DOTALL)
_AFTER_SCAN = re.compile(rb"\xff+([^\x00\xff\xd0-\xd7])", re.DOTALL)
"""A marker that ends a scan: any but restart markers, which are part of its data."""

_FRAMES = frozenset(range(0xC0, 0xD0)) - {0xC4, 0xC8, 0xCC}
_PROGRESSIVE = frozenset({0xC2, 0xCA})
_DECODED = frozenset({0xC0, 0xC1, 0xC9}) | _PROGRESSIVE
"""Frames that are decoded. The others are of lossless or hierarchical processes, which no browser shows."""

_BITS = 8
_ALONE = frozenset({0x01, *range(0xD0, 0xD9)})
_END, _SCAN = 0xD9, 0xDA
APP1, APP2 = 0xE1, 0xE2
_JFIF = b"\xff\xe0"
_PROFILE = b"ICC_PROFILE\0"
_MOST_OF_PROFILE = 65_519
"""Bytes of a profile in one segment (ICC.1:2022, annex B.4)."""

_MOST_SEGMENTS = 10_000
_LEAST_LENGTH = 2


@dataclass(frozen=True, slots=True)
class Head:
    """Width, height, EXIF orientation (1 to 8) and how many `scans` a decoder has to collect.

    Most files have one scan, which gives the pixels row by row. If there are several, each covers the whole
    picture, and the decoder keeps all of it in memory until the last.
    """

    width: int
    height: int
    orientation: int
    scans: int


def read(data: bytes) -> Head:
    """Return what the segments before the first scan say; `BrokenImage` if there is no scan."""
    orientation, frame = 0, None
    for marker, at, end in segments(data):
        if marker == _SCAN and frame:
            kind, width, height, components = frame
            return Head(width, height, orientation or 1, _scans(data, at, kind, components))
        if marker in _FRAMES and not frame:
            frame = (marker, *_frame(data, marker, at))
        elif marker == APP1 and data[at : at + 5] == b"Exif\0" and not orientation:  # the first counts
            orientation = tiff.exif_orientation(data[at + 6 : end])
    raise BrokenImage("The original is a JPEG without a picture.")


def _frame(data: bytes, marker: int, at: int) -> tuple[int, int, int]:
    """Return width, height and number of components; `BrokenImage` if browsers do not show such a JPEG."""
    bits, height, width, components = struct.unpack_from(">BHHB", data, at)
    if marker not in _DECODED:
        raise BrokenImage("The original is a lossless or hierarchical JPEG, which is not supported.")
    if bits != _BITS:
        raise BrokenImage(f"The original is a JPEG with {bits} bits a sample; only {_BITS} are supported.")
    return width, height, components


def harmless(data: bytes) -> bytes:
    """Return the JPEG without an ICC profile that is too large: ImageMagick holds many copies of it."""
    found = [(at - 4, end) for marker, at, end in segments(data) if _is_profile(data, marker, at)]
    if sum(end - at for at, end in found) <= LARGEST_PROFILE:
        return data
    starts, ends = zip(*found, strict=True)
    return b"".join(data[at:end] for at, end in zip((0, *ends), (*starts, len(data)), strict=True))


def _is_profile(data: bytes, marker: int, at: int) -> bool:
    return marker == APP2 and data.startswith(_PROFILE, at)


def segments(data: bytes) -> Iterator[tuple[int, int, int]]:
    """Yield the marker of each segment up to the first scan's, and where its content begins and ends."""
    at = 2
    for _ in range(_MOST_SEGMENTS):
        found = _MARKER.search(data, at)
        if not found or found[1][0] == _END:
            return
        at = found.end()
        if found[1][0] in _ALONE:
            continue
        end = _segment_end(data, at)
        yield found[1][0], at + 2, end
        if found[1][0] == _SCAN:
            return
        at = end


def _segment_end(data: bytes, at: int) -> int:
    length: int = struct.unpack_from(">H", data, at)[0]
    if length < _LEAST_LENGTH:
        raise BrokenImage("The original is a broken JPEG: one of its segments is shorter than possible.")
    return at + length


def parts(data: bytes) -> Iterator[tuple[int, int, int, int]]:
    """Yield every segment to the end of the picture, which is the last one; it is missing if that is cut off.

    Each is its marker, where its content begins and ends, and, of a scan, where the coded data behind it end.
    What stands between segments, such as bytes that pad, is in none of them.
    """
    at = 2
    for _ in range(_MOST_SEGMENTS):
        found = _MARKER.search(data, at)
        if not found:
            return
        marker, at = found[1][0], found.end()
        if marker in _ALONE or marker == _END:
            yield marker, at, at, at
            return
        end = coded = _segment_end(data, at)
        if marker == _SCAN:
            behind = _AFTER_SCAN.search(data, end)
            if not behind:
                return
            coded = behind.start()
        yield marker, at + 2, end, coded
        at = coded


def _scans(data: bytes, at: int, kind: int, components: int) -> int:
    if kind not in _PROGRESSIVE and data[at] == components:
        return 1
    return max(2, data.count(b"\xff\xda", at - 4))


def profile_segments(profile: bytes) -> Iterator[tuple[int, bytes]]:
    """Yield the segments that hold an ICC profile, each a marker and its content; none without a profile."""
    parts = [profile[at : at + _MOST_OF_PROFILE] for at in range(0, len(profile), _MOST_OF_PROFILE)]
    for number, part in enumerate(parts, start=1):
        yield APP2, _PROFILE + bytes((number, len(parts))) + part


def with_segments(data: bytes, *added: tuple[int, bytes]) -> bytes:
    """Return a JPEG of ours with these segments, each a marker and its content, behind that of JFIF."""
    at = 4 + int.from_bytes(data[4:6], "big") if data[2:4] == _JFIF else 2
    return data[:at] + b"".join(_segment(marker, content) for marker, content in added) + data[at:]


def _segment(marker: int, content: bytes) -> bytes:
    return bytes((0xFF, marker)) + (len(content) + _LEAST_LENGTH).to_bytes(2, "big") + content
