"""Copyright and author in the texts of a PNG (third edition of its specification, 11.3.3)."""

from __future__ import annotations

import zlib

from chalicelib.codecs.rights import Rights, line
from chalicelib.codecs.rights.xmp import LARGEST

_XMP = b"XML:com.adobe.xmp"


def read(tag: bytes, content: bytes) -> Rights:
    """Return what the text chunk says by its keyword."""
    keyword, text = _parts(tag, content)
    found = line(text[:LARGEST].decode("latin-1" if tag != b"iTXt" else "utf-8", "replace"))
    return Rights(
        copyright=found if keyword == b"Copyright" else "", artist=found if keyword == b"Author" else ""
    )


def packet(tag: bytes, content: bytes) -> bytes:
    """Return the XMP packet that the text chunk is; empty for any other."""
    keyword, text = _parts(tag, content)
    return text if (tag, keyword) == (b"iTXt", _XMP) else b""


def _parts(tag: bytes, content: bytes) -> tuple[bytes, bytes]:
    """Return keyword and text of a chunk, inflated as far as it is of use."""
    keyword, _, rest = content.partition(b"\0")
    if tag == b"zTXt":
        return keyword, _inflated(rest[1:])
    if tag == b"iTXt":
        text = rest[2:].split(b"\0", 2)[-1]
        return keyword, _inflated(text) if rest[:1] == b"\1" else text
    return keyword, rest


def _inflated(text: bytes) -> bytes:
    try:
        return zlib.decompressobj().decompress(text, LARGEST)
    except zlib.error:
        return b""
