"""What decoders complain of: damage is refused, what cameras get wrong is made, and so is what is cut off."""

from __future__ import annotations

import struct
from typing import TYPE_CHECKING

import numpy as np
import pytest

from chalicelib.codecs import complaints
from chalicelib.codecs.imagemagick import Image
from chalicelib.errors import BrokenImage
from fuzz import places
from tests.pixels import bmp, encoded, gif, gif_frame, gradient, made, seen, tiff

if TYPE_CHECKING:
    from collections.abc import Callable

JPEG = encoded(gradient(64, 48), "jpeg", quality=90)
PROGRESSIVE = encoded(gradient(64, 48), "pjpeg", quality=90)
RESTARTS = (places.ORIGINALS / "restarts.jpg").read_bytes()
SCAN = JPEG.index(b"\xff\xda")
MIDDLE = (SCAN + len(JPEG)) // 2
MIDST = PROGRESSIVE.index(b"\xff\xda", PROGRESSIVE.index(b"\xff\xda") + 2)
"""Where the second scan begins."""


def replaced(data: bytes, at: int, new: bytes) -> bytes:
    return data[:at] + new + data[at + len(new) :]


def inserted(data: bytes, at: int, new: bytes) -> bytes:
    return data[:at] + new + data[at:]


def framed(marker: int, bits: int = 8) -> bytes:
    at = JPEG.index(b"\xff\xc0")
    return replaced(replaced(JPEG, at + 1, bytes([marker])), at + 4, bytes([bits]))


def jpeg_in_tiff(damaged: bool) -> bytes:  # noqa: FBT001 - the one thing that is asked
    data = (places.ORIGINALS / "jpeg.tiff").read_bytes()
    scan = data.index(b"\xff\xda")
    return replaced(data, scan + 6, b"\x33") if damaged else data


DAMAGED = {
    "a scan with a Huffman table that there is not": replaced(JPEG, SCAN + 6, b"\x33"),
    "a component with a quantisation table that there is not": JPEG.replace(b"\xff\xdb", b"\xff\xe5", 1),
    "a scan with the end in its middle": replaced(JPEG, MIDDLE, b"\xff\xd9"),
    "a scan with a marker in its middle that means nothing": replaced(JPEG, MIDDLE, b"\xff\x19"),
    "a scan with bits that are no Huffman code": replaced(JPEG, MIDDLE, b"\xff\0" * 8),
    "a restart marker out of turn": RESTARTS.replace(b"\xff\xd1", b"\xff\xd4", 1),
    "bytes that are left over before a restart marker": inserted(
        RESTARTS, RESTARTS.index(b"\xff\xd1"), bytes(9)
    ),
    "a second scan of what there is no first of": PROGRESSIVE.replace(
        PROGRESSIVE[MIDST : MIDST + 10], PROGRESSIVE[MIDST : MIDST + 9] + b"\x21", 1
    ),
    "a second frame": inserted(JPEG, SCAN, JPEG[JPEG.index(b"\xff\xc0") :][:19]),
    "12 bits": framed(0xC1, 12),
    "a lossless process": framed(0xC3),
    "a lossless process of 16 bits": framed(0xC3, 16),
    "a hierarchical process": framed(0xC5),
    "in a TIFF, a scan with a Huffman table that there is not": jpeg_in_tiff(damaged=True),
    "in a TIFF, nothing but the first half": jpeg_in_tiff(damaged=False)[:700],
}


@pytest.mark.parametrize("what", DAMAGED)
@pytest.mark.parametrize("variant", ["64x,format=png", "8x8,fit=cover"])
def test_damage_is_refused(what: str, variant: str) -> None:
    with pytest.raises(BrokenImage):
        made(DAMAGED[what], variant)


ADOBE = b"\xff\xee\0\x0eAdobe\0\x64\0\0\0\0\x07"
"""A segment of Adobe's that names a transform which there is not."""

HARMLESS: dict[str, Callable[[bytes], bytes]] = {
    "20 bytes between the scan and the end, as of webcams": lambda jpeg: jpeg[:-2] + bytes(20) + jpeg[-2:],
    "18 bytes before a table, as of Google's phones": lambda jpeg: inserted(
        jpeg, jpeg.index(b"\xff\xdb"), bytes(18)
    ),
    "a scan that says it ends with coefficient 0, as of Samsung's phones": lambda jpeg: replaced(
        jpeg, jpeg.index(b"\xff\xda") + 12, b"\0"
    ),
    "no end, but a film behind the picture, as of Samsung's panoramas": lambda jpeg: (
        jpeg[:-2] + b"\xff\x19film" * 9
    ),
    "no end": lambda jpeg: jpeg[:-2],
    "a version of JFIF that there is not": lambda jpeg: jpeg.replace(b"JFIF\0\x01", b"JFIF\0\x09", 1),
    "a colour transform that there is not": lambda jpeg: jpeg[:2] + ADOBE + jpeg[20:],
}


@pytest.mark.parametrize("what", HARMLESS)
def test_what_leaves_every_pixel_as_it_is_coded_is_made(what: str) -> None:
    whole, flawed = (seen(made(data, "64x,format=png")) for data in (JPEG, HARMLESS[what](JPEG)))

    assert np.array_equal(whole, flawed)


WORST = encoded(gradient(64, 48), "jpeg", quality=15)
"""Smaller than anything that we would make of it."""

FLAWED = {
    **{what: flawed(WORST) for what, flawed in HARMLESS.items()},
    "half of a scan": WORST[: (WORST.index(b"\xff\xda") + len(WORST)) // 2],
    "half of a scan of several": PROGRESSIVE[: MIDST + 40],
}


@pytest.mark.parametrize("what", FLAWED)
def test_nothing_is_passed_through_that_a_decoder_complains_of(what: str) -> None:
    with Image(blob=made(FLAWED[what], "64x").data, format="jpeg") as image:
        assert complaints.of(image) == []


def test_what_a_decoder_does_not_complain_of_is_passed_through() -> None:
    assert made(WORST, "64x").data == WORST


@pytest.mark.parametrize("kept", [0.2, 0.5, 0.7])
def test_a_scan_that_breaks_off_shows_what_there_is_and_then_one_colour(kept: float) -> None:
    length = SCAN + round(kept * (len(JPEG) - SCAN))
    whole, part = (seen(made(data, "64x,format=png")) for data in (JPEG, JPEG[:length]))
    rows = [bool(np.array_equal(*both)) for both in zip(whole, part, strict=True)]
    last = len(np.unique(part[-1], axis=0))

    assert (rows[0], rows[-1], last) == (True, False, 1)


def test_a_file_that_is_cut_off_and_damaged_before_is_refused() -> None:
    with pytest.raises(BrokenImage):
        made(replaced(JPEG, MIDDLE - 40, b"\xff\0" * 8)[:-200], "64x")


def with_exif_at(data: bytes, offset: int) -> bytes:
    """A TIFF of which another directory stands there."""
    (directory,) = struct.unpack_from("<I", data, 4)
    (tags,) = struct.unpack_from("<H", data, directory)
    end = directory + 2 + 12 * tags
    pointer = struct.pack("<HHII", 34665, 4, 1, offset)
    return data[:directory] + struct.pack("<H", tags + 1) + data[directory + 2 : end] + pointer + data[end:]


NO_COMPLAINT = {
    "a BMP that says it is shorter than it is": replaced(bmp(gradient(8, 6)), 2, b"\x80\0\0\0"),
    "a GIF with a colour that its palette lacks": gif(2, 2, gif_frame(3, (0, 0, 2, 2))),
    "a TIFF with EXIF that is none": with_exif_at(tiff(gradient(8, 6)), 4_000_000),
}


@pytest.mark.parametrize("what", NO_COMPLAINT)
def test_what_concerns_no_pixel_is_passed_over(what: str) -> None:
    assert made(NO_COMPLAINT[what], "2x,format=png").width == 2
