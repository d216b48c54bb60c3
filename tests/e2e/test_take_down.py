"""The take-down drill: originals are deleted, and no address shows their pictures or says what they were."""

from __future__ import annotations

import os
import random
import unicodedata
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING
from urllib.parse import quote, quote_plus

import pytest

from chalicelib.address.key import url_path
from tests.e2e.conftest import deployed, signed
from tests.pictures import png
from tests.waiting import until

if TYPE_CHECKING:
    from collections.abc import Callable

    from infra.emulator import Emulator
    from infra.package import Package
    from tests.e2e.conftest import System

VARIANT = "100x100"
KEYS = int(os.environ.get("TAKE_DOWN_KEYS", "14"))
"""Originals of the drill, each under six spellings of its address: more take CI too long."""

ENCODERS: dict[str, Callable[[str], str]] = {
    # An author encodes what has a meaning in a URL; a browser encodes what may not stand in a path (URL
    # Standard, "path percent-encode set").
    "a browser": lambda path: quote(path, safe="/!$&'()*,:;=@[]|\\^~"),
    "encodeURIComponent": lambda path: quote(path, safe="/!~*'()"),
    "quote of Python": quote,
    "rawurlencode of PHP": lambda path: quote(path, safe=""),
    "a form": lambda path: quote_plus(path, safe="/"),
    "one letter encoded": lambda path: url_path(path)[1:].replace("p", "%70", 1),
}

_PARTS = [*" +~%()'&=,;@$!*\"#?[]|^", "IMG_20~1", "%41", "%2F", "(1)", "a", "B", "7"]
_FOREIGN = ["é", "ö", "Å", "日本", "☕", ""]


def keys(count: int) -> list[str]:
    """Return keys of every kind that has been a problem somewhere; always the same ones."""
    choose = random.Random(404)  # noqa: S311 - the same keys each time, not secrets
    return [
        f"p{number}/{unicodedata.normalize(choose.choice(['NFC', 'NFD']), ''.join(parts))}"
        for number in range(count)
        for parts in [
            [
                *choose.choices(_PARTS, k=choose.randint(1, 4)),
                choose.choice(_FOREIGN),
                choose.choice([".png", "*", ""]),
            ]
        ]
    ]


def shown(system: System, addresses: list[str]) -> list[str]:
    """Return the addresses that show a picture."""
    with ThreadPoolExecutor(2) as pool:  # each one more starts one more Lambda
        answers = pool.map(lambda address: system.view(address)[-1].status, addresses)
        return [address for address, status in zip(addresses, answers, strict=True) if status == 200]


def drilled(system: System, count: int) -> tuple[list[str], list[str]]:
    """Return all addresses, and those that still show a picture after its original is deleted."""
    originals, s3 = keys(count), system.aws.client("s3")
    addresses = [encode(f"{VARIANT}/{key}") for key in originals for encode in ENCODERS.values()]
    addresses += [signed("101x100", key) for key in originals]
    addresses += [url_path(f"info/{key}")[1:] for key in originals]
    for key in originals:
        system.put(key, png())
    assert shown(system, addresses) == addresses
    for key in originals:
        s3.delete_object(Bucket=system.outputs.source_bucket, Key=key)
    assert until(lambda: not system.stored(), seconds=120), "the variants are not deleted"
    system.wait_for_evictions()
    return addresses, shown(system, addresses)


@pytest.mark.parametrize(
    ("evict_by", "delivery", "count"),
    [("tag", "redirect", KEYS), ("path", "redirect", 8), ("tag", "failover", 6), ("path", "failover", 8)],
)
def test_no_address_shows_a_picture_whose_original_is_deleted(
    aws: Emulator, packaged: Package, evict_by: str, delivery: str, count: int
) -> None:
    name = f"takedown-{evict_by}-{delivery}"
    with deployed(aws, packaged, name, EvictBy=evict_by, Delivery=delivery) as system:
        addresses, still = drilled(system, count)
    assert len(set(addresses)) > len(addresses) / 2
    assert still == []


def test_without_the_function_and_without_tags_an_address_in_another_spelling_still_shows_it(
    aws: Emulator, packaged: Package
) -> None:
    with deployed(aws, packaged, "spellings", EvictBy="path", OtherSpellings="serve") as system:
        _, still = drilled(system, 6)
    assert still
