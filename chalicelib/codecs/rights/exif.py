"""Artist, copyright and description in EXIF (CIPA DC-008, 4.6.4, 4.6.8), which has no field for a credit."""

from __future__ import annotations

import struct
from typing import TYPE_CHECKING

from chalicelib.codecs import tiff
from chalicelib.codecs.rights import Rights, decoded, line
from chalicelib.codecs.rights.shot import EXIF_DIRECTORY, NOTHING, Shot, Tag

if TYPE_CHECKING:
    from collections.abc import Iterable

_DESCRIPTION, _ARTIST, _COPYRIGHT = 270, 315, 33432
_LONG = 4
_HEAD = b"MM\0*\0\0\0\x08"
_ENTRY = struct.Struct(">HHI4s")
_INLINE = 4


def read(block: bytes) -> Rights:
    """Return what the first directory of `block` says; it begins with a TIFF's header."""
    return Rights(
        copyright=_copyright(tiff.content(block, _COPYRIGHT)),
        artist=decoded(tiff.content(block, _ARTIST)),
        description=decoded(tiff.content(block, _DESCRIPTION)),
    )


def _copyright(content: bytes) -> str:
    """Return the photographer and the editor: two texts, each ends with a NUL; the first may be a space."""
    return line(" ".join(map(decoded, content.split(b"\0", 2)[:2])))


def written(rights: Rights, shot: Shot = NOTHING) -> bytes:
    """Return a block that says this, with texts in UTF-8; empty if there is nothing to say."""
    values = {_DESCRIPTION: rights.description, _ARTIST: rights.artist, _COPYRIGHT: rights.copyright}
    tags = [*shot.camera, *(Tag.text(number, text) for number, text in values.items() if text)]
    if not shot.exposure:
        return _HEAD + _directory(tags, len(_HEAD)) if tags else b""
    # How long the first directory is does not depend on where the second one is.
    behind = len(_HEAD) + len(_directory([*tags, _pointer(0)], 0))
    return _HEAD + _directory([*tags, _pointer(behind)], len(_HEAD)) + _directory(shot.exposure, behind)


def _pointer(place: int) -> Tag:
    return Tag(EXIF_DIRECTORY, _LONG, 1, struct.pack(">I", place))


def _directory(tags: Iterable[Tag], at: int) -> bytes:
    """Return a directory that lies at this place, with the values behind it."""
    ordered = sorted(tags)
    place, entries, behind = at + 2 + _ENTRY.size * len(ordered) + 4, b"", b""
    for tag in ordered:
        inline = len(tag.content) <= _INLINE
        value = tag.content if inline else struct.pack(">I", place + len(behind))
        entries += _ENTRY.pack(tag.number, tag.form, tag.values, value)
        behind += b"" if inline else tag.content + bytes(len(tag.content) % 2)
    return struct.pack(">H", len(ordered)) + entries + bytes(4) + behind
