"""Where the fuzzers read and write."""

from __future__ import annotations

from pathlib import Path

PROJECT = Path(__file__).resolve().parents[1]

CORPUS = PROJECT / "fuzz" / "corpus"
"""The inputs that every run begins with, kept with the code: a folder for each parser, and the originals."""

ORIGINALS = CORPUS / "originals"
"""Pictures of every type."""

DRAWINGS = CORPUS / "drawings"
"""Originals of which no pixel is made."""

CRASHES = PROJECT / "fuzz" / "crashes"
"""The findings: each input, with a file that says what it was given to and the outcome."""

GROWN = PROJECT / ".cache" / "fuzz"
"""Inputs that earlier runs here kept, by parser. ``python -m fuzz keep`` adds the best to the corpus."""
