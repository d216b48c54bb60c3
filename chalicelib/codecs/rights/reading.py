"""Finds the blocks of metadata in an original, and reads whose picture it is from them.

Where they disagree, EXIF counts before IPTC, IPTC before XMP, and XMP before the texts of a PNG.
"""

from __future__ import annotations

import struct
import sys
from collections.abc import Callable, Iterator
from contextlib import suppress
from itertools import islice
from typing import TYPE_CHECKING, NamedTuple

from chalicelib.codecs import boxes, jpeg, png, tiff, webp
from chalicelib.codecs.formats import AVIF, HEIC, JPEG, JXL, PNG, TIFF, WEBP
from chalicelib.codecs.jxl import reading as jxl
from chalicelib.codecs.rights import Rights, exif, iptc, line, shot, texts, xmp
from chalicelib.codecs.rights.shot import NOTHING, Shot
from chalicelib.errors import Refusal

if TYPE_CHECKING:
    from chalicelib.codecs.formats import SourceType

_EXIF, _XMP, _PHOTOSHOP = b"Exif\0\0", b"http://ns.adobe.com/xap/1.0/\0", b"Photoshop 3.0\0"
_APP1, _APP13 = 0xE1, 0xED
_TAG_XMP, _TAG_IPTC, _TAG_PHOTOSHOP = 700, 33723, 34377
_TEXTS = frozenset({b"tEXt", b"zTXt", b"iTXt"})
_MOST = 64
"""Blocks that are looked at. A real file has one of each form."""


class _Form(NamedTuple):
    """A form of metadata: how it is read, and the most bytes that are. The first in the list counts first."""

    read: Callable[[bytes], Rights]
    longest: int


_FORMS = EXIF, IPTC, XMP, COPYRIGHT, AUTHOR = (
    _Form(exif.read, sys.maxsize),  # all of a TIFF, of which little is read
    _Form(iptc.read, 1 << 16),
    _Form(xmp.read, xmp.LARGEST),
    _Form(lambda text: Rights(copyright=line(text.decode())), texts.LARGEST),
    _Form(lambda text: Rights(artist=line(text.decode())), texts.LARGEST),
)

_Blocks = Iterator[tuple[_Form, bytes]]


def read(data: bytes, kind: SourceType) -> Rights:
    """Return what the original says; empty values where it says nothing that can be read."""
    found: dict[_Form, Rights] = {}
    with suppress(Refusal, struct.error, IndexError):  # what was found before a fault counts
        for form, block in islice(_FINDERS[kind](data), _MOST) if kind in _FINDERS else ():
            if form not in found:  # one of each form is read: many would take long
                found[form] = form.read(block) if len(block) <= form.longest else Rights()
    ranked = (found.get(form, Rights()) for form in _FORMS)
    return Rights(*(next(filter(None, values), "") for values in zip(*ranked, strict=True)))


def taken(data: bytes, kind: SourceType) -> Shot:
    """Return how the original says that it was taken; nothing where it says nothing that can be read."""
    with suppress(Refusal, struct.error, IndexError):
        for form, block in islice(_FINDERS[kind](data), _MOST) if kind in _FINDERS else ():
            if form is EXIF:
                return shot.read(block)
    return NOTHING


def _jpeg(data: bytes) -> _Blocks:
    for marker, at, end in jpeg.segments(data):
        content = data[at:end]
        if marker == _APP1 and content.startswith(_EXIF):
            yield EXIF, content.removeprefix(_EXIF)
        elif marker == _APP1 and content.startswith(_XMP):
            yield XMP, content.removeprefix(_XMP)
        elif marker == _APP13 and (
            records := _in_photoshop(content)
        ):  # its blocks may be in several segments
            yield IPTC, records


def _in_photoshop(content: bytes) -> bytes:
    return iptc.in_photoshop(content.removeprefix(_PHOTOSHOP)) if content.startswith(_PHOTOSHOP) else b""


def _png(data: bytes) -> _Blocks:
    for tag, at, end in png.chunks(data):
        if tag == b"eXIf":
            yield EXIF, data[at + 8 : end - 4]
        elif tag in _TEXTS:
            keyword = data[at + 8 : at + 8 + _LONGEST_KEYWORD].partition(b"\0")[0]
            if keyword in _KEYWORDS:
                yield _KEYWORDS[keyword], texts.text(tag, data[at + 8 : end - 4])


_LONGEST_KEYWORD = 80
_KEYWORDS = {b"XML:com.adobe.xmp": XMP, b"Copyright": COPYRIGHT, b"Author": AUTHOR}


def _webp(data: bytes) -> _Blocks:
    for tag, content in webp.chunks(webp.body(data)):
        if tag == b"EXIF":
            yield EXIF, content.removeprefix(_EXIF)
        elif tag == b"XMP ":
            yield XMP, content


def _tiff(data: bytes) -> _Blocks:
    yield EXIF, data
    yield IPTC, tiff.content(data, _TAG_IPTC) or iptc.in_photoshop(tiff.content(data, _TAG_PHOTOSHOP))
    yield XMP, tiff.content(data, _TAG_XMP)


def _heif(data: bytes) -> _Blocks:
    return _boxed(boxes.metadata(data))


def _jxl(data: bytes) -> _Blocks:
    return _boxed(jxl.metadata(data))


def _boxed(found: Iterator[tuple[bytes, bytes]]) -> _Blocks:
    for tag, content in found:
        if tag == b"Exif":
            yield EXIF, content[4 + int.from_bytes(content[:4], "big") :]
        else:
            yield XMP, content


_FINDERS = {JPEG: _jpeg, PNG: _png, WEBP: _webp, TIFF: _tiff, AVIF: _heif, HEIC: _heif, JXL: _jxl}
"""GIF and BMP have no place for it that anybody uses."""
