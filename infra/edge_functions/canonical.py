"""The CloudFront Function that redirects every other spelling of an address to the canonical one.

``canonical.js`` beside this module is the code. What it has to know of the grammar is filled in here from the
declarations in `chalicelib.address`.
"""

from __future__ import annotations

import json
from pathlib import Path

from chalicelib.address.key import url_path
from infra.edge_functions.source import shortened
from infra.option_reference import declared

SOURCE = Path(__file__).with_name("canonical.js")

MAX_BYTES = 10_000
"""Bytes of the largest function that CloudFront takes (developer guide, "Quotas on CloudFront Functions")."""

_LEFT_BY_JAVASCRIPT = ";,/?:@&=+$-_.!~*'()#"
"""What JavaScript's ``encodeURI`` leaves as it is, beside letters and digits (ECMA-262, "encodeURI")."""


def code(key_prefix: str) -> str:
    """Return the code of the function for a site whose KEY_PREFIX is `key_prefix`.

    Without its comments and indentation.
    """
    text = shortened(SOURCE)
    for name, value in _known(key_prefix).items():
        before, declaration, after = text.partition(f"const {name} = ")
        text = (
            before + declaration + json.dumps(value, separators=(",", ":")) + ";\n" + after.partition("\n")[2]
        )
    return text


def _known(key_prefix: str) -> dict[str, object]:
    """Return the values of the constants that ``canonical.js`` leaves open, by their names."""
    return {
        "KEY_PREFIX": key_prefix,
        "ENCODED_TOO": [
            (character, encoded)
            for character in _LEFT_BY_JAVASCRIPT
            if (encoded := url_path(character)[1:]) != character
        ],
        "OPTIONS": {
            option["name"]: {name: option[name] for name in ("kind", "values", "default")}
            for option in declared()
        },
    }
