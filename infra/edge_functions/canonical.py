"""The CloudFront Function that redirects every other spelling of an address to the canonical one.

The JavaScript beside this module is the code. What it has to know of the grammar is filled in here from the
declarations in `chalicelib.address`. A site gets only those parts that it has a use for.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from chalicelib.address import variant
from chalicelib.address.key import url_path
from chalicelib.address.notation import COLOURS
from chalicelib.address.values import Auto
from infra.edge_functions.minified import filled_in, minified, short_names
from infra.option_reference import declared

if TYPE_CHECKING:
    from collections.abc import Collection

FOLDER = Path(__file__).parent

MAX_BYTES = 10_000
"""Bytes of the largest function that CloudFront takes (developer guide, "Quotas on CloudFront Functions")."""

SYSTEMS = ("imgix", "imgy", "thumbor", "dit", "sir", "cloudinary")
"""The older systems whose addresses the function can read."""

CONFLICTS = (("imgix", "imgy"), ("thumbor", "dit"), ("dit", "sir"))
"""Systems that write the same address for different pictures."""

AUTO = tuple(spelling.value for spelling in Auto if spelling is not Auto.AUTO)
"""What ``format=auto`` may be redirected to, by what the browser accepts, if the site allows it."""

_LEFT_BY_JAVASCRIPT = ";,/?:@&=+$-_.!~*'()#"
"""What JavaScript's ``encodeURI`` leaves as it is, beside letters and digits (ECMA-262, "encodeURI")."""


@dataclass(frozen=True, slots=True)
class Part:
    """A part of the function's code. A site gets it if it has a use for one of `users`; all do if empty."""

    code: str
    users: tuple[str, ...] = ()


def code(key_prefix: str, uses: Collection[str] = ()) -> str:
    """Return the code of the function for a site whose KEY_PREFIX is `key_prefix`.

    `uses` names what it is to do beside its work for every site: spellings of `AUTO`, `SYSTEMS`.
    """
    chosen = [part for part in parts(key_prefix) if not part.users or set(part.users) & set(uses)]
    return "".join(part.code for part in chosen)


def parts(key_prefix: str) -> list[Part]:
    """Return all parts of the function in their order."""
    return [
        Part(shipped("canonical.js", _known(key_prefix))),
        Part(shipped("accept.js"), AUTO),
        *(Part(_minified(f"AUTO_ALSO.push('{spelling}');"), (spelling,)) for spelling in AUTO),
        Part(shipped("older/translation.js", {"COLOURS": COLOURS}), SYSTEMS),
        Part(shipped("older/query.js"), ("imgix", "imgy")),
        Part(shipped("older/thumbor_path.js"), ("thumbor", "dit")),
        *(Part(shipped(f"older/{system}.js"), (system,)) for system in SYSTEMS),
    ]


def shipped(name: str, known: dict[str, object] | None = None) -> str:
    """Return the JavaScript of the file `name` as it is deployed: minified, with the constants in `known`."""
    source = (FOLDER / name).read_text()
    for constant, value in (known or {}).items():
        source = filled_in(source, constant, json.dumps(value, separators=(",", ":")))
    return _minified(source)


def _minified(source: str) -> str:
    return minified(source, short_names(FOLDER))


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
            option["name"]: [option["kind"], option["default"], *option["values"].values()]
            for option in declared()
        },
        "SIDE": variant.SIDE,
        "MAX_VARIANT_LENGTH": variant.MAX_LENGTH,
    }
