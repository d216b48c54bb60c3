"""The test vectors in ``clients/vectors.json``: what the app makes of addresses and signatures.

The clients in other languages are tested against this file, and a test compares it with the app itself.
"""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import TYPE_CHECKING, Any

from chalicelib.address import signing
from chalicelib.address.admission import Gate
from chalicelib.address.key import check, check_length, url_path
from chalicelib.address.policy import Policy, read_presets
from chalicelib.errors import Refusal
from infra import layout_vectors, markup_vectors

if TYPE_CHECKING:
    from collections.abc import Iterator

DOCUMENT = Path(__file__).parents[1] / "clients" / "vectors.json"

ABOUT = [
    "Written by `python -m infra vectors`. docs/urls.md describes addresses and signatures.",
    "addresses: `variant` of the original `key` has the address `path`; a client writes exactly this path.",
    "refused: no address of this `variant` and `key` is in the grammar; `message` is what the site says.",
    "signed: the key `id` signs `message`, and `path` is the signed address. `expires`: seconds since 1970.",
    "refused_signatures: what the site says at the time `now` to the first segment `segment` of an address.",
    "layouts: an original of `original` pixels, width and height, has these `sizes` as these variants.",
    "markup: what `method` of a client writes for `site`. Arguments in JavaScript are in camel case.",
    "mistakes: the words of a client to wrong arguments of `method`.",
]
PRESETS = "hero=1600x; ios_profile=90x90,fit=cover"
SIGNING_KEYS = "k1:correct-horse-battery-staple,2025-b_:8Ff0[~!:older]{secret}"
NOW = 1_800_000_000

_VARIANTS = [
    ("width and height", "300x200"),
    ("a width", "300x"),
    ("a height", "x200"),
    ("the largest size", "9999x9999@3x"),
    ("two device pixels", "300x200@2x"),
    ("three device pixels, a height", "x200@3x"),
    ("a preset", "hero"),
    ("a preset with an underscore", "ios_profile"),
    ("info", "info"),
    ("a flag", "300x200,upscale"),
    ("options in order", "300x200,fit=cover,format=webp"),
    ("options in another order", "300x200,format=webp,fit=cover"),
    (
        "all kinds of options, backwards",
        "9x9,watermark=logo-2,upscale,trim=0,tint=ABCDEF,round=max,rotate=90",
    ),
    ("defaults", "300x200,fit=inside,gravity=center,brightness=0,contrast=0,saturation=0,rotate=0"),
    ("defaults beside others", "300x200,quality=80,fit=inside,blur=0.3"),
    ("a colour in upper case", "300x200,background=FF8800"),
    ("a colour with alpha", "300x200,background=Ff880080"),
    ("a colour that is opaque", "300x200,background=ff8800FF"),
    ("a decimal that is whole", "300x200,blur=10.0,sharpen=1.0"),
    ("a negative number", "300x200,brightness=-100"),
    ("a crop", "300x200,crop=10-20-300x200"),
    ("a focal point", "300x200,gravity=30-70"),
    ("a focal point with a name", "300x200,gravity=0-50"),
    ("a focal point in the middle, the default", "300x200,gravity=50-50"),
]
_KEYS = [
    ("letters, digits, folders", "shoes/2026/Red1.jpg"),
    ("no ending", "photo"),
    ("ten segments", "1/2/3/4/5/6/7/8/9/10"),
    ("spaces", " a  b .jpg"),
    ("plus", "a+b.jpg"),
    ("tilde", "IMG_20~1.JPG"),
    ("apostrophe", "l'eau.jpg"),
    ("parentheses", "photo (1).jpg"),
    ("star", "a*.jpg"),
    ("star at the end", "a*"),
    ("percent", "100%.jpg"),
    ("percent that looks like an encoding", "a%20b%2Fc.jpg"),
    ("question mark and number sign", "what?#1.jpg"),
    ("what paths allow", "a!$&,:;=@-._b"),
    ("what paths do not allow", 'a"<>\\^`{|}[]b'),
    ("a comma and s=", "a,s=k1.b"),
    ("umlaut, composed (NFC)", "caf\u00e9.jpg"),
    ("umlaut, decomposed (NFD)", "cafe\u0301.jpg"),
    ("emoji", "\u2615.jpg"),
    ("emoji of several characters", "\U0001f469\u200d\U0001f467.jpg"),
    ("other alphabets", "\u65e5\u672c/\u05e9\u05dc\u05d5\u05dd.png"),
    ("control characters", "a\tb\nc\u007f.jpg"),
    ("dots that are no folders", "..a/b../...jpg"),
    ("a URL", "https:/example.com/a.jpg"),
]
_REFUSED = [
    ("no such option", "300x200,fitt=cover", "a.jpg"),
    ("a value that is not allowed", "300x200,quality=101", "a.jpg"),
    ("a value of a flag", "300x200,upscale=1", "a.jpg"),
    ("an option without its value", "300x200,fit", "a.jpg"),
    ("an option twice", "300x200,fit=cover,fit=fill", "a.jpg"),
    ("two decimal places", "300x200,blur=0.55", "a.jpg"),
    ("a colour of three digits", "300x200,tint=f80", "a.jpg"),
    ("a side of 0", "0x200", "a.jpg"),
    ("a leading zero", "0300x200", "a.jpg"),
    ("a side that is too large", "10000x", "a.jpg"),
    ("an X in upper case", "300X200", "a.jpg"),
    ("no side", "x", "a.jpg"),
    ("one device pixel, which is the default", "300x200@1x", "a.jpg"),
    ("a comma too many", "300x200,", "a.jpg"),
    ("a preset with an option", "hero,fit=cover", "a.jpg"),
    ("no such preset", "nobody", "a.jpg"),
    ("info with an option", "info,fit=cover", "a.jpg"),
    ("digits of another alphabet", "\uff13\uff10\uff10x200", "a.jpg"),
    ("no key", "300x200", ""),
    ("a slash at the beginning", "300x200", "/a.jpg"),
    ("a slash at the end", "300x200", "a/"),
    ("two slashes", "300x200", "a//b.jpg"),
    ("a segment of one dot", "300x200", "a/./b.jpg"),
    ("a segment of two dots", "300x200", "../a.jpg"),
    ("eleven segments", "300x200", "1/2/3/4/5/6/7/8/9/10/11"),
    ("one byte more than S3 takes", "300x200", "\u00e9" * 508 + "e"),
]
_SIGNED = [
    ("a size that is not listed", "301x201", "shoes/red.jpg", "k1", None),
    ("with a time of expiry", "301x201", "shoes/red.jpg", "k1", 1_900_000_000),
    ("by another key", "301x201", "shoes/red.jpg", "2025-b_", None),
    ("by another key, with a time of expiry", "301x201", "shoes/red.jpg", "2025-b_", NOW + 1),
    ("a preset", "hero", "shoes/red.jpg", "k1", None),
    ("info", "info", "shoes/red.jpg", "k1", None),
    ("options in another order", "300x200,format=webp,fit=cover", "a.jpg", "k1", None),
    ("a default and a colour in upper case", "300x200,tint=FF8800,fit=inside", "a.jpg", "k1", 1_900_000_000),
    *((f"key: {about}", "300x200@2x,fit=cover", key, "k1", None) for about, key in _KEYS),
]


def document() -> str:
    """Return the file. It is ASCII, so no editor can change the normal form of a key."""
    vectors = {
        "about": ABOUT,
        "presets": PRESETS,
        "signing_keys": SIGNING_KEYS,
        "addresses": list(_addresses()),
        "refused": [_refused(*row) for row in _REFUSED],
        "signed": [_signed(*row) for row in _SIGNED],
        "refused_signatures": [_refused_signature(*row) for row in _wrong_signatures()],
        "layouts": layout_vectors.rows(),
        "site": markup_vectors.SITE,
        **markup_vectors.rows(),
    }
    # A pair of numbers is on one line.
    return re.sub(r"\[\s+(\d+),\s+(\d+)\s+\]", r"[\1, \2]", json.dumps(vectors, indent=2)) + "\n"


_POLICY = Policy(presets=read_presets(PRESETS))
_GATE = Gate(_POLICY, signing.read_keys(SIGNING_KEYS))


def _addresses() -> Iterator[dict[str, Any]]:
    rows = [(about, variant, "a.jpg") for about, variant in _VARIANTS]
    rows += [(about, "300x200", key) for about, key in _KEYS]
    for about, variant, key in rows:
        path = url_path(f"{_POLICY.read(variant)}/{check(key)}")
        yield {"about": about, "variant": variant, "key": key, "path": path}


def _refused(about: str, variant: str, key: str) -> dict[str, Any]:
    try:
        _POLICY.read(variant)
        check_length(f"{variant}/{check(key)}")
    except Refusal as refusal:
        return {"about": about, "variant": variant, "key": key, **_words(refusal)}
    raise AssertionError(about)


def _signed(about: str, variant: str, key: str, name: str, expires: int | None) -> dict[str, Any]:
    canonical = str(_POLICY.read(variant))
    signature = _GATE.keys[name].sign(canonical, key, expires)
    return {
        "about": about,
        "variant": variant,
        "key": key,
        "id": name,
        "expires": expires,
        "message": signing.message(canonical, key, expires).decode(),
        "mac": signature.mac,
        "path": url_path(f"{signing.address(canonical, signature)}/{key}"),
    }


def _wrong_signatures() -> list[tuple[str, str, str]]:
    """Return what is wrong, the first segment of an address, and the key behind it."""
    key = "a.jpg"
    right = _GATE.keys["k1"].sign("300x200", key, NOW + 1)
    segment = signing.address("300x200", right)
    expired = signing.address("300x200", _GATE.keys["k1"].sign("300x200", key, NOW))
    return [
        ("of another variant", segment.replace("300x200", "300x201"), key),
        ("of another key", segment, "b.jpg"),
        ("of the same key in another normal form", segment, "a\u0301.jpg"),
        ("a later time of expiry", segment.replace(str(NOW + 1), str(NOW + 2)), key),
        ("without its time of expiry", segment.replace(f"{NOW + 1}.", ""), key),
        ("expired in this very second", expired, key),
        ("the id of another key", segment.replace("k1.", "2025-b_."), key),
        ("an unknown id", segment.replace("k1.", "k9."), key),
        ("in front of an option", f"{segment},fit=cover", key),
        ("with the padding of base64", f"{segment}=", key),
        ("a character too few", segment[:-1], key),
        ("a time of expiry with a leading zero", segment.replace(f"{NOW + 1}", f"0{NOW + 1}"), key),
    ]


def _refused_signature(about: str, segment: str, key: str) -> dict[str, Any]:
    try:
        _GATE.admit(segment, check(key), NOW)
    except Refusal as refusal:
        return {"about": about, "segment": segment, "key": key, "now": NOW, **_words(refusal)}
    raise AssertionError(about)


def _words(refusal: Refusal) -> dict[str, str]:
    return {"code": refusal.code, "message": str(refusal)}
