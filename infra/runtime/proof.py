"""The proof: pictures of every format, asked for as API Gateway asks, made by what is packaged, now in S3."""

from __future__ import annotations

import json
from dataclasses import dataclass
from http import HTTPStatus
from typing import TYPE_CHECKING, Any
from urllib.parse import unquote

from chalicelib.address.values import Format
from chalicelib.codecs.formats import OUTPUTS
from infra.runtime import surroundings, unpacked_code, upkeep
from infra.runtime.checks import Check
from infra.runtime.deployed import deployed
from infra.runtime.originals import ORIGINALS, SAMPLES
from infra.runtime.site import ENVIRONMENT, SIDE, opened
from infra.runtime.stored_picture import Seen, look

if TYPE_CHECKING:
    from collections.abc import Iterable

    from infra.package import Package
    from infra.runtime.deployed import Deployed
    from infra.runtime.function import Running
    from infra.runtime.originals import Original
    from infra.runtime.root import Root
    from infra.runtime.site import Site

KEYS = ("shoes/été (1) + ☕.jpg", "50%25 off/a&b=c,d;e/100%.jpg")
"""Keys that are another one if they are decoded twice, once too few, or as a form."""

NO_PICTURE = "readme.jpg"
LARGE = SAMPLES / "mountain-path.jpg"
"""An original of more pixels than `ENVIRONMENT` admits."""

_MEGABYTE = 1 << 20


@dataclass(frozen=True, slots=True)
class Proof:
    """What was checked, section by section. The pictures are by original and then by format."""

    sections: dict[str, list[Check]]

    @property
    def failures(self) -> list[Check]:
        """The checks that did not pass."""
        return [check for checks in self.sections.values() for check in checks if not check.passed]


def prove(package: Package, root: Root) -> Proof:
    """Run what was packaged, and look at all that has to be so."""
    with deployed(package, root) as here, opened(here) as site:
        function = unpacked_code.function(package, "APIHandler", ENVIRONMENT)
        return Proof(
            {
                "Surroundings": surroundings.checked(root, here.code, function),
                "Pictures": pictures(site),
                "Keys": keys(site),
                "Refusals": refusals(site),
                "Again": again(site),
                "Upkeep": upkeep.checked(site, here),
                "Memory": memory(site.function, function.memory),
                "Inspection": inspection(site, here),
            }
        )


def pictures(site: Site) -> list[Check]:
    """Ask for every original in every format."""
    return [
        Check(f"{original.kind} → {form}", str(expected(original, form)), made(site, original.key, form))
        for original in ORIGINALS
        for form in Format
    ]


def expected(original: Original, form: Format) -> Seen:
    """Return what has to come of `original`: animations stay so where the format can."""
    frames = original.frames if OUTPUTS[form].animates else 1
    return Seen(form.value, original.fitted(SIDE), frames)


def made(site: Site, key: str, form: Format) -> str:
    """Return what came of asking for `key` in the format `form`: a picture, or what is wrong."""
    variant = f"{SIDE}x{SIDE},format={form}"
    answer = site.ask(variant, key)
    if answer["statusCode"] != HTTPStatus.FOUND:
        return f"{answer['statusCode']}: {answer['body']}"
    place = unquote(answer["headers"]["Location"]).removeprefix("/")
    if place != f"{variant}/{key}":
        return f"a redirect to {place}"
    data, kind = site.stored(place)
    if kind != OUTPUTS[form].content_type:
        return f"stored as {kind}"
    return str(look(data) or "no picture")


def keys(site: Site) -> list[Check]:
    """Ask for keys that are easily mistaken."""
    (photo,) = (original for original in ORIGINALS if original.kind == "jpeg")
    for key in KEYS:
        site.put(key, photo.file.read_bytes())
    return [Check(key, str(expected(photo, Format.WEBP)), made(site, key, Format.WEBP)) for key in KEYS]


def refusals(site: Site) -> list[Check]:
    """Ask for what is not to be had. Nothing may be stored for it."""
    site.put(NO_PICTURE, b"This is no picture.\n")
    site.put(LARGE.name, LARGE.read_bytes())
    before, size = site.count(), f"{SIDE}x{SIDE}"
    asked = [
        ("a size that is not listed", f"{SIDE + 1}x{SIDE}", "astronaut.jpg", "403 NotAdmitted"),
        ("a variant of no form", "0x0", "astronaut.jpg", "400 Malformed"),
        ("an original that is not there", size, "nobody.jpg", "404 NoSuchOriginal"),
        ("an original that is no picture", size, NO_PICTURE, "415 NotAnImage"),
        ("an original of too many pixels", size, LARGE.name, "413 TooLarge"),
    ]
    checks = [Check(what, refused, refusal(site.ask(*request))) for what, *request, refused in asked]
    return [*checks, Check("stored for all of them", "0 objects", f"{site.count() - before} objects")]


def refusal(answer: dict[str, Any]) -> str:
    """Return the status and the cause of an answer."""
    return f"{answer['statusCode']} {json.loads(answer['body'] or '{}').get('Code', '')}".strip()


def again(site: Site) -> list[Check]:
    """Ask for what is stored: a cache must be answering redirects, so it is passed by."""
    found = site.ask(f"{SIDE}x{SIDE},format=jpeg", "astronaut.jpg")
    head = site.ask(f"{SIDE}x{SIDE},format=jpeg", "astronaut.jpg", "HEAD")
    signed = "X-Amz-Signature=" in found["headers"].get("Location", "")
    return [
        Check("GET", "302", str(found["statusCode"])),
        Check("where to", "a signed address", "a signed address" if signed else "another"),
        Check("caching", "no-store", found["headers"]["Cache-Control"]),
        Check("HEAD", "302", str(head["statusCode"])),
    ]


def memory(function: Running, limit: int) -> list[Check]:
    """Compare what the function's processes may have, and had, with the memory of the function, in MB.

    The renderer's process is one of them.
    """
    spaces = [f"{space // _MEGABYTE} MB" for space in function.address_spaces()]
    peak = function.peak() // _MEGABYTE
    within = f"{peak} MB, which is within {limit} MB"
    return [
        Check("address space of each process", f"{limit} MB, {limit} MB", ", ".join(spaces)),
        Check("peaks of both, added up", within, within if peak <= limit else f"{peak} MB"),
    ]


def inspection(site: Site, here: Deployed) -> list[Check]:
    """Call the function that the doctor calls: it has to find the layer's ImageMagick, whole."""
    with here.start("Inspect", ENVIRONMENT, site.aws) as inspect:
        found = inspect.invoke({})["imagemagick"]
    version = f"{found['version']} in {found['home']}"
    kinds, forms = {original.kind for original in ORIGINALS}, set(Format)
    return [
        Check("ImageMagick", version, version if found["home"].startswith("/opt/") else found["error"]),
        Check("what it reads", _listed(kinds), _listed(kinds & set(found["reads"]))),
        Check("what it writes", _listed(forms), _listed(forms & set(found["writes"]))),
    ]


def _listed(names: Iterable[str]) -> str:
    return ", ".join(sorted(names))
