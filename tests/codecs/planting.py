"""Files with words planted in them: in every place that a type has, beside what is coded of pixels.

Each type is taken apart here anew, and put together again, by other code than the one under test.
"""

from __future__ import annotations

import struct
import zlib
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

SECRET = b"GPS 48.8584 N, 2.2945 E"
"""Words whose every byte may stand in what JPEG codes, and none of which begins a marker or a block."""


@dataclass(frozen=True, slots=True)
class Planted:
    """A file in which something was planted, and where."""

    where: str
    data: bytes


def jpeg(data: bytes) -> Iterator[Planted]:
    """Plant segments before each segment, more into each segment, and words between and behind all."""
    parts = list(jpeg_parts(data))
    segments = {f"APP{n}": _segment(0xE0 + n, _PREFIXES.get(n, b"") + SECRET) for n in range(16)}
    segments |= {
        "comment": _segment(0xFE, SECRET),
        "JPG0": _segment(0xF0, SECRET),
        "RES": _segment(2, SECRET),
    }
    segments |= {
        "thumbnail": _segment(0xE0, b"JFIF\0\1\1\0\0\1\0\1\1\1" + SECRET),
        "Adobe's, too long": _segment(0xEE, b"Adobe\0\x64\0\0\0\0\1" + SECRET),
        "Adobe's versions": _segment(0xEE, b"Adobe" + SECRET[:6] + b"\1"),
        "JFIF's density": _segment(0xE0, b"JFIF\0" + SECRET[:9]),
        "a lossless frame": _segment(0xC3, SECRET),
        "arithmetic tables": _segment(0xCC, SECRET),
        "number of lines": _segment(0xDC, SECRET),
        "an image in the image": data[:2] + _segment(0xFE, SECRET) + b"\xff\xd9",
        "words": SECRET,
        "bytes that pad": b"\xff\xff\xff" + _segment(0xFE, SECRET)[1:],
    }
    for at, (marker, _) in enumerate(parts):
        for name, planted in segments.items():
            before = b"".join(part for _, part in parts[:at])
            after = b"".join(part for _, part in parts[at:])
            if not (name == "words" and at and parts[at - 1][0] == 0xDA):  # that is coded
                yield Planted(f"{name} before part {at}, {marker:x}", data[:2] + before + planted + after)
    for at, (marker, part) in enumerate(parts):
        if marker not in {0xDA, 0xD9}:
            longer = _segment(marker, part[4:] + SECRET)
            whole = [*(p for _, p in parts[:at]), longer, *(p for _, p in parts[at + 1 :])]
            yield Planted(f"more of part {at}, {marker:x}", data[:2] + b"".join(whole))
    for name, planted in segments.items():
        yield Planted(f"{name} behind all", data + planted)


_PREFIXES = {0: b"JFXX\0\x10", 1: b"Exif\0\0", 2: b"MPF\0", 13: b"Photoshop 3.0\0", 14: b"Adobe"}


def _segment(marker: int, content: bytes) -> bytes:
    return bytes([0xFF, marker]) + (len(content) + 2).to_bytes(2, "big") + content


def jpeg_parts(data: bytes) -> Iterator[tuple[int, bytes]]:
    """Yield each segment, and a scan with what it codes."""
    at = 2
    while data[at + 1] != 0xD9:
        marker, end = data[at + 1], at + 2 + int.from_bytes(data[at + 2 : at + 4], "big")
        while marker == 0xDA and not (data[end] == 0xFF and data[end + 1] not in {0, *range(0xD0, 0xD8)}):
            end += 1
        yield marker, data[at:end]
        at = end
    yield 0xD9, data[at : at + 2]


def png(data: bytes) -> Iterator[Planted]:
    """Plant chunks before each chunk, more into each chunk, and more behind the pixels."""
    chunks = list(png_chunks(data))
    tags = "tEXt zTXt iTXt eXIf tIME sPLT hIST bKGD sBIT gIFx seCr SECR tRNS PLTE acTL fdAT caBX IHDR IEND"
    for at in range(len(chunks) + 1):
        for tag in tags.split():
            yield Planted(f"{tag} before {at}", _png([*chunks[:at], (tag.encode(), SECRET), *chunks[at:]]))
    for at, (longer, content) in enumerate(chunks):
        planted = [*chunks[:at], (longer, content + SECRET), *chunks[at + 1 :]]
        yield Planted(f"more of {longer!r}", _png(planted))
    pixels = zlib.decompress(b"".join(content for tag, content in chunks if tag == b"IDAT"))
    for level in (0, 9):
        coded = (b"IDAT", zlib.compress(pixels + SECRET, level))
        rest = [chunk for chunk in chunks if chunk[0] not in {b"IDAT", b"IEND"}]
        yield Planted(f"behind the last row, {level}", _png([*rest, coded, chunks[-1]]))
    yield Planted("behind all", data + SECRET)


def png_chunks(data: bytes) -> Iterator[tuple[bytes, bytes]]:
    at = 8
    while at < len(data):
        length, tag = struct.unpack_from(">I4s", data, at)
        yield tag, data[at + 8 : at + 8 + length]
        at += 12 + length


def _png(chunks: list[tuple[bytes, bytes]]) -> bytes:
    return b"\x89PNG\r\n\x1a\n" + b"".join(
        len(content).to_bytes(4, "big") + tag + content + zlib.crc32(tag + content).to_bytes(4, "big")
        for tag, content in chunks
    )


def gif(data: bytes) -> Iterator[Planted]:
    """Plant extensions before each block, and more into each block but those of pixels."""
    head, blocks = _gif_parts(data)
    words = bytes([len(SECRET)]) + SECRET
    extensions = {
        "comment": b"!\xfe" + words + b"\0",
        "text": b"!\x01\x0c" + bytes(12) + words + b"\0",
        "XMP": b"!\xff\x0bXMP DataXMP" + words + b"\0",
        "NETSCAPE's, more": b"!\xff\x0bNETSCAPE2.0\x03\x01\0\0" + words + b"\0",
        "NETSCAPE's, other": b"!\xff\x0bNETSCAPE2.0" + words + b"\0",
        "an unknown one": b"!\x42" + words + b"\0",
        "control, more": b"!\xf9\x04\0\0\0\0" + words + b"\0",
        "control, long": b"!\xf9" + bytes([4 + len(SECRET)]) + bytes(4) + SECRET + b"\0",
        "words": SECRET,
    }
    for at in range(len(blocks) + 1):
        for name, planted in extensions.items():
            whole = b"".join([*blocks[:at], planted, *blocks[at:]])
            yield Planted(f"{name} before {at}", head + whole + b";")
    for at, block in enumerate(blocks):
        if block[:1] == b"!":
            whole = b"".join([*blocks[:at], block[:-1] + words + b"\0", *blocks[at + 1 :]])
            yield Planted(f"more of {at}", head + whole + b";")
    yield Planted("behind all", data + SECRET)


def _gif_parts(data: bytes) -> tuple[bytes, list[bytes]]:
    at = start = 13 + (3 << (data[10] & 7) + 1 if data[10] & 0x80 else 0)
    blocks = []
    while data[at : at + 1] != b";":
        palette = 3 << (data[at + 9] & 7) + 1 if data[at : at + 1] == b"," and data[at + 9] & 0x80 else 0
        end = at + (2 if data[at : at + 1] == b"!" else 11 + palette)
        while data[end]:
            end += 1 + data[end]
        blocks.append(data[at : end + 1])
        at = end + 1
    return data[:start], blocks


def webp(data: bytes) -> Iterator[Planted]:
    """Plant chunks before each chunk, of the whole and of each frame, and words behind."""
    chunks = list(webp_chunks(data[12:]))
    tags = (b"EXIF", b"XMP ", b"META", b"UNKN", b"VP8 ", b"VP8L", b"ALPH", b"ANIM", b"VP8X")
    for at in range(1, len(chunks) + 1):
        for tag in tags:
            planted = [*chunks[:at], (tag, SECRET), *chunks[at:]]
            yield Planted(f"{tag!r} before {at}", _webp(planted))
    for at, (outer, content) in enumerate(chunks):
        if outer == b"ANMF":
            for tag in tags:
                inner = content[:16] + _webp_chunk(b"UNKN", SECRET) * (tag == b"UNKN") + content[16:]
                inner += _webp_chunk(tag, SECRET)
                planted = [*chunks[:at], (outer, inner), *chunks[at + 1 :]]
                yield Planted(f"{tag!r} in {at}", _webp(planted))
        if outer in {b"VP8X", b"ANIM"}:
            planted = [*chunks[:at], (outer, content + SECRET), *chunks[at + 1 :]]
            yield Planted(f"more of {outer!r}", _webp(planted))
    yield Planted("behind all", data + SECRET)


def webp_chunks(content: bytes) -> Iterator[tuple[bytes, bytes]]:
    at = 0
    while at < len(content):
        size = int.from_bytes(content[at + 4 : at + 8], "little")
        yield content[at : at + 4], content[at + 8 : at + 8 + size]
        at += 8 + size + size % 2


def _webp_chunk(tag: bytes, content: bytes) -> bytes:
    return tag + len(content).to_bytes(4, "little") + content + bytes(len(content) % 2)


def _webp(chunks: list[tuple[bytes, bytes]]) -> bytes:
    whole = b"".join(_webp_chunk(tag, content) for tag, content in chunks)
    return b"RIFF" + (len(whole) + 4).to_bytes(4, "little") + b"WEBP" + whole


PLANT: dict[str, Callable[[bytes], Iterator[Planted]]] = {"jpeg": jpeg, "png": png, "gif": gif, "webp": webp}
