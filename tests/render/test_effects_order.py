"""Every option works on every format and every frame, in the same order for any order in the URL."""

from __future__ import annotations

import itertools
import random
import re
from pathlib import Path

import numpy as np
import pytest

from chalicelib.address.values import Format
from chalicelib.codecs.limits import Limits
from chalicelib.errors import Malformed, TooLarge
from chalicelib.render.pipeline import PIPELINE
from chalicelib.render.steps.encode import encode
from chalicelib.render.steps.pick import pick
from tests.pixels import BLUE, GREEN, RED, encoded, gif, gif_frame, gradient, made, seen

DOCUMENT = Path(__file__).parents[2] / "docs" / "urls.md"

EFFECTS = [
    "blur=2",
    "brightness=20",
    "contrast=-20",
    "crop=4-4-30x20",
    "flip",
    "flop",
    "frame=1",
    "grayscale",
    "rotate=30",
    "round=6",
    "saturation=40",
    "sepia",
    "sharpen=1",
    "tint=0040ff",
    "trim=5",
]

PHOTO = {kind: encoded(gradient(48, 36), kind) for kind in ("jpeg", "png", "webp", "avif", "gif")}
BLINKING = gif(
    48,
    36,
    gif_frame(0, (0, 0, 48, 36), delay=5),
    gif_frame(1, (8, 8, 16, 16), delay=7, dispose=3),
    gif_frame(2, (24, 8, 16, 16), delay=11, dispose=2),
)


@pytest.mark.parametrize("effect", EFFECTS)
@pytest.mark.parametrize("kind", PHOTO)
@pytest.mark.parametrize("into", Format)
def test_every_effect_works_from_every_format_and_into_every_format(
    kind: str, into: Format, effect: str
) -> None:
    rendered = made(PHOTO[kind], f"24x24,format={into},{effect}")

    assert (rendered.format, rendered.frames) == (into, 1)
    assert seen(rendered).shape[:2] == (rendered.height, rendered.width)


@pytest.mark.parametrize("effect", [effect for effect in EFFECTS if not effect.startswith("frame")])
@pytest.mark.parametrize("into", ["gif", "webp"])
def test_every_frame_of_an_animation_has_the_effect(into: str, effect: str) -> None:
    animation = made(BLINKING, f"24x24,format={into},{effect},quality=100")

    assert animation.frames == 3
    for number in (1, 2, 3):
        # A frame looks the same in the animation and alone, except that `trim` gives it another size alone.
        if effect.startswith("trim"):
            continue
        alone = seen(made(BLINKING, f"24x24,format=png,{effect},frame={number}")).astype(int)
        frame = seen(made(animation.data, f"24x24,format=png,frame={number}")).astype(int)
        visible = (alone[:, :, 3] == 255) & (frame[:, :, 3] == 255)
        assert np.abs(alone - frame)[visible].mean() < 6
        assert abs(int((alone[:, :, 3] > 128).sum()) - int((frame[:, :, 3] > 128).sum())) < 12


@pytest.mark.parametrize(("number", "inside", "right"), [(1, RED, RED), (2, GREEN, RED), (3, RED, BLUE)])
@pytest.mark.parametrize("into", Format)
def test_one_frame_looks_as_in_the_animation(
    into: Format, number: int, inside: tuple[int, int, int], right: tuple[int, int, int]
) -> None:
    rendered = made(BLINKING, f"48x,frame={number},format={into},quality=95")
    pixels = seen(rendered).astype(int)

    assert rendered.frames == 1
    assert pixels[16, 16, :3] == pytest.approx(inside, abs=30)
    assert pixels[16, 32, :3] == pytest.approx(right, abs=30)


@pytest.mark.parametrize(("original", "number"), [(BLINKING, 4), (BLINKING, 9999), (PHOTO["jpeg"], 2)])
def test_a_frame_beyond_the_end_is_refused(original: bytes, number: int) -> None:
    with pytest.raises(Malformed, match=rf"no frame {number}: the original has \d"):
        made(original, f"24x,frame={number}")


def test_one_frame_of_an_animation_with_too_many_is_made_if_its_number_is_within_the_limit() -> None:
    limits = Limits(source_bytes=10_000, source_pixels=100_000, output_pixels=2000, frames=2)

    assert made(BLINKING, "48x,frame=2", limits).frames == 1
    with pytest.raises(TooLarge):
        made(BLINKING, "48x,frame=3", limits)
    with pytest.raises(TooLarge):
        made(BLINKING, "48x", limits)


def test_the_order_of_the_options_in_the_url_changes_nothing() -> None:
    shuffled = [*EFFECTS, "fit=cover", "background=ff0000", "format=png", "gravity=north", "quality=90"]
    dice = random.Random(404)  # noqa: S311 - a shuffle that is the same every time
    found = set()
    for _ in range(12):
        dice.shuffle(shuffled)
        found.add(made(PHOTO["png"], ",".join(["24x24", *shuffled])).data)

    assert len(found) == 1


@pytest.mark.parametrize(
    ("first", "then"),
    [
        pytest.param("crop=0-0-24x36", "flop", id="a crop before mirrors"),
        pytest.param("crop=0-0-24x36", "rotate=90", id="a crop before the rotation"),
        pytest.param("flop", "rotate=90", id="mirrors before the rotation"),
        pytest.param("brightness=-40", "grayscale", id="light before colour"),
        pytest.param("blur=3", "round=12", id="blur before the corners"),
        pytest.param("sepia", "tint=0040ff", id="sepia before tint"),
    ],
)
def test_two_effects_at_once_are_the_same_as_one_after_the_other(first: str, then: str) -> None:
    both = seen(made(PHOTO["png"], f"99x99,{first},{then}")).astype(int)
    in_turn = seen(made(made(PHOTO["png"], f"99x99,{first}").data, f"99x99,{then}"))
    other_way = seen(made(made(PHOTO["png"], f"99x99,{then}").data, f"99x99,{first}"))

    # The picture that is stored in between is rounded to 8 bits a channel.
    assert np.abs(both - in_turn).max() <= 5
    assert other_way.shape != both.shape or np.abs(both - other_way).max() > 10


def test_the_document_lists_every_step_in_its_order() -> None:
    section = DOCUMENT.read_text().partition("### Order of the steps")[2].partition("\n## ")[0]
    listed = re.findall(r"^\d+\. \*\*([a-z ]+)\*\*", section, re.MULTILINE)
    pipeline = [pick, *PIPELINE, encode]

    assert [step.replace(" ", "_") for step in listed] == [step.__name__ for step in pipeline]


def test_any_two_effects_go_together() -> None:
    for one, other in itertools.combinations(EFFECTS, 2):
        rendered = made(PHOTO["png"], f"12x12,{one},{other}")

        assert seen(rendered).shape[:2] == (rendered.height, rendered.width)
