"""Whatever way a PNG says what its colours are, the variant shows them as Chromium does.

The colours expected were read back from a canvas of Chromium 156, unless the sentence names another source.
"""

from __future__ import annotations

import struct
import zlib

import numpy as np
import pytest

from bench.colours.said import (
    ADOBE_CHRM,
    LINEAR,
    P3,
    SRGB_CHUNK,
    SRGB_CURVE,
    chrm,
    cicp,
    clli,
    gama,
    grey_profile,
    iccp,
    mdcv,
    png,
    profile,
)
from tests.pixels import (
    card,
    encoded,
    exif,
    gradient,
    jpeg_with_exif,
    made,
    plain,
    png_chunk,
    riff,
    seen,
    webp_chunk,
)

GREYS = [(v, v, v) for v in (10, 20, 40, 80, 128, 200, 255)]
GREEN, RED = (40, 200, 60), (230, 40, 30)
LINEAR_GREYS = [56, 79, 110, 152, 188, 229, 255]
SAME_GREYS = [10, 20, 40, 80, 128, 200, 255]


def shown(original: bytes) -> list[tuple[int, ...]]:
    width = int.from_bytes(original[16:20], "big")
    return [
        tuple(int(part) for part in pixel[:3]) for pixel in seen(made(original, f"{width}x,format=png"))[0]
    ]


def close(found: list[tuple[int, ...]], wanted: list[tuple[int, ...]], within: int = 2) -> bool:
    return bool(np.abs(np.array(found) - np.array(wanted)).max() <= within)


@pytest.mark.parametrize(
    ("said", "greys"),
    [
        ("nothing", []),
        ("sRGB", [SRGB_CHUNK]),
        ("sRGB, and gAMA of linear light: sRGB counts", [SRGB_CHUNK, gama(100_000)]),
        ("gAMA of 1/2.2: near enough to sRGB", [gama(45455)]),
        ("gAMA within 5 % of it", [gama(47_000)]),
        ("gAMA of 0: broken", [gama(0)]),
        ("gAMA whose checksum is wrong", [gama(100_000)[:-1] + b"x"]),
        ("two gAMA: the first counts", [gama(45455), gama(100_000)]),
        ("cHRM alone says nothing", [ADOBE_CHRM]),
        ("cHRM that spans no triangle, with gAMA", [gama(100_000), chrm(*[0] * 8)]),
        ("cICP of sRGB, after a linear profile: cICP counts", [iccp(profile("x", LINEAR)), cicp(1, 13)]),
        ("cICP in limited range, which no PNG has", [cicp(12, 8, 0, 0)]),
        ("cICP with a matrix, which no PNG has", [cicp(12, 8, 1, 1)]),
        ("cICP whose numbers are unspecified", [cicp(2, 2)]),
        ("cICP whose numbers are unknown", [cicp(50, 12)]),
        ("a grey profile in an RGB picture", [iccp(grey_profile(LINEAR))]),
        ("half a profile", [iccp(profile("x", LINEAR)[:100])]),
        ("half a profile, sRGB, and gAMA", [iccp(profile("x", LINEAR)[:100]), SRGB_CHUNK, gama(100_000)]),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_what_does_not_count_changes_no_pixel(said: str, greys: list[bytes]) -> None:
    assert shown(png(GREYS, *greys)) == GREYS, said


@pytest.mark.parametrize(
    ("said", "chunks", "greys"),
    [
        ("gAMA 1", [gama(100_000)], LINEAR_GREYS),
        ("gAMA 1/1.8", [gama(55556)], [10, 26, 53, 99, 146, 210, 255]),
        ("gAMA 1/1.4: not linear", [gama(71_429)], [27, 47, 77, 123, 166, 219, 255]),
        ("gAMA 0.8: not linear either", [gama(80_000)], [36, 57, 88, 133, 174, 223, 255]),
        ("gAMA 0.9: nor this", [gama(90_000)], [46, 69, 100, 143, 182, 226, 255]),
        ("gAMA 1/2.6", [gama(38_462)], [1, 4, 22, 63, 113, 193, 255]),
        ("gAMA 1/2.2 with cHRM is no longer sRGB", [gama(45455), ADOBE_CHRM], [3, 12, 35, 79, 129, 201, 255]),
        ("half a profile, and gAMA 1", [iccp(profile("x", LINEAR)[:100]), gama(100_000)], LINEAR_GREYS),
        ("sRGB whose checksum is wrong, and gAMA 1", [SRGB_CHUNK[:-1] + b"x", gama(100_000)], LINEAR_GREYS),
        ("cICP in limited range, and gAMA 1", [gama(100_000), cicp(12, 13, 0, 0)], LINEAR_GREYS),
        ("a linear profile, whatever its name", [iccp(profile("sRGB IEC61966-2.1", LINEAR))], LINEAR_GREYS),
        (
            "a linear profile and sRGB: the profile counts",
            [iccp(profile("x", LINEAR)), SRGB_CHUNK],
            LINEAR_GREYS,
        ),
        ("cICP 1/1, BT.709's curve, as on a screen", [cicp(1, 1)], [1, 7, 28, 70, 121, 197, 255]),
        ("cICP 1/4, a power of 2.2", [cicp(1, 4)], [3, 12, 35, 79, 129, 201, 255]),
        ("cICP 1/5, a power of 2.8", [cicp(1, 5)], [0, 3, 17, 56, 106, 189, 255]),
        ("cICP 1/7, SMPTE 240M", [cicp(1, 7)], [25, 38, 58, 97, 141, 206, 255]),
        ("cICP 1/8, linear", [cicp(1, 8)], LINEAR_GREYS),
        ("cICP 1/17, SMPTE 428", [cicp(1, 17)], [1, 5, 23, 65, 118, 200, 255]),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_curves(said: str, chunks: list[bytes], greys: list[int]) -> None:
    assert close(shown(png(GREYS, *chunks)), [(v, v, v) for v in greys], within=1), said
    if b"iCCP" not in b"".join(chunks):
        assert close(shown(png([(v[0],) for v in GREYS], *chunks)), [(v, v, v) for v in greys], within=1), (
            said
        )


@pytest.mark.parametrize("icc", [profile("x", LINEAR), grey_profile(LINEAR)], ids=["of RGB", "of grey"])
def test_a_grey_picture_may_have_a_profile_of_either_kind(icc: bytes) -> None:
    assert close(shown(png([(v[0],) for v in GREYS], iccp(icc))), [(v, v, v) for v in LINEAR_GREYS], within=1)


@pytest.mark.parametrize(
    ("said", "chunks", "green", "red"),
    [
        ("gAMA 1/2.2 and the cHRM of Adobe RGB", [gama(45455), ADOBE_CHRM], (0, 201, 37), (255, 35, 23)),
        (
            "P3 by a profile that mentions sRGB",
            [iccp(profile("not sRGB IEC61966-2.1", SRGB_CURVE, P3))],
            (0, 204, 12),
            (251, 0, 0),
        ),
        *(
            (f"cICP {primaries}/13", [cicp(primaries, 13)], green, red)
            for primaries, green, red in (
                (4, (0, 196, 41), (255, 4, 0)),
                (5, (0, 200, 64), (234, 40, 30)),
                (6, (63, 197, 58), (224, 52, 28)),
                (7, (63, 197, 58), (224, 52, 28)),
                (8, (0, 206, 30), (255, 0, 0)),
                (9, (0, 211, 0), (255, 0, 0)),
                (10, (0, 255, 0), (255, 0, 70)),
                (11, (0, 204, 12), (245, 0, 0)),
                (12, (0, 204, 12), (251, 0, 0)),
                (22, (19, 196, 60), (232, 53, 28)),
            )
        ),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_primaries(said: str, chunks: list[bytes], green: tuple[int, ...], red: tuple[int, ...]) -> None:
    assert close(shown(png([GREEN, RED], *chunks)), [green, red]), said


NITS = (1, 5, 20, 50, 100, 150, 203, 300, 500, 800, 1000, 4000)


def pq(nits: float) -> int:
    """The value in PQ, of 16 bits (SMPTE ST 2084)."""
    m1, m2, c1, c2, c3 = 2610 / 16384, 2523 / 32, 3424 / 4096, 2413 / 128, 2392 / 128
    light = (nits / 10000) ** m1
    value: float = ((c1 + c2 * light) / (1 + c3 * light)) ** m2
    return round(65535 * value)


BRIGHT = [(pq(nits),) * 3 for nits in NITS]
OF_1000 = [8, 29, 63, 98, 136, 164, 187, 211, 232, 248, 255, 255]
OF_2000 = [8, 29, 63, 98, 136, 164, 187, 205, 220, 232, 238, 255]
OF_400 = [13, 38, 79, 122, 167, 201, 229, 248, 255, 255, 255, 255]


@pytest.mark.parametrize(
    ("said", "chunks", "greys"),
    [
        ("as bright as it likes: 1,000 cd/m² are taken for the most", [], OF_1000),
        ("cLLI 1,000", [clli(1000)], OF_1000),
        ("cLLI 2,000", [clli(2000)], OF_2000),
        ("cLLI 400", [clli(400)], OF_400),
        ("mDCV 400", [mdcv(400)], OF_400),
        ("mDCV 2,000 and cLLI 400: cLLI counts", [mdcv(2000), clli(400)], OF_400),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
@pytest.mark.parametrize("primaries", [9, 1, 12])
def test_the_tones_of_pq(primaries: int, said: str, chunks: list[bytes], greys: list[int]) -> None:
    found = shown(png(BRIGHT, cicp(primaries, 16), *chunks, depth=16))

    assert close(found, [(v, v, v) for v in greys]), said


HLG = [0, 2, 10, 22, 34, 45, 57, 69, 81, 93, 105, 120, 137, 157, 181, 204, 219, 232, 244, 255]


def test_the_tones_of_hlg() -> None:
    found = shown(png([(round(65535 * step / 19),) * 3 for step in range(20)], cicp(9, 18), depth=16))

    assert close(found, [(v, v, v) for v in HLG])


@pytest.mark.parametrize(
    ("transfer", "primaries", "colours"),
    [
        (16, 9, [(0, 37, 255), (249, 0, 0), (247, 241, 0), (255, 0, 0), (0, 255, 0), (80, 193, 53)]),
        (16, 1, [(0, 45, 255), (204, 44, 18), (241, 241, 32), (255, 11, 11), (6, 255, 72), (131, 187, 80)]),
        (18, 9, [(0, 93, 229), (141, 44, 30), (168, 164, 34), (209, 0, 30), (0, 214, 90), (90, 121, 76)]),
        (
            18,
            1,
            [(14, 93, 225), (116, 57, 36), (163, 163, 65), (166, 38, 38), (43, 206, 108), (101, 119, 82)],
        ),
    ],
)
@pytest.mark.parametrize("depth", [8, 16])
def test_the_colours_of_pq_and_hlg(
    depth: int, transfer: int, primaries: int, colours: list[tuple[int, ...]]
) -> None:
    values = [
        (0.1, 0.5, 0.9),
        (0.6, 0.3, 0.2),
        (0.7, 0.7, 0.3),
        (0.75, 0.2, 0.2),
        (0.2, 0.8, 0.5),
        (0.5, 0.58, 0.4),
    ]
    most = 2**depth - 1
    original = png(
        [tuple(round(most * v) for v in value) for value in values], cicp(primaries, transfer), depth=depth
    )

    assert close(shown(original), colours, within=3 if depth == 16 else 6)


@pytest.mark.parametrize("said", ["iCCP", "gAMA", "cICP"])
def test_sixteen_bits_of_linear_light_keep_every_level(said: str) -> None:
    chunk = {"iCCP": iccp(profile("x", LINEAR)), "gAMA": gama(100_000), "cICP": cicp(1, 8)}[said]
    values = [round((x / 255) ** 2.2 * 13107) for x in range(256)]
    light = np.array(values) / 65535
    wanted = np.where(light <= 0.0031308, 12.92 * light, 1.055 * light ** (1 / 2.4) - 0.055) * 255

    found = np.array(shown(png([(v, v, v) for v in values], chunk, depth=16)))[:, 0]

    assert np.abs(found - wanted).max() < 0.6


@pytest.mark.parametrize(
    ("flags", "place", "shade"),
    [(0x20, "before", 188), (0x20, "after", 188), (0, "before", 128)],
    ids=["announced", "behind the picture", "not announced by the header: it does not count"],
)
def test_the_profile_of_a_webp(flags: int, place: str, shade: int) -> None:
    picture = encoded(plain((128, 100, 128)), "webp")
    picture = picture[picture.index(b"VP8 ", 12) :]
    icc = webp_chunk(b"ICCP", profile("sRGB IEC61966-2.1", LINEAR))
    head = webp_chunk(b"VP8X", bytes([flags, 0, 0, 0]) + bytes([15, 0, 0]) * 2)
    parts = (icc, picture) if place == "before" else (picture, icc)

    assert abs(int(seen(made(riff(head, *parts), "16x,format=png"))[8, 8, 0]) - shade) <= 3


def test_of_two_exif_segments_in_a_jpeg_the_first_counts() -> None:
    original = encoded(card(64, 32), "jpeg")
    for first, second, size in ((6, 1, (32, 64)), (1, 6, (64, 32)), (9, 6, (64, 32))):
        rendered = made(jpeg_with_exif(jpeg_with_exif(original, second), first), "64x64")
        assert (rendered.width, rendered.height) == size, (first, second)


def test_exif_behind_the_picture_of_a_png_does_not_count() -> None:
    original = encoded(card(64, 32), "png")
    turned = original[:-12] + png_chunk(b"eXIf", exif(6)) + original[-12:]
    assert made(turned, "64x64").width == 64


@pytest.mark.parametrize(
    "variant", ["100x", "100x,format=png", "100x,format=webp,quality=100", "100x,format=jpeg"]
)
def test_what_lies_between_two_levels_is_rounded(variant: str) -> None:
    columns = plain((101, 101, 101), 400, 400).copy()
    columns[:, 3::4] = 100

    assert seen(made(encoded(columns, "png"), variant))[50, 50, 0] == 101


def test_rounding_makes_no_picture_darker() -> None:
    pixels = gradient(640, 480)

    shown = seen(made(encoded(pixels, "png"), "160x"))[:, :, :3]

    assert abs(shown.mean() - pixels.mean()) < 0.1


def test_a_black_that_is_no_black_is_not_made_one() -> None:
    curve = b"curv\0\0\0\0" + struct.pack(">IHH", 2, 10_000, 50_000)

    assert close(shown(png([(0, 0, 0)] * 8, iccp(profile("grey", curve)))), [(109, 109, 109)] * 8)


LIGHT = profile("light", LINEAR)


def linear_profile(head: bytes = b"x\0\0", profile: bytes = LIGHT) -> bytes:
    return png_chunk(b"iCCP", head + zlib.compress(profile))


PLAIN, OF_LIGHT = [128, 40, 128], [188, 110, 188]


@pytest.mark.parametrize(
    ("said", "chunks", "seen_as"),
    [
        ("a gAMA of three bytes", [png_chunk(b"gAMA", b"\0\1\x86")], PLAIN),
        ("a gAMA of five bytes", [png_chunk(b"gAMA", b"\0\1\x86\xa0\0")], PLAIN),
        ("an intent that there is not", [png_chunk(b"sRGB", b"\x09"), gama(100_000)], OF_LIGHT),
        ("an sRGB of no byte", [png_chunk(b"sRGB", b""), gama(100_000)], OF_LIGHT),
        ("an sRGB of two bytes", [png_chunk(b"sRGB", b"\0\0"), gama(100_000)], OF_LIGHT),
        *(
            (f"code points {one} and {two}", [cicp(one, two), gama(100_000)], OF_LIGHT)
            for one, two in ((2, 2), (0, 0), (255, 255), (2, 13), (1, 2))
        ),
        *((f"primaries {one} alone", [cicp(one, 8)], PLAIN) for one in (0, 2, 3, 23, 255)),
        *((f"curve {two} alone", [cicp(12, two)], PLAIN) for two in (0, 2, 3, 9, 10, 12, 19, 255)),
        ("a cICP behind the palette", [png_chunk(b"PLTE", bytes(3)), cicp(1, 8)], PLAIN),
        ("a profile without a name", [linear_profile(b"\0\0")], PLAIN),
        ("a profile that is compressed otherwise", [linear_profile(b"x\0\1")], PLAIN),
        (
            "a profile that ends too soon",
            [linear_profile(profile=(len(LIGHT) + 4).to_bytes(4, "big") + LIGHT[4:])],
            PLAIN,
        ),
        ("a profile as it should be", [linear_profile()], OF_LIGHT),
    ],
)
def test_a_chunk_that_is_broken_or_unknown_is_passed_over(
    said: str, chunks: list[bytes], seen_as: list[int]
) -> None:
    assert close(shown(png([(128, 40, 128)] * 8, *chunks)), [tuple(seen_as)] * 8), said


@pytest.mark.parametrize(
    "chunks",
    [
        *([gama(value)] for value in (1, 2, 3, 4_294_967_295)),
        [gama(45_455), chrm(31_270, 32_900, 64_000, 33_000, 64_001, 33_001, 64_000, 33_002)],
        [gama(45_455), chrm(31_270, 0, 64_000, 33_000, 30_000, 60_000, 15_000, 6000)],
    ],
)
def test_numbers_that_no_profile_can_hold_are_no_fault_of_ours(chunks: list[bytes]) -> None:
    assert len(shown(png([(0, 0, 0), (128, 40, 128), (255, 255, 255)], *chunks))) == 3


@pytest.mark.parametrize(
    ("said", "chunks", "grey"),
    [
        ("of the pixels unknown", [png_chunk(b"cLLI", bytes(8)), mdcv(600)], 212),
        ("by a cLLI of twelve bytes", [png_chunk(b"cLLI", (3_000_000).to_bytes(4, "big") + bytes(8))], 187),
    ],
)
def test_the_brightest_pixel_is_what_a_whole_chunk_says(said: str, chunks: list[bytes], grey: int) -> None:
    original = png([(38_052,)] * 8, cicp(9, 16), *chunks, depth=16)

    assert close(shown(original), [(grey,) * 3] * 8), said


def entry(orientation: int, count: int = 1) -> bytes:
    return struct.pack(">HHIHH", 0x0112, 3, count, orientation, 0)


def directory(*entries: bytes, magic: bytes = b"MM\0*") -> bytes:
    return magic + struct.pack(">IH", 8, len(entries)) + b"".join(entries) + bytes(4)


@pytest.mark.parametrize(
    ("said", "block", "width"),
    [
        ("twice: the first counts", directory(entry(6), entry(3)), 24),
        ("twice, the other way round", directory(entry(3), entry(6)), 32),
        ("as a LONG", directory(struct.pack(">HHII", 0x0112, 4, 1, 6)), 32),
        ("as no number", directory(entry(6, count=0)), 32),
        ("as two numbers", directory(entry(6, count=2)), 32),
        ("behind another magic", directory(entry(6), magic=b"MM\0+"), 32),
        ("and is cut off", directory(entry(6))[:-5], 32),
    ],
)
@pytest.mark.parametrize("kind", ["jpeg", "png"])
def test_an_orientation_counts_as_in_chromium(kind: str, said: str, block: bytes, width: int) -> None:
    picture = encoded(gradient(32, 24), kind)
    if kind == "jpeg":
        segment = b"\xff\xe1" + struct.pack(">H", len(block) + 8) + b"Exif\0\0" + block
        original = picture[:2] + segment + picture[2:]
    else:
        original = picture[:33] + png_chunk(b"eXIf", block) + picture[33:]

    assert made(original, "100x100,format=png").width == width, said


def test_the_byte_that_pads_the_name_of_exif_may_be_any() -> None:
    turned = jpeg_with_exif(encoded(gradient(32, 24), "jpeg"), 6).replace(b"Exif\0\0", b"Exif\0\xff")

    assert made(turned, "100x100,format=png").width == 24


def test_an_exif_segment_of_nothing_hides_no_other() -> None:
    turned = jpeg_with_exif(encoded(gradient(32, 24), "jpeg"), 6)

    made_of_it = made(turned[:2] + b"\xff\xe1\0\x08Exif\0\0" + turned[2:], "100x100,format=png")

    assert (made_of_it.width, made_of_it.height) == (24, 32)
