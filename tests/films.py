"""AVIF and HEIC sequences, made of the pictures of `bench.colours.heifs`: one frame, in tracks alone."""

from __future__ import annotations

import struct
from dataclasses import dataclass, field

from bench.colours.heifs import FILES
from chalicelib.codecs.boxes import located

ALPHA = {b"av01": b"urn:mpeg:mpegB:cicp:systems:auxiliary:alpha\0", b"hvc1": b"urn:mpeg:hevc:2015:auxid:1\0"}
_CODED = {b"av1C": b"av01", b"hvcC": b"hvc1"}
_INNER = {b"meta": 4, b"iprp": 0, b"ipco": 0}


def box(tag: bytes, *content: bytes) -> bytes:
    """Return a box."""
    return struct.pack(">I4s", 8 + sum(map(len, content)), tag) + b"".join(content)


_TIMES = box(b"mdhd", struct.pack(">12xII4x", 30, 60))
_HANDLER = box(b"hdlr", bytes(8), b"pict", bytes(13))


@dataclass(slots=True)
class Film:
    """A sequence as it is written by `bytes`: a test changes what it is about."""

    tracks: list[Track]
    brands: tuple[bytes, ...]
    meta: bytes = b""

    def __bytes__(self) -> bytes:
        head = box(b"ftyp", self.brands[0], bytes(4), *self.brands) + self.meta
        at, moov = len(head) + 8, box(b"mvhd", bytes(100))
        for track in self.tracks:
            moov += track.written(at)
            at += len(track.sample)
        return head + box(b"mdat", *(track.sample for track in self.tracks)) + box(b"moov", moov)


@dataclass(slots=True)
class Track:
    """A track, with what a test may change in it."""

    number: int
    codec: bytes
    size: tuple[int, int]
    told: list[bytes]
    sample: bytes
    references: list[bytes] = field(default_factory=list)
    version: int = 1
    matrix: tuple[int, ...] = (1 << 16, 0, 0, 0, 1 << 16, 0, 0, 0, 1 << 30)
    sizes: bytes = b""
    wide: bool = False
    entry: bytes | None = None
    shift: int = 0

    def written(self, at: int) -> bytes:
        """Return the box of the track, whose first sample is at this place."""
        where = struct.pack(">4xIQ" if self.wide else ">4xII", 1, at + self.shift)
        entry = box(self.codec, bytes(24), struct.pack(">HH", *self.size), bytes(50), *self.told)
        table = (
            box(b"stsd", struct.pack(">4xI", 1), self.entry or entry),
            box(b"stsc", struct.pack(">4xIIII", 1, 1, 1, 1)),
            box(b"stts", struct.pack(">4xIII", 1, 2, 1)),
            box(b"stsz", self.sizes or struct.pack(">4xIII", 0, 2, len(self.sample)) + bytes(4)),
            box(b"co64" if self.wide else b"stco", where),
        )
        media = box(b"mdia", _TIMES, _HANDLER, box(b"minf", box(b"stbl", *table)))
        return box(b"trak", self._header(), box(b"tref", *self.references), media)

    def _header(self) -> bytes:
        times = "QQIxxxxQ" if self.version else "IIIxxxxI"
        numbers = struct.pack(f">B3x{times}", self.version, 0, 0, self.number, 0)
        sides = struct.pack(">II", *(side << 16 for side in self.size))
        return box(b"tkhd", numbers, bytes(16), struct.pack(">9i", *self.matrix), sides)


def film(name: str) -> Film:
    """Return a sequence whose first frame is that picture, and its transparency."""
    whole = FILES[name]
    told = list(_boxes(whole, 0, len(whole)))
    codec = _CODED[next(tag for tag, _ in told if tag in _CODED)]
    size = struct.unpack(">4xII", next(content for tag, content in told if tag == b"ispe"))
    shown = [box(tag, content) for tag, content in told if tag in {b"colr", b"clap", b"irot", b"imir"}]
    samples = [b"".join(whole[at : at + length] for at, length in item.extents) for item in located(whole)]
    configured = [box(tag, content) for tag, content in told if tag in _CODED]
    tracks = [Track(1, codec, size, [configured[0], *shown], samples[0])]
    if len(configured) > 1:
        kind = box(b"auxi", bytes(4), ALPHA[codec])
        about = box(b"auxl", struct.pack(">I", 1))
        tracks.append(Track(2, codec, size, [configured[1], kind], samples[1], [about]))
    if b"prem" in whole:
        tracks[0].references.append(box(b"prem", struct.pack(">I", 2)))
    return Film(tracks, (b"avis", b"msf1") if codec == b"av01" else (b"hevc", b"msf1"))


def _boxes(whole: bytes, at: int, end: int) -> list[tuple[bytes, bytes]]:
    """Return the boxes that contain no others, in their order."""
    found: list[tuple[bytes, bytes]] = []
    while at < end:
        length, tag = struct.unpack_from(">I4s", whole, at)
        if tag in _INNER:
            found += _boxes(whole, at + 8 + _INNER[tag], at + length)
        else:
            found.append((tag, whole[at + 8 : at + length]))
        at += length
    return found
