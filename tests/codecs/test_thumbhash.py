"""ThumbHash, against the reference implementation (the algorithm's own, in Rust)."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pytest
import thumbhash as reference

from chalicelib.codecs import thumbhash

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Pixels = NDArray[np.uint8]

RANDOM = np.random.default_rng(404)


def noise(width: int, height: int) -> Pixels:
    return RANDOM.integers(0, 256, (height, width, 4), np.uint8)


def blots(width: int, height: int, *, transparent: bool = False) -> Pixels:
    """A picture of large soft blots, like a photograph that is out of focus."""
    coarse = RANDOM.integers(0, 256, (4, 5, 4)).repeat(-(-height // 4), 0).repeat(-(-width // 5), 1)
    pixels = coarse[:height, :width].astype(np.uint8)
    if not transparent:
        pixels[..., 3] = 255
    return pixels


def plain(width: int, height: int, alpha: int = 255) -> Pixels:
    return np.full((height, width, 4), (200, 100, 50, alpha), np.uint8)


PICTURES = {
    "landscape": blots(100, 60),
    "portrait": blots(33, 100),
    "square": blots(64, 64),
    "a banner": blots(100, 7),
    "a pillar": blots(9, 100),
    "small": blots(5, 4),
    "transparent landscape": blots(90, 40, transparent=True),
    "transparent portrait": blots(47, 99, transparent=True),
    "noise": noise(100, 75),
    "transparent noise": noise(50, 80),
}
PLAIN = {"a pixel": plain(1, 1), "a row": plain(100, 1), "a column": plain(1, 100), "clear": plain(9, 8, 0)}


def nibbles(data: bytes) -> list[int]:
    return [half for byte in data for half in (byte & 15, byte >> 4)]


def hashed(pixels: Pixels) -> bytes:
    height, width = pixels.shape[:2]
    return thumbhash.encode(width, height, pixels.tobytes())


def referred(pixels: Pixels) -> bytes:
    height, width = pixels.shape[:2]
    return bytes(reference.rgba_to_thumb_hash(width, height, pixels.tobytes()))


def shown(data: bytes) -> NDArray[np.int64]:
    return np.frombuffer(bytes(reference.thumb_hash_to_rgba(data)[2]), np.uint8).astype(np.int64)


@pytest.mark.parametrize("name", PICTURES)
def test_the_hash_is_that_of_the_reference(name: str) -> None:
    """The reference has single precision: where a value is nearly a half, it may round to the next one."""
    ours, theirs = nibbles(hashed(PICTURES[name])), nibbles(referred(PICTURES[name]))
    apart = [abs(one - other) for one, other in zip(ours, theirs, strict=True)]
    assert max(apart) <= 1
    assert sum(apart) <= 2


@pytest.mark.parametrize("alpha", [255, 100])
def test_a_plain_picture_has_no_waves_whatever_the_processor_rounds(alpha: int) -> None:
    """The reference keeps the rounding errors of its sums there, as large as they can be."""
    pixels = plain(77, 53, alpha)
    head = 6 if alpha < 255 else 5
    assert set(nibbles(hashed(pixels)[head:])) == {0}
    assert np.abs(shown(hashed(pixels)).reshape(-1, 4) - pixels[0, 0]).max() <= 12


@pytest.mark.parametrize("name", [*PICTURES, *PLAIN])
def test_it_has_at_most_25_bytes(name: str) -> None:
    assert 5 < len(hashed((PICTURES | PLAIN)[name])) <= 25
