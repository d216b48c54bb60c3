"""Finds the blocks of metadata in an original, and reads whose picture it is from them.

Where they disagree, EXIF counts before IPTC, IPTC before XMP, and XMP before the texts of a PNG.
"""

from __future__ import annotations

import struct
from contextlib import suppress
from itertools import islice
from typing import TYPE_CHECKING, NamedTuple

from chalicelib.codecs import boxes, jpeg, png, tiff, webp
from chalicelib.codecs.formats import AVIF, HEIC, JPEG, PNG, TIFF, WEBP
from chalicelib.codecs.rights import Rights, exif, iptc, texts, xmp
from chalicelib.errors import Refusal

if TYPE_CHECKING:
    from collections.abc import Iterator

    from chalicelib.codecs.formats import SourceType

_EXIF, _XMP, _PHOTOSHOP = b"Exif\0\0", b"http://ns.adobe.com/xap/1.0/\0", b"Photoshop 3.0\0"
_APP1, _APP13 = 0xE1, 0xED
_TAG_XMP, _TAG_IPTC, _TAG_PHOTOSHOP = 700, 33723, 34377
_TEXTS = frozenset({b"tEXt", b"zTXt", b"iTXt"})
_MOST = 64
"""Blocks that are read. A real file has one of each kind."""


class _Said(NamedTuple):
    """What a block says; a smaller `rank` counts first."""

    rank: int
    rights: Rights


def read(data: bytes, kind: SourceType) -> Rights:
    """Return what the original says; empty values where it says nothing that can be read."""
    found: list[_Said] = []
    with suppress(Refusal, struct.error, IndexError):  # what was found before a fault counts
        found.extend(islice(_READERS[kind](data), _MOST) if kind in _READERS else ())
    ranked = [said.rights for said in sorted(found, key=lambda said: said.rank)]
    return Rights(*(next(filter(None, values), "") for values in zip(Rights(), *ranked, strict=True)))


def _exif(block: bytes) -> _Said:
    return _Said(0, exif.read(block.removeprefix(_EXIF)))


def _iptc(block: bytes) -> _Said:
    return _Said(1, iptc.read(block))


def _xmp(packet: bytes) -> _Said:
    return _Said(2, xmp.read(packet) if len(packet) <= xmp.LARGEST else Rights())


def _jpeg(data: bytes) -> Iterator[_Said]:
    for marker, at, end in jpeg.segments(data):
        content = data[at:end]
        if marker == _APP1 and content.startswith(_EXIF):
            yield _exif(content)
        elif marker == _APP1 and content.startswith(_XMP):
            yield _xmp(content.removeprefix(_XMP))
        elif marker == _APP13 and content.startswith(_PHOTOSHOP):
            yield _iptc(iptc.in_photoshop(content.removeprefix(_PHOTOSHOP)))


def _png(data: bytes) -> Iterator[_Said]:
    for tag, at, end in png.chunks(data):
        content = data[at + 8 : end - 4]
        if tag == b"eXIf":
            yield _exif(content)
        elif tag in _TEXTS and (packet := texts.packet(tag, content)):
            yield _xmp(packet)
        elif tag in _TEXTS:
            yield _Said(3, texts.read(tag, content))


def _webp(data: bytes) -> Iterator[_Said]:
    for tag, content in webp.chunks(webp.body(data)):
        if tag == b"EXIF":
            yield _exif(content)
        elif tag == b"XMP ":
            yield _xmp(content)


def _tiff(data: bytes) -> Iterator[_Said]:
    yield _exif(data)
    yield _iptc(tiff.content(data, _TAG_IPTC) or iptc.in_photoshop(tiff.content(data, _TAG_PHOTOSHOP)))
    yield _xmp(tiff.content(data, _TAG_XMP))


def _heif(data: bytes) -> Iterator[_Said]:
    for kind, content in boxes.metadata(data):
        if kind == b"Exif":
            yield _exif(content[4 + int.from_bytes(content[:4], "big") :])
        else:
            yield _xmp(content)


_READERS = {JPEG: _jpeg, PNG: _png, WEBP: _webp, TIFF: _tiff, AVIF: _heif, HEIC: _heif}
"""GIF and BMP have no place for it that anybody uses."""
