"""ICC profiles: which of them are sRGB already, and how large one may be."""

from __future__ import annotations

LARGEST_PROFILE = 4 << 20
"""Bytes of the largest ICC profile that is used; those of printing presses have up to 3 MB."""

SRGB_NAMES = tuple(
    name.encode(coding) for name in ("sRGB IEC61966", "sRGB built-in") for coding in ("ascii", "utf-16-be")
)
"""The names that profiles of sRGB itself contain."""
