"""A rival's part of the comparison, in its own venv: ``python -m bench.colours.in_… make|decode FOLDER``."""

from __future__ import annotations

import sys
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator


@dataclass(frozen=True, slots=True)
class Rival:
    """How one rival makes files, and how it decodes one. It refuses a file by one of its `refusals`.

    `files` yields a name, with its type in front, and the bytes of each file.
    """

    name: str
    ending: str
    files: Callable[[], Iterator[tuple[str, bytes]]]
    decoded: Callable[[bytes], bytes]
    refusals: tuple[type[Exception], ...]

    def work(self) -> None:
        """Make all files in the folder that the command names, or decode all that are there."""
        what, folder = sys.argv[1], Path(sys.argv[2])
        if what == "make":
            for name, data in self.files():
                (folder / f"{name}.file").write_bytes(data)
            return
        for file in folder.glob("*.file"):
            try:
                file.with_suffix(self.ending).write_bytes(self.decoded(file.read_bytes()))
            except self.refusals as refused:
                sys.stderr.write(f"{self.name}: {file.stem}: {refused}\n")
