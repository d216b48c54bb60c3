"""``python -m tests.hostile``: send every hostile file to a fresh process, and write what it cost."""

from __future__ import annotations

import tempfile
from pathlib import Path

from tests.hostile import table
from tests.hostile.measuring import measured
from tests.hostile.originals import HOSTILE

if __name__ == "__main__":
    with tempfile.TemporaryDirectory() as folder:
        table.write((name, measured(name, Path(folder))) for name in HOSTILE)
    print(table.DOCUMENT)  # noqa: T201 - what was written
