"""The comparison of colours: its files, its arithmetic and its table."""

from __future__ import annotations

import pytest

from bench.colours import comparison, picture, pngs
from bench.colours.comparison import Compared, difference, table
from tests.pixels import decoded


def test_a_file_holds_the_picture_that_all_files_hold() -> None:
    files = dict(pngs.files())

    for name in ("rgb, 8 bits, nothing", "rgb, 16 bits, sRGB"):
        assert decoded(files[name], "png")[:, :, :3].tobytes() == picture.raw()
    assert decoded(files["rgba, 8 bits, nothing"], "png").tobytes() == picture.raw(transparent=True)


def test_every_depth_and_kind_of_png_is_there_with_all_that_it_can_say() -> None:
    names = [name for name, _ in pngs.files()]

    assert len(names) == len(set(names)) == 2 * (12 + 12 + 9 + 9)


@pytest.mark.parametrize(
    ("ours", "theirs", "worst_and_mean"),
    [
        (b"\0\0\0\0", b"\0\0\0\0", (0, 0.0)),
        (b"\0\0\0\0", b"\0\0\0\x08", (8, 2.0)),
        (b"\xff\0", b"\0\xff", (255, 255.0)),
        (b"\0\0\0", b"\0", (255, 255.0)),
    ],
)
def test_a_difference_is_the_greatest_and_the_mean_of_all_channels(
    ours: bytes, theirs: bytes, worst_and_mean: tuple[int, float]
) -> None:
    assert difference(ours, theirs) == worst_and_mean


def test_a_row_has_the_worst_the_mean_and_what_can_be_seen_and_says_what_nobody_reads() -> None:
    compared = [
        Compared("png a", {"chromium": (3, 1.0), "vips": (9, 2.0)}),
        Compared("png b", {"chromium": (4, 2.0)}),
        Compared("heic a", {}),
    ]

    assert table(compared).splitlines()[2:] == [
        "| PNG | 2 | 4; 1.50; 1 | 9; 2.00; 1; reads 1 | reads none |",
        "| HEIC | 1 | reads none | reads none | reads none |",
    ]


def test_the_document_has_the_table_that_the_command_writes() -> None:
    begins, _, rest = comparison.DOCUMENT.read_text().partition("<!-- compared -->\n")
    rows = rest.partition("<!-- /compared -->")[0].splitlines()

    assert "python -m bench colours" in begins
    assert rows[:2] == table([]).splitlines()
    assert [row.split(" | ")[0] for row in rows[2:]] == [
        f"| {name}" for name in ("AVIF", "BMP", "GIF", "HEIC", "JPEG", "JXL", "PNG", "TIFF", "WEBP")
    ]
