"""The first frame of an AVIF or HEIC sequence, as a file of one picture.

libheif reads the pictures that a box ``meta`` lists. A sequence has its frames in the tracks of a box
``moov``, as a film has (ISO/IEC 14496-12, 8.3 to 8.7; ISO/IEC 23008-12, 7).
"""

from __future__ import annotations

import struct
from dataclasses import dataclass
from itertools import islice
from typing import TYPE_CHECKING

from chalicelib.codecs.boxes import children
from chalicelib.codecs.heif.still import CONFIGURATIONS, Coded, file
from chalicelib.errors import BrokenImage

if TYPE_CHECKING:
    from collections.abc import Iterator

_UNREAD = {
    b"mini": "an AVIF or HEIC in the low-overhead form (brand mif3)",
    b"moov": "an AVIF or HEIC that has only a sequence, and its first frame is not where the file says",
}
"""By a box at the top of a file: what the file is, if no picture is found in it."""

_MOST_TRACKS = 16
_MOST_BOXES = 100
"""Boxes within a box of a track. A track has ten at most."""

_MOST_TOLD = 32
"""Boxes that say something of a picture. Five are usual."""

_CODECS = {b"av01": b"av01", b"hvc1": b"hvc1", b"hev1": b"hvc1"}
"""By the type of a track's samples: the type of the item that such a sample becomes."""

_ALPHA = b"urn:mpeg:mpegB:cicp:systems:auxiliary:alpha\0"
_ALPHAS = (_ALPHA, b"urn:mpeg:hevc:2015:auxid:1\0")
"""What the samples of an auxiliary track are, if they are transparency."""

_NUMBER_AT, _SIZE_AT = (12, 20), (76, 88)
"""Where a track's number and size are in its header, of version 0 and 1."""

_TOLD_AT = 78
"""Where the boxes begin in a sample entry."""


@dataclass(frozen=True, slots=True)
class _Track:
    """A track's number, and that of the track that it says more about, or 0; `coded` is its first sample."""

    number: int
    about: int
    premultiplied: bool
    coded: Coded

    @property
    def is_alpha(self) -> bool:
        """Whether it is transparency, and not depth, say."""
        said = self.coded.chosen((b"auxC",))
        return bool(said) and said[0][1][4:].startswith(_ALPHAS)


def still(data: bytes) -> bytes:
    """Return `data`, or its first frame as a file that libheif reads; `BrokenImage` if there is no picture.

    Chromium shows the same frame. Of a file with both a picture and a sequence, it shows the sequence if the
    major brand is ``avis``. It heeds neither a track's edit list nor its matrix.
    """
    top = {tag: (at, end) for tag, at, end in children(data)}
    if b"moov" in top and (b"meta" not in top or data[8:12] == b"avis"):
        at, end = top[b"moov"]
        if made := _first_frame(data, data[at:end]):
            return made
    form = next((form for tag, form in _UNREAD.items() if tag in top), None)
    if form and b"meta" not in top:
        raise BrokenImage(f"The original is {form}, which is not supported.")
    return data


def _first_frame(data: bytes, moov: bytes) -> bytes | None:
    tracks = list(_tracks(data, moov))
    shown = next((track for track in tracks if not track.about), None)
    if shown is None:
        return None
    alpha = next((track.coded for track in tracks if track.about == shown.number and track.is_alpha), None)
    return file(data[8:12], shown.coded, alpha, premultiplied=shown.premultiplied)


def _tracks(data: bytes, moov: bytes) -> Iterator[_Track]:
    """Yield the tracks of a picture, each with its first sample."""
    places = [(at, end) for tag, at, end in children(moov, _MOST_BOXES) if tag == b"trak"]
    for at, end in islice(places, _MOST_TRACKS):
        try:
            yield _track(data, _boxes(moov[at:end]))
        except (LookupError, struct.error):
            continue


def _track(data: bytes, trak: dict[bytes, bytes]) -> _Track:
    """Read a track; `LookupError` or `struct.error` if it lacks what a picture needs."""
    header = trak[b"tkhd"]
    references = _boxes(trak.get(b"tref", b""))
    about = references.get(b"auxl")
    table = _boxes(_boxes(_boxes(trak[b"mdia"])[b"minf"])[b"stbl"])
    across, down = struct.unpack_from(">II", header, _SIZE_AT[header[0]])
    codec, told = _described(table[b"stsd"])
    return _Track(
        struct.unpack_from(">I", header, _NUMBER_AT[header[0]])[0],
        struct.unpack_from(">I", about)[0] if about else 0,
        b"prem" in references,
        Coded(codec, (across >> 16, down >> 16), told, _first_sample(data, table)),
    )


def _described(descriptions: bytes) -> tuple[bytes, tuple[tuple[bytes, bytes], ...]]:
    """Return the codec, and what the first sample entry says of the pictures (8.5.2 and 12.1.3).

    Chromium takes an auxiliary track that does not say what it is for transparency.
    """
    tag, at, end = next(children(descriptions, at=8), (b"", 0, 0))
    entry = descriptions[at:end]
    told = [(tag, entry[at:end]) for tag, at, end in children(entry, _MOST_TOLD, _TOLD_AT)]
    if not any(tag in CONFIGURATIONS for tag, _ in told):
        raise LookupError
    kinds = [content for tag, content in told if tag == b"auxi"] or [bytes(4) + _ALPHA]
    return _CODECS[tag], (*told, (b"auxC", kinds[0]))


def _first_sample(data: bytes, table: dict[bytes, bytes]) -> bytes:
    """Return the sample that the first chunk begins with (8.7); `LookupError` if it is not in the file."""
    of_all, count = struct.unpack_from(">4xII", table[b"stsz"])
    length = of_all or struct.unpack_from(">I", table[b"stsz"], 12)[0]
    chunks = (b"stco", ">8xI") if b"stco" in table else (b"co64", ">8xQ")
    (at,) = struct.unpack_from(chunks[1], table[chunks[0]])
    if not count or not 0 < length <= len(data) - at:
        raise LookupError
    return data[at : at + length]


def _boxes(content: bytes) -> dict[bytes, bytes]:
    """Return the boxes in a box by their tags; of several with one tag, the first."""
    found: dict[bytes, bytes] = {}
    for tag, at, end in children(content, _MOST_BOXES):
        found.setdefault(tag, content[at:end])
    return found
