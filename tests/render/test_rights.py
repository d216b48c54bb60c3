"""``metadata=copyright``: copyright, artist and credit, in every format that has a place for them."""

from __future__ import annotations

import re
import struct
from xml.etree import ElementTree as ET

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bench.colours.heifs import FILES
from chalicelib.address.values import Format
from chalicelib.codecs.formats import AVIF, JPEG, JXL, PNG, TIFF, TYPES, WEBP, SourceType, sniff
from chalicelib.codecs.heif import adding as avif
from chalicelib.codecs.imagemagick import Image
from chalicelib.codecs.rights import LONGEST, Rights, reading, xmp
from chalicelib.codecs.rights import exif as exif_blocks
from chalicelib.codecs.rights.writing import written
from tests.codecs import planting
from tests.codecs.planting import PLANT, SECRET
from tests.pixels import card, encoded, gif, gif_frame, gradient, made, seen, tiff
from tests.rights import (
    ARTIST,
    COPYRIGHT,
    CREATED,
    CREDITED,
    DESCRIPTION,
    MAKE,
    OWNED,
    app1,
    app1_xmp,
    app13,
    exif,
    iptc,
    jpeg_with,
    photoshop,
    png_with,
    webp_with,
)
from tests.rights import xmp as packet

ASCII, LONG = 2, 4
SIGNED = Rights("© 2026 Zoë Ørsted", "Zoë Ørsted", "Agence & Cie")
SAID = {COPYRIGHT: "© 2026 Zoë\0".encode(), ARTIST: "Zoë\0".encode()}
BY_EXIF = Rights("© 2026 Zoë", "Zoë")
BY_IPTC = Rights("© 2026", "Ann, Ben", "Agency")
BY_XMP = Rights("© Ann & Ben", "Ann, Ben", 'Agency "A"')
RECORDS = (
    iptc(notice="© 2026".encode(), byline=b"Ann", credit=b"Agency", caption=SECRET) + b"\x1c\2\x50\0\3Ben"
)
PACKET = packet(CREATED + OWNED, CREDITED)
XMP_TEXT = b"XML:com.adobe.xmp\0\0\0\0\0"
SIGNABLE = {Format.JPEG: JPEG, Format.PNG: PNG, Format.WEBP: WEBP, Format.AVIF: AVIF, Format.JXL: JXL}


def tiff_with(tag: int, block: bytes, form: int = 1, size: tuple[int, int] = (64, 48)) -> bytes:
    """A TIFF that has the block, too, under the tag, whose number is higher than all others."""
    whole = tiff(card(*size))
    (directory,) = struct.unpack_from("<I", whole, 4)
    (entries,) = struct.unpack_from("<H", whole, directory)
    end = directory + 2 + 12 * entries
    wide = 4 if form == LONG else 1
    added = struct.pack("<HHII", tag, form, len(block) // wide, end + 12 + 4)
    return (
        whole[:directory]
        + struct.pack("<H", entries + 1)
        + whole[directory + 2 : end]
        + added
        + bytes(4)
        + block
    )


ORIGINALS = {
    "EXIF of a JPEG": (jpeg_with(app1(exif(SAID))), BY_EXIF),
    "EXIF of a JPEG, little end first": (jpeg_with(app1(exif(SAID, "<"))), BY_EXIF),
    "EXIF of a PNG": (png_with((b"eXIf", exif(SAID))), BY_EXIF),
    "EXIF of a WebP": (webp_with((b"EXIF", exif(SAID))), BY_EXIF),
    "EXIF of a WebP, as some write it": (webp_with((b"EXIF", b"Exif\0\0" + exif(SAID))), BY_EXIF),
    "EXIF of an AVIF": (avif.signed(FILES["avif"], exif(SAID), b""), BY_EXIF),
    "EXIF and XMP of an AVIF by libavif": (
        FILES["avif with metadata"],
        BY_EXIF._replace(credit='Agency "A"'),
    ),
    "EXIF of a HEIC": (avif.signed(FILES["heic"], exif(SAID), b""), BY_EXIF),
    "tags of a TIFF": (tiff_with(COPYRIGHT, b"(c) Zoe\0", ASCII), Rights("(c) Zoe")),
    "short EXIF": (jpeg_with(app1(exif({ARTIST: b"Zo\0"}))), Rights(artist="Zo")),
    "EXIF in Latin-1": (jpeg_with(app1(exif({ARTIST: b"Zo\xeb \xa9\0"}))), Rights(artist="Zoë ©")),
    "EXIF with a photographer and an editor": (
        jpeg_with(app1(exif({COPYRIGHT: b"Zoe\0Max\0"}))),
        Rights("Zoe Max"),
    ),
    "EXIF with an editor alone": (jpeg_with(app1(exif({COPYRIGHT: b" \0Max\0"}))), Rights("Max")),
    "EXIF with more than an editor behind the photographer": (
        jpeg_with(app1(exif({COPYRIGHT: b"Zoe\0Max\0" + SECRET + b"\0"}))),
        Rights("Zoe Max"),
    ),
    "EXIF in fields of a fixed length": (
        jpeg_with(app1(exif({ARTIST: b"Zoe\0" + SECRET + b"\0", COPYRIGHT: b"(c)\0\0" + SECRET}))),
        Rights("(c)", "Zoe"),
    ),
    "IPTC in fields of a fixed length": (
        jpeg_with(app13(photoshop(iptc(notice=b"(c)\0" + SECRET, credit=b"\0" + SECRET)))),
        Rights("(c)"),
    ),
    "texts of a PNG with a NUL": (
        png_with((b"tEXt", b"Author\0Zoe\0" + SECRET), (b"iTXt", b"Copyright\0\0\0\0\0(c)\0" + SECRET)),
        Rights("(c)", "Zoe"),
    ),
    "IPTC of a JPEG": (jpeg_with(app13(photoshop(RECORDS))), BY_IPTC),
    "IPTC of a JPEG in a block with a name": (jpeg_with(app13(photoshop(RECORDS, b"name"))), BY_IPTC),
    "IPTC of a JPEG behind other blocks of Photoshop": (
        jpeg_with(app13(photoshop(b"")[:16]), app13(photoshop(RECORDS))),
        BY_IPTC,
    ),
    "IPTC of a TIFF": (tiff_with(33723, RECORDS), BY_IPTC),
    "IPTC of a TIFF, in numbers of four bytes": (
        tiff_with(33723, RECORDS + bytes(-len(RECORDS) % 4), LONG),
        BY_IPTC,
    ),
    "Photoshop's blocks of a TIFF": (tiff_with(34377, photoshop(RECORDS)), BY_IPTC),
    "XMP of a JPEG": (jpeg_with(app1_xmp(PACKET)), BY_XMP),
    "XMP of a PNG": (png_with((b"iTXt", XMP_TEXT + PACKET)), BY_XMP),
    "XMP of a WebP": (webp_with((b"XMP ", PACKET)), BY_XMP),
    "XMP of an AVIF": (avif.signed(FILES["avif"], b"", PACKET), BY_XMP),
    "XMP of a HEIC": (avif.signed(FILES["heic"], b"", PACKET), BY_XMP),
    "XMP of a TIFF": (tiff_with(700, PACKET), BY_XMP),
    "XMP with a property as an element": (
        jpeg_with(
            app1_xmp(packet("<photoshop:Credit>Agency</photoshop:Credit><dc:creator>Ann</dc:creator>"))
        ),
        Rights("", "Ann", "Agency"),
    ),
    "texts of a PNG": (
        png_with((b"tEXt", b"Author\0Zo\xeb"), (b"iTXt", "Copyright\0\0\0\0\0© 2026".encode())),
        Rights("© 2026", "Zoë"),
    ),
    "EXIF before IPTC before XMP": (
        jpeg_with(app1_xmp(PACKET), app13(photoshop(RECORDS)), app1(exif({ARTIST: b"Zoe\0"}))),
        Rights("© 2026", "Zoe", "Agency"),
    ),
    "nothing": (jpeg_with(app1(exif({DESCRIPTION: SECRET}))), Rights()),
    "a GIF": (gif(8, 8, b"!\xfe\x09Copyright\0", gif_frame(0, (0, 0, 8, 8))), Rights()),
}


def kind(data: bytes) -> SourceType:
    found = sniff(data)
    assert found
    return found


@pytest.mark.parametrize("name", ORIGINALS)
def test_what_an_original_says_is_read(name: str) -> None:
    original, rights = ORIGINALS[name]

    assert reading.read(original, kind(original)).alone == rights


def test_a_description_ends_at_the_first_nul() -> None:
    original = jpeg_with(app1(exif({DESCRIPTION: b"A bridge\0" + SECRET + b"\0"})))

    assert reading.read(original, JPEG).description == "A bridge"


def told(data: bytes) -> Rights:
    """What other code than ours reads of a variant: EXIF and XMP have to agree."""
    block, text = blocks(data)
    described = ET.fromstring(text or b"<x/>")  # noqa: S314 - we have written it
    names = {"rdf": "http://www.w3.org/1999/02/22-rdf-syntax-ns#", "dc": "http://purl.org/dc/elements/1.1/"}
    description = described.find(".//rdf:Description", names)
    attributes = {} if description is None else description.attrib
    found = Rights(
        described.findtext(".//dc:rights//rdf:li", "", names),
        described.findtext(".//dc:creator//rdf:li", "", names),
        attributes.get("{http://ns.adobe.com/photoshop/1.0/}Credit", ""),
    )
    tags = directory(block)
    assert tags == {tag: text for tag, text in ((ARTIST, found.artist), (COPYRIGHT, found.copyright)) if text}
    return found


def directory(block: bytes) -> dict[int, str]:
    """Every tag of an EXIF block that holds nothing but texts, each of them behind the directory."""
    if not block:
        return {}
    assert block[:8] == b"MM\0*\0\0\0\x08"
    (entries,) = struct.unpack_from(">H", block, 8)
    tags = [struct.unpack_from(">HHII", block, 10 + 12 * number) for number in range(entries)]
    assert struct.unpack_from(">I", block, 10 + 12 * entries) == (0,)
    return {tag: block[at : at + length - 1].decode() for tag, _, length, at in tags}


def blocks(data: bytes) -> tuple[bytes, bytes]:
    """EXIF and XMP of a variant, each where its format has its place."""
    match sniff(data):
        case found if found == JPEG:
            image, parts = read_by_imagemagick(data, "jpeg"), planting.jpeg_parts(data)
            packets = [
                part[33:] for marker, part in parts if marker == 0xE1 and part[4:33].endswith(b"xap/1.0/\0")
            ]
            return image.get("exif", b"").removeprefix(b"Exif\0\0"), b"".join(packets)
        case found if found == PNG:
            chunks = dict(planting.png_chunks(data))
            return chunks.get(b"eXIf", b""), chunks.get(b"iTXt", XMP_TEXT).removeprefix(XMP_TEXT)
        case found if found == WEBP:
            parts_ = dict(planting.webp_chunks(data[12:]))
            announced = parts_.get(b"VP8X", b"\0")[0]
            assert (bool(announced & 8), bool(announced & 4)) == (b"EXIF" in parts_, b"XMP " in parts_)
            return parts_.get(b"EXIF", b""), parts_.get(b"XMP ", b"")
    at = data.find(b"<?xpacket")
    return read_by_imagemagick(data, "avif").get("exif", b"").removeprefix(b"Exif\0\0"), data[
        at:
    ] if at > 0 else b""


def read_by_imagemagick(data: bytes, coder: str) -> dict[str, bytes]:
    with Image() as image:
        image.read(blob=data, format=coder)
        return {name: image.profiles[name] for name in image.profiles}


SIMPLE = Rights("(c) 2026 Zoe", "Zoe Roe", "A & B")
STATED = jpeg_with(
    app1(exif({COPYRIGHT: b"(c) 2026 Zoe\0", ARTIST: b"Zoe Roe\0"})),
    app1_xmp(packet("", 'photoshop:Credit="A &amp; B"')),
)


@pytest.mark.parametrize("more", ["", ",round=max", ",upscale"])
@pytest.mark.parametrize("into", [each for each in SIGNABLE if each is not Format.JXL])
def test_other_software_reads_it_in_every_format(into: Format, more: str) -> None:
    rendered, bare = (
        made(STATED, f"32x,format={into}{asked}{more}") for asked in (",metadata=copyright", "")
    )

    assert told(rendered.data) == SIMPLE
    assert told(bare.data) == Rights()
    assert (seen(rendered) == seen(bare)).all()
    assert len(rendered.data) < len(bare.data) + 900


@pytest.mark.parametrize("into", SIGNABLE)
def test_what_is_written_is_read_again(into: Format) -> None:
    data = written(made(encoded(gradient(64, 48), "png"), f"32x,format={into}").data, into, SIGNED)

    assert reading.read(data, SIGNABLE[into]) == SIGNED


def test_an_animated_webp_has_it_and_a_gif_has_no_place_for_it() -> None:
    frames = [gif_frame(number, (0, 0, 40, 20), delay=5) for number in (0, 1)]
    moving = made(gif(40, 20, *frames), "40x,format=webp").data

    signed = written(moving, Format.WEBP, SIMPLE)

    assert told(signed) == SIMPLE
    assert made(signed, "20x").frames == 2
    assert written(b"GIF89a", Format.GIF, SIMPLE) == b"GIF89a"


@pytest.mark.parametrize(
    "original",
    [STATED, png_with((b"eXIf", exif(SAID))), webp_with((b"EXIF", exif(SAID)))],
    ids=["jpeg", "png", "webp"],
)
def test_an_original_that_is_passed_through_has_it(original: bytes) -> None:
    passed = made(original, "999x").data
    signed = made(original, "999x,metadata=copyright").data

    assert signed == written(passed, SIGNABLE_BY_KIND[kind(original)], reading.read(original, kind(original)))


SIGNABLE_BY_KIND = {source: format_ for format_, source in SIGNABLE.items()}


def test_by_default_nothing_is_kept() -> None:
    assert made(STATED, "32x,metadata=none").data == made(STATED, "32x").data
    assert b"Zoe" not in made(STATED, "32x").data


FULL = exif(
    {COPYRIGHT: b"(c) Zoe\0", ARTIST: b"Zoe\0", DESCRIPTION: SECRET, MAKE: SECRET},
    position=SECRET,
    thumbnail=SECRET,
)
REST = (
    f"<dc:description><rdf:Alt><rdf:li>{SECRET.decode()}</rdf:li></rdf:Alt></dc:description>"
    f"<m:Ingredients><rdf:Bag><rdf:li><rdf:Description><dc:creator>{SECRET.decode()}</dc:creator></rdf:Description>"
    f"</rdf:li></rdf:Bag></m:Ingredients>"
)
CROWDED = {
    "jpeg": jpeg_with(
        app1(FULL),
        app1_xmp(packet(CREATED + REST, f'exif:GPSLatitude="{SECRET.decode()}"')),
        app13(photoshop(RECORDS)),
    ),
    "png": png_with(
        (b"eXIf", FULL),
        (b"tEXt", b"Comment\0" + SECRET),
        (b"iTXt", XMP_TEXT + packet(OWNED + REST)),
        (b"tEXt", b"Author\0Zoe"),
    ),
    "webp": webp_with((b"EXIF", FULL), (b"XMP ", packet(REST + CREATED, CREDITED))),
}
PARTS = re.compile(b"GPS|48[.]8584|2[.]2945")


@pytest.mark.parametrize("variant", ["32x", "999x", "32x,format=png", "32x,format=webp", "32x,format=avif"])
@pytest.mark.parametrize("name", CROWDED)
def test_nothing_else_of_the_original_is_kept(name: str, variant: str) -> None:
    data = made(CROWDED[name], f"{variant},metadata=copyright").data

    assert b"Zoe" in data
    assert not PARTS.search(data)


@pytest.mark.parametrize("name", CROWDED)
def test_what_is_planted_anywhere_is_not_kept(name: str) -> None:
    left = {
        planted.where
        for planted in PLANT[name](CROWDED[name])
        if PARTS.search(
            written(b"\xff\xd8", Format.JPEG, reading.read(planted.data, kind(CROWDED[name])).alone)
        )
    }

    assert left == set()


BOMB = '<!DOCTYPE a [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;">]>'
HOSTILE = {
    "a DTD": BOMB.encode() + PACKET.partition(b"?>")[2],
    "an entity from a file": b'<!DOCTYPE a [<!ENTITY x SYSTEM "file:///etc/passwd">]><a>&x;</a>',
    "not well-formed": PACKET[:-60],
    "elements in elements": b"<a>" * 200_000,
    "another encoding": b'<?xml version="1.0" encoding="no-such-thing"?>' + PACKET.partition(b"?>")[2],
    "too long": packet(CREATED + " " * xmp.LARGEST),
    "nothing": b"",
}


@pytest.mark.parametrize("name", HOSTILE)
def test_a_hostile_packet_says_nothing_and_the_picture_is_made(name: str) -> None:
    original = webp_with((b"XMP ", HOSTILE[name]))
    expected = BY_XMP if name == "another encoding" else Rights()  # XMP is UTF-8, whatever it says

    assert reading.read(original, WEBP) == expected
    assert made(original, "32x,metadata=copyright").width == 32


@pytest.mark.parametrize(
    ("text", "kept"),
    [
        ("a" * 5000, "a" * LONGEST),
        ("é" * 5000, "é" * LONGEST),
        ("a\r\n\tb\x00\x1b[31m", "a b [31m"),
        ("<script>alert(1)</script>", "(script)alert(1)(/script)"),
        ('"/></rdf:li>&', '"/)(/rdf:li)&'),
        ("<?php phpinfo(); ?>", "(?php phpinfo(); ?)"),
        ("ab\u202egpj.exe\u2066", "ab gpj.exe"),
        ("]]>", "]])"),
    ],
    ids=["long", "long in UTF-8", "control characters", "HTML", "XML", "PHP", "another direction", "CDATA"],
)
@pytest.mark.parametrize("into", SIGNABLE)
def test_a_hostile_value_becomes_one_short_harmless_line(into: Format, text: str, kept: str) -> None:
    original = jpeg_with(app1(exif({ARTIST: text.replace("\0", "\x01").encode()})))
    data = made(original, f"32x,format={into},metadata=copyright").data

    assert reading.read(data, SIGNABLE[into]) == Rights(artist=kept)
    assert len(data) < len(made(original, f"32x,format={into}").data) + 2500


@settings(deadline=None)
@given(st.builds(Rights, *[st.text(max_size=300)] * 7))
def test_any_text_is_written_so_that_it_is_read_again(rights: Rights) -> None:
    original = jpeg_with(app1_xmp(xmp.written(rights)) if any(rights) else b"")
    said = reading.read(original, JPEG)

    assert xmp.read(xmp.written(said)) == said
    block = exif_blocks.written(said)
    assert exif_blocks.read(block) == said._replace(credit="", usage="", statement="", title="")


@settings(deadline=None, max_examples=300)
@given(st.data())
def test_damaged_metadata_never_fail(data: st.DataObject) -> None:
    original = bytearray(data.draw(st.sampled_from([original for original, _ in ORIGINALS.values()])))
    for _ in range(data.draw(st.integers(1, 6))):
        original[data.draw(st.integers(8, len(original) - 1))] = data.draw(st.integers(0, 255))
    cut = bytes(original[: data.draw(st.integers(12, len(original)))])
    said = reading.read(cut, data.draw(st.sampled_from(TYPES)))

    assert all(len(value) <= LONGEST and value.isprintable() for value in said)


def test_the_first_block_of_each_form_counts() -> None:
    texts = [(b"tEXt", b"Author\0" + name) for name in (b"Zoe", b"Max")]

    assert reading.read(png_with((b"tEXt", b"Title\0a"), *texts), PNG) == Rights(artist="Zoe")
    assert reading.read(png_with(*texts, (b"eXIf", exif({ARTIST: b"Ann Roe\0"}))), PNG) == Rights(
        artist="Ann Roe"
    )


def test_a_large_tiff_is_read_too() -> None:
    assert reading.read(tiff_with(COPYRIGHT, b"(c) Zoe\0", ASCII, (1000, 800)), TIFF) == Rights("(c) Zoe")


@pytest.mark.parametrize("source", TYPES, ids=lambda source: source.name)
def test_of_nothing_nothing_is_read(source: SourceType) -> None:
    assert reading.read(b"", source) == Rights()
