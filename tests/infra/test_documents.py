"""Every path, every link and every command in a document leads to something that is there."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from infra.__main__ import main as infra

PROJECT = Path(__file__).parents[2]
MADE = ("build", "vendor", "fuzz/crashes")
"""What commands make, and no checkout has."""

DOCUMENTS = [
    path
    for pattern in ("*.md", "docs/*.md", "infra/magick/**/*.md", "ops/local/samples/*.md")
    for path in sorted(PROJECT.glob(pattern))
]


def names(document: str) -> set[str]:
    """Return what is set as code and begins with a folder of the project, or ends like one of its files."""
    folders = "|".join(
        re.escape(path.name) for path in PROJECT.iterdir() if path.is_dir() and path.name != ".cache"
    )
    written = re.findall(r"`([\w.-]+(?:/[\w.+-]+)*/?)`", document)
    path = re.compile(rf"(?:{folders})/.*|.*[.](?:py|md|xml|yaml|toml)")
    return {each for each in written if path.fullmatch(each) and not each.startswith(MADE)}


def links(document: str) -> set[str]:
    """The files of the project that are linked or shown."""
    return set(re.findall(r"\]\((?!https?:)([^)#]+)(?:#[^)]*)?\)", document))


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda path: str(path.relative_to(PROJECT)))
def test_every_path_that_is_named_exists(document: Path) -> None:
    text = document.read_text()
    missing = {
        name
        for name in names(text)
        if not (PROJECT / name).exists() and not (document.parent / name).exists()
    }
    assert missing | {link for link in links(text) if not (document.parent / link).exists()} == set()


@pytest.mark.parametrize(
    ("written", "named"),
    [
        ("`chalicelib/render/`", {"chalicelib/render/"}),
        ("`chalicelib/gone.py` and `gone.py`", {"chalicelib/gone.py", "gone.py"}),
        ("`docs/urls.md`, `pyproject.toml`", {"docs/urls.md", "pyproject.toml"}),
        ("`vendor/imagemagick`, `img/`, `100x100/a.png`, `GET`, `/resize/a.py/b`", set()),
    ],
)
def test_a_path_is_known_by_its_folder_or_its_ending(written: str, named: set[str]) -> None:
    assert names(written) == named


def test_the_architecture_names_many() -> None:
    assert len(names((PROJECT / "docs" / "architecture.md").read_text())) > 50


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda path: str(path.relative_to(PROJECT)))
def test_every_command_that_is_named_exists(document: Path) -> None:
    text = document.read_text()
    targets = set(re.findall(r"^([a-z-]+):", (PROJECT / "Makefile").read_text(), re.MULTILINE))
    made = set(re.findall(r"(?:`|^)make ([a-z-]+)(?=`|$| +[A-Z#])", text, re.MULTILINE))
    typed = set(re.findall(r"python -m infra ([a-z]+)", text))

    assert made <= targets
    assert typed <= set(infra.commands)
