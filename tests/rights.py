"""Blocks of metadata, written from nothing: EXIF, IPTC, Photoshop's, XMP; and files that have them."""

from __future__ import annotations

import struct

from tests.pixels import card, encoded, png_chunk, riff, webp_chunk

ARTIST, COPYRIGHT, DESCRIPTION, MAKE, GPS = 315, 33432, 270, 271, 34853


def exif(
    texts: dict[int, bytes], order: str = ">", *, position: bytes = b"", thumbnail: bytes = b""
) -> bytes:
    """A TIFF's header, and a directory of `texts` by their tags; with a `position` one of GPS, too."""
    entries = len(texts) + bool(position)
    place = 8 + 2 + 12 * entries + 4
    directory, behind = b"", b""
    for tag, text in sorted(texts.items()):
        value = struct.pack(f"{order}I", place + len(behind)) if len(text) > 4 else text.ljust(4, b"\0")
        directory += struct.pack(f"{order}HHI", tag, 2, len(text)) + value
        behind += text if len(text) > 4 else b""
    if position:
        directory += struct.pack(f"{order}HHII", GPS, 4, 1, place + len(behind))
        at = place + len(behind) + 18
        behind += struct.pack(f"{order}HHHIII", 1, 27, 7, len(position), at, 0) + position
    mark = {">": b"MM", "<": b"II"}[order]
    head = mark + struct.pack(f"{order}HIH", 42, 8, entries)
    return head + directory + bytes(4) + behind + thumbnail


def record(number: int, text: bytes, application: int = 2) -> bytes:
    return struct.pack(">BBBH", 0x1C, application, number, len(text)) + text


def iptc(*, byline: bytes = b"", credit: bytes = b"", notice: bytes = b"", caption: bytes = b"") -> bytes:
    numbers = {80: byline, 110: credit, 116: notice, 120: caption}
    return record(0, b"\0\4") + b"".join(record(number, text) for number, text in numbers.items() if text)


def photoshop(records: bytes, name: bytes = b"") -> bytes:
    """Photoshop's blocks: another one, and the one with IPTC's `records`."""
    other = b"8BIM\x04\x25\0\0" + struct.pack(">I", 3) + b"abc\0"
    titled = (bytes([len(name)]) + name).ljust(2 * (len(name) // 2 + 1), b"\0")
    return (
        other + b"8BIM\x04\x04" + titled + struct.pack(">I", len(records)) + records + bytes(len(records) % 2)
    )


def xmp(properties: str, attributes: str = "") -> bytes:
    return (
        '<?xpacket begin="" id="W5M0MpCehiHzreSzNTczkc9d"?><x:xmpmeta xmlns:x="adobe:ns:meta/">'
        '<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#">'
        '<rdf:Description rdf:about="" xmlns:dc="http://purl.org/dc/elements/1.1/" '
        'xmlns:photoshop="http://ns.adobe.com/photoshop/1.0/" xmlns:exif="http://ns.adobe.com/exif/1.0/" '
        f'xmlns:m="http://ns.adobe.com/xap/1.0/mm/" {attributes}>{properties}</rdf:Description>'
        '</rdf:RDF></x:xmpmeta><?xpacket end="w"?>'
    ).encode()


CREATED = "<dc:creator><rdf:Seq><rdf:li>Ann</rdf:li><rdf:li>Ben</rdf:li></rdf:Seq></dc:creator>"
OWNED = (
    '<dc:rights><rdf:Alt><rdf:li xml:lang="fr">Tous droits</rdf:li>'
    '<rdf:li xml:lang="x-default">© Ann &amp; Ben</rdf:li></rdf:Alt></dc:rights>'
)
CREDITED = 'photoshop:Credit="Agency &quot;A&quot;"'


def segment(marker: int, content: bytes) -> bytes:
    return b"\xff" + bytes([marker]) + struct.pack(">H", len(content) + 2) + content


def jpeg_with(*segments: bytes) -> bytes:
    whole = encoded(card(64, 48), "jpeg")
    return whole[:2] + b"".join(segments) + whole[2:]


def png_with(*chunks: tuple[bytes, bytes]) -> bytes:
    whole = encoded(card(64, 48), "png")
    return whole[:33] + b"".join(png_chunk(*chunk) for chunk in chunks) + whole[33:]


def webp_with(*chunks: tuple[bytes, bytes]) -> bytes:
    whole = encoded(card(64, 48), "webp")
    head = webp_chunk(b"VP8X", b"\x0c\0\0\0\x3f\0\0\x2f\0\0")
    return riff(head, whole[12:], *(webp_chunk(*chunk) for chunk in chunks))


def app1(block: bytes) -> bytes:
    return segment(0xE1, b"Exif\0\0" + block)


def app1_xmp(packet: bytes) -> bytes:
    return segment(0xE1, b"http://ns.adobe.com/xap/1.0/\0" + packet)


def app13(blocks: bytes) -> bytes:
    return segment(0xED, b"Photoshop 3.0\0" + blocks)
