"""The formats that originals come in and that variants are made in.

The first bytes of an original say what it is; its name and its declared type are ignored. ImageMagick is
always told which coder to use, for reading and for writing, so it never guesses.
"""

from __future__ import annotations

import dataclasses
from dataclasses import dataclass

from chalicelib.address.values import Auto, Drawing, Format
from chalicelib.codecs.svg.root import FIRST_BYTES, is_svg
from chalicelib.errors import NotAnImage


@dataclass(frozen=True, slots=True)
class SourceType:
    """A type that originals may have. `variant` is the format its variants have by default.

    `variant` is None where we do not write the type itself: the default is then JPEG, or PNG for a
    transparent picture. `coder` is empty where ImageMagick may not see the type.
    """

    name: str
    coder: str
    variant: Format | Drawing | None


@dataclass(frozen=True, slots=True)
class Output:
    """A format that variants are made in.

    `quality` is the default: at arm's length, photographs look flawless in JPEG and WebP of 80 and in AVIF of
    55. It is None for a lossless format. `longest_side` is the most pixels on a side that the encoder takes.
    With `by_content`, drawings are encoded without loss, and the quality is for photographs only.

    `photographs` is what a picture that is no drawing becomes instead: the smallest of these, without those
    that cannot show its transparency.
    """

    format: Format | Drawing
    coder: str
    content_type: str
    alpha: bool
    animates: bool
    quality: int | None
    longest_side: int
    by_content: bool = False
    photographs: tuple[Output, ...] = ()

    @property
    def formats(self) -> frozenset[Format | Drawing]:
        """Every format that the variant can have in the end."""
        return frozenset({self.format, *(each.format for each in self.photographs)})


TYPES = JPEG, PNG, GIF, WEBP, AVIF, JXL, HEIC, TIFF, BMP, SVG = (
    SourceType("jpeg", "JPEG", Format.JPEG),
    SourceType("png", "PNG", Format.PNG),
    SourceType("gif", "GIF", Format.GIF),
    SourceType("webp", "WEBP", Format.WEBP),
    SourceType("avif", "AVIF", Format.AVIF),
    SourceType("jxl", "", Format.JXL),
    SourceType("heic", "HEIC", None),
    SourceType("tiff", "TIFF", None),
    SourceType("bmp", "BMP", None),
    SourceType("svg", "", Drawing.SVG),
)

SOURCE_TYPES = frozenset(kind.name for kind in TYPES)
"""The names that ALLOWED_IMAGE_TYPES may list."""

PIXEL_TYPES = SOURCE_TYPES - {SVG.name}
"""The names of the types that are made of pixels."""

OUTPUTS: dict[Format | Drawing, Output] = {
    output.format: output
    for output in (
        Output(Format.JPEG, "JPEG", "image/jpeg", False, False, 80, 65_500),  # noqa: FBT003 - a table's row
        Output(Format.PNG, "PNG", "image/png", True, False, None, 1_000_000),  # noqa: FBT003 - likewise
        Output(Format.GIF, "GIF", "image/gif", True, True, None, 65_535),  # noqa: FBT003 - likewise
        Output(Format.WEBP, "WEBP", "image/webp", True, True, 80, 16_383),  # noqa: FBT003 - likewise
        Output(Format.AVIF, "AVIF", "image/avif", True, False, 55, 16_384),  # noqa: FBT003 - likewise
        Output(Format.JXL, "JXL", "image/jxl", True, True, 80, 1_000_000),  # noqa: FBT003 - likewise
        Output(Drawing.SVG, "", "image/svg+xml", True, False, None, 65_535),  # noqa: FBT003 - likewise
    )
}

AUTO = dataclasses.replace(OUTPUTS[Format.WEBP], by_content=True)
"""What ``format=auto`` is: WebP, the one format of all browsers that is smaller than JPEG for photographs,
than PNG for drawings and than GIF for animations. AVIF is smaller still, for three to four times the
processor time, but has no animation here."""

_AUTO_AVIF = dataclasses.replace(AUTO, photographs=(OUTPUTS[Format.AVIF], AUTO))
"""What ``format=auto-avif`` is: ``auto``, or AVIF where that is smaller and shows no less."""

_AUTO_JPEG = dataclasses.replace(
    OUTPUTS[Format.PNG],
    longest_side=OUTPUTS[Format.JPEG].longest_side,
    photographs=(OUTPUTS[Format.JPEG],),
)
"""What ``format=auto-jpeg`` is, unless the picture moves: it is a GIF then."""


def content_type(kind: SourceType) -> str:
    """Return the content type of an original as it is."""
    return OUTPUTS[kind.variant].content_type if kind.variant else f"image/{kind.name}"


_MAGIC = (
    (b"\xff\xd8\xff", JPEG),
    (b"\x89PNG\r\n\x1a\n", PNG),
    (b"GIF87a", GIF),
    (b"GIF89a", GIF),
    (b"II*\0", TIFF),
    (b"MM\0*", TIFF),
    (b"\0\0\0\x0cJXL \r\n\x87\n", JXL),
    (b"\xff\x0a", JXL),
)

_NEVER_ORIGINALS = (
    (b"%pdf", "PDF"),
    (b"<svg", "XML"),
    (b"<?xml", "XML"),
    (b"<!doctype html", "HTML"),
    (b"<html", "HTML"),
)
"""What is most often mistaken for an original: how it begins, in lower case, and its name."""

_AVIF_BRANDS = frozenset({b"avif", b"avis"})
_HEIC_BRANDS = frozenset({b"heic", b"heix", b"heim", b"heis", b"hevc", b"hevx"})
_BMP_HEADERS = frozenset({12, 42, 46, 108, 124, *range(16, 65, 4)})
"""The lengths of a bitmap's header: those of OS/2 2.x may end after any of their fields."""

_MOST_BRANDS = 32


def sniff(data: bytes) -> SourceType | None:
    """Return the type whose magic bytes `data` begins with; None for anything else."""
    for magic, kind in _MAGIC:
        if data.startswith(magic):
            return kind
    if data[:4] == b"RIFF" and data[8:12] == b"WEBP":
        return WEBP
    if data[4:8] == b"ftyp":
        return _by_brand(_brands(data))
    # Two letters alone are a weak sign. A bitmap's header also states its length, which is one of a few.
    if data[:2] == b"BM" and int.from_bytes(data[14:18], "little") in _BMP_HEADERS:
        return BMP
    return SVG if is_svg(data[:FIRST_BYTES]) else None


def recognise(data: bytes, accepted: frozenset[str]) -> SourceType:
    """Return the type of `data` by its first bytes; `NotAnImage` if that type is not `accepted`."""
    kind = sniff(data)
    if kind is None or kind.name not in accepted:
        types = ", ".join(sorted(accepted))
        raise NotAnImage(f"The type of the original is {_name(data)}. This site accepts {types}.")
    return kind


def may_move(data: bytes) -> bool:
    """Return whether `data` may be an animation of which variants can have every frame."""
    signs = {GIF: b"", PNG: b"acTL", WEBP: b"ANMF", JXL: b""}
    kind = sniff(data)
    return kind in signs and signs[kind] in data


def _name(data: bytes) -> str:
    """Return the name of the type of `data`, for the message that refuses it."""
    kind = sniff(data)
    if kind:
        return kind.name
    begins = data[:64].lstrip(b"\xef\xbb\xbf \t\r\n").lower()
    return next((title for start, title in _NEVER_ORIGINALS if begins.startswith(start)), "unknown")


def output(asked: Format | Auto | None, kind: SourceType, *, alpha: bool, animated: bool = False) -> Output:
    """Return the variant's format: the one asked for, else the original's own, else one that suits it."""
    if isinstance(asked, Auto):
        older = OUTPUTS[Format.GIF] if animated else _AUTO_JPEG
        return {Auto.AUTO: AUTO, Auto.AVIF: _AUTO_AVIF, Auto.JPEG: older}[asked]
    suitable = Format.PNG if alpha else Format.JPEG
    return OUTPUTS[asked or kind.variant or suitable]


def possible(asked: Format | Auto | None, kind: SourceType | None) -> frozenset[Format | Drawing]:
    """Return the formats that a variant can have, whatever is in the picture; none if `kind` is no type."""
    if kind is None:
        return frozenset()
    if kind is SVG:
        return frozenset({Drawing.SVG})
    pictures = [(alpha, animated) for alpha in (False, True) for animated in (False, True)]
    chosen = [output(asked, kind, alpha=alpha, animated=animated) for alpha, animated in pictures]
    return frozenset[Format | Drawing]().union(*(each.formats for each in chosen))


def _brands(data: bytes) -> frozenset[bytes]:
    """Return the brands, major and compatible, of an ISO base media file (ISO/IEC 14496-12, 4.3).

    Behind the brand ``mif3``, the minor version is a brand, too (ISO/IEC 23008-12, 10.2.6).
    """
    minor = [data[12:16]] if data[8:12] == b"mif3" else []
    end = min(int.from_bytes(data[:4], "big"), len(data), 16 + 4 * _MOST_BRANDS)
    return frozenset([data[8:12], *minor, *(data[at : at + 4] for at in range(16, end, 4))])


def _by_brand(brands: frozenset[bytes]) -> SourceType | None:
    if brands & _AVIF_BRANDS:
        return AVIF
    return HEIC if brands & _HEIC_BRANDS else None
