"""A GIF without metadata (GIF89a, appendix B)."""

from __future__ import annotations

import struct

from chalicelib.codecs import gif

_LOOPS = (b"NETSCAPE2.0", b"ANIMEXTS1.0")
_TEXT = 0x01


def strip(data: bytes) -> bytes | None:
    """Return the frames, their timing, and how often they are played.

    The screen is as large as browsers make it. None if the GIF is cut off, or if a picture shows nothing:
    decoders differ there.
    """
    end = gif.head_end(data)
    kept, control, loops = [data[:6], struct.pack("<2H", *gif.screen(data)), data[10:end]], b"", 0
    for at, end in gif.blocks(data):
        if data[at] == gif.PICTURE:
            if gif.paints_nothing(data, at):
                return None
            kept += [control, data[at:end]]
            control = b""
        elif data[at + 1] == gif.CONTROL:
            control = _control(data[at:end])
        elif data[at + 1] == _TEXT:
            control = b""  # it was about the text, which no browser shows
        elif loop := _loop(data[at:end]):
            kept.append(loop)
            loops += 1
    is_whole = data[end : end + 1] == b";" and loops <= 1
    return b"".join([*kept, b";"]) if is_whole else None


def _control(block: bytes) -> bytes:
    """Return the control block with its four bytes and no more; nothing if it has fewer."""
    return b"!\xf9\x04" + block[3:7] + b"\0" if block[2] >= 4 else b""  # noqa: PLR2004 - what it has


def _loop(block: bytes) -> bytes:
    """Return the application's block if it says how often frames are played, and no more of it."""
    name, says = block[3:14], block[14:16]
    if block[1] != gif.APPLICATION or name not in _LOOPS or says != b"\x03\x01":
        return b""
    return b"!\xff\x0b" + name + says + block[16:18] + b"\0"
