"""The grammar of variants: what is read, how it is spelled, what is refused."""

from __future__ import annotations

import dataclasses
import math
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chalicelib.address import variant
from chalicelib.address.options import OPTIONS, Options
from chalicelib.address.values import (
    Area,
    Colour,
    Crop,
    Decimal,
    Fit,
    Flag,
    Format,
    Gravity,
    Hex,
    Integer,
    Name,
    OneOf,
    Radius,
)
from chalicelib.address.variant import Size, Variant
from chalicelib.errors import Malformed

if TYPE_CHECKING:
    from collections.abc import Callable


def areas(most: int) -> st.SearchStrategy[Area]:
    from_edge, length = st.integers(0, most), st.integers(1, most)
    return st.builds(Area, from_edge, from_edge, length, length)


STRATEGIES: dict[type, Callable[[Any], st.SearchStrategy[Any]]] = {
    OneOf: lambda declared: st.sampled_from(list(declared.names)),
    Integer: lambda declared: st.integers(declared.least, declared.most),
    Decimal: lambda declared: st.integers(round(declared.least * 10), round(declared.most * 10)).map(
        lambda tenths: tenths / 10
    ),
    Radius: lambda declared: st.integers(1, declared.most) | st.just(math.inf),
    Crop: lambda declared: areas(declared.most),
    Hex: lambda declared: st.builds(Colour, *[st.integers(0, 255)] * (4 if declared.alpha else 3)),
    Name: lambda _declared: st.from_regex("[a-z][a-z0-9_-]{0,31}", fullmatch=True),
    Flag: lambda _declared: st.just(value=True),
}


def values(declared: Any) -> st.SearchStrategy[Any]:
    """Every value that an option can have, made from its own declaration."""
    return STRATEGIES[type(declared)](declared)


sides = st.integers(1, 9999)
sizes = st.one_of(
    st.builds(Size, sides, sides, st.integers(1, 3)),
    st.builds(Size, sides, st.none(), st.integers(1, 3)),
    st.builds(Size, st.none(), sides, st.integers(1, 3)),
)
options = st.builds(
    Options, **{name: st.just(known.default) | values(known.values) for name, known in OPTIONS.items()}
)
variants = st.builds(Variant, sizes, options)


@given(variants)
def test_every_variant_is_read_back_from_its_spelling(made: Variant) -> None:
    assert variant.parse(str(made)) == made


@given(variants, st.randoms())
def test_options_in_any_order_have_one_canonical_spelling(made: Variant, random: Any) -> None:
    size, *spelled = str(made).split(",")
    random.shuffle(spelled)
    assert str(variant.parse(",".join([size, *spelled]))) == str(made)


@given(st.text(max_size=40))
def test_any_text_is_read_or_refused_and_reading_is_stable(text: str) -> None:
    try:
        spelled = str(variant.parse(text))
    except Malformed:
        return
    assert str(variant.parse(spelled)) == spelled


@given(variants)
def test_a_variant_is_a_single_path_segment_of_plain_characters(made: Variant) -> None:
    assert set(str(made)) <= set("0123456789abcdefghijklmnopqrstuvwxyz@,=.-_")


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("300x200", Variant(Size(300, 200))),
        ("300x", Variant(Size(300, None))),
        ("x200", Variant(Size(None, 200))),
        ("300x200@2x", Variant(Size(300, 200, 2))),
        ("x200@3x", Variant(Size(None, 200, 3))),
        ("1x1,fit=cover", Variant(Size(1, 1), Options(fit=Fit.COVER))),
        ("9x9,gravity=northwest", Variant(Size(9, 9), Options(gravity=Gravity.NORTHWEST))),
        ("9x9,format=webp,quality=80", Variant(Size(9, 9), Options(format=Format.WEBP, quality=80))),
        ("9x9,background=FFAA0080", Variant(Size(9, 9), Options(background=Colour(255, 170, 0, 128)))),
        ("9x9,upscale", Variant(Size(9, 9), Options(upscale=True))),
        ("9x9,blur=0.3,sharpen=10", Variant(Size(9, 9), Options(blur=0.3, sharpen=10))),
        ("9x9,brightness=-100,contrast=7", Variant(Size(9, 9), Options(brightness=-100, contrast=7))),
        ("9x9,crop=0-12-300x4", Variant(Size(9, 9), Options(crop=Area(0, 12, 300, 4)))),
        ("9x9,flip,flop,grayscale", Variant(Size(9, 9), Options(flip=True, flop=True, grayscale=True))),
        ("9x9,frame=1,rotate=359", Variant(Size(9, 9), Options(frame=1, rotate=359))),
        ("9x9,round=max", Variant(Size(9, 9), Options(round=math.inf))),
        ("9x9,round=12,trim=0", Variant(Size(9, 9), Options(round=12, trim=0))),
        ("9x9,tint=0040ff", Variant(Size(9, 9), Options(tint=Colour(0, 64, 255)))),
    ],
)
def test_a_spelling_is_read(text: str, expected: Variant) -> None:
    assert variant.parse(text) == expected


@pytest.mark.parametrize(
    ("text", "canonical"),
    [
        ("100x100,fit=inside", "100x100"),
        ("100x100,gravity=center", "100x100"),
        ("9x9,quality=80,format=webp", "9x9,format=webp,quality=80"),
        ("9x9,background=FFaa00", "9x9,background=ffaa00"),
        ("9x9,background=ffaa00ff", "9x9,background=ffaa00"),
        ("9x9,blur=2.0", "9x9,blur=2"),
        ("9x9,rotate=0,contrast=0", "9x9"),
        ("9x9,tint=00AAFF", "9x9,tint=00aaff"),
    ],
)
def test_another_spelling_becomes_the_canonical_one(text: str, canonical: str) -> None:
    assert str(variant.parse(text)) == canonical


@pytest.mark.parametrize(
    "text",
    [
        "",
        "x",
        "300",
        "0x100",
        "0100x100",
        "100X100",
        "１００x100",  # noqa: RUF001 - full-width digits are the point
        "-1x100",
        "1.5x100",
        "100x100 ",
        " 100x100",
        "100x100\n",
        "10000x100",
        "100x100@1x",
        "100x100@4x",
        "100x100@2",
        "100x100,",
        "100x100,,fit=cover",
        "100x100,fit",
        "100x100,fit=",
        "100x100,fit=COVER",
        "100x100,fit=cover,fit=cover",
        "100x100,fit=cover,fit=inside",
        "100x100,quality=0",
        "100x100,quality=101",
        "100x100,quality=080",
        "100x100,quality=٨٠",
        "100x100,upscale=1",
        "100x100,upscale=",
        "100x100,background=fff",
        "100x100,background=#ffffff",
        "100x100,nosuch=1",
        "100x100,blur",
        "100x100,blur=0",
        "100x100,blur=0.2",
        "100x100,blur=100.1",
        "100x100,blur=2.55",
        "100x100,blur=.5",
        "100x100,blur=2.",
        "100x100,blur=02",
        "100x100,blur=1e1",
        "100x100,blur=nan",
        "100x100,sharpen=10.1",
        "100x100,brightness=-101",
        "100x100,brightness=+5",
        "100x100,brightness=-0",
        "100x100,crop=1-2-3",
        "100x100,crop=1-2-0x5",
        "100x100,crop=1-2-5x0",
        "100x100,crop=-1-2-5x5",
        "100x100,crop=01-2-5x5",
        "100x100,crop=1-2-5x100000",
        "100x100,flip=1",
        "100x100,frame=0",
        "100x100,rotate=360",
        "100x100,rotate=-90",
        "100x100,rotate=1.5",
        "100x100,round=0",
        "100x100,round=MAX",
        "100x100,round=10000",
        "100x100,tint=0040ff80",
        "100x100,trim=101",
        "fit=cover,100x100",
        "junk",
        "thumb",
        "100x100" + ",fit=cover" * 40,
    ],
)
def test_what_is_not_in_the_grammar_is_refused(text: str) -> None:
    with pytest.raises(Malformed):
        variant.parse(text)


@pytest.mark.parametrize(
    ("text", "part"),
    [
        ("300", "300x200"),
        ("9x9,fit=crop", "inside, outside, cover, contain, fill"),
        ("9x9,quality=0", "1–100"),  # noqa: RUF001 - as it is written
        ("9x9,colour=red", "background, blur, brightness"),
    ],
)
def test_a_refusal_says_what_is_allowed(text: str, part: str) -> None:
    with pytest.raises(Malformed, match=part):
        variant.parse(text)


@pytest.mark.parametrize(
    ("size", "box"),
    [("300x200", (300, 200)), ("300x200@2x", (600, 400)), ("300x@3x", (900, None)), ("x5", (None, 5))],
)
def test_a_box_is_in_device_pixels(size: str, box: tuple[int | None, int | None]) -> None:
    assert variant.parse_size(size).box == box


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("ios_profile", True),
        ("a", True),
        ("x200", False),
        ("X", False),
        ("300x200", False),
        ("a,b", False),
        ("", False),
    ],
)
def test_a_preset_cannot_be_mistaken_for_a_size(name: str, *, expected: bool) -> None:
    assert variant.is_preset_name(name) is expected


def test_no_spelling_is_too_long_to_be_read() -> None:
    longest = {
        "background": Colour(255, 170, 0, 128),
        "blur": 99.9,
        "brightness": -100,
        "contrast": -100,
        "crop": Area(99_999, 99_999, 99_999, 99_999),
        "fit": Fit.CONTAIN,
        "flip": True,
        "flop": True,
        "format": Format.WEBP,
        "frame": 9999,
        "gravity": Gravity.NORTHWEST,
        "grayscale": True,
        "quality": 100,
        "rotate": 359,
        "round": 9999,
        "saturation": -100,
        "sepia": True,
        "sharpen": 9.9,
        "tint": Colour(255, 170, 0),
        "trim": 100,
        "upscale": True,
        "watermark": "w" * 32,
    }
    assert longest.keys() == OPTIONS.keys()
    spelled = str(Variant(Size(9999, 9999, 3), Options(**longest)))  # type: ignore[arg-type]  # a table

    assert variant.parse(spelled) == variant.parse(str(variant.parse(spelled)))
    assert len(spelled) < variant.MAX_LENGTH - 50


def test_the_declarations_are_in_canonical_order() -> None:
    assert list(OPTIONS) == sorted(field.name for field in dataclasses.fields(Options))
