"""The first bytes of an original say what type it is."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chalicelib.address.values import Drawing, Format
from chalicelib.codecs.formats import (
    AVIF,
    BMP,
    GIF,
    HEIC,
    JPEG,
    JXL,
    OUTPUTS,
    PNG,
    SOURCE_TYPES,
    TIFF,
    WEBP,
    output,
    sniff,
)
from chalicelib.codecs.specimens import SPECIMENS


@pytest.mark.parametrize(
    ("begins", "kind"),
    [
        (b"\xff\xd8\xff\xe0\0\x10JFIF", JPEG),
        (b"\xff\xd8\xff\xdb", JPEG),
        (b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR", PNG),
        (b"GIF87a", GIF),
        (b"GIF89a", GIF),
        (b"RIFF\x10\0\0\0WEBPVP8 ", WEBP),
        (b"\0\0\0\x1cftypavif\0\0\0\0mif1avif", AVIF),
        (b"\0\0\0\x1cftypmif1\0\0\0\0mif1avif", AVIF),
        (b"\0\0\0\x18ftypheic\0\0\0\0mif1heic", HEIC),
        (b"\xff\x0a\xc3\x07", JXL),
        (b"\0\0\0\x0cJXL \r\n\x87\n\0\0\0\x14ftypjxl ", JXL),
        (b"II*\0\x08\0\0\0", TIFF),
        (b"MM\0*\0\0\0\x08", TIFF),
        (b"BM" + bytes(12) + b"\x28\0\0\0", BMP),
    ],
)
def test_pictures_are_known_by_their_first_bytes(begins: bytes, kind: object) -> None:
    assert sniff(begins) is kind


@pytest.mark.parametrize("name", sorted(SOURCE_TYPES))
def test_every_type_that_may_be_accepted_is_known_by_its_first_bytes(name: str) -> None:
    kind = sniff(SPECIMENS[name])

    assert kind is not None
    assert kind.name == name


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"\xff\xd8",
        b"\x89PNG",
        b"GIF88a",
        b"\0\0\0\x0cJXL \r\n\n\n",
        b"RIFF\x10\0\0\0WAVE",
        b"\0\0\0\x18ftypisom\0\0\0\0mp42mp41",
        b"\0\0\0\x10ftypmif1\0\0\0\0avif: after the box, not in it",
        b"BMW, not a bitmap",
        b"<?xml version='1.0'?><image><read filename='/etc/passwd'/></image>",
        b"<!doctype html><title>404</title>",
        b"%PDF-1.7",
        b"%!PS-Adobe-3.0 EPSF-3.0",
        b"push graphic-context\nviewbox 0 0 640 480\n",
        b" GIF89a",
    ],
)
def test_nothing_else_is_a_picture(data: bytes) -> None:
    assert sniff(data) is None


@given(st.binary(max_size=64))
def test_any_bytes_can_be_judged(data: bytes) -> None:
    kind = sniff(data)

    assert kind is None or kind.name in SOURCE_TYPES


@pytest.mark.parametrize(
    ("asked", "kind", "alpha", "made"),
    [
        (None, JPEG, False, Format.JPEG),
        (None, PNG, False, Format.PNG),
        (None, GIF, False, Format.GIF),
        (None, WEBP, True, Format.WEBP),
        (None, AVIF, False, Format.AVIF),
        (None, JXL, True, Format.JXL),
        (None, HEIC, False, Format.JPEG),
        (None, TIFF, False, Format.JPEG),
        (None, TIFF, True, Format.PNG),
        (None, BMP, False, Format.JPEG),
        (Format.WEBP, JPEG, False, Format.WEBP),
        (Format.GIF, HEIC, True, Format.GIF),
    ],
)
def test_the_variants_format_is_the_one_asked_for_or_follows_the_original(
    asked: Format | None,
    kind: object,
    alpha: bool,  # noqa: FBT001 - a column of the table
    made: Format,
) -> None:
    assert output(asked, kind, alpha=alpha) is OUTPUTS[made]  # type: ignore[arg-type]  # a row of the table


def test_every_format_of_the_grammar_has_an_output() -> None:
    assert set(OUTPUTS) == {*Format, *Drawing}
