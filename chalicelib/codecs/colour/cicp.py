"""The code points of ITU-T H.273: which primaries and which transfer a number stands for.

Where H.273 leaves a choice, the choice is Chromium's: a transfer that it does not know is that of sRGB, and
all curves of television (BT.709 and its equals) are the curve of the screen they are made for (BT.1886).
"""

from __future__ import annotations

from typing import NamedTuple

from chalicelib.codecs.colour.primaries import D65, Primaries

UNSPECIFIED = 2
BT709, BT2020, SRGB_TRANSFER, PQ, HLG = 1, 9, 13, 16, 18

_C = (0.310, 0.316)
_THEATRE = (0.314, 0.351)
_EQUAL = (1 / 3, 1 / 3)
_SMPTE_170M = Primaries((0.630, 0.340), (0.310, 0.595), (0.155, 0.070), D65)

PRIMARIES = {
    BT709: Primaries((0.64, 0.33), (0.30, 0.60), (0.15, 0.06), D65),
    4: Primaries((0.67, 0.33), (0.21, 0.71), (0.14, 0.08), _C),
    5: Primaries((0.64, 0.33), (0.29, 0.60), (0.15, 0.06), D65),
    6: _SMPTE_170M,
    7: _SMPTE_170M,
    8: Primaries((0.681, 0.319), (0.243, 0.692), (0.145, 0.049), _C),
    BT2020: Primaries((0.708, 0.292), (0.170, 0.797), (0.131, 0.046), D65),
    10: Primaries((1.0, 1e-9), (1e-9, 1.0), (1e-9, 1e-9), _EQUAL),
    11: Primaries((0.680, 0.320), (0.265, 0.690), (0.150, 0.060), _THEATRE),
    12: Primaries((0.680, 0.320), (0.265, 0.690), (0.150, 0.060), D65),
    22: Primaries((0.630, 0.340), (0.295, 0.605), (0.155, 0.077), D65),
}
"""H.273, table 2; code points that are not here are treated as BT.709. Those of 10 are X, Y and Z."""


class Curve(NamedTuple):
    """From a value (0 to 1) to light: ``(a x + b) ** g`` from `d` on, and ``c x`` below (ICC's type 3)."""

    g: float
    a: float = 1.0
    b: float = 0.0
    c: float = 0.0
    d: float = 0.0

    def __call__(self, value: float, /) -> float:
        """Return the light that `value` stands for."""
        light: float = (self.a * value + self.b) ** self.g if value >= self.d else self.c * value
        return light


SRGB_CURVE = Curve(2.4, 1 / 1.055, 0.055 / 1.055, 1 / 12.92, 0.04045)
_TELEVISION = Curve(2.4)
_SMPTE_240M = Curve(1 / 0.45, 1 / 1.1115, 0.1115 / 1.1115, 1 / 4, 0.0913)

CURVES = {
    **dict.fromkeys((1, 6, 11, 14, 15), _TELEVISION),
    4: Curve(2.2),
    5: Curve(2.8),
    7: _SMPTE_240M,
    8: Curve(1.0),
    SRGB_TRANSFER: SRGB_CURVE,
    17: Curve(2.6, (52.37 / 48) ** (1 / 2.6)),
}
"""H.273, table 3, but for PQ and HLG, which `tones` knows; all others are treated as sRGB's."""
