"""One decoded original for all its variants: the same bytes as without, whatever was made before."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from wand.image import ClosedImageError

from bench.colours.jxls import FILES as JXLS
from chalicelib.address.variant import INFO_VARIANT, parse
from chalicelib.codecs import decode
from chalicelib.codecs.formats import PIXEL_TYPES
from chalicelib.codecs.kept import Kept
from chalicelib.errors import Refusal
from chalicelib.render.extras import NONE
from chalicelib.render.render import render
from tests.pixels import (
    LIMITS,
    bmp,
    cmyk_jpeg,
    deep_png,
    encoded,
    gradient,
    jpeg_with_exif,
    plain,
    tiff,
)

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from chalicelib.address.variant import Variant
    from chalicelib.codecs.decode import Frame
    from chalicelib.codecs.formats import SourceType
    from chalicelib.geometry.plan import Plan
    from chalicelib.render.rendered import Rendered

WIDE = gradient(640, 404)
CLEAR = np.dstack([WIDE, np.linspace(0, 255, 640, dtype=np.uint8)[None, :].repeat(404, axis=0)])
PHOTO = encoded(WIDE, "jpeg")
ORIGINALS = {
    "JPEG": PHOTO,
    "JPEG of another picture, of the same size": encoded(WIDE[::-1], "jpeg"),
    "turned JPEG": jpeg_with_exif(PHOTO, 6),
    "JPEG that breaks off": PHOTO[: len(PHOTO) // 2],
    "broken JPEG": PHOTO[:-400] + bytes(400),
    "grey JPEG": encoded(WIDE, "jpeg", colorspace="gray"),
    "JPEG of ink": cmyk_jpeg((200, 100, 50, 20)),
    "JPEG smaller than eight pixels": encoded(WIDE[:7, :5], "jpeg"),
    "PNG": encoded(WIDE, "png"),
    "PNG with alpha": encoded(CLEAR, "png"),
    "PNG with a border": encoded(np.pad(WIDE, ((20, 30), (40, 50), (0, 0))), "png"),
    "PNG of 16 bits": deep_png(WIDE[:100, :100]),
    "WebP": encoded(WIDE, "webp"),
    "WebP with alpha": encoded(CLEAR, "webp"),
    "GIF": encoded(plain((1, 2, 3), 30, 20), "gif"),
    "TIFF with alpha": tiff(CLEAR[:100, :100]),
    "BMP": bmp(WIDE),
    "AVIF": encoded(WIDE[:120, :160], "avif"),
    "JPEG XL": JXLS["jxl with alpha"],
    "JPEG XL that moves": JXLS["animated jxl"],
    "nothing": b"",
}
VARIANTS = [
    "40x",
    "64x64,fit=cover",
    "160x120,fit=cover,gravity=smart",
    "200x,format=webp",
    "300x200,fit=contain,format=png",
    "320x",
    "100x,trim=10",
    "100x,rotate=90,flip",
    "2000x",
    "50x,crop=100-50-333x222",
    "60x,grayscale,blur=2,round=max",
    "2000x,upscale,format=jpeg",
    "16x16,fit=fill,format=gif",
]


def parsed(variants: Sequence[str]) -> list[Variant]:
    return [parse(variant) for variant in variants]


@cache
def alone(name: str, variant: str) -> Rendered | str:
    """What comes of the variant in a process that does nothing else: a picture, or the words of a refusal."""
    return outcome(name, variant, decode.frames)


def outcome(name: str, variant: str, frames: decode.Frames) -> Rendered | str:
    try:
        return render(ORIGINALS[name], parse(variant), LIMITS, PIXEL_TYPES, NONE, frames)
    except Refusal as refusal:
        return f"{refusal.code}: {refusal}"


@pytest.fixture(scope="module")
def kept() -> Iterator[Kept]:
    with Kept(1_000_000) as kept:
        yield kept


@pytest.mark.parametrize("name", ORIGINALS)
def test_each_variant_is_the_same_to_the_byte_as_alone(kept: Kept, name: str) -> None:
    made = {variant: outcome(name, variant, kept.decoder(parsed(VARIANTS))) for variant in VARIANTS}

    assert made == {variant: alone(name, variant) for variant in VARIANTS}


@settings(max_examples=30)
@given(
    st.lists(st.tuples(st.sampled_from(sorted(ORIGINALS)), st.sampled_from(VARIANTS)), min_size=2),
    st.sampled_from([0, 1, 20_000, 100_000, 300_000, 1_000_000]),
)
def test_no_order_of_originals_and_variants_changes_any(orders: list[tuple[str, str]], most: int) -> None:
    with Kept(most) as kept:
        wanted = parsed([variant for _, variant in orders])
        made = [outcome(name, variant, kept.decoder(wanted)) for name, variant in orders]

    assert made == [alone(name, variant) for name, variant in orders]


def count_decoded(monkeypatch: pytest.MonkeyPatch) -> list[bool]:
    """Return a list that gets an item for each picture that is decoded from now on: whether by rows."""
    counted: list[bool] = []
    real = decode.decoded

    def counting(data: bytes, kind: SourceType, stored: Plan, *, by_rows: bool = True) -> object:
        counted.append(by_rows)
        return real(data, kind, stored, by_rows=by_rows)

    monkeypatch.setattr(decode, "decoded", counting)
    return counted


@pytest.mark.parametrize(
    ("name", "variants", "by_rows"),
    [
        ("JPEG", ["40x", "41x", "42x,format=webp"], [False]),
        ("JPEG", ["40x", "600x", "41x", "601x"], [False, False]),
        ("JPEG", ["40x", "600x", "200x"], [True, True, True]),
        ("JPEG", ["40x", "41x,crop=9000-9000-10x10", "42x,crop=9000-9000-10x10"], [True]),
        ("JPEG", ["40x"], [True]),
        ("turned JPEG", ["x40", "x41"], [False]),
        ("PNG with alpha", ["40x", "100x,trim=10", "600x", "50x,format=png"], [False]),
        ("AVIF", ["40x", "80x"], [False]),
        ("WebP with alpha", ["40x", "80x"], [False]),
        ("TIFF with alpha", ["40x", "80x,fit=cover"], [False]),
    ],
)
def test_an_original_is_decoded_once_for_each_scale_that_several_variants_need(
    monkeypatch: pytest.MonkeyPatch, name: str, variants: list[str], by_rows: list[bool]
) -> None:
    counted = count_decoded(monkeypatch)
    with Kept(1_000_000) as kept:
        for variant in variants:
            outcome(name, variant, kept.decoder(parsed(variants)))

    assert counted == by_rows


def test_info_beside_variants_is_no_reason_to_keep_anything(monkeypatch: pytest.MonkeyPatch) -> None:
    counted = count_decoded(monkeypatch)
    with Kept(1_000_000) as kept:
        outcome("PNG", "600x", kept.decoder([INFO_VARIANT, *parsed(["600x"])]))

    assert counted == [True]


@pytest.mark.parametrize(
    ("most", "by_rows"),
    [
        (640 * 404, [False]),
        (640 * 404 - 1, [True, True, True]),
        (0, [True, True, True]),
    ],
)
def test_what_has_more_pixels_than_may_be_kept_is_decoded_by_rows_each_time(
    monkeypatch: pytest.MonkeyPatch, most: int, by_rows: list[bool]
) -> None:
    counted = count_decoded(monkeypatch)
    with Kept(most) as kept:
        for variant in ("600x", "601x", "602x"):
            outcome("PNG", variant, kept.decoder(parsed(["600x", "601x", "602x"])))

    assert counted == by_rows


def test_nothing_is_kept_of_an_original_once_another_one_comes() -> None:
    with Kept(1_000_000) as kept:
        decoder = kept.decoder(parsed(["40x", "41x"]))
        outcome("JPEG", "40x", decoder)
        (first,) = held(kept)
        outcome("PNG", "40x", decoder)
        (second,) = held(kept)
        with pytest.raises(ClosedImageError):
            _ = first.image.size
        assert second.image.size == (640, 404)

        kept.decoder(parsed(["40x"]))
        with pytest.raises(ClosedImageError):
            _ = second.image.size


def test_another_message_for_the_same_original_is_counted_anew(monkeypatch: pytest.MonkeyPatch) -> None:
    counted = count_decoded(monkeypatch)
    first, second = ["40x", "600x"], ["600x", "601x", "602x"]
    with Kept(1_000_000) as kept:
        for variants in (first, second):
            for variant in variants:
                outcome("JPEG", variant, kept.decoder(parsed(variants)))

    assert counted == [True, True, False]


def test_nothing_is_kept_once_the_process_ends() -> None:
    with Kept(1_000_000) as kept:
        outcome("JPEG", "40x", kept.decoder(parsed(["40x", "41x"])))
        (second,) = held(kept)

    with pytest.raises(ClosedImageError):
        _ = second.image.size


def held(kept: Kept) -> list[Frame]:
    return list(kept._pictures.values())  # noqa: SLF001 - whether memory is given back shows nowhere else
