"""Takes WebPs apart and puts animations together, as bytes (RFC 9649). It decodes and encodes no pixels.

ImageMagick 6 shifts the durations of an animated WebP by a frame, loses the loop count and ignores how frames
blend, so it only gets the single pictures of an animation.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from chalicelib.errors import BrokenImage, TooLarge

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

_ANIMATED, _XMP, _EXIF, _ALPHA, _PROFILE = 0x02, 0x04, 0x08, 0x10, 0x20
_OVERWRITES, _CLEARS = 0x02, 0x01
_LOSSY, _LOSSLESS = b"VP8 ", b"VP8L"
_BITSTREAMS = frozenset({_LOSSY, _LOSSLESS})
_HAS_ALPHA = 0x10
"""In the fifth byte of a lossless bit stream."""

_EXTENDED_LENGTH = 10
_MOST_CHUNKS = 10_000
_LONGEST_MS = (1 << 24) - 1


@dataclass(frozen=True, slots=True)
class Frame:
    """One picture of an animation: where it goes, its milliseconds, and how it changes the canvas.

    `blend`: it is drawn over the canvas, else it replaces the pixels there. `clear`: its area is cleared
    afterwards. `picture` has its chunks, as in a still WebP.
    """

    left: int
    top: int
    width: int
    height: int
    duration: int
    blend: bool
    clear: bool
    picture: bytes


@dataclass(frozen=True, slots=True)
class Animation:
    """Frames on a canvas, played `loops` times; 0 is for ever. `profile` is their ICC profile, if any."""

    width: int
    height: int
    loops: int
    frames: tuple[Frame, ...]
    profile: bytes = b""


def body(data: bytes) -> bytes:
    """Return the chunks of the WebP `data`, without any bytes after them."""
    return data[12 : 8 + int.from_bytes(data[4:8], "little")]


def chunks(content: bytes) -> Iterator[tuple[bytes, bytes]]:
    """Yield tag and content of each chunk; `BrokenImage` where the last one is cut off."""
    at = 0
    for _ in range(_MOST_CHUNKS):
        if at + 8 > len(content):
            return
        size = int.from_bytes(content[at + 4 : at + 8], "little")
        if at + 8 + size > len(content):
            raise BrokenImage("The original is a broken WebP: it ends within a chunk.")
        yield content[at : at + 4], content[at + 8 : at + 8 + size]
        at += 8 + size + size % 2
    raise TooLarge(f"The original is a WebP with more than {_MOST_CHUNKS} chunks, which is not allowed.")


def animation(data: bytes) -> Animation | None:
    """Return the WebP `data` as an animation; None if it is a still picture."""
    found = list(chunks(body(data)))
    parts = dict(found)
    head = parts.get(b"VP8X", b"")
    if len(head) != _EXTENDED_LENGTH or not head[0] & _ANIMATED:
        return None
    frames = tuple(_frame(content) for tag, content in found if tag == b"ANMF")
    loops = int.from_bytes(parts.get(b"ANIM", b"")[4:6], "little")
    width, height = _number(head, 4) + 1, _number(head, 7) + 1
    if not frames or any(f.left + f.width > width or f.top + f.height > height for f in frames):
        raise BrokenImage("The original is a broken WebP: a frame is missing or does not fit into it.")
    return Animation(width, height, loops, frames, parts.get(b"ICCP", b""))


def _frame(content: bytes) -> Frame:
    left, top, width, height, duration = (_number(content, at) for at in (0, 3, 6, 9, 12))
    # Only the picture's chunks are kept: others, such as another animation, would escape the limits.
    flags, picture = content[15:16], _picture(content[16:])
    frame = Frame(
        2 * left,
        2 * top,
        width + 1,
        height + 1,
        duration,
        not flags or not flags[0] & _OVERWRITES,
        bool(flags) and bool(flags[0] & _CLEARS),
        picture,
    )
    # The limits use the frame's size, so a picture of another size would escape them.
    if bitstream_size(chunks(picture)) != (frame.width, frame.height):
        raise BrokenImage("The original is a broken WebP: a frame is not of the size that it says.")
    return frame


def bitstream_size(found: Iterable[tuple[bytes, bytes]]) -> tuple[int, int] | None:
    """Return width and height of the first picture, from its own bit stream; None without a picture."""
    for tag, content in found:
        if tag == b"VP8 " and content[3:6] == b"\x9d\x01\x2a":
            sides = int.from_bytes(content[6:8], "little"), int.from_bytes(content[8:10], "little")
            return sides[0] & 0x3FFF, sides[1] & 0x3FFF
        if tag == b"VP8L" and content[:1] == b"\x2f":
            bits = int.from_bytes(content[1:5], "little")
            return (bits & 0x3FFF) + 1, (bits >> 14 & 0x3FFF) + 1
    return None


def still(frame: Frame, profile: bytes = b"") -> bytes:
    """Return the frame as a WebP of its own."""
    flags = (_ALPHA if frame.picture[:4] == b"ALPH" else 0) | (_PROFILE if profile else 0)
    head = _extended(flags, frame.width, frame.height) if flags else b""
    return _riff(head + (_chunk(b"ICCP", profile) if profile else b"") + frame.picture)


def profile(data: bytes) -> bytes:
    """Return the ICC profile; empty without one, and where the header does not announce it."""
    parts = chunks(body(data))
    head = next(parts, (b"", b""))
    if head[0] != b"VP8X" or not head[1][:1] or not head[1][0] & _PROFILE:
        return b""
    return next((content for tag, content in parts if tag == b"ICCP"), b"")


def picture(data: bytes) -> bytes:
    """Return the chunks of a still WebP that make up its picture, without any metadata."""
    return _picture(body(data))


def _picture(content: bytes) -> bytes:
    """Return the first picture, with the transparency before it, if there is any; nothing without one."""
    alpha = b""
    for tag, part in chunks(content):
        if tag in _BITSTREAMS:
            return (alpha if tag == _LOSSY else b"") + _chunk(tag, part)
        if tag == b"ALPH" and not alpha:
            alpha = _chunk(tag, part)
    return b""


def with_profile(data: bytes, profile: bytes) -> bytes:
    """Return a WebP of ours with the ICC profile."""
    head, *rest = _extended_parts(data)
    announced = (head[0], bytes([head[1][0] | _PROFILE]) + head[1][1:])
    return _riff(b"".join(_chunk(*part) for part in (announced, (b"ICCP", profile), *rest)))


def _extended_parts(data: bytes) -> list[tuple[bytes, bytes]]:
    """Return the chunks of a WebP of ours, the first of which is its extended header."""
    parts = list(chunks(body(data)))
    if parts[0][0] == b"VP8X":
        return parts
    width, height = bitstream_size(parts) or (1, 1)
    alpha = _ALPHA if parts[0][0] == _LOSSLESS and parts[0][1][4] & _HAS_ALPHA else 0
    return [(b"VP8X", _extended(alpha, width, height)[8:]), *parts]


def with_metadata(data: bytes, exif: bytes, xmp: bytes) -> bytes:
    """Return a WebP of ours with EXIF and XMP; a block that is empty is left out."""
    parts = _extended_parts(data)
    head = parts[0][1]
    flags = head[0] | (_EXIF if exif else 0) | (_XMP if xmp else 0)
    blocks = [(tag, block) for tag, block in ((b"EXIF", exif), (b"XMP ", xmp)) if block]
    whole = [(b"VP8X", bytes([flags]) + head[1:]), *parts[1:], *blocks]
    return _riff(b"".join(_chunk(tag, content) for tag, content in whole))


def assemble(whole: Animation) -> bytes:
    """Return the animation as a WebP. Frames begin at even pixels."""
    loops = min(whole.loops, 0xFFFF).to_bytes(2, "little")
    return _riff(
        _extended(_ANIMATED | _ALPHA, whole.width, whole.height)
        + _chunk(b"ANIM", bytes(4) + loops)
        + b"".join(_chunk(b"ANMF", _framed(frame)) for frame in whole.frames)
    )


def _framed(frame: Frame) -> bytes:
    numbers = (
        frame.left // 2,
        frame.top // 2,
        frame.width - 1,
        frame.height - 1,
        min(frame.duration, _LONGEST_MS),
    )
    flags = (0 if frame.blend else _OVERWRITES) | (_CLEARS if frame.clear else 0)
    return b"".join(number.to_bytes(3, "little") for number in numbers) + bytes([flags]) + frame.picture


def _extended(flags: int, width: int, height: int) -> bytes:
    sides = (width - 1).to_bytes(3, "little") + (height - 1).to_bytes(3, "little")
    return _chunk(b"VP8X", bytes([flags, 0, 0, 0]) + sides)


def _riff(content: bytes) -> bytes:
    return b"RIFF" + (len(content) + 4).to_bytes(4, "little") + b"WEBP" + content


def _chunk(tag: bytes, content: bytes) -> bytes:
    return tag + len(content).to_bytes(4, "little") + content + bytes(len(content) % 2)


def _number(content: bytes, at: int) -> int:
    return int.from_bytes(content[at : at + 3], "little")
