"""Families: which variants are wanted after one, and what cannot be a family."""

from __future__ import annotations

import pytest
from hypothesis import given

from chalicelib.address import families
from chalicelib.address.policy import Policy, read_options, read_presets, read_sizes
from chalicelib.config import config
from chalicelib.config.config import ConfigError
from tests.messages import hostile, is_public, refusal
from tests.ops.scale.stand_ins import ENVIRON

POLICY = Policy(
    read_sizes("200x,400x,600x"),
    read_options("fit=cover,format=webp"),
    read_presets("thumb=90x90; round@avatars=90x90"),
)


@pytest.mark.parametrize(
    ("text", "asked", "relatives"),
    [
        ("", "200x", ()),
        ("card: 200x 400x 600x", "400x", ("200x", "600x")),
        ("card: 200x 400x 600x", "200x,fit=cover", ()),
        (" card :200x  400x ; hero:600x thumb ;", "thumb", ("600x",)),
        ("a: 200x 400x; b: 400x 600x 200x", "400x", ("200x", "600x")),
        ("a: 200x,format=webp,fit=cover 400x,fit=inside", "400x", ("200x,fit=cover,format=webp",)),
        ("a: 200x,fit=cover,format=webp 400x", "200x,format=webp,fit=cover", ("400x",)),
    ],
)
def test_the_relatives_of_a_variant_are_the_others_of_its_families(
    text: str, asked: str, relatives: tuple[str, ...]
) -> None:
    read = families.spelled(families.read(text), POLICY)
    assert read.relatives(POLICY.read(asked)) == relatives


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("200x 400x", "is no family"),
        ("Card: 200x 400x", "is no family"),
        (": 200x 400x", "is no family"),
        ("a: 200x 400x; a: 200x 600x", "given twice"),
        ("a: 200x", "has 1 members"),
        ("a:", "has 0 members"),
        ("a: 200x 300x", "'300x': The size 300x is not allowed here"),
        ("a: 200x tumb", "'tumb': There is no preset"),
        ("a: 200x 400x,blur=3", "The option blur=3 is not allowed"),
        ("a: 200x round", "presets of different sources"),
        (f"a: {'200x ' * 65}", "has 65 members"),
    ],
)
def test_what_the_site_would_refuse_is_a_fault_of_the_configuration(text: str, said: str) -> None:
    sizes = {"ALLOWED_DIMENSIONS": "200x,400x,600x", "PRESETS": "thumb=90x90; round@avatars=90x90"}
    with pytest.raises(ConfigError, match="FAMILIES") as faulty:
        config.read(ENVIRON | sizes | {"SOURCES": "default=photos,avatars=people", "FAMILIES": text})
    assert said in str(faulty.value)


def test_families_need_the_queue_that_they_are_made_through() -> None:
    with pytest.raises(ConfigError, match="FAMILIES: needs a PREWARM_QUEUE"):
        config.read(ENVIRON | {"FAMILIES": "a: 100x 200x", "PREWARM_QUEUE": ""})


@given(hostile)
def test_every_refusal_is_a_sentence(text: str) -> None:
    message = refusal(families.read, text)
    assert not message or is_public(message)
