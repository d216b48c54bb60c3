"""The proof that the package works: it gets API Gateway's events, and its pictures in S3 are checked."""

from __future__ import annotations

from dataclasses import dataclass
from http import HTTPStatus
from typing import TYPE_CHECKING, Any
from urllib.parse import unquote
from xml.etree.ElementTree import fromstring

from chalicelib.address.values import Drawing, Format
from chalicelib.codecs.formats import OUTPUTS
from chalicelib.refusals.answer import CODE
from infra.runtime import surroundings, unpacked_code, upkeep
from infra.runtime.checks import Check
from infra.runtime.deployed import deployed
from infra.runtime.originals import ORIGINALS, SAMPLES
from infra.runtime.site import ENVIRONMENT, SIDE, Site, opened
from infra.runtime.stored_picture import Seen, look

if TYPE_CHECKING:
    from collections.abc import Iterable

    from infra.package import Package
    from infra.runtime.deployed import Deployed
    from infra.runtime.function import Running
    from infra.runtime.originals import Original
    from infra.runtime.root import Root

KEYS = ("shoes/été (1) + ☕.jpg", "50%25 off/a&b=c,d;e/100%.jpg")
"""Keys that change if they are decoded twice, decoded too few times, or decoded as a form."""

DRAWING = "plan.svg"
_DRAWN = (
    b'<svg xmlns="http://www.w3.org/2000/svg" width="400" height="200">'
    b'<script>alert(1)</script><rect width="400" height="200" fill="#123456"/></svg>'
)

NOT_A_PICTURE = "readme.jpg"
LARGE = SAMPLES / "mountain-path.jpg"
"""An original with more pixels than `ENVIRONMENT` allows."""

_MEGABYTE = 1 << 20


@dataclass(frozen=True, slots=True)
class Proof:
    """The checks in sections. The pictures are sorted by original and then by format."""

    sections: dict[str, list[Check]]

    @property
    def failures(self) -> list[Check]:
        """The checks that did not pass."""
        return [check for checks in self.sections.values() for check in checks if not check.passed]


def prove(package: Package, root: Root) -> Proof:
    """Run the package, and make all checks."""
    with deployed(package, root) as here, opened(here) as site:
        function = unpacked_code.function(package, "APIHandler", ENVIRONMENT)
        return Proof(
            {
                "Surroundings": surroundings.checked(root, here.code, function),
                "Pictures": pictures(site),
                "Drawings": drawings(site, here),
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
    """Return the expected picture of `original`. It is animated only if the format can be."""
    frames = original.frames if OUTPUTS[form].animates else 1
    return Seen(form.value, original.fitted(SIDE), frames)


def made(site: Site, key: str, form: Format) -> str:
    """Ask for `key` in the format `form`. Return the description of the stored picture, or of the fault."""
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


def drawings(site: Site, here: Deployed) -> list[Check]:
    """Ask a function that accepts SVGs for one, with a script in it."""
    site.put(DRAWING, _DRAWN)
    with here.start("APIHandler", ENVIRONMENT | {"ALLOWED_IMAGE_TYPES": "svg"}, site.aws) as function:
        came = drawn(Site(function, site.aws))
    if here.package.reads_svg:
        return [Check("svg → svg", f"svg {SIDE}x{SIDE // 2}, without its script", came)]
    return [Check("svg, without `make svg`", "404 NoSuchOriginal", came)]


def drawn(site: Site) -> str:
    """Ask for the drawing. Return the description of the stored one, or the refusal."""
    answer = site.ask(f"{SIDE}x{SIDE}", DRAWING)
    if answer["statusCode"] != HTTPStatus.FOUND:
        return refusal(answer)
    data, kind = site.stored(unquote(answer["headers"]["Location"]).removeprefix("/"))
    if kind != OUTPUTS[Drawing.SVG].content_type:
        return f"stored as {kind}"
    root = fromstring(data)  # noqa: S314 - our own drawing
    width, height = (root.get(side, "") for side in ("width", "height"))
    return f"svg {width}x{height}, {'with' if b'script' in data else 'without'} its script"


def keys(site: Site) -> list[Check]:
    """Ask for keys that a wrong decoding changes."""
    (photo,) = (original for original in ORIGINALS if original.kind == "jpeg")
    for key in KEYS:
        site.put(key, photo.file.read_bytes())
    return [Check(key, str(expected(photo, Format.WEBP)), made(site, key, Format.WEBP)) for key in KEYS]


def refusals(site: Site) -> list[Check]:
    """Ask for pictures that the app must refuse. It must store nothing for them."""
    site.put(NOT_A_PICTURE, b"This is no picture.\n")
    site.put(LARGE.name, LARGE.read_bytes())
    before, size = site.count(), f"{SIDE}x{SIDE}"
    asked = [
        ("a size that is not allowed", f"{SIDE + 1}x{SIDE}", "astronaut.jpg", "403 NotAdmitted"),
        ("a malformed variant", "0x0", "astronaut.jpg", "400 Malformed"),
        ("an original that does not exist", size, "nobody.jpg", "404 NoSuchOriginal"),
        ("an original that is not a picture", size, NOT_A_PICTURE, "404 NoSuchOriginal"),
        ("an original with too many pixels", size, LARGE.name, "403 TooLarge"),
    ]
    checks = [Check(what, refused, refusal(site.ask(*request))) for what, *request, refused in asked]
    return [*checks, Check("stored for all of them", "0 objects", f"{site.count() - before} objects")]


def refusal(answer: dict[str, Any]) -> str:
    """Return the status and the error code of an answer."""
    return f"{answer['statusCode']} {answer['headers'].get(CODE, '')}".strip()


def again(site: Site) -> list[Check]:
    """Ask the app for a stored variant: it must redirect to S3 itself, because a cache keeps the redirect."""
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
    """Compare the address space and the memory peaks of the function's processes with the function's memory.

    The renderer's process is one of them.
    """
    spaces = [f"{space // _MEGABYTE} MB" for space in function.address_spaces()]
    peak = function.peak() // _MEGABYTE
    within = f"{peak} MB, which is within {limit} MB"
    return [
        Check("address space of each process", f"{limit} MB, {limit} MB", ", ".join(spaces)),
        Check("sum of both peaks", within, within if peak <= limit else f"{peak} MB"),
    ]


def inspection(site: Site, here: Deployed) -> list[Check]:
    """Invoke the Inspect function, as the doctor does. It must find the layer's complete ImageMagick."""
    with here.start("Inspect", ENVIRONMENT, site.aws) as inspect:
        found = inspect.invoke({})["imagemagick"]
    version = f"{found['version']} in {found['home']}"
    kinds, forms = {original.kind for original in ORIGINALS}, set(Format)
    return [
        Check("ImageMagick", version, version if found["home"].startswith("/opt/") else found["error"]),
        Check("what its confinement lacks", "nothing", _listed(found["weaknesses"]) or "nothing"),
        Check("what it reads", _listed(kinds), _listed(kinds & set(found["reads"]))),
        Check("what it writes", _listed(forms), _listed(forms & set(found["writes"]))),
    ]


def _listed(names: Iterable[str]) -> str:
    return ", ".join(sorted(names))
