"""High dynamic range on an ordinary screen: from values in PQ or HLG to values in sRGB.

PQ: SMPTE ST 2084; HLG: ITU-R BT.2100, with its system gamma for a display of 1,000 cd/m². Tones are mapped
by the reference white operator of SMPTE ST 2094-50, as in Chromium: up to the reference white of 203 cd/m²
(ITU-R BT.2408) light is scaled down, by up to one half; the brighter highlights are rolled off to white. The
brightest of the three channels decides for all, so hues stay.
"""

from __future__ import annotations

from dataclasses import dataclass
from math import exp, log2, sqrt

from chalicelib.codecs.colour.cicp import BT709, BT2020, HLG, PRIMARIES
from chalicelib.codecs.colour.primaries import Vector, applied, inverse, times, to_xyz

REFERENCE_WHITE = 203
"""The cd/m² of a white sheet of paper; 1.0 in this module."""

USUAL_PEAK = 1000
"""The cd/m² of the brightest pixel, where the file does not say."""

_PQ_PEAK = 10_000
_HLG_GAMMA = 1.2
_KAPPA = 0.65
"""Where the middle point of the roll-off lies between the knee and the corner (SMPTE ST 2094-50)."""


def pq(value: float) -> float:
    """Return the light of a value in PQ."""
    m1, m2, c1, c2, c3 = 2610 / 16384, 2523 / 32, 3424 / 4096, 2413 / 128, 2392 / 128
    root = value ** (1 / m2)
    part: float = (max(root - c1, 0) / (c2 - c3 * root)) ** (1 / m1)
    return _PQ_PEAK / REFERENCE_WHITE * part


def hlg_scene(value: float) -> float:
    """Return the light of the scene, 0 to 1, of a value in HLG."""
    a, b, c = 0.17883277, 0.28466892, 0.55991073
    return value * value / 3 if value <= 0.5 else (exp((value - c) / a) + b) / 12  # noqa: PLR2004 - BT.2100


def srgb(light: float) -> float:
    """Return the value of `light` in sRGB; in 0 to 1 for colours that sRGB has, beyond for all others."""
    if light < 0:
        return -srgb(-light)
    if light <= 0.0031308:  # noqa: PLR2004 - IEC 61966-2-1
        return 12.92 * light
    power: float = light ** (1 / 2.4)
    return 1.055 * power - 0.055


@dataclass(frozen=True, slots=True)
class Operator:
    """The curve that light is mapped by, for a brightest pixel of `peak` (1.0 is the reference white)."""

    peak: float

    def __call__(self, light: float) -> float:
        """Return the light on the screen, 0 to 1."""
        white = self._white
        if light <= 1:
            return white * light
        if light >= self.peak:
            return 1.0
        middle = 1 - _KAPPA + _KAPPA / white, (1 - _KAPPA) * white + _KAPPA
        # The roll-off is a quadratic Bézier curve: t is where it has this light.
        square, slope = 1 - 2 * middle[0] + self.peak, 2 * (middle[0] - 1)
        t = 2 * (light - 1) / (slope + sqrt(slope * slope + 4 * square * (light - 1)))
        return (1 - t) ** 2 * white + 2 * t * (1 - t) * middle[1] + t * t

    @property
    def _white(self) -> float:
        headroom = log2(self.peak) / log2(USUAL_PEAK / REFERENCE_WHITE)
        return 1 - 0.5 * min(headroom, 1)


class Display:
    """Shows values with these `primaries` and the transfer PQ or HLG (code points of H.273) on a screen."""

    def __init__(self, primaries: int, transfer: int, peak: float) -> None:
        own, wide, narrow = (to_xyz(PRIMARIES[code]) for code in (primaries, BT2020, BT709))
        self._tones = Operator(max(peak, REFERENCE_WHITE) / REFERENCE_WHITE)
        self._is_hlg = transfer == HLG
        self._luminance = own[1]
        self._to_wide = times(inverse(wide), own)
        self._to_narrow = times(inverse(narrow), wide)

    def light(self, value: float) -> float:
        """Return what one channel says: the display's light in PQ, the scene's in HLG."""
        return hlg_scene(value) if self._is_hlg else pq(value)

    def shown(self, light: Vector) -> Vector:
        """Return the values in sRGB of a pixel whose channels say `light`; see `srgb`."""
        wide = applied(self._to_wide, self._displayed(light))
        brightest = max(wide)
        gain = self._tones(brightest) / brightest if brightest > 0 else 0.0
        red, green, blue = applied(self._to_narrow, (gain * wide[0], gain * wide[1], gain * wide[2]))
        return srgb(red), srgb(green), srgb(blue)

    def _displayed(self, light: Vector) -> Vector:
        if not self._is_hlg:
            return light
        luminance = sum(a * b for a, b in zip(self._luminance, light, strict=True))
        gain = USUAL_PEAK / REFERENCE_WHITE * luminance ** (_HLG_GAMMA - 1)
        return gain * light[0], gain * light[1], gain * light[2]
