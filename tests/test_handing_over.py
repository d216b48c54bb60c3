"""What fits into an answer of Lambda."""

from __future__ import annotations

import json

import pytest
from chalice.app import Response

from chalicelib.handing_over import ACCEPT, BINARY_TYPES, Picture, most_bytes

MOST_OF_LAMBDA = 6_291_556
"""Bytes of the largest answer, as Lambda's own error message names them."""


@pytest.mark.parametrize(
    ("content_type", "character"),
    [
        *((content_type, "\x00") for content_type in BINARY_TYPES),
        *((text, each) for text in ("image/svg+xml", "application/json") for each in 'a"\\\n\té語😀'),
    ],
)
def test_the_largest_picture_that_is_handed_over_fits_into_lambdas_answer(
    content_type: str, character: str
) -> None:
    unit = character.encode()
    largest = Picture(unit * (most_bytes(content_type) // len(unit)), content_type, "t" * 256, "no-store")
    types = [ACCEPT, *BINARY_TYPES]
    said = Response(body=largest.body(types), headers={**largest.headers}).to_dict(types)
    assert len(json.dumps(said).encode()) < MOST_OF_LAMBDA
