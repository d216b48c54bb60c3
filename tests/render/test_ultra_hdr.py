"""An Ultra HDR JPEG (ISO 21496-1, Google's format 1.1): the base picture is shown, the gain map dropped."""

from __future__ import annotations

import struct

import numpy as np
import pytest

from tests.pixels import decoded, encoded, exif, gradient, made, seen
from tests.rights import app1, app1_xmp, segment

BASE = gradient(320, 240)
GAINS = encoded(np.repeat(gradient(80, 60)[:, :, :1], 3, axis=2), "jpeg")

_RDF = "http://www.w3.org/1999/02/22-rdf-syntax-ns#"
_CONTAINER = "http://ns.google.com/photos/1.0/container/"
_ITEM = f"{_CONTAINER}item/"
_GAINS = "http://ns.adobe.com/hdr-gain-map/1.0/"


def directory(length: int) -> bytes:
    """What the base picture says in XMP: that the gain map, of so many bytes, comes behind it."""
    items = (
        '<rdf:li rdf:parseType="Resource"><C:Item I:Semantic="Primary" I:Mime="image/jpeg"/></rdf:li>'
        '<rdf:li rdf:parseType="Resource">'
        f'<C:Item I:Semantic="GainMap" I:Mime="image/jpeg" I:Length="{length}"/></rdf:li>'
    )
    return (
        f'<x:xmpmeta xmlns:x="adobe:ns:meta/"><rdf:RDF xmlns:rdf="{_RDF}"><rdf:Description '
        f'xmlns:C="{_CONTAINER}" xmlns:I="{_ITEM}" xmlns:hdrgm="{_GAINS}" hdrgm:Version="1.0">'
        f"<C:Directory><rdf:Seq>{items}</rdf:Seq></C:Directory></rdf:Description></rdf:RDF></x:xmpmeta>"
    ).encode()


def gains() -> bytes:
    said = (
        f'<x:xmpmeta xmlns:x="adobe:ns:meta/"><rdf:RDF xmlns:rdf="{_RDF}"><rdf:Description '
        f'xmlns:hdrgm="{_GAINS}" hdrgm:Version="1.0" hdrgm:GainMapMax="3" hdrgm:HDRCapacityMax="3"/>'
        "</rdf:RDF></x:xmpmeta>"
    ).encode()
    return GAINS[:2] + app1_xmp(said) + GAINS[2:]


def multi_picture(first: int, second: int, behind: int) -> bytes:
    """The segment MPF (CIPA DC-007): two pictures, their lengths, and where the second one begins."""
    entries = struct.pack(">IIIHH", 0x030000, first, 0, 0, 0) + struct.pack(">IIIHH", 0, second, behind, 0, 0)
    tags = (
        struct.pack(">HHI4s", 0xB000, 7, 4, b"0100")
        + struct.pack(">HHII", 0xB001, 4, 1, 2)
        + struct.pack(">HHII", 0xB002, 7, 32, 50)
    )
    return segment(0xE2, b"MPF\0MM\0*\0\0\0\x08\0\3" + tags + bytes(4) + entries)


def ultra_hdr(*, said: bytes = b"") -> bytes:
    """A JPEG with a gain map behind it, as phones write it."""
    plain, behind = encoded(BASE, "jpeg"), gains()
    ahead = said + app1_xmp(directory(len(behind)))
    length = len(plain) + len(ahead) + len(multi_picture(0, 0, 0))
    index = multi_picture(length, len(behind), length - 2 - len(ahead) - 8)
    return plain[:2] + ahead + index + plain[2:] + behind


@pytest.mark.parametrize("into", ["jpeg", "png", "webp", "avif"])
def test_the_base_picture_is_shown(into: str) -> None:
    rendered = made(ultra_hdr(), f"160x,format={into},quality=90")
    shown = seen(rendered)[:, :, :3].astype(int)

    expected = seen(made(encoded(BASE, "jpeg"), f"160x,format={into},quality=90"))[:, :, :3]
    assert (rendered.width, rendered.height, rendered.frames) == (160, 120, 1)
    assert np.abs(shown - expected).max() == 0


@pytest.mark.parametrize("variant", ["160x", "999x", "999x,quality=30", "999x,metadata=copyright"])
def test_nothing_of_the_gain_map_is_kept(variant: str) -> None:
    """Also where the original is passed through: half of an Ultra HDR file would be shown wrongly."""
    data = made(ultra_hdr(), variant).data

    assert data.count(b"\xff\xd8\xff") == 1
    assert data.endswith(b"\xff\xd9")
    assert not {part for part in (b"hdrgm", b"hdr-gain-map", b"GainMap", b"MPF") if part in data}


def test_one_that_is_turned_is_turned() -> None:
    turned = made(ultra_hdr(said=app1(exif(6))), "160x160,format=png")

    assert (turned.width, turned.height) == (120, 160)


def test_the_base_picture_is_what_a_decoder_shows_that_knows_no_gain_maps() -> None:
    assert (decoded(ultra_hdr(), "jpeg") == decoded(encoded(BASE, "jpeg"), "jpeg")).all()
