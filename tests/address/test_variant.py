"""The grammar of variants: which texts are read, how they are spelled, and how others are refused."""

from __future__ import annotations

import dataclasses
import math
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from chalicelib.address import variant
from chalicelib.address.notation import Crop, Flag, Hex, Name, OneOf
from chalicelib.address.numerals import Decimal, Integer, Radius
from chalicelib.address.options import OPTIONS, Options
from chalicelib.address.placement import Placement
from chalicelib.address.values import Colour, CropArea, Fit, FocalPoint, Format, Gravity, Metadata
from chalicelib.address.variant import Size, Variant
from chalicelib.errors import Malformed
from tests.messages import hostile, is_public, refusal

if TYPE_CHECKING:
    from collections.abc import Callable


def areas(most: int) -> st.SearchStrategy[CropArea]:
    from_edge, length = st.integers(0, most), st.integers(1, most)
    return st.builds(CropArea, from_edge, from_edge, length, length)


def points() -> st.SearchStrategy[Gravity | FocalPoint]:
    percent = st.integers(0, 100)
    return st.builds(
        lambda across, down: OPTIONS["gravity"].values.parse(f"{across}-{down}"), percent, percent
    )


STRATEGIES: dict[type, Callable[[Any], st.SearchStrategy[Any]]] = {
    OneOf: lambda declared: st.sampled_from(list(declared.names)),
    Placement: lambda declared: st.sampled_from(list(declared.names)) | points(),
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
    """Return a strategy for every value that an option can have, made from its declaration."""
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
def test_the_spelling_of_a_variant_is_read_as_that_variant(made: Variant) -> None:
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
        ("9x9,gravity=30-70", Variant(Size(9, 9), Options(gravity=FocalPoint(30, 70)))),
        ("9x9,gravity=0-99", Variant(Size(9, 9), Options(gravity=FocalPoint(0, 99)))),
        ("9x9,format=webp,quality=80", Variant(Size(9, 9), Options(format=Format.WEBP, quality=80))),
        ("9x9,background=FFAA0080", Variant(Size(9, 9), Options(background=Colour(255, 170, 0, 128)))),
        ("9x9,upscale", Variant(Size(9, 9), Options(upscale=True))),
        ("9x9,blur=0.3,sharpen=10", Variant(Size(9, 9), Options(blur=0.3, sharpen=10))),
        ("9x9,brightness=-100,contrast=7", Variant(Size(9, 9), Options(brightness=-100, contrast=7))),
        ("9x9,crop=0-12-300x4", Variant(Size(9, 9), Options(crop=CropArea(0, 12, 300, 4)))),
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
        ("100x100,gravity=50-50", "100x100"),
        ("100x100,gravity=0-0", "100x100,gravity=northwest"),
        ("100x100,gravity=50-0", "100x100,gravity=north"),
        ("100x100,gravity=100-50", "100x100,gravity=east"),
        ("100x100,gravity=0-100", "100x100,gravity=southwest"),
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
        "100x100,gravity=101-0",
        "100x100,gravity=0-101",
        "100x100,gravity=030-70",
        "100x100,gravity=30",
        "100x100,gravity=30-",
        "100x100,gravity=-30-70",
        "100x100,gravity=30-70-10",
        "100x100,gravity=30.5-70",
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
def test_a_text_that_is_not_in_the_grammar_is_refused(text: str) -> None:
    with pytest.raises(Malformed):
        variant.parse(text)


SIZE = "A size is written like 300x200, 300x, x200 or 300x200@2x, each side from 1 to 9999."
FITS = "It takes inside, outside, cover, contain, fill."
BLURS = "It takes 0.3 to 100, with at most one decimal place."
GRAVITIES = (
    "It takes center, north, northeast, east, southeast, south, southwest, west, northwest, smart, face, "
    "or X-Y in percent, such as 30-70."
)
CROPS = "It takes X-Y-WxH, such as 10-20-300x200."
COLOURS = "It takes rrggbb or rrggbbaa, such as ff8800."
TINTS = "It takes rrggbb, such as ff8800."
NAMES = "It takes a name like logo or logo-2."


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("300", f"'300' is not a size. {SIZE} Did you mean '300x'?"),
        ("0x300", f"'0x300' is not a size. {SIZE} Did you mean 'x300'?"),
        ("300X200", f"'300X200' is not a size. {SIZE} Did you mean '300x200'?"),
        ("300x200px", f"'300x200px' is not a size. {SIZE} Did you mean '300x200'?"),
        ("300x200@2", f"'300x200@2' is not a size. {SIZE} Did you mean '300x200@2x'?"),
        ("300x200@1x", f"'300x200@1x' is not a size. {SIZE} Did you mean '300x200'?"),
        ("300x200@4x", f"'300x200@4x' is not a size. {SIZE}"),
        ("10000x1", f"'10000x1' is not a size. {SIZE}"),
        ("9x9," + "a" * 397, "The variant has 401 characters; at most 400 are allowed."),
    ],
)
def test_a_refused_size_is_named_with_the_form_of_a_size(text: str, message: str) -> None:
    assert refusal(variant.parse, text) == message


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("", "There is a comma too many. No option follows it."),
        ("fitt=cover", "There is no option 'fitt'. Did you mean 'fit=cover'?"),
        ("fitt=cver", "There is no option 'fitt'. Did you mean 'fit=cover'?"),
        ("FIT=COVER", "There is no option 'FIT'. Did you mean 'fit=cover'?"),
        ("fit-cover", f"There is no option 'fit-cover'. Did you mean 'fit'? {FITS}"),
        ("upscal", "There is no option 'upscal'. Did you mean 'upscale'?"),
        ("colour=9", "There is no option 'colour'. Did you mean 'colors=9'?"),
        ("hue=red", f"There is no option 'hue'. The options are {', '.join(OPTIONS)}."),
        ("fit=cover,fit=cover", "The option fit is given twice. Give it once."),
    ],
)
def test_a_refused_option_is_named_with_the_nearest_option(text: str, message: str) -> None:
    assert refusal(variant.parse, f"9x9,{text}") == message


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("fit=cver", f"The option fit does not take 'cver'. {FITS} Did you mean 'fit=cover'?"),
        ("fit=crop", f"The option fit does not take 'crop'. {FITS}"),
        ("fit", f"The option fit needs a value. {FITS}"),
        ("quality=200", "The option quality does not take '200'. It takes 1 to 100."),
        (
            "quality=080",
            "The option quality does not take '080'. It takes 1 to 100. Did you mean 'quality=80'?",
        ),
        ("rotate=-90", "The option rotate does not take '-90'. It takes 0 to 359."),
        ("blur=2.55", f"The option blur does not take '2.55'. {BLURS} Did you mean 'blur=2.5'?"),
        (
            "round=MAX",
            "The option round does not take 'MAX'. It takes 1 to 9999 or max. Did you mean 'round=max'?",
        ),
        (
            "gravity=30x70",
            f"The option gravity does not take '30x70'. {GRAVITIES} Did you mean 'gravity=30-70'?",
        ),
        (
            "gravity=centre",
            f"The option gravity does not take 'centre'. {GRAVITIES} Did you mean 'gravity=center'?",
        ),
        ("gravity=30x700", f"The option gravity does not take '30x700'. {GRAVITIES}"),
        ("crop=1-2-3-4", f"The option crop does not take '1-2-3-4'. {CROPS} Did you mean 'crop=1-2-3x4'?"),
        (
            "background=#fff",
            f"The option background does not take '#fff'. {COLOURS} Did you mean 'background=ffffff'?",
        ),
        ("tint=white", f"The option tint does not take 'white'. {TINTS} Did you mean 'tint=ffffff'?"),
        (
            "watermark=Logo",
            f"The option watermark does not take 'Logo'. {NAMES} Did you mean 'watermark=logo'?",
        ),
        (
            "upscale=true",
            "The option upscale does not take 'true'. It takes no value. Did you mean 'upscale'?",
        ),
        ("upscale=no", "The option upscale does not take 'no'. It takes no value."),
    ],
)
def test_a_refused_value_is_named_with_what_the_option_takes(text: str, message: str) -> None:
    assert refusal(variant.parse, f"9x9,{text}") == message


def test_a_look_alike_can_be_seen_in_a_refusal() -> None:
    message = refusal(variant.parse, "9x9,fit=\u0441over")
    assert message == rf"The option fit does not take '\u0441over'. {FITS} Did you mean 'fit=cover'?"


@pytest.mark.parametrize("option", ["", *(f"{name}=" for name in OPTIONS)])
@given(hostile)
@settings(deadline=None, max_examples=40)
def test_every_refusal_of_a_variant_is_public(option: str, text: str) -> None:
    assert is_public(refusal(variant.parse, f"9x9,{option}{text}") or ".")
    assert is_public(refusal(variant.parse, text) or ".")


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


def test_the_longest_spelling_is_read() -> None:
    longest = {
        "background": Colour(255, 170, 0, 128),
        "blur": 99.9,
        "brightness": -100,
        "colors": 256,
        "contrast": -100,
        "crop": CropArea(99_999, 99_999, 99_999, 99_999),
        "fit": Fit.CONTAIN,
        "flip": True,
        "flop": True,
        "format": Format.WEBP,
        "frame": 9999,
        "gravity": Gravity.NORTHWEST,
        "grayscale": True,
        "metadata": Metadata.COPYRIGHT,
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
