"""The fuzzers find planted faults, can repeat their findings, and find nothing in the corpus."""

from __future__ import annotations

import zlib
from collections import Counter
from random import Random
from typing import TYPE_CHECKING

import pytest
from click.testing import CliRunner

from chalicelib.address.options import OPTIONS
from chalicelib.address.values import Document, Drawing, Format
from chalicelib.address.variant import INFO
from chalicelib.codecs.svg.document import Element, read
from chalicelib.darkroom.darkroom import Darkroom
from chalicelib.darkroom.worker import DiedError
from chalicelib.errors import BrokenImage, Fault, TooLarge
from chalicelib.render.rendered import Rendered
from fuzz import guided, parsers, places, renderer
from fuzz.__main__ import main
from fuzz.drawings import XMLNS, references
from fuzz.drawn import drawn
from fuzz.findings import Finding
from fuzz.mutation import mutated, repaired
from tests.pixels import card, encoded, png_chunk

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

INFO_OF_99_BYTES = (
    b'{"width":4,"height":3,"type":"png","frames":1,"bytes":99,"orientation":1,"hasAlpha":false,'
    b'"dominantColor":"#ff8800","thumbhash":"3OcRJYB4d3h/iIeHeEh3eIhw+j3A"}'
)
MOST_BYTES = 300_000
ORIGINALS = [file for folder in renderer.FOLDERS for file in sorted(folder.iterdir())]
SEEDS = [(name, file) for name in parsers.PARSERS for file in sorted((places.CORPUS / name).iterdir())]


@pytest.fixture(scope="module")
def darkroom() -> Iterator[Darkroom]:
    with Darkroom(drawings=True) as shared:
        yield shared


@pytest.mark.parametrize("name", parsers.PARSERS)
def test_every_parser_accepts_its_corpus(name: str) -> None:
    files = [file for parser, file in SEEDS if parser == name]
    for file in files:
        parsers.parse(name, file.read_bytes())

    assert files


@pytest.mark.parametrize("file", ORIGINALS, ids=lambda file: file.name)
def test_every_original_of_the_corpus_is_rendered_without_a_finding(darkroom: Darkroom, file: Path) -> None:
    for variant in ("20x", "100x,upscale") if file.suffix == ".svg" else ("20x,format=png", INFO):
        assert renderer.attempt(darkroom, file.read_bytes(), variant) == ("made", None)


def test_every_option_is_fuzzed_but_the_one_that_needs_an_overlay() -> None:
    tried = {part.partition("=")[0] for variant in renderer.VARIANTS for part in variant.split(",")[1:]}

    assert tried == OPTIONS.keys() - {"watermark"}


@pytest.mark.parametrize("variant", [*renderer.VARIANTS, INFO])
def test_every_variant_of_the_list_can_be_made(darkroom: Darkroom, variant: str) -> None:
    animated = (places.ORIGINALS / "animated.gif").read_bytes()

    assert renderer.attempt(darkroom, animated, variant) == ("made", None)


def test_the_corpus_is_small() -> None:
    assert sum(file.stat().st_size for file in places.CORPUS.rglob("*") if file.is_file()) < MOST_BYTES


def test_the_same_seed_gives_the_same_files_and_another_seed_others() -> None:
    originals = [file.read_bytes() for file in ORIGINALS]
    first, again, other = ([renderer.case(originals, seed, n) for n in range(50)] for seed in (1, 1, 2))

    assert first == again
    assert first != other


def test_changed_files_are_nearly_always_different_and_never_empty() -> None:
    original = encoded(card(8, 8), "png")
    changed = [mutated(original, [original, b"GIF89a"], Random(number)) for number in range(300)]  # noqa: S311 - the same each time

    assert all(changed)
    assert len(set(changed)) > 280


def test_a_png_with_wrong_checksums_is_repaired() -> None:
    original = encoded(card(8, 8), "png")
    at = original.index(b"IHDR") + 4
    broken = original[:at] + b"\0\0\1\0" + original[at + 4 :]

    whole = repaired(broken)

    assert whole != broken
    assert png_chunk(b"IHDR", broken[at : at + 13]) in whole
    assert zlib.crc32(whole) == zlib.crc32(repaired(whole))


@pytest.mark.parametrize(
    ("outcome", "cause"),
    [(Fault, None), (BrokenImage, DiedError("SIGSEGV")), (TooLarge, TimeoutError())],
    ids=["fault", "crash", "hang"],
)
def test_faults_crashes_and_hangs_are_findings(
    monkeypatch: pytest.MonkeyPatch, outcome: type[Exception], cause: Exception | None
) -> None:
    def fail(*_: object) -> None:
        raise outcome from cause

    monkeypatch.setattr(Darkroom, "render", fail)
    _, finding = renderer.attempt(Darkroom(), b"GIF89a", "8x")

    assert finding
    assert (finding.data, finding.given_to) == (b"GIF89a", "8x")


@pytest.mark.parametrize("refusal", [BrokenImage, TooLarge])
def test_a_refusal_is_no_finding(monkeypatch: pytest.MonkeyPatch, refusal: type[Exception]) -> None:
    def refuse(*_: object) -> None:
        raise refusal

    monkeypatch.setattr(Darkroom, "render", refuse)

    assert renderer.attempt(Darkroom(), b"GIF89a", "8x") == (refusal.__name__, None)


@pytest.mark.parametrize(
    "rendered",
    [
        Rendered(b"", Format.PNG, 8, 8, 1),
        Rendered(encoded(card(8, 8), "gif"), Format.PNG, 8, 8, 1),
        Rendered(encoded(card(8, 8), "png"), Format.PNG, 8, 9, 1),
        Rendered(f'<svg xmlns="{XMLNS}" width="8" height="9"/>'.encode(), Drawing.SVG, 8, 8, 1),
        Rendered(f'<svg xmlns="{XMLNS}" width="8" height="8" onload="a()"/>'.encode(), Drawing.SVG, 8, 8, 1),
        Rendered(b"{}", Document.JSON, 8, 8, 1),
        Rendered(INFO_OF_99_BYTES, Document.JSON, 4, 3, 1),
    ],
    ids=[
        *("nothing", "another type", "another size", "a drawing of another size", "a drawing with a handler"),
        *("no info", "info of another original"),
    ],
)
def test_a_variant_that_is_not_what_it_says_is_a_finding(
    monkeypatch: pytest.MonkeyPatch, rendered: Rendered
) -> None:
    monkeypatch.setattr(Darkroom, "render", lambda *_: rendered)
    met, finding = renderer.attempt(Darkroom(), b"GIF89a", "8x")

    assert met == "made"
    assert finding


@pytest.mark.parametrize(
    "inside",
    [
        "<script/>",
        '<x:script xmlns:x="http://www.w3.org/1999/xhtml"/>',
        "<g onload=''/>",
        "<g ONLOAD=''/>",
        "<image href='//evil.example'/>",
        "<image href='data:image/svg+xml;base64,PHN2Zy8+'/>",
        "<g style='fill: url( //evil.example)'/>",
        "<g fill='\\75rl(//evil.example)'/>",
        "<style>@IMPORT 'a'</style>",
        "<style>a { background: u<g>rl(</g>//evil.example) }</style>",
        "<set attributeName=' HREF'/>",
        "<set attributeName='onload'/>",
    ],
)
def test_whatever_a_drawing_could_run_or_fetch_is_seen(inside: str) -> None:
    assert references(f'<svg xmlns="{XMLNS}">{inside}</svg>'.encode())


def test_a_sanitiser_that_leaves_a_handler_is_a_finding(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(parsers, "sanitised", read)

    with pytest.raises(parsers.WrongError, match="runs or fetches"):
        parsers.parse("svg", f'<svg xmlns="{XMLNS}" onload="a()"/>'.encode())


def test_a_drawing_that_changes_when_it_is_sanitised_again_is_a_finding(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def wraps(data: bytes) -> Element:
        root = read(data)
        root.content = [Element("g", {}, root.content)]
        return root

    monkeypatch.setattr(parsers, "sanitised", wraps)

    with pytest.raises(parsers.WrongError, match="sanitised again"):
        parsers.parse("svg", f'<svg xmlns="{XMLNS}"/>'.encode())


def test_every_choice_of_bytes_draws_something_well_formed() -> None:
    random = Random(1)  # noqa: S311 - it is to be the same again
    drawings = [read(drawn(random.randbytes(200))) for _ in range(200)]
    names = {element.name for drawing in drawings for element in drawing.elements()}

    assert {"script", "use", "style", "image"} <= names


def test_a_wrong_parser_is_found_kept_and_found_again(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    def wrong(data: bytes) -> None:
        if b"\xff" in data:
            raise ZeroDivisionError("planted")

    monkeypatch.setattr(guided, "is_possible", lambda: False)
    monkeypatch.setitem(parsers.PARSERS, "sniff", wrong)
    monkeypatch.setattr(places, "CRASHES", tmp_path)
    monkeypatch.setattr(places, "PROJECT", tmp_path)
    ended = CliRunner().invoke(main, ["--seconds", "1", "--seed", "1"])
    (file,) = tmp_path.glob("*.bin")
    again = CliRunner().invoke(main, ["replay", str(file)])

    assert ended.exit_code == 1
    assert "planted" in ended.output
    assert b"\xff" in file.read_bytes()
    assert isinstance(again.exception, ZeroDivisionError)


def test_a_limited_number_of_inputs_is_the_same_for_the_same_seed() -> None:
    originals = [file.read_bytes() for file in ORIGINALS]
    tallies = [renderer.run(60, seed, 20) for seed in (1, 1)]
    with Darkroom(drawings=True) as shared:
        met = [renderer.attempt(shared, *renderer.case(originals, 1, number))[0] for number in range(20)]

    assert tallies[0].met == tallies[1].met == Counter(met)


def test_a_finding_is_printed_with_its_whole_input() -> None:
    printed = str(Finding(b"GIF89a", "gif", "crash\nWrongError: a still of 2 pictures"))

    assert printed == "gif: crash\nWrongError: a still of 2 pictures\nInput, 6 bytes: R0lGODlh"


def test_a_run_without_findings_succeeds_and_prints_its_seed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(guided, "is_possible", lambda: False)
    ended = CliRunner().invoke(main, ["--seconds", "2", "--seed", "404"])

    assert ended.exit_code == 0, ended.output
    assert "seed 404" in ended.output


def test_a_guided_run_that_fails_to_start_is_an_error_and_not_a_run_without_findings(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr(places, "GROWN", tmp_path)

    with pytest.raises(guided.GuidanceFailedError):
        guided.run("no such parser", 1, 1)
