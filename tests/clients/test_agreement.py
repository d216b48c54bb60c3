"""Thousands of variants, right and wrong: the clients take, spell and measure what the app does."""

from __future__ import annotations

from contextlib import suppress
from functools import lru_cache
from random import Random
from typing import TYPE_CHECKING

import pytest

from chalicelib.address.options import OPTIONS
from chalicelib.address.values import Fit
from chalicelib.address.variant import is_spelling, parse
from chalicelib.errors import Malformed
from chalicelib.geometry.layout import plan
from chalicelib.geometry.plan import Extent
from tests.clients.callers import Call, in_node, in_python

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from tests.clients.callers import Answer

SIZES = [
    "3x2",
    "x1",
    "9999x",
    "1x9999@3x",
    "3x2@2x",
    "0x1",
    "10000x1",
    "300",
    "x",
    "3x2@4x",
    "3x2@1x",
    "\u0663x3",
]
VALUES = [
    "", "0", "1", "-1", "00", "1.0", "1.5", "1.55", "0.3", ".5", "99", "100", "100.0", "101", "256",
    "359", "360", "9999", "10000", "-100", "-101", "-0", "+1", "1e2", "max", "inside", "cover", "COVER",
    "center", "west", "0-0", "100-100", "50-0", "33-66", "101-0", "01-1", "1-2-3", "0-0-1x1", "5-6-70x80",
    "0-0-0x1", "1-1-100000x1", "ff8800", "FF8800ff", "ff880080", "f80", "#ff8800", "logo", "logo-2",
    "Logo", "-a", "a" * 33, "webp", "auto", "jxl", "none", "copyright", "\u0661", "1\n", " 1", "true",
]  # fmt: skip


def texts() -> list[str]:
    """Return every option with every value and alone, every size, and pairs of options in both orders."""
    names = [*OPTIONS, "fitt", "s", "toString", "__proto__", ""]
    options = [*names, *(f"{name}={value}" for name in names for value in VALUES)]
    random = Random(404)  # noqa: S311 - no secret
    allowed = [option for option in options if is_spelling(f"1x1,{option}")]
    pairs = [",".join(random.sample(allowed, 2)) for _ in range(1000)]
    return [*SIZES, *(f"300x200,{option}" for option in [*options, *pairs])]


@lru_cache
def by_the_app() -> dict[str, str | None]:
    """Return the canonical spelling of each text, or None if it is refused."""
    return {text: str(parse(text)) if is_spelling(text) else None for text in texts()}


@pytest.mark.parametrize("caller", [in_python, in_node])
def test_the_clients_spell_as_the_app_does(caller: Callable[[list[Call]], list[Answer]]) -> None:
    expected = by_the_app()
    answers = caller([Call("url", "a", {"variant": text}, presets=["hero"]) for text in expected])
    said = [each.get("answer", "").removeprefix("/").removesuffix("/a") or None for each in answers]
    assert dict(zip(expected, said, strict=True)) == expected
    assert sum(spelled is not None for spelled in expected.values()) > 900


@pytest.mark.parametrize("caller", [in_python, in_node])
def test_the_clients_measure_as_the_app_does(caller: Callable[[list[Call]], list[Answer]]) -> None:
    rows = list(measured())
    asked = [
        Call("attributes", "a", {"variant": text, "original": size, "alt": ""}) for size, text, _ in rows
    ]
    said = [each["answer"] for each in caller(asked)]
    assert [[each["width"], each["height"]] for each in said] == [size for *_, size in rows]
    assert len(rows) > 1500


def measured() -> Iterator[tuple[tuple[int, int], str, list[int]]]:
    """Return originals, variants and their sizes, of those whose size follows from the sides alone."""
    random = Random(404)  # noqa: S311 - no secret
    for _ in range(3000):
        original = (
            random.choice([1, 7, random.randint(1, 9000)]),
            random.choice([1, random.randint(1, 9000)]),
        )
        text = ",".join([f"{side(random)}x{side(random)}", *layout(random)])
        with suppress(Malformed):  # a crop outside of the original, or no side
            yield original, text, list(plan(Extent(*original), parse(text)).canvas)


def side(random: Random) -> str:
    return random.choice(["", str(random.randint(1, 2000))])


def layout(random: Random) -> list[str]:
    crop = f"crop={random.randint(0, 99)}-5-{random.randint(1, 999)}x{random.randint(1, 999)}"
    chosen = [crop, "upscale", f"rotate={random.choice([90, 180, 270])}"]
    return [f"fit={random.choice(list(Fit))}", *(option for option in chosen if random.random() < 1 / 3)]
