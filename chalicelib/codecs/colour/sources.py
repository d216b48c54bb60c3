"""Decides what the colours of a file are, by what the file says; for every type of original.

Where a file says it twice, what Chromium listens to counts. In a PNG that is `cICP`, then `iCCP`, `sRGB`, and
`gAMA` (PNG, third edition, 4.3), in an AVIF or HEIC the ICC profile, then `nclx`. What is broken or unknown
is as if it were not there, and a file that says nothing is sRGB.
"""

from __future__ import annotations

import struct
import zlib
from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING

from chalicelib.codecs import jpeg, png, tiff, webp
from chalicelib.codecs.colour import cicp, icc
from chalicelib.codecs.colour.primaries import Primaries, to_d50
from chalicelib.codecs.formats import JPEG, PNG, TIFF, WEBP
from chalicelib.codecs.profiles import LARGEST_PROFILE
from chalicelib.errors import Refusal

if TYPE_CHECKING:
    from collections.abc import Iterator

    from chalicelib.codecs.formats import SourceType


@dataclass(frozen=True, slots=True)
class Profiled:
    """Colours that an ICC profile describes."""

    profile: bytes


@dataclass(frozen=True, slots=True)
class Coded:
    """RGB whose `primaries` and `transfer` are code points of ITU-T H.273.

    `peak` is the cd/m² of the brightest pixel, for PQ; 0 if the file does not say.
    """

    primaries: int
    transfer: int
    peak: int = 0


@dataclass(frozen=True, slots=True)
class Calibrated:
    """RGB with these `primaries`, in which light is a power of the value: ``value ** exponent``."""

    primaries: Primaries
    exponent: float


ColourSource = Profiled | Coded | Calibrated

SRGB = Coded(cicp.BT709, cicp.SRGB_TRANSFER)


def read(data: bytes, kind: SourceType) -> ColourSource:
    """Return the colours of the original `data`; sRGB for the types that never say, and for broken files."""
    reader = {JPEG: _jpeg, PNG: _png, WEBP: _webp, TIFF: _tiff}.get(kind)
    try:
        return reader(data) if reader else SRGB
    except (Refusal, struct.error, IndexError):
        return SRGB


def profiled(profile: bytes) -> ColourSource:
    """Return the colours of a picture with this ICC profile; sRGB if that is what it means, or is none."""
    usable = icc.space(profile) and len(profile) <= LARGEST_PROFILE
    return Profiled(profile) if usable and not icc.is_srgb(profile) else SRGB


def coded(primaries: int, transfer: int, peak: int = 0) -> ColourSource:
    """Return the colours of these code points; those that are unknown are taken for sRGB's."""
    known = primaries if primaries in cicp.PRIMARIES else cicp.BT709
    if transfer in {cicp.PQ, cicp.HLG}:
        return Coded(known, transfer, peak)
    return Coded(known, transfer if transfer in cicp.CURVES else cicp.SRGB_TRANSFER)


_TELEVISION = frozenset({1, 6, 14, 15})


def filmed(primaries: int, transfer: int, peak: int = 0) -> ColourSource:
    """Return the colours of these code points in AVIF and HEIC: television's curves are taken for sRGB's.

    Chromium takes them for a power of 2.4 in a PNG, and not in an AVIF.
    """
    return coded(primaries, cicp.SRGB_TRANSFER if transfer in _TELEVISION else transfer, peak)


_JPEG_PROFILE = b"ICC_PROFILE\0"
_APP2 = 0xE2


def _jpeg(data: bytes) -> ColourSource:
    """Put the profile together from its numbered parts (ICC.1:2022, annex B.4)."""
    parts = {
        (data[at + 13], data[at + 12]): data[at + 14 : end]
        for marker, at, end in jpeg.segments(data)
        if marker == _APP2 and data[at : at + 12] == _JPEG_PROFILE
    }
    total = next(iter(parts), (0, 0))[0]
    whole = [parts.get((total, number), b"") for number in range(1, total + 1)]
    return profiled(b"".join(whole)) if all(whole) else SRGB


def _webp(data: bytes) -> ColourSource:
    return profiled(webp.profile(data))


_TIFF_PROFILE = 34675


def _tiff(data: bytes) -> ColourSource:
    return profiled(tiff.content(data, _TIFF_PROFILE))


def _png(data: bytes) -> ColourSource:
    said: dict[bytes, bytes] = {}
    for tag, content in png.before_picture(data):
        if tag != b"cICP" or b"PLTE" not in said:  # behind the palette it does not count
            said.setdefault(tag, content)
    return next((found for found in _png_sources(said, data) if found is not None), SRGB)


_RGB = frozenset({b"RGB "})
_GREY_OR_RGB = frozenset({b"RGB ", b"GRAY"})
_GREY_TYPES = frozenset({0, 4})
_INTENTS = frozenset({b"\0", b"\1", b"\2", b"\3"})
_TYPE_AT = 25


def _png_sources(said: dict[bytes, bytes], data: bytes) -> Iterator[ColourSource | None]:
    """Yield what each chunk says of the colours, the most important first; None if it does not count."""
    yield _cicp(said)
    yield _iccp(said.get(b"iCCP", b""), _GREY_OR_RGB if data[_TYPE_AT] in _GREY_TYPES else _RGB)
    yield SRGB if said.get(b"sRGB") in _INTENTS else None
    yield _gamma(said.get(b"gAMA", b""), said.get(b"cHRM"))


def _cicp(said: dict[bytes, bytes]) -> ColourSource | None:
    """Return what cICP says (11.3.2.6): a PNG is RGB in full range, so anything else is a mistake.

    So are code points that nobody knows, as in Chromium.
    """
    content = said.get(b"cICP", b"")
    if len(content) != 4 or content[2:] != b"\0\1":  # noqa: PLR2004 - its length
        return None
    primaries, transfer = content[:2]
    if primaries not in cicp.PRIMARIES or transfer not in {*cicp.CURVES, cicp.PQ, cicp.HLG}:
        return None
    return coded(primaries, transfer, _png_peak(said))


def _png_peak(said: dict[bytes, bytes]) -> int:
    """Return the brightest pixel's cd/m² by cLLI, else that of the display it was made on, by mDCV.

    In cLLI, 0 is unknown (11.3.2.8).
    """
    for tag, at in ((b"cLLI", 0), (b"mDCV", 16)):
        content = said.get(tag, b"")
        peak = int.from_bytes(content[at : at + 4], "big") // 10_000
        if peak and len(content) == at + 8:
            return peak
    return 0


def _iccp(content: bytes, spaces: frozenset[bytes]) -> ColourSource | None:
    """Return what iCCP says (11.3.2.3): a profile that fits the picture's channels, behind its name."""
    name, _, compressed = content.partition(b"\0")
    if not name or compressed[:1] != b"\0":  # the one method of compression that there is
        return None
    try:
        profile = zlib.decompressobj().decompress(compressed[1:], LARGEST_PROFILE + 1)
    except zlib.error:
        return None
    return profiled(profile) if icc.space(profile) in spaces else None


_SRGB_GAMMA = range(43_182, 47_728)
"""In these, the power is so close to sRGB's that it stands for sRGB: within 5 % of 1/2.2, as in libpng."""

_GAMMA_UNIT = 100_000


def _gamma(gamma: bytes, chromaticities: bytes | None) -> ColourSource | None:
    """Return what gAMA and cHRM say; cHRM alone says nothing, as in Chromium."""
    value = int.from_bytes(gamma, "big") if len(gamma) == 4 else 0  # noqa: PLR2004 - its length
    if not value or (chromaticities is None and value in _SRGB_GAMMA):
        return None
    primaries = cicp.PRIMARIES[cicp.BT709] if chromaticities is None else _primaries(chromaticities)
    return Calibrated(primaries, _GAMMA_UNIT / value) if primaries else None


def _primaries(content: bytes) -> Primaries | None:
    """Return what cHRM says, which has white first; None if these are no primaries."""
    if len(content) != 32:  # noqa: PLR2004 - its length
        return None
    numbers = [number / 100_000 for number in struct.unpack(">8I", content)]
    white, red, green, blue = list(pairwise(numbers))[::2]
    primaries = Primaries(red, green, blue, white)
    try:
        largest = max(abs(part) for row in to_d50(primaries) for part in row)
    except ZeroDivisionError:
        return None
    return primaries if largest < _LARGEST_COLORANT else None


_LARGEST_COLORANT = 100.0
"""Those of ProPhoto, the widest in use, are below 1. Primaries of nearly no triangle have huge ones."""
