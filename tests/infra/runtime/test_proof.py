"""The proof itself: its expected results, and the faults that it finds."""

from __future__ import annotations

import io
from dataclasses import dataclass, field
from typing import Any

import pytest
from rich.console import Console

from chalicelib.address.values import Format
from chalicelib.codecs.formats import PIXEL_TYPES
from chalicelib.refusals.answer import CODE
from infra.runtime import proof, proof_output
from infra.runtime.checks import Check
from infra.runtime.originals import ORIGINALS, Original
from infra.runtime.stored_picture import Seen, look
from infra.runtime.surroundings import judged_age

JPEG = next(original for original in ORIGINALS if original.kind == "jpeg")
PLACE = "60x60,format=jpeg/astronaut.jpg"
REDIRECT = {"statusCode": 302, "headers": {"Location": "/60x60,format=jpeg/astronaut.jpg"}}


@dataclass
class Site:
    """A fake site with one answer and one stored object."""

    answer: dict[str, Any] = field(default_factory=lambda: REDIRECT)
    data: bytes = JPEG.file.read_bytes()
    kind: str = "image/jpeg"

    def ask(self, *_: str) -> dict[str, Any]:
        return self.answer

    def stored(self, place: str) -> tuple[bytes, str]:
        assert place == PLACE
        return self.data, self.kind


def test_there_is_an_original_of_every_type_that_imagemagick_decodes() -> None:
    assert {original.kind for original in ORIGINALS} == PIXEL_TYPES


@pytest.mark.parametrize("original", ORIGINALS, ids=lambda original: original.kind)
def test_an_original_is_as_its_table_says(original: Original) -> None:
    assert look(original.file.read_bytes()) == Seen(original.kind, original.size, original.frames)


@pytest.mark.parametrize(
    ("size", "fitted"),
    [((512, 512), (60, 60)), ((780, 610), (60, 47)), ((32, 32), (32, 32)), ((6000, 10), (60, 1))],
    ids=["a square", "a broad one", "a small one is not enlarged", "a line stays a line"],
)
def test_a_variant_fits_into_its_square(size: tuple[int, int], fitted: tuple[int, int]) -> None:
    assert Original("png", JPEG.file, size).fitted(60) == fitted


@pytest.mark.parametrize(
    ("form", "frames"), [(Format.GIF, 24), (Format.WEBP, 24), (Format.JPEG, 1), (Format.PNG, 1)]
)
def test_an_animation_stays_animated_if_the_format_can_be(form: Format, frames: int) -> None:
    gif = next(original for original in ORIGINALS if original.kind == "gif")
    assert proof.expected(gif, form) == Seen(form.value, (60, 60), frames)


@pytest.mark.parametrize(
    ("site", "came"),
    [
        pytest.param(Site(), "jpeg 512x512", id="a picture"),
        pytest.param(Site(answer={"statusCode": 500, "body": "broken"}), "500: broken", id="a refusal"),
        pytest.param(
            Site(answer={"statusCode": 302, "headers": {"Location": "/60x60/other.jpg"}}),
            "a redirect to 60x60/other.jpg",
            id="a redirect to somewhere else",
        ),
        pytest.param(Site(kind="binary/octet-stream"), "stored as binary/octet-stream", id="no type"),
        pytest.param(Site(data=b"\xff\xd8\xff\xe0 cut"), "no picture", id="data that cannot be decoded"),
        pytest.param(Site(data=b"<html>"), "no picture", id="data that is not a picture"),
    ],
)
def test_the_result_of_a_request_is_described(site: Any, came: str) -> None:
    assert proof.made(site, "astronaut.jpg", Format.JPEG) == came


SVG = 'xmlns="http://www.w3.org/2000/svg" width="60" height="30"'


@pytest.mark.parametrize(
    ("answer", "data", "kind", "came"),
    [
        (REDIRECT, f"<svg {SVG}/>", "image/svg+xml", "svg 60x30, without its script"),
        (REDIRECT, f"<svg {SVG}><script/></svg>", "image/svg+xml", "svg 60x30, with its script"),
        (REDIRECT, f"<svg {SVG}/>", "image/jpeg", "stored as image/jpeg"),
        ({"statusCode": 404, "headers": {CODE: "NoSuchOriginal"}}, "", "", "404 NoSuchOriginal"),
    ],
    ids=["as it should be", "not sanitised", "of another type", "a refusal"],
)
def test_the_drawing_that_was_stored_is_described(
    answer: dict[str, Any], data: str, kind: str, came: str
) -> None:
    site: Any = Site(answer, data.encode(), kind)

    assert proof.drawn(site) == came


@pytest.mark.parametrize(
    ("glibc", "age"), [("2.31", "2.31, not newer"), ("2.34", "2.34, not newer"), ("2.36", "2.36, newer")]
)
def test_a_root_with_a_newer_glibc_than_lambdas_proves_nothing(glibc: str, age: str) -> None:
    assert judged_age(glibc) == age


def test_a_failed_check_shows_the_expected_result() -> None:
    proved = proof.Proof({"Pictures": [Check("a → b", "b 1x1", "b 1x1"), Check("c → d", "d 1x1", "")]})
    said = io.StringIO()
    proof_output.show(Console(file=said, width=100), proved)
    assert [check.what for check in proved.failures] == ["c → d"]
    assert "nothing; expected: d 1x1" in said.getvalue()
    assert "1 of 2 checks failed." in said.getvalue()


def test_a_passed_proof_says_so() -> None:
    said = io.StringIO()
    proof_output.show(Console(file=said, width=100), proof.Proof({"Keys": [Check("a", "b", "b")]}))
    assert "All 1 checks passed" in said.getvalue()
