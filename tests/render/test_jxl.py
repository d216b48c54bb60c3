"""JPEG XL looks as its file says, and what we write of it is what libjxl reads."""

from __future__ import annotations

import zlib
from base64 import b64decode

import numpy as np
import pytest

from bench.colours.jxls import FILES
from chalicelib.address.values import Format
from chalicelib.codecs.formats import JXL, OUTPUTS
from chalicelib.codecs.jxl import reading, writing
from chalicelib.codecs.jxl.library import libjxl
from chalicelib.codecs.limits import Limits
from chalicelib.codecs.rights import Rights
from chalicelib.codecs.rights.reading import read
from chalicelib.codecs.samples import Placed, Samples
from chalicelib.errors import BrokenImage, NotAdmitted, NotAnImage, TooLarge
from chalicelib.geometry.plan import Extent
from chalicelib.render.render import able
from tests.films import box
from tests.jxl_files import COMPRESSED, FORTY_MEGABYTES, in_boxes
from tests.pixels import encoded, gradient, made, plain, seen
from tests.render.halves import LEFT, RIGHT, halves
from tests.render.test_apng import Shown, joined
from tests.render.test_apng import moving as apng
from tests.rights import ARTIST, CREATED, CREDITED, OWNED, exif, xmp


@pytest.mark.parametrize(
    "name",
    [
        *("jxl", "jxl, lossless", "jxl in a container", "jxl of 10 bits", "jxl of 16 bits, lossless"),
        "jxl of floats",
    ],
)
def test_every_depth_has_its_colours(name: str) -> None:
    left, right = halves(FILES[name])

    assert left == pytest.approx([*LEFT, 255], abs=2)
    assert right == pytest.approx([*RIGHT, 255], abs=2)


def test_grey_is_grey() -> None:
    left, right = halves(FILES["grey jxl"])

    assert left == pytest.approx([20, 20, 20, 255], abs=1)
    assert right == pytest.approx([200, 200, 200, 255], abs=1)


@pytest.mark.parametrize("name", ["jxl with alpha", "jxl with premultiplied alpha"])
def test_transparency_is_kept(name: str) -> None:
    left, right = halves(FILES[name])

    assert left[3] == 0
    assert right == pytest.approx([*RIGHT, 128], abs=4)
    assert halves(FILES[name], "32x32,format=jpeg")[0] == pytest.approx([255] * 4, abs=3)


@pytest.mark.parametrize(
    ("name", "left"),
    [
        ("jxl of Display P3", (251, 0, 0)),
        ("jxl of Display P3, lossy", (251, 0, 0)),
        ("linear jxl", (244, 110, 96)),
        ("jxl of PQ", (6, 6, 6)),
        ("jxl of HLG", (17, 17, 17)),
        ("jxl with a profile", (35, 231, 24)),
        ("jxl with a gamma", (235, 53, 40)),
    ],
)
def test_colours_become_srgb(name: str, left: tuple[int, ...]) -> None:
    assert halves(FILES[name])[0][:3] == pytest.approx(left, abs=3)


@pytest.mark.parametrize(
    ("name", "size", "first"),
    [("jxl turned", (16, 32), LEFT), ("jxl mirrored", (32, 16), RIGHT)],
)
def test_a_picture_is_turned_once(name: str, size: tuple[int, int], first: tuple[int, ...]) -> None:
    rendered = made(FILES[name], "32x32,format=png")

    assert (rendered.width, rendered.height) == size
    assert seen(rendered)[2, 2, :3].astype(int) == pytest.approx(first, abs=3)


def test_an_animation_stays_one() -> None:
    rendered = made(FILES["animated jxl"], "32x32,format=webp")
    head = reading.header(FILES["animated jxl"])

    assert rendered.frames == head.frames == 3
    assert head.loops == 3
    assert [still.milliseconds for still in reading.stills(FILES["animated jxl"], 3)] == [100, 200, 300]
    shown = [seen(made(rendered.data, f"32x,format=png,frame={n}"))[8, 8, :3].argmax() for n in (1, 2, 3)]
    assert shown == [0, 1, 2]


FRAMES = (
    Shown((*RIGHT, 255), delay=(40, 1000)),
    Shown((*LEFT, 255), (9, 7, 16, 16), delay=(120, 1000)),
    Shown((0, 0, 0, 0), (9, 7, 31, 16), delay=(2, 1)),
    Shown((*LEFT, 128), (39, 31, 1, 1), delay=(7, 1000)),
)
"""The second has a square, the third a hole instead, the fourth another corner."""


@pytest.mark.parametrize("quality", [100, 95])
def test_an_animation_that_is_written_shows_what_each_frame_showed(quality: int) -> None:
    moving = joined(apng(*FRAMES, plays=5))

    rendered = made(moving, f"40x,format=jxl,quality={quality}")

    assert (rendered.format, rendered.frames) == (Format.JXL, 4)
    assert (reading.header(rendered.data).frames, reading.header(rendered.data).loops) == (4, 5)
    assert [still.milliseconds for still in reading.stills(rendered.data, 4)] == [40, 120, 2000, 7]
    for number in range(1, 5):
        shown, true = (
            seen(made(data, f"40x,format=png,frame={number}")).astype(int) for data in (rendered.data, moving)
        )
        assert np.abs(shown - true)[:, :, 3].max() <= 100 - quality
        assert (np.abs(shown - true) * (true[:, :, 3:] > 0)).mean() <= (100 - quality) / 2


def test_frames_of_no_time_are_shown_as_long_as_in_browsers() -> None:
    moving = joined(apng(*[frame._replace(delay=(0, 100)) for frame in FRAMES[:2]]))

    rendered = made(moving, "40x,format=jxl")

    assert reading.header(rendered.data).frames == 2
    assert [still.milliseconds for still in reading.stills(rendered.data, 2)] == [100, 100]


def test_a_frame_of_weeks_does_not_wrap_to_nothing() -> None:
    frame = Placed(Samples(Extent(1, 1), "RGBA", b"\1\2\3\xff"), milliseconds=1 << 32)

    written = writing.jxl(Extent(1, 1), [frame, frame], 0, 90, 1)

    assert [still.milliseconds for still in reading.stills(written, 2)] == [(1 << 32) - 1] * 2


def test_a_still_counts_all_layers_of_its_frame_whatever_follows() -> None:
    size = Extent(50, 40)
    layer = Placed(Samples(size, "RGBA", bytes(8000)))
    dot = Placed(Samples(Extent(1, 1), "RGBA", bytes(4)), milliseconds=9)
    parts = [*[layer] * 5, layer._replace(milliseconds=9), *[dot] * 30]
    few = Limits(source_bytes=100_000, source_pixels=11_999, output_pixels=10_000)

    with pytest.raises(TooLarge, match="12000"):
        made(writing.jxl(size, parts, 0, 90, 1), "10x,format=jpeg", few)


MANY_CHANNELS = zlib.decompress(
    b64decode(
        "eNpjYGDg8YrwUeDlaudiYGAQSSupLMiqyFEAshmgNCeQzgFKsvgCGcn/uW7pMcozWzXwLWB+wTBUKE4OBlyACacMI8MZ"
        "RgaGAyw+pCMXBu3IiU1Nh2y9GZ6fWlvGyRXwu9zr3ur+ivILBwvaH3hmmH/JFOp97cp/66q8PP+xtuS8fSzT3U/8U6yy"
        "9d585frLjXyVLy4Ju5//f/Tmn9v796uzsl5i4jmyW6J5u/WTd3k9B5fsPZAGdF+JRMOsNm/ThoMLlDyY1ZRzAqfuu/M8"
        "SWR/a+KiaD++eZ4M1BRaLO3OMuF7/Yylka0cy2dLaM6irvGjNg6cjY/nOLEorC5XmZ21PTRec3WlWgE3NYWCLys6N/fv"
        "Nb8WzeFTIKXmwQwAnai0ag=="
    )
)
"""1,500 x 1,500 pixels of RGB and a hundred other channels, by libjxl 0.11.2."""


def test_channels_that_are_not_shown_count_too() -> None:
    assert reading.header(MANY_CHANNELS).largest == 1500 * 1500 * 26


GREY_OF_LIGHT = zlib.decompress(
    b64decode(
        "eNr7z+XsIPFUfoIBf0Pvto9M22MWS4XcMSxSDAlJ9VV8euFi2iKnbctWMQpYpT678Iu9InHv83pjebc2aWmjH2LMmcJt"
        "PjsV0u6d4BbSqwj5YJ9x3avwcYl0ACsDBxMjwwImb4nZcwpbmC0amC0UvA5YsjIyKLg0cAgwKjk8+T+x+pdcVHp4aGio"
        "quckgYByEPj////+0Py0tLS25/v3P//PLZW9bus3u+9uLi4uAgFpIBAWerX2PUjp4f+/v//5fmFG8bmt33aae05qaVgF"
        "Aq+ARuz8XkqMgngGFoZyRwaGPw7MABULfY8="
    )
)
"""Lossless, 65 everywhere, with a profile of grey in which a value is proportional to the light."""


def test_grey_has_the_curve_of_its_profile() -> None:
    assert seen(made(GREY_OF_LIGHT, "16x,format=png"))[8, 8, :3].tolist() == pytest.approx([138] * 3, abs=1)


DIM_HLG = zlib.decompress(
    b64decode(
        "eNr7z+XMIjAhXcEhjgEIODiYGBk2MHlLzJ5T2MJs0cBsoeB1wJKVkUHBpYFDgFHJoeX/9/c/3y80fD4n+21x/iQVTsZQ"
        "ELj6////4vev371710Z7BXYM/ExAtzbwm8hX2H0AAGYSYc0="
    )
)
"""130 everywhere, in HLG of BT.2020, with a brightest pixel of 400 cd/m²."""


def test_hlg_is_as_bright_whatever_its_brightest_pixel() -> None:
    assert seen(made(DIM_HLG, "16x,format=png"))[8, 8, :3].tolist() == pytest.approx([101] * 3, abs=2)


INK = zlib.decompress(
    b64decode(
        "eNoB4gEd/gAAAAxKWEwgDQqHCgAAABRmdHlwanhsIAAAAABqeGwgAAAACWp4bGwKAAABuWp4bGP/CkPAKADC1dCAhKmA"
        "sGWw/b/bZLBuKwVVEGJj5wAK9XRtgfISAL6ejafk1fN5/pzSLTuX5l+YeR9mxI97WegXF/NbB8NGA2N+0TSIrBA4Mwtt"
        "G5ZsGVCzb+WAhgFfHPP3DDvrPF9n07S2NUsnzswc3q+ZZ2ZmZmZmZn7m/nm9D6fj+eLm6u7y9vp+YWNlZ2lrbW9xc3V3"
        "eXt9PyAhIiMkJSYnKCkqKywtLi8wMTIzNDU2Nzg5Ojs8PT6/QIMKHUq0qNGjSJMqXcq0qdOnUKNKnUq1qtWrWLNq3cq1"
        "q9evYMOKHUu2rNmzaNOqXcu2rdu3cOPKnUu3rt27ePPq3cu3r98fQIDAAEGBwQFCgsICQ4PDA0SExARFhcUFRobGBkeH"
        "xwdIiMgISYnJCUqKygpLi8sLTIzMDE2NzQ1Ojs4OT4/PD1CQ0BBRkdERUpLSElOT0xNUlNQUVZXVFVaW1hZXl9cXWJjY"
        "GFmZ2RlamtoaW5vbG1yc3Bxdnd0dXp7eHl+f3/+/n78/AMAAAHz/RCHK+COn/34fLwEIEBAATABLEkcJpRMEIcUW8P8B"
        "AKC+dAYA47bTuw=="
    )
)
"""Cyan, magenta and yellow, with black in a channel beside them, and a profile of ink."""


def test_ink_is_refused() -> None:
    with pytest.raises(NotAnImage, match="ink"):
        made(INK, "16x,format=png")


def test_at_the_lowest_quality_the_edge_of_what_is_clear_stays_sharp() -> None:
    pixels = np.zeros((48, 64, 4), np.uint8)
    pixels[:, 31:] = (40, 200, 60, 255)

    found = seen(made(made(encoded(pixels, "png"), "64x,format=jxl,quality=1").data, "64x,format=png"))

    library = libjxl()
    assert library
    # Older ones write transparency with loss at every quality.
    most = 1 if library.JxlDecoderVersion() >= 11_000 else 128
    assert np.abs(found[:, :, 3].astype(int) - pixels[:, :, 3]).max() <= most


def test_only_what_changes_is_written() -> None:
    """The whole frame takes 157 bytes, a pixel of it 71."""
    still = made(joined(apng(FRAMES[0], FRAMES[0])), "40x,format=jxl")
    moving = made(joined(apng(*[FRAMES[0]] * 30)), "40x,format=jxl")

    assert moving.frames == 30
    assert len(moving.data) < len(still.data) + 28 * 80


def test_frames_count_against_the_limit_before_a_pixel_is_decoded() -> None:
    few = Limits(source_bytes=10_000, source_pixels=1000, output_pixels=10_000)

    with pytest.raises(TooLarge, match="1536"):
        made(FILES["animated jxl"], "32x32,format=webp", few)


@pytest.mark.parametrize("kept", [2, 12, 40, 80])
def test_a_jxl_that_is_cut_off_is_broken(kept: int) -> None:
    with pytest.raises(BrokenImage):
        made(FILES["jxl"][:kept], "32x32,format=png")


@pytest.mark.parametrize("alpha", [(), (128,)], ids=["opaque", "transparent"])
@pytest.mark.parametrize(("quality", "most"), [(100, 0.0), (90, 2.5), (60, 6.0)])
def test_what_is_written_is_what_was_there(quality: int, most: float, alpha: tuple[int, ...]) -> None:
    pixels = gradient(64, 48)
    if alpha:
        pixels = np.dstack([pixels, np.full((48, 64), alpha[0], np.uint8)])
    original = encoded(pixels, "png")

    found = seen(made(made(original, f"64x,format=jxl,quality={quality}").data, "64x,format=png"))

    assert np.abs(found[:, :, : pixels.shape[2]].astype(int) - pixels).mean() <= most


@pytest.mark.parametrize(
    ("quality", "distance"), [(100, 0.0), (99, 0.19), (90, 1.0), (80, 1.9), (30, 6.4), (1, 23.87)]
)
def test_a_quality_is_the_distance_that_libjxl_makes_of_it(quality: int, distance: float) -> None:
    assert writing.distance(quality) == pytest.approx(distance, abs=0.01)


def test_a_jxl_stays_one_by_default() -> None:
    assert made(FILES["jxl"], "16x").format is Format.JXL


def test_white_is_white() -> None:
    rendered = made(encoded(plain((255, 255, 255), 64, 48), "png"), "64x,format=jxl")

    assert seen(made(rendered.data, "64x,format=png"))[24, 32].tolist() == [255, 255, 255, 255]


def test_without_libjxl_a_site_neither_reads_nor_makes_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(reading, "libjxl", lambda: None)
    monkeypatch.setattr(writing, "libjxl", lambda: None)
    writing.can_write.cache_clear()
    able.cache_clear()

    with pytest.raises(NotAnImage, match="cannot be read here"):
        made(FILES["jxl"], "32x32")
    with pytest.raises(NotAdmitted, match="does not make jxl"):
        able(OUTPUTS[Format.JXL])
    writing.can_write.cache_clear()
    able.cache_clear()


PLAIN = box(b"Exif", bytes(4) + exif({ARTIST: "Zo\u00eb\0".encode()})) + box(
    b"xml ", xmp(CREATED + OWNED, CREDITED)
)


@pytest.mark.parametrize("boxes", [PLAIN, COMPRESSED], ids=["plain", "compressed"])
def test_rights_are_read_from_its_boxes(boxes: bytes) -> None:
    original = in_boxes(boxes)

    assert read(original, JXL) == Rights("\u00a9 Ann & Ben", "Zo\u00eb", 'Agency "A"')
    assert made(original, "32x,format=jpeg").width == 32


@pytest.mark.parametrize("boxes", [PLAIN, COMPRESSED], ids=["plain", "compressed"])
def test_boxes_that_are_cut_off_say_nothing_wrong(boxes: bytes) -> None:
    whole = in_boxes(boxes)
    artists = {read(whole[:kept], JXL).artist for kept in range(0, len(whole), 7)}

    assert artists <= {"", "Zo", "Zo\u00eb", "Ann, Ben"}


def test_a_box_that_unpacks_to_megabytes_is_read_to_its_bound() -> None:
    (found,) = reading.metadata(in_boxes(box(b"brob", b"xml " + FORTY_MEGABYTES)))

    assert found == (b"xml ", b"a" * (1 << 19))


def test_a_bare_codestream_has_no_boxes() -> None:
    assert list(reading.metadata(FILES["jxl"])) == []
