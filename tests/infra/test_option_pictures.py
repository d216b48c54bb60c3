"""Every option is shown in ``docs/options.md``, by pictures that the code would make today."""

from __future__ import annotations

from itertools import chain
from typing import TYPE_CHECKING

import pytest
from click.testing import CliRunner

from chalicelib.address.options import OPTIONS
from chalicelib.address.variant import parse
from infra import option_pictures
from infra.__main__ import main
from infra.option_examples import EXAMPLES, SAMPLES, Example, rendered
from infra.option_pictures import DOCUMENT, PICTURES
from tests.golden.similarity import unlikeness
from tests.pixels import decoded, seen

if TYPE_CHECKING:
    from enum import StrEnum
    from pathlib import Path

ALL = {example.file: example for example in chain.from_iterable(EXAMPLES.values())}
SAY = "type: python -m infra pictures"
MOST_BYTES = 400_000
"""Of all pictures together, since every clone of the repository has them."""

UNSEEN = {"metadata"}
"""Options that change no pixel."""


@pytest.mark.parametrize("name", ALL)
def test_a_picture_is_what_the_code_makes_today(name: str) -> None:
    example, kept = ALL[name], (PICTURES / name).read_bytes()
    made = rendered(example)

    assert name.endswith(f".{made.format}")
    assert not unlikeness(seen(made), decoded(kept, made.format)).is_visible, SAY


def test_the_document_is_what_the_declarations_say() -> None:
    assert DOCUMENT.read_text() == option_pictures.page(), SAY


def test_the_folder_has_the_pictures_of_the_examples_and_no_other() -> None:
    assert {path.name for path in PICTURES.iterdir()} == set(ALL), SAY


def test_the_pictures_are_small() -> None:
    assert sum(path.stat().st_size for path in PICTURES.iterdir()) < MOST_BYTES


def test_every_option_is_shown() -> None:
    assert set(EXAMPLES) == set(OPTIONS)
    assert {option for option, shown in EXAMPLES.items() if not shown} == UNSEEN


@pytest.mark.parametrize("option", [name for name in EXAMPLES if name not in UNSEEN])
def test_an_example_has_the_option_that_it_shows_and_is_spelled_canonically(option: str) -> None:
    variants = [parse(example.variant) for example in EXAMPLES[option]]

    assert [str(variant) for variant in variants] == [example.variant for example in EXAMPLES[option]]
    without = [v for v in variants if getattr(v.options, option) == OPTIONS[option].default]
    assert len(without) <= 1, "at most one picture shows the default"
    assert len(variants) > len(without)


NAMED = [name for name in OPTIONS if hasattr(OPTIONS[name].values, "names") and name not in UNSEEN]

NOT_SHOWN_BY_BROWSERS = {"jxl"}


@pytest.mark.parametrize("option", NAMED)
def test_every_name_that_an_option_takes_is_shown(option: str) -> None:
    shown = {str(getattr(parse(example.variant).options, option)) for example in EXAMPLES[option]}
    names: list[StrEnum] = list(OPTIONS[option].values.names)  # type: ignore[attr-defined] # of NAMED

    assert {str(name) for name in names} - NOT_SHOWN_BY_BROWSERS <= shown
    assert len(names) > 1


def test_the_named_options_are_those_that_one_expects() -> None:
    assert NAMED == ["fit", "format", "gravity"]


def test_the_command_makes_what_is_missing_and_removes_what_is_left_over(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    few: dict[str, list[Example]] = {name: [] for name in OPTIONS} | {"flip": EXAMPLES["flip"]}
    monkeypatch.setattr(option_pictures, "EXAMPLES", few)
    monkeypatch.setattr(option_pictures, "PICTURES", tmp_path / "pictures")
    monkeypatch.setattr(option_pictures, "DOCUMENT", tmp_path / "options.md")
    (tmp_path / "pictures").mkdir()
    (tmp_path / "pictures" / "old.webp").write_bytes(b"")

    assert CliRunner().invoke(main, ["pictures"]).exit_code == 0

    (example,) = EXAMPLES["flip"]
    assert [path.name for path in (tmp_path / "pictures").iterdir()] == [example.file]
    assert f"](pictures/{example.file})<br>`{example.variant}`" in (tmp_path / "options.md").read_text()


def test_the_page_credits_who_has_to_be_named() -> None:
    credits_ = (SAMPLES / "CREDITS.md").read_text()
    for author in ("Aitzol Berasategi", 'Trevor "Freespace"', "NASA"):
        assert author in credits_
        assert author in DOCUMENT.read_text()
    assert {example.sample for example in ALL.values()} == {
        "astronaut.jpg",
        "mountain-path.jpg",
        "fig.png",
        "earth.gif",
    }, "a new sample needs its credit on the page"


def test_a_text_stands_for_each_picture() -> None:
    assert Example("fig.png", "160x160,trim=5").alternative == "Half a fig: 160x160,trim=5"
