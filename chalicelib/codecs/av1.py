"""How large the pictures of an AV1 bit stream are (AV1 Bitstream & Decoding Process Specification, 5.3-5.5).

The container of an AVIF states a size as well, but decoders use this one and allocate memory for it.
"""

from __future__ import annotations

_SEQUENCE_HEADER = 1
_MOST_UNITS = 16
_FIRST_TIER_LEVEL = 7


def pixels(stream: bytes) -> int:
    """Return how many pixels the sequence headers in `stream` allow a picture at most; 0 without a header."""
    at, largest = 0, 0
    for _ in range(_MOST_UNITS):
        if at >= len(stream):
            break
        kind, begin, at = _unit(stream, at)
        if kind == _SEQUENCE_HEADER:
            largest = max(largest, _sequence_header(stream[begin:at]))
    return largest


def _unit(stream: bytes, at: int) -> tuple[int, int, int]:
    """Return the type of an open bitstream unit, and where its content begins and ends."""
    head = stream[at]
    at += 2 if head & 4 else 1
    if not head & 2:
        return head >> 3 & 15, at, len(stream)
    size = 0
    for shift in range(0, 56, 7):
        byte = stream[at] if at < len(stream) else 0
        size, at = size | (byte & 127) << shift, at + 1
        if byte < 128:  # noqa: PLR2004 - the bit that says there is more
            break
    return head >> 3 & 15, at, at + size


class _Bits:
    """Reads bits; after the end of the data it returns zeros."""

    def __init__(self, data: bytes) -> None:
        self._number, self._left = int.from_bytes(data, "big"), 8 * len(data)

    def read(self, length: int) -> int:
        """Return the next `length` bits as a number."""
        self._left -= length
        shifted = self._number >> self._left if self._left >= 0 else self._number << -self._left
        return shifted & (1 << length) - 1

    def skip_variable(self) -> None:
        """Skip a number whose leading zeros give its length (uvlc, 4.10.3)."""
        zeros = 0
        while zeros < 32 and not self.read(1):  # noqa: PLR2004 - the most there may be
            zeros += 1
        self.read(zeros)


_LONGEST_HEADER = 512
"""Bytes. A header with 32 operating points and all their fields has less than 400."""


def _sequence_header(content: bytes) -> int:
    bits = _Bits(content[:_LONGEST_HEADER])
    bits.read(4)  # seq_profile, still_picture
    if bits.read(1):  # reduced_still_picture_header
        bits.read(5)
    else:
        _skip_operating_points(bits)
    across, down = bits.read(4) + 1, bits.read(4) + 1
    return (bits.read(across) + 1) * (bits.read(down) + 1)


def _skip_operating_points(bits: _Bits) -> None:
    delay_length = _skip_timing(bits) if bits.read(1) else 0
    has_display_delay = bits.read(1)
    for _ in range(bits.read(5) + 1):
        bits.read(12)
        if bits.read(5) > _FIRST_TIER_LEVEL:
            bits.read(1)
        if delay_length and bits.read(1):
            bits.read(2 * delay_length + 1)
        if has_display_delay and bits.read(1):
            bits.read(4)


def _skip_timing(bits: _Bits) -> int:
    """Skip timing_info and decoder_model_info; return the bits of a buffer delay, 0 if there is none."""
    bits.read(64)
    if bits.read(1):
        bits.skip_variable()
    if not bits.read(1):
        return 0
    length = bits.read(5) + 1
    bits.read(42)
    return length
