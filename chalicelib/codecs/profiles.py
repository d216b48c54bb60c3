"""How large an ICC profile may be; `colour.icc` reads and writes them."""

from __future__ import annotations

LARGEST_PROFILE = 4 << 20
"""Bytes of the largest ICC profile that is used; those of printing presses have up to 3 MB."""
