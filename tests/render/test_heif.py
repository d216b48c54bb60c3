"""AVIF and HEIC look as in Chromium, and every decoder shows the AVIFs that we write as they are meant."""

from __future__ import annotations

import struct

import numpy as np
import pytest

from bench.colours.heifs import FILES, cut, low_overhead
from chalicelib.address.values import Format
from chalicelib.codecs import boxes, decode
from chalicelib.codecs.formats import OUTPUTS
from chalicelib.codecs.heif import reading, writing
from chalicelib.errors import BrokenImage
from chalicelib.render.render import able
from tests.pixels import RED, WHITE, alone, encoded, gradient, made, plain, seen
from tests.render.halves import LEFT, RIGHT, halves


@pytest.mark.parametrize(
    "name",
    [
        *("avif", "avif 4:2:2", "avif 4:2:0", "avif in limited range", "avif of 10 bits", "avif of 12 bits"),
        *("avif sequence", "heic", "heic 4:2:0", "heic of 10 bits", "heic of 12 bits"),
    ],
)
def test_every_depth_range_and_subsampling_has_its_colours(name: str) -> None:
    left, right = halves(FILES[name])

    assert left == pytest.approx([*LEFT, 255], abs=3)
    assert right == pytest.approx([*RIGHT, 255], abs=3)


@pytest.mark.parametrize("name", ["grey avif", "grey avif in limited range"])
def test_grey_keeps_its_range(name: str) -> None:
    left, right = halves(FILES[name])

    assert left == pytest.approx([20, 20, 20, 255], abs=1)
    assert right == pytest.approx([200, 200, 200, 255], abs=1)


@pytest.mark.parametrize("premultiplied", ["", "premultiplied "])
@pytest.mark.parametrize("kind", ["avif", "heic"])
def test_transparency_is_kept(kind: str, premultiplied: str) -> None:
    original = FILES[f"{kind} with {premultiplied}alpha"]
    left, right = halves(original)

    assert left[3] == 0
    assert right == pytest.approx([*RIGHT, 128], abs=4)
    assert halves(original, "32x32,format=jpeg")[0] == pytest.approx([255] * 4, abs=3)


def test_a_transparent_heic_becomes_png_and_an_opaque_one_jpeg() -> None:
    assert made(FILES["heic with alpha"], "32x").format is Format.PNG
    assert made(FILES["heic"], "32x").format is Format.JPEG


@pytest.mark.parametrize("kind", ["avif", "heic"])
def test_an_icc_profile_is_applied_whatever_its_name(kind: str) -> None:
    left, _ = halves(FILES[f"{kind} with a linear profile"])

    assert left[:3] == pytest.approx([244, 110, 96], abs=3)


@pytest.mark.parametrize(
    ("name", "size", "first"),
    [("avif turned by irot", (16, 32), LEFT), ("avif mirrored by imir", (32, 16), RIGHT)],
)
def test_a_picture_is_turned_once(name: str, size: tuple[int, int], first: tuple[int, ...]) -> None:
    rendered = made(FILES[name], "32x32,format=png")

    assert (rendered.width, rendered.height) == size
    assert seen(rendered)[2, 2, :3].astype(int) == pytest.approx(first, abs=3)


@pytest.mark.parametrize("kind", ["avif", "heic"])
@pytest.mark.parametrize(
    ("size", "centre", "left", "right"),
    [
        ((16, 16), (-16, 0), LEFT, LEFT),
        ((16, 16), (16, 0), RIGHT, RIGHT),
        ((16, 8), (0, 0), LEFT, RIGHT),
        ((8, 4), (0, -12), LEFT, RIGHT),
    ],
    ids=["left half", "right half", "middle", "upper edge"],
)
def test_a_picture_is_cut_as_its_clean_aperture_says(
    kind: str, size: tuple[int, int], centre: tuple[int, int], left: tuple[int, ...], right: tuple[int, ...]
) -> None:
    # x265 codes a multiple of 64 pixels; the picture is in the upper left of these.
    offset = (centre[0] - 32, centre[1] - 48) if kind == "heic" else centre
    rendered = made(cut(kind, size, offset), "32x32,format=png")
    pixels = seen(rendered)[:, :, :3].astype(int)

    assert (rendered.width, rendered.height) == size
    assert pixels[2, 1] == pytest.approx(left, abs=4)
    assert pixels[2, -2] == pytest.approx(right, abs=4)


@pytest.mark.parametrize("kind", ["avif", "heic"])
def test_a_cut_picture_meets_its_box_as_a_picture_of_its_size(kind: str) -> None:
    offset = (-32, -48) if kind == "heic" else (0, 0)

    rendered = made(cut(kind, (16, 8), offset), "8x8,fit=cover")

    assert (rendered.width, rendered.height) == (8, 8)


@pytest.mark.parametrize("brand", [b"mif1", b"mif3", b"miaf", b"MA1B"])
def test_any_major_brand_will_do_if_avif_is_among_the_others(brand: bytes) -> None:
    original = FILES["avif"][:8] + brand + FILES["avif"][12:]

    assert halves(original)[0] == pytest.approx([*LEFT, 255], abs=3)


@pytest.mark.parametrize(
    ("original", "form"),
    [
        (low_overhead(), r"in the low-overhead form \(brand mif3\)"),
        (low_overhead().replace(b"mif3avif", b"mif3heic"), r"in the low-overhead form \(brand mif3\)"),
    ],
    ids=["mif3 of AVIF", "mif3 of HEIC"],
)
def test_a_form_that_is_not_read_is_refused_in_words(original: bytes, form: str) -> None:
    with pytest.raises(BrokenImage, match=f"is an AVIF or HEIC {form}, which is not supported"):
        made(original, "32x32")


def nclx(primaries: int, transfer: int, matrix: int, full: int) -> bytes:
    """The first AVIF, with other code points for the same samples."""
    original = FILES["avif"]
    at = original.index(b"colrnclx") + 8
    return original[:at] + struct.pack(">HHHB", primaries, transfer, matrix, full << 7) + original[at + 7 :]


def meant(colour: tuple[int, ...], matrix: int, full: int) -> list[int]:
    """What ITU-T H.273 says that the samples mean; they were made with matrix 6 in full range."""
    red, green, blue = colour
    y = 0.299 * red + 0.587 * green + 0.114 * blue
    cb, cr = (blue - y) / 1.772, (red - y) / 1.402
    if not full:
        y, cb, cr = (y - 16) * 255 / 219, cb * 255 / 224, cr * 255 / 224
    kr, kb = {
        1: (0.2126, 0.0722),
        4: (0.30, 0.11),
        5: (0.299, 0.114),
        6: (0.299, 0.114),
        7: (0.212, 0.087),
        9: (0.2627, 0.0593),
    }[matrix]
    r, b = y + 2 * (1 - kr) * cr, y + 2 * (1 - kb) * cb
    g = (y - kr * r - kb * b) / (1 - kr - kb)
    return [round(min(255, max(0, part))) for part in (r, g, b)]


@pytest.mark.parametrize("full", [1, 0], ids=["full range", "limited range"])
@pytest.mark.parametrize("matrix", [1, 4, 5, 6, 7, 9])
def test_the_matrix_and_the_range_count(matrix: int, full: int) -> None:
    left, right = halves(nclx(1, 13, matrix, full))

    assert left[:3] == pytest.approx(meant(LEFT, matrix, full), abs=4)
    assert right[:3] == pytest.approx(meant(RIGHT, matrix, full), abs=4)


@pytest.mark.parametrize(
    ("primaries", "transfer", "left"),
    [
        (12, 13, (251, 0, 0)),
        (9, 13, (255, 0, 0)),
        (5, 13, (234, 40, 30)),
        (6, 6, (224, 52, 29)),
        (1, 4, (231, 35, 25)),
        (1, 5, (224, 17, 9)),
        (1, 7, (233, 58, 49)),
        (1, 8, (244, 110, 98)),
        (1, 17, (235, 23, 14)),
        *((1, transfer, LEFT) for transfer in (1, 2, 6, 14, 15)),
        (2, 2, LEFT),
    ],
)
def test_the_primaries_and_the_transfer_count(primaries: int, transfer: int, left: tuple[int, ...]) -> None:
    """As Chromium shows the same file; television's curves are sRGB's there, other than in a PNG."""
    assert halves(nclx(primaries, transfer, 6, 1))[0][:3] == pytest.approx(left, abs=3)


def test_the_brightest_pixel_is_read() -> None:
    light = struct.pack(">I4sHH", 12, b"clli", 400, 100)
    display = struct.pack(">I4s8HII", 32, b"mdcv", *[0] * 8, 2000 * 10_000, 0)

    assert [boxes.brightest(data) for data in (b"", light, display, display + light)] == [0, 400, 2000, 400]


@pytest.mark.parametrize("alpha", [(), (255,), (0,)], ids=["without alpha", "opaque", "clear"])
def test_white_in_avif_is_white(alpha: tuple[int, ...]) -> None:
    rendered = made(encoded(plain((*WHITE, *alpha), 64, 48), "png"), "64x,format=avif")

    assert seen(rendered)[24, 32].tolist() == [255, 255, 255, alpha[0] if alpha else 255]


def test_an_avif_keeps_transparency_at_every_quality() -> None:
    pixels = np.dstack([gradient(64, 48), np.full((48, 64), 128, np.uint8)])
    pixels[:, :32, 3] = 0
    for quality in (10, 55, 95):
        shown = seen(made(encoded(pixels, "png"), f"64x,format=avif,quality={quality}"))
        assert shown[:, :28, 3].max() <= 4
        assert shown[:, 36:, 3].astype(int) == pytest.approx(np.full((48, 28), 128), abs=6)


def test_without_libheif_imagemagick_reads_and_writes_as_well_as_it_can(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(decode, "libheif", lambda: None)
    monkeypatch.setattr(writing, "can_write", lambda: False)
    able.cache_clear()

    assert made(FILES["avif"], "32x32").format is Format.AVIF
    assert made(FILES["heic"], "32x32").format is Format.JPEG
    assert not able(OUTPUTS[Format.AVIF]).alpha
    able.cache_clear()


@pytest.mark.parametrize("bits", [10, 12])
def test_samples_are_widened_over_the_edge_of_a_block(bits: int) -> None:
    samples = np.random.default_rng(bits).integers(0, 2**bits, 600_000, dtype=np.uint16)

    widened = np.frombuffer(reading._widened(samples.tobytes(), bits), dtype=np.uint16)  # noqa: SLF001 - no file that we can make is as large

    assert np.array_equal(widened, samples << (16 - bits) | samples >> (2 * bits - 16))


def test_samples_of_more_bits_than_the_header_says_are_refused() -> None:
    with pytest.raises(BrokenImage, match="more bits"):
        reading._widened(struct.pack("<2H", 1023, 1024), 10)  # noqa: SLF001 - libheif has its own checks before


RENDER_A_DAMAGED_HEIC = """
import zlib
from bench.colours.heifs import FILES
from chalicelib.errors import BrokenImage
from tests.pixels import made

damaged = bytearray(FILES["heic"])
damaged[425], damaged[574] = 89, 87
try:
    print(zlib.crc32(made(bytes(damaged), "32x32,format=png").data))
except BrokenImage:
    print(-1)  # a refusal: no checksum is negative
"""


def test_a_damaged_heic_shows_nothing_that_was_in_memory_before(monkeypatch: pytest.MonkeyPatch) -> None:
    """libde265 leaves pixels of it unwritten, and reports no error; that of our own build does."""
    shown = set()
    for filling in ("0", "85", "170"):
        monkeypatch.setenv("MALLOC_PERTURB_", filling)
        shown.add(alone(RENDER_A_DAMAGED_HEIC))

    assert len(shown) == 1


def test_avif_can_be_transparent_here() -> None:
    assert able(OUTPUTS[Format.AVIF]).alpha


def test_colour_edges_of_an_avif_stay_sharp() -> None:
    stripes = plain(RED, 64, 48).copy()
    stripes[:, ::2] = (0, 0, 255)

    shown = seen(made(encoded(stripes, "png"), "64x,format=avif"))

    assert np.abs(shown[:, :, :3].astype(int) - stripes).mean() < 12
