"""Where the files are: the project, and under .cache/bench all that can be made again at any time."""

from __future__ import annotations

from pathlib import Path

PROJECT = Path(__file__).resolve().parents[1]
CACHE = PROJECT / ".cache" / "bench"
CORPUS = CACHE / "corpus"
PHOTOGRAPHS = CACHE / "photographs"
OUTPUTS = CACHE / "outputs"
REFERENCES = CACHE / "references"
NODE = CACHE / "node"
STUDIO = CACHE / "studio"
RESULTS = CACHE / "results.json"
LOG = CACHE / "workers.log"
REPORT = PROJECT / "docs" / "performance.md"
CHART = PROJECT / "docs" / "performance.svg"


def interpreter(venv: Path) -> Path:
    """Return the Python of a venv."""
    return venv / "bin" / "python"
