"""A whole original without its metadata: it looks the same, and says nothing."""

from __future__ import annotations

import struct
from typing import TYPE_CHECKING

import numpy as np
import pytest

from bench.colours.said import profile, sampled
from chalicelib.address.sources import ObjectName
from chalicelib.address.values import Drawing, Format
from chalicelib.aws.bucket import Original
from chalicelib.codecs import headers
from chalicelib.codecs.bare import bare
from chalicelib.codecs.colour import bare_profile, icc, sources
from chalicelib.codecs.formats import GIF, JPEG, SOURCE_TYPES, sniff
from chalicelib.codecs.limits import Limits
from chalicelib.errors import BrokenImage, NotAdmitted, NotAnImage, TooLarge
from chalicelib.render.strip import stripped
from chalicelib.upkeep import stripping
from tests.codecs.planting import PLANT
from tests.codecs.test_bare import ANIMATION, BASES, SECRET, SECRET_PART, segment, with_segments
from tests.pixels import (
    RED,
    bmp,
    cmyk_jpeg,
    deep_png,
    encoded,
    exif,
    gradient,
    jpeg_with_exif,
    made,
    plain,
    png_chunk,
    png_with,
    seen,
    swapping_profile,
    tiff,
    webp_chunk,
    webp_with,
)

if TYPE_CHECKING:
    from chalicelib.render.rendered import Rendered
    from tests.pixels import Pixels

LIMITS = Limits(1_000_000, 1_000_000, 1_000_000)
PHOTO = encoded(gradient(64, 48), "jpeg", quality=95)
SWAPPED = with_segments(PHOTO, segment(0xE2, b"ICC_PROFILE\0\1\1" + swapping_profile()))
GPS = b"Exif\0\0" + exif(1) + SECRET


def whole(original: bytes) -> Rendered:
    return stripped(original, LIMITS, SOURCE_TYPES)


def shown(data: bytes) -> Pixels:
    """Return the pixels as a browser shows them: turned, and in sRGB."""
    return seen(made(data, "64x64,format=png"))


KEPT = {
    "a JPEG": with_segments(PHOTO, segment(0xE1, GPS)),
    "a JPEG with colours of its own": with_segments(SWAPPED, segment(0xE1, GPS)),
    **{f"a JPEG, orientation {n}": jpeg_with_exif(PHOTO, n) for n in range(1, 9)},
    "a JPEG on its side, with colours of its own": jpeg_with_exif(SWAPPED, 6),
    "a PNG": png_with(BASES["PNG"], png_chunk(b"tEXt", b"Comment\0" + SECRET)),
    "a WebP": webp_with(BASES["WebP"], 64, 48, 0x08, webp_chunk(b"EXIF", exif(1) + SECRET)),
    "an animated GIF": ANIMATION,
    "an animated WebP": BASES["animated WebP"],
}


@pytest.mark.parametrize("name", KEPT)
def test_no_pixel_is_coded_anew_where_the_type_allows_it(name: str) -> None:
    original = KEPT[name]
    alone = whole(original)
    kind = sniff(original)
    assert kind
    assert (alone.format, sniff(alone.data)) == (kind.variant, kind)
    assert SECRET not in alone.data
    before, after = headers.read(original, kind), headers.read(alone.data, kind)
    assert before
    assert after
    assert (after.size, after.orientation, after.frames) == (before.size, before.orientation, before.frames)
    assert (shown(alone.data) == shown(original)).all()
    if kind is not JPEG:
        assert alone.data == bare(original, kind)


CODED_ANEW: dict[str, tuple[bytes, Format]] = {
    "ink": (cmyk_jpeg((255, 0, 0, 0)), Format.JPEG),
    "a profile with tables": (
        with_segments(
            PHOTO, segment(0xE2, b"ICC_PROFILE\0\1\1" + icc.tone_mapping_link(9, 16, 1000)[:60_000])
        ),
        Format.JPEG,
    ),
    "16 bits": (deep_png(gradient(64, 48)), Format.PNG),
    "a PNG on its side": (png_with(BASES["PNG"], png_chunk(b"eXIf", exif(6))), Format.PNG),
    "an AVIF": (encoded(plain(RED), "avif"), Format.AVIF),
    "a TIFF": (tiff(gradient(64, 48)), Format.JPEG),
    "a BMP": (bmp(gradient(64, 48)), Format.JPEG),
}


@pytest.mark.parametrize("name", CODED_ANEW)
def test_any_other_original_is_coded_anew_and_looks_much_the_same(name: str) -> None:
    original, format_ = CODED_ANEW[name]
    alone = whole(original)
    assert alone.format is format_
    assert np.abs(shown(alone.data).astype(int) - shown(original)).mean() < 4


@pytest.mark.parametrize("name", [name for name in BASES if "JPEG" in name])
def test_words_planted_anywhere_in_a_jpeg_are_nowhere_in_what_is_left(name: str) -> None:
    for base in (BASES[name], jpeg_with_exif(BASES[name], 6)):
        for planted in PLANT["jpeg"](base):
            try:
                alone = whole(planted.data).data
            except Exception as refusal:  # noqa: BLE001 - a refusal is as good
                alone = str(refusal).encode()
            assert not SECRET_PART.search(alone), planted.where


def test_a_profile_says_its_colours_and_nothing_else() -> None:
    said = swapping_profile()
    for at in range(128, len(said)):
        odd = said[:at] + SECRET + said[at:]
        assert SECRET not in bare_profile.bare(odd)
    assert SECRET not in bare_profile.bare(said + SECRET)
    assert isinstance(sources.profiled(bare_profile.bare(said)), sources.Profiled)
    assert bare_profile.bare(bare_profile.bare(said)) == bare_profile.bare(said)
    assert bare_profile.bare(profile("sRGB", sampled(1024)))


@pytest.mark.parametrize("broken", [b"", bytes(200), icc.tone_mapping_link(9, 16, 1000)])
def test_a_profile_that_is_none_of_colorants_and_curves_says_nothing(broken: bytes) -> None:
    assert bare_profile.bare(broken) == b""


def test_a_drawing_is_sanitised_in_its_own_size() -> None:
    pytest.importorskip("py_svg_hush")
    drawing = b'<svg xmlns="http://www.w3.org/2000/svg" width="30" height="20"><script>1</script></svg>'
    alone = whole(drawing)
    assert (alone.format, alone.width, alone.height) == (Drawing.SVG, 30, 20)
    assert b"script" not in alone.data


@pytest.mark.parametrize(
    ("original", "accepted", "refusal"),
    [
        (b"text", SOURCE_TYPES, NotAnImage),
        (ANIMATION, SOURCE_TYPES - {"gif"}, NotAnImage),
        (bytes(1_000_001), SOURCE_TYPES, TooLarge),
    ],
)
def test_what_no_variant_is_made_of_is_refused(
    original: bytes, accepted: frozenset[str], refusal: type[Exception]
) -> None:
    with pytest.raises(refusal):
        stripped(original, LIMITS, accepted)


def cut_scan(photo: bytes) -> bytes:
    """Return a JPEG of whose scan three bytes are left, with its end."""
    start = photo.index(b"\xff\xda")
    behind = start + 2 + int.from_bytes(photo[start + 2 : start + 4], "big")
    return photo[:behind] + b"\x13" * 3 + b"\xff\xd9"


def spoilt(picture: bytes, start: int) -> bytes:
    return picture[:start] + bytes(byte ^ 0x5A for byte in picture[start:])


BROKEN = {
    "a WebP": spoilt(BASES["WebP"], 40),
    "a JPEG": spoilt(PHOTO, len(PHOTO) // 2)[:-2] + b"\xff\xd9",
    "a JPEG, its scan cut": cut_scan(PHOTO),
}


@pytest.mark.parametrize("broken", BROKEN.values(), ids=BROKEN)
def test_what_no_decoder_accepts_is_refused(broken: bytes) -> None:
    for make in (whole, lambda original: made(original, "32x")):
        with pytest.raises(BrokenImage):
            make(broken)


def shortened(photo: bytes, height: int) -> bytes:
    """Return a JPEG that says it is only so high. The rows below are still there."""
    at = photo.index(b"\xff\xc0") + 5
    return photo[:at] + height.to_bytes(2, "big") + photo[at + 2 :]


@pytest.mark.parametrize(
    "odd",
    [PHOTO[:-2] + SECRET + PHOTO[-2:], shortened(PHOTO, 24)],
    ids=["bytes behind the last code", "rows below the height"],
)
def test_what_a_scan_holds_behind_the_picture_is_left_out(odd: bytes) -> None:
    alone = whole(odd)
    assert (alone.format, shown(alone.data).shape) == (Format.JPEG, shown(odd).shape)
    behind = odd.index(b"\xff\xda")
    assert odd[behind:-2] not in alone.data
    assert SECRET not in alone.data
    assert np.abs(shown(alone.data).astype(int) - shown(odd)).mean() < 4


@pytest.mark.parametrize("original", [PHOTO, BASES["PNG"], BASES["WebP"], ANIMATION])
def test_what_is_too_large_to_be_decoded_is_refused(original: bytes) -> None:
    with pytest.raises(TooLarge):
        stripped(original, Limits(1_000_000, 10, 1_000_000), SOURCE_TYPES)


def test_an_animation_that_would_stand_still_is_refused() -> None:
    frame = struct.pack(">IIIIIHHBB", 0, 16, 16, 0, 0, 1, 10, 0, 0)
    chunks = [png_chunk(b"acTL", struct.pack(">II", 2, 0)), png_chunk(b"fcTL", frame)]
    still = png_with(BASES["PNG with a palette"], *chunks)
    data = still[still.index(b"IDAT") + 4 : still.index(b"IEND") - 8]
    second = struct.pack(">IIIIIHHBB", 1, 16, 16, 0, 0, 1, 10, 0, 0)
    more = png_chunk(b"fcTL", second) + png_chunk(b"fdAT", struct.pack(">I", 2) + data)
    end = still.index(b"IEND") - 4
    with pytest.raises(NotAdmitted, match="An animation of the type png"):
        whole(still[:end] + more + still[end:])


def test_it_is_taken_apart_in_the_darkroom() -> None:
    original = Original(ObjectName("photos", "a.jpg"), KEPT["a JPEG, orientation 6"], "etag")
    assert stripping.strip_in_darkroom(original, LIMITS, SOURCE_TYPES) == whole(original.data)
    animation = Original(ObjectName("photos", "a.gif"), ANIMATION, "etag")
    assert stripping.strip_in_darkroom(animation, LIMITS, frozenset({GIF.name})).frames == 3
