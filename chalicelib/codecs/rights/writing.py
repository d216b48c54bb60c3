"""Puts what an original says of itself into a finished variant: as EXIF, and as XMP."""

from __future__ import annotations

from typing import TYPE_CHECKING

from chalicelib.address.values import Format, Metadata
from chalicelib.codecs import jpeg, png, webp
from chalicelib.codecs.heif import adding
from chalicelib.codecs.jxl import writing as jxl
from chalicelib.codecs.rights import exif, reading, xmp
from chalicelib.codecs.rights.shot import NOTHING, Shot

if TYPE_CHECKING:
    from collections.abc import Callable

    from chalicelib.address.values import Drawing
    from chalicelib.codecs.formats import SourceType
    from chalicelib.codecs.rights import Rights


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
    contents = ((b"Exif\0\0", block), (b"http://ns.adobe.com/xap/1.0/\0", packet))
    return jpeg.with_segments(made, *((jpeg.APP1, head + said) for head, said in contents if said))


def _png(made: bytes, block: bytes, packet: bytes) -> bytes:
    contents = ((b"eXIf", b"", block), (b"iTXt", b"XML:com.adobe.xmp\0\0\0\0\0", packet))
    return png.with_chunks(made, *((tag, head + said) for tag, head, said in contents if said))


_WRITERS: dict[Format | Drawing, Callable[[bytes, bytes, bytes], bytes]] = {
    Format.JPEG: _jpeg,
    Format.PNG: _png,
    Format.WEBP: webp.with_metadata,
    Format.AVIF: adding.signed,
    Format.JXL: jxl.signed,
}
