"""Puts what an original says of its rights into a finished variant: as EXIF, and as XMP."""

from __future__ import annotations

from typing import TYPE_CHECKING

from chalicelib.address.values import Format
from chalicelib.codecs import png, webp
from chalicelib.codecs.rights import avif, exif, reading, xmp

if TYPE_CHECKING:
    from collections.abc import Callable

    from chalicelib.address.values import Drawing
    from chalicelib.codecs.formats import SourceType
    from chalicelib.codecs.rights import Rights

_PNG_HEADER = 33
_JFIF = b"\xff\xe0"


def kept(original: bytes, kind: SourceType, made: bytes, format_: Format | Drawing) -> bytes:
    """Return the variant `made` of the `original`, with the rights that this one states.

    GIF has no place for them.
    """
    return written(made, format_, reading.read(original, kind))


def written(made: bytes, format_: Format | Drawing, rights: Rights) -> bytes:
    """Return the picture with the `rights`; as it is if there are none."""
    if format_ not in _WRITERS or not any(rights):
        return made
    return _WRITERS[format_](made, exif.written(rights), xmp.written(rights))


def _jpeg(made: bytes, block: bytes, packet: bytes) -> bytes:
    at = 4 + int.from_bytes(made[4:6], "big") if made[2:4] == _JFIF else 2
    signed = _segment(b"Exif\0\0" + block) if block else b""
    return made[:at] + signed + _segment(b"http://ns.adobe.com/xap/1.0/\0" + packet) + made[at:]


def _segment(content: bytes) -> bytes:
    return b"\xff\xe1" + (len(content) + 2).to_bytes(2, "big") + content


def _png(made: bytes, block: bytes, packet: bytes) -> bytes:
    text = png.chunk(b"iTXt", b"XML:com.adobe.xmp\0\0\0\0\0" + packet)
    signed = png.chunk(b"eXIf", block) if block else b""
    return made[:_PNG_HEADER] + signed + text + made[_PNG_HEADER:]


_WRITERS: dict[Format | Drawing, Callable[[bytes, bytes, bytes], bytes]] = {
    Format.JPEG: _jpeg,
    Format.PNG: _png,
    Format.WEBP: webp.with_metadata,
    Format.AVIF: avif.signed,
}
