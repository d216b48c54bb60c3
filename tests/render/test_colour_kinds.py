"""Whatever way a PNG says what its colours are, the variant shows them as Chromium does.

The colours expected were read back from a canvas of Chromium 156, unless the sentence names another source.
"""

from __future__ import annotations

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
