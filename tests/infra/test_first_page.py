"""What ``docs/first-page.md`` has people type is right: its addresses, and the list that allows them."""

from __future__ import annotations

import re
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from chalicelib.address.values import Auto
from chalicelib.address.variant import parse
from chalicelib.config import config

if TYPE_CHECKING:
    from chalicelib.address.policy import Policy

LEAST = {"SITE_BUCKET": "site", "SOURCES": "default=photos"}
DOCUMENT = (Path(__file__).parents[2] / "docs" / "first-page.md").read_text()
(PAGE,) = re.findall("```html\n(.*?)```", DOCUMENT, re.DOTALL)
SHOWN = re.findall(r"http://127\.0\.0\.1:8404/([^/]+)/beach\.jpg", PAGE)
LISTED = re.findall(r"^\| `(\d[^`]*)` \|", DOCUMENT, re.MULTILINE)


@pytest.fixture(scope="module")
def allowed() -> Policy:
    """What the list that the page recommends allows."""
    return config.read(LEAST | dict(re.findall(r"^(ALLOWED_\w+)=(.*)$", DOCUMENT, re.MULTILINE))).policy


@pytest.mark.parametrize("variant", SHOWN + LISTED)
def test_a_variant_is_one_and_is_spelled_canonically(variant: str) -> None:
    assert str(parse(variant)) == variant


@pytest.mark.parametrize("variant", SHOWN)
def test_the_list_allows_the_page(allowed: Policy, variant: str) -> None:
    for auto in Auto:
        allowed.admit(parse(variant.replace("format=auto", f"format={auto}")))


def test_the_command_that_tries_the_list_has_the_same_list(allowed: Policy) -> None:
    tried = dict(re.findall(r"--parameter (Allowed\w+)=([^\s\"]+)", DOCUMENT))

    assert set(tried["AllowedDimensions"].split(",")) == allowed.sizes
    assert set(tried["AllowedOptions"].split(",")) == allowed.options


def test_the_page_and_the_table_were_found() -> None:
    assert len(SHOWN) == 6
    assert len(LISTED) == 5
