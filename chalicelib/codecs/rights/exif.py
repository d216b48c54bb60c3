"""Artist and copyright in EXIF (CIPA DC-008, 4.6.4 and 4.6.8), which has no field for a credit."""

from __future__ import annotations

import struct

from chalicelib.codecs import tiff
from chalicelib.codecs.rights import Rights, decoded

_ARTIST, _COPYRIGHT = 315, 33432
_ASCII = 2
_HEAD = b"MM\0*\0\0\0\x08"
_ENTRY = struct.Struct(">HHI4s")
_INLINE = 4


def read(block: bytes) -> Rights:
    """Return what the first directory of `block` says; it begins with a TIFF's header."""
    return Rights(
        copyright=decoded(tiff.content(block, _COPYRIGHT)), artist=decoded(tiff.content(block, _ARTIST))
    )


def written(rights: Rights) -> bytes:
    """Return a directory of artist and copyright, in UTF-8; empty if there is neither."""
    values = {_ARTIST: rights.artist, _COPYRIGHT: rights.copyright}
    texts = {tag: text.encode() + b"\0" for tag, text in values.items() if text}
    if not texts:
        return b""
    entries, behind = b"", b""
    place = len(_HEAD) + 2 + _ENTRY.size * len(texts) + 4
    for tag, text in texts.items():
        inline = len(text) <= _INLINE
        value = text if inline else struct.pack(">I", place + len(behind))
        entries += _ENTRY.pack(tag, _ASCII, len(text), value)
        behind += b"" if inline else text + bytes(len(text) % 2)
    return _HEAD + struct.pack(">H", len(texts)) + entries + bytes(4) + behind
