"""METADATA and ``metadata=``: what variants keep of their original, and what none of them ever says.

``located.jpg`` was written with exiv2: its EXIF, XMP and IPTC say in every way there is where it was taken
(the words that begin with PLACE), and by whose camera (SERIAL, OWNER, COMMENT).
"""

from __future__ import annotations

import struct
from pathlib import Path

import pytest

from chalicelib.address.values import Format, Metadata
from chalicelib.address.variant import parse
from chalicelib.codecs.formats import JPEG, sniff
from chalicelib.codecs.rights import Rights, reading, shot
from chalicelib.codecs.rights import exif as exif_blocks
from chalicelib.codecs.rights.shot import Tag
from tests.pixels import made, seen
from tests.rights import app1, exif, jpeg_with

LOCATED = (Path(__file__).parent / "located.jpg").read_bytes()
SECRETS = (b"PLACE", b"SERIAL", b"OWNER", b"COMMENT", b"GPS", b"48,51", b"+09:30", b"5EC2E7", b"PLC")
GPS, THUMBNAIL, MAKERS_NOTE = 34853, 513, 37500
HOLDING = [Format.JPEG, Format.PNG, Format.WEBP, Format.AVIF, Format.JXL]
RIGHTS = Rights(
    copyright="(c) 2026 Zoe Example",
    artist="Zoe Example",
    credit="Agency",
    usage="lang=x-default Ask before you print",
    statement="https://zoe.example/terms",
)
EVERYTHING = RIGHTS._replace(title="Bridge", description="A bridge")
CAMERA = {271: b"Acme\0", 272: b"Acme 5\0", 305: b"Darkroom 3\0", 306: b"2026:11:26 10:00:00\0"}
EXPOSURE = {
    33434: struct.pack(">II", 1, 250),
    33437: struct.pack(">II", 28, 10),
    34855: struct.pack(">H", 400),
    36867: b"2026:11:26 09:59:58\0",
    37380: struct.pack(">ii", -1, 3),
    37386: struct.pack(">II", 35, 1),
    42034: struct.pack(">8I", 35, 1, 35, 1, 18, 10, 18, 10),
    42036: b"Acme 35mm\0",
}


def test_the_original_says_where_it_was_taken() -> None:
    """Without that, the tests below would hold for nothing."""
    assert [secret for secret in SECRETS if secret not in LOCATED] == []
    assert struct.pack("<H", GPS) in LOCATED


def told(data: bytes) -> tuple[Rights, dict[int, bytes], dict[int, bytes]]:
    kind = sniff(data)
    assert kind
    taken = reading.taken(data, kind)
    camera, exposure = ({tag.number: tag.content for tag in tags} for tags in taken)
    return reading.read(data, kind), camera, exposure


@pytest.mark.parametrize("format_", HOLDING)
@pytest.mark.parametrize(
    ("wanted", "said"),
    [
        ("none", (Rights(), {}, {})),
        ("copyright", (RIGHTS, {}, {})),
        ("keep", (EVERYTHING, CAMERA, EXPOSURE)),
    ],
)
def test_a_variant_says_what_is_wanted_and_never_where(
    format_: Format, wanted: str, said: tuple[Rights, dict[int, bytes], dict[int, bytes]]
) -> None:
    rendered = made(LOCATED, f"32x,format={format_},metadata={wanted}")

    assert told(rendered.data) == said
    assert [secret for secret in SECRETS if secret in rendered.data] == []
    for tag in (GPS, THUMBNAIL, MAKERS_NOTE):
        for order, form in (("<", 4), (">", 4), ("<", 7), (">", 7)):
            assert struct.pack(order + "HH", tag, form) not in rendered.data
    plain = made(LOCATED, f"32x,format={format_},metadata=none")
    assert (seen(rendered) == seen(plain)).all(), "not a pixel is another one"
    assert len(rendered.data) - len(plain.data) < {"none": 1, "copyright": 1000, "keep": 1600}[wanted]


@pytest.mark.parametrize("wanted", ["copyright", "keep"])
def test_what_a_variant_says_is_said_again_of_a_variant_of_it(wanted: str) -> None:
    once = made(LOCATED, f"64x,metadata={wanted}")
    assert told(made(once.data, f"32x,metadata={wanted}").data) == told(once.data)


@pytest.mark.parametrize("wanted", list(Metadata))
def test_the_site_decides_for_variants_that_say_nothing(wanted: Metadata) -> None:
    assert parse("32x").settled(wanted) == parse(f"32x,metadata={wanted}")
    assert parse("32x,metadata=none").settled(wanted) == parse("32x,metadata=none")


def test_an_original_that_says_nothing_takes_no_bytes_more() -> None:
    silent = jpeg_with()
    assert made(silent, "32x,metadata=keep").data == made(silent, "32x,metadata=none").data


def camera(*tags: tuple[int, int, int, bytes], order: str = ">") -> bytes:
    """A TIFF's header, and a directory of tags with their raw values, of which none is inline."""
    head = {">": b"MM", "<": b"II"}[order] + struct.pack(f"{order}HIH", 42, 8, len(tags))
    place, directory, behind = 10 + 12 * len(tags) + 4, b"", b""
    for number, form, count, content in tags:
        directory += struct.pack(f"{order}HHII", number, form, count, place + len(behind))
        behind += content
    return head + directory + bytes(4) + behind


@pytest.mark.parametrize(
    ("block", "kept"),
    [
        pytest.param(camera((271, 2, 8, b"Acme\0...")), {271: b"Acme\0"}, id="the first of several"),
        pytest.param(camera((271, 2, 5, b"Acme\0"), order="<"), {271: b"Acme\0"}, id="little end first"),
        pytest.param(
            camera((271, 2, 9, b"A\x07\n\xe2\x80\xaeb\0..")), {271: b"A b\0"}, id="what turns lines"
        ),
        pytest.param(camera((271, 7, 5, b"Acme\0")), {}, id="of a type that no text has"),
        pytest.param(camera((271, 2, 9_000_000, b"A" * 9000)), {271: b"A" * 200 + b"\0"}, id="a long text"),
        pytest.param(camera((271, 2, 5, b"Acme\0"), (271, 2, 5, b"Bcme\0")), {271: b"Acme\0"}, id="twice"),
        pytest.param(camera((34853, 4, 1, b"\0\0\0\x08")), {}, id="only a place"),
        pytest.param(b"MM\0*\xff\xff\xff\xff", {}, id="a directory nowhere"),
        pytest.param(b"MM\0*", {}, id="cut off"),
        pytest.param(b"", {}, id="nothing"),
    ],
)
def test_only_harmless_values_of_the_right_type_are_kept(block: bytes, kept: dict[int, bytes]) -> None:
    assert {tag.number: tag.content for tag in reading.taken(jpeg_with(app1(block)), JPEG).camera} == kept


def test_a_directory_of_exposure_that_is_itself_ends() -> None:
    block = exif({271: b"Acme\0"})
    looped = block[:8] + struct.pack(">H", 2) + struct.pack(">HHII", 34665, 4, 1, 8) + block[10:]
    assert shot.read(looped).exposure == ()


def test_values_are_written_in_the_order_of_their_tags() -> None:
    taken = shot.Shot((Tag.text(306, "now"), Tag.text(271, "A")), (Tag(37386, 5, 1, bytes(8)),))
    block = exif_blocks.written(Rights(artist="Zoe"), taken)
    (count,) = struct.unpack_from(">H", block, 8)
    numbers = [struct.unpack_from(">H", block, 10 + 12 * number)[0] for number in range(count)]
    assert numbers == [271, 306, 315, 34665]
    assert sorted(shot.read(block).camera) == sorted(taken.camera)
    assert shot.read(block).exposure == taken.exposure
