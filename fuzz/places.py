"""Where the fuzzers read and write."""

from __future__ import annotations

from pathlib import Path

PROJECT = Path(__file__).resolve().parents[1]

CORPUS = PROJECT / "fuzz" / "corpus"
"""What every run begins with, kept with the code: a folder for each parser, and ``originals``."""

ORIGINALS = CORPUS / "originals"

CRASHES = PROJECT / "fuzz" / "crashes"
"""What was found: the input, and beside it what it was given to and what came of it."""

GROWN = PROJECT / ".cache" / "fuzz"
"""What earlier runs here found worth keeping, by parser. ``python -m fuzz keep`` moves it to the corpus."""
