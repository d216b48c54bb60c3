"""``pytest tests/golden --regenerate``: the only way in which golden pictures change."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from tests.golden import sheet

if TYPE_CHECKING:
    from collections.abc import Iterator

PICTURES = Path(__file__).with_name("pictures")
SHEET = Path(__file__).parents[2] / "build" / "golden.html"


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption(
        "--regenerate", action="store_true", help="Keep what is rendered now; build/golden.html shows it."
    )


@dataclass(frozen=True, slots=True)
class Goldens:
    """The pictures that variants are compared to, by file name."""

    regenerates: bool

    def keep(self, name: str, data: bytes) -> bytes:
        """Return the golden picture called `name`; ``--regenerate`` replaces it by `data`."""
        place = PICTURES / name
        if self.regenerates:
            place.write_bytes(data)
        assert place.exists(), (
            f"type: pytest tests/golden --regenerate -k {place.stem}, and look at build/golden.html"
        )
        return place.read_bytes()


@pytest.fixture(scope="session")
def goldens(pytestconfig: pytest.Config) -> Iterator[Goldens]:
    # If pytest is run on another folder, it reads this file too late to know the option.
    found = Goldens(regenerates=pytestconfig.getoption("--regenerate", default=False))
    if found.regenerates:
        PICTURES.mkdir(exist_ok=True)
    yield found
    if found.regenerates:
        SHEET.parent.mkdir(exist_ok=True)
        SHEET.write_text(sheet.page(list(PICTURES.iterdir())))
