"""What comes out of the darkroom, and how much of it is believed.

A stranger's file may have taken over the process inside. So it is asked for as little as can be, and each
answer is held against the order: the variant's format has to be one that was asked for, and its first bytes
have to agree. What the viewer's browser is told of the picture is decided outside, from the format.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from chalicelib.address.values import Document, Drawing, Format
from chalicelib.codecs import formats
from chalicelib.codecs.limits import LONGEST_SIDE
from chalicelib.errors import (
    MESSAGE_LENGTH,
    BrokenImage,
    Fault,
    Malformed,
    NotAdmitted,
    NotAnImage,
    OutOfMemory,
    Refusal,
    TooLarge,
)
from chalicelib.render import info
from chalicelib.render.rendered import Rendered

if TYPE_CHECKING:
    from chalicelib.darkroom.order import Order

MOST_HEAD = 1 << 16
"""Bytes of the longest outcome, without its picture."""

_MOST_CAUSE = 8000
_REFUSALS = {
    cause.__name__: cause
    for cause in (Malformed, NotAdmitted, NotAnImage, BrokenImage, TooLarge, OutOfMemory, Fault)
}
"""All that `chalicelib.render.render` raises."""


class OutcomeError(Exception):
    """What came out is not what comes of such an order."""


def spell(outcome: Rendered | Refusal, cause: str) -> tuple[bytes, bytes]:
    """Return the outcome as JSON, and the picture's bytes, if there is one. `cause` is for the log."""
    if isinstance(outcome, Refusal):
        told: dict[str, Any] = {
            "refusal": outcome.code,
            "message": str(outcome),
            "cause": cause[-_MOST_CAUSE:],
        }
        return json.dumps(told).encode(), b""
    told = {
        "format": outcome.format,
        "width": outcome.width,
        "height": outcome.height,
        "frames": outcome.frames,
    }
    return json.dumps(told).encode(), outcome.data


def read(head: bytes, data: bytes, order: Order, original: bytes) -> tuple[Rendered | Refusal, str]:
    """Return the outcome of the `order` and, for the log, its cause; `OutcomeError` if it cannot be one."""
    kind = formats.sniff(original)
    possible = formats.possible(order.variant.options.format, kind)
    try:
        told = json.loads(head)
        if "refusal" in told:
            return _refusal(**told), printable(told["cause"])
        if order.variant.is_info:
            return _described(Rendered(data, Document(told.pop("format")), **told), kind, original), ""
        rendered = Rendered(data, _format(told.pop("format")), **told)
    except (ValueError, TypeError, KeyError, AttributeError, RecursionError) as fault:
        raise OutcomeError(f"It cannot be read: {head[:200]!r}") from fault
    return _checked(rendered, possible, order.limits.frames), ""


def _described(rendered: Rendered, kind: formats.SourceType | None, original: bytes) -> Rendered:
    """Return the info, if each of its values can be one, and those that we can tell ourselves are right."""
    told = info.read(rendered.data)
    if kind is None or (told.type, told.length) != (kind.name, len(original)):
        raise OutcomeError(f"It is of another original: {told.type!r}, {told.length} bytes.")
    if (told.width, told.height, told.frames) != (rendered.width, rendered.height, rendered.frames):
        raise OutcomeError("The info has other sides or frames than its outcome.")
    return rendered


def printable(text: str, most: int = _MOST_CAUSE) -> str:
    """Return the end of `text` for the log: no line of it can be taken for one that the log has of itself."""
    return "".join(
        character if character.isprintable() else "\n  " if character == "\n" else "?"
        for character in text[-most:]
    )


def _format(name: str) -> Format | Drawing:
    return Drawing.SVG if name == Drawing.SVG else Format(name)


def _refusal(*, refusal: str, message: str, cause: str) -> Refusal:
    if refusal not in _REFUSALS:
        raise OutcomeError(f"Nothing is refused as {refusal!r:.200}.")
    if not isinstance(cause, str) or not _is_sentence(message):
        raise OutcomeError(f"This is not why anything is refused: {message!r:.200}")
    return _REFUSALS[refusal](message)


def _is_sentence(text: object) -> bool:
    """Whether viewers may read this: it goes into the answer, and into its headers."""
    return isinstance(text, str) and 0 < len(text) <= MESSAGE_LENGTH and text.isascii() and text.isprintable()


def _checked(rendered: Rendered, possible: frozenset[Format | Drawing], most_frames: int) -> Rendered:
    kind = formats.sniff(rendered.data)
    if rendered.format not in possible:
        raise OutcomeError(f"It was not asked for in {rendered.format}.")
    if kind is None or kind.variant is not rendered.format:
        raise OutcomeError(f"It says {rendered.format}, and begins with {rendered.data[:16]!r}.")
    sides, frames = (rendered.width, rendered.height), rendered.frames
    if not all(_counts(side, LONGEST_SIDE) for side in sides) or not _counts(frames, most_frames):
        raise OutcomeError(f"No picture has these sides and frames: {(*sides, frames)!r:.200}")
    return rendered


def _counts(number: object, most: int) -> bool:
    return type(number) is int and 1 <= number <= most
