"""Puts what an original says of itself into a finished variant: as EXIF, and as XMP."""

from __future__ import annotations

from typing import TYPE_CHECKING

from chalicelib.address.values import Format, Metadata
from chalicelib.codecs import png, webp
from chalicelib.codecs.heif import adding
from chalicelib.codecs.rights import exif, reading, xmp
from chalicelib.codecs.rights.shot import NOTHING, Shot

if TYPE_CHECKING:
    from collections.abc import Callable

    from chalicelib.address.values import Drawing
    from chalicelib.codecs.formats import SourceType
    from chalicelib.codecs.rights import Rights

_PNG_HEADER = 33
_JFIF = b"\xff\xe0"


def kept(
    original: bytes, kind: SourceType, made: bytes, format_: Format | Drawing, wanted: Metadata | None
) -> bytes:
    """Return the variant `made` of the `original`, with what is `wanted` of the metadata that this one has.

    GIF has no place for them.
    """
    if wanted in {None, Metadata.NONE} or format_ not in _WRITERS:
        return made
    rights = reading.read(original, kind)
    if wanted is Metadata.COPYRIGHT:
        return written(made, format_, rights.alone)
    return written(made, format_, rights, reading.taken(original, kind))


def written(made: bytes, format_: Format | Drawing, rights: Rights, shot: Shot = NOTHING) -> bytes:
    """Return the picture with the `rights` and the `shot`; as it is if there are none."""
    if format_ not in _WRITERS or not (any(rights) or any(shot)):
        return made
    return _WRITERS[format_](made, exif.written(rights, shot), xmp.written(rights))


def _jpeg(made: bytes, block: bytes, packet: bytes) -> bytes:
    at = 4 + int.from_bytes(made[4:6], "big") if made[2:4] == _JFIF else 2
    signed = _segment(b"Exif\0\0" + block) if block else b""
    described = _segment(b"http://ns.adobe.com/xap/1.0/\0" + packet) if packet else b""
    return made[:at] + signed + described + made[at:]


def _segment(content: bytes) -> bytes:
    return b"\xff\xe1" + (len(content) + 2).to_bytes(2, "big") + content


def _png(made: bytes, block: bytes, packet: bytes) -> bytes:
    text = png.chunk(b"iTXt", b"XML:com.adobe.xmp\0\0\0\0\0" + packet) if packet else b""
    signed = png.chunk(b"eXIf", block) if block else b""
    return made[:_PNG_HEADER] + signed + text + made[_PNG_HEADER:]


_WRITERS: dict[Format | Drawing, Callable[[bytes, bytes, bytes], bytes]] = {
    Format.JPEG: _jpeg,
    Format.PNG: _png,
    Format.WEBP: webp.with_metadata,
    Format.AVIF: adding.signed,
}
