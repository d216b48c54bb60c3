"""A whole original without its metadata, as it is seen: for mirrors.

Where the type allows it, no pixel is coded anew, after a decoder has accepted each of them. Otherwise the
original becomes a variant in its own size.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from chalicelib.address.variant import WHOLE_VARIANT, Size, Variant
from chalicelib.codecs import decode, formats
from chalicelib.codecs.bare import seen_alike
from chalicelib.errors import NotAdmitted
from chalicelib.geometry import layout
from chalicelib.geometry.plan import upright
from chalicelib.render.render import refusing_originals, render
from chalicelib.render.rendered import Rendered

if TYPE_CHECKING:
    from chalicelib.codecs.formats import SourceType
    from chalicelib.codecs.headers import Header
    from chalicelib.codecs.limits import Limits


def stripped(data: bytes, limits: Limits, accepted: frozenset[str]) -> Rendered:
    """Return the original `data` without its metadata.

    It refuses what `chalicelib.render.render` refuses, and `NotAdmitted` an animation that would stand still.
    """
    limits.check_bytes(data)
    kind = formats.recognise(data, accepted)
    if kind is formats.SVG:
        return render(data, WHOLE_VARIANT, limits, accepted)
    with refusing_originals(kind):
        header = decode.header(data, kind)
    alike = seen_alike(data, kind, header.orientation)
    if alike is not None and kind.variant is not None and _is_sound(data, kind, header, limits):
        return Rendered(alike, kind.variant, *upright(header.size, header.orientation), header.frames)
    output = formats.output(None, kind, alpha=header.alpha, animated=header.frames > 1)
    if header.frames > 1 and not output.animates:
        raise NotAdmitted(f"An animation of the type {kind.name} cannot be rid of its metadata.")
    return render(data, WHOLE_VARIANT, limits, accepted)


def _is_sound(data: bytes, kind: SourceType, header: Header, limits: Limits) -> bool:
    """Decode every frame, and say whether the decoder had nothing to complain of.

    It refuses what cannot be decoded, and what is too large for it: nobody can say what that shows. A JPEG is
    decoded at an eighth of its size, which reads all that is coded and takes least time.
    """
    limits.check_source(header, header.frames)
    eighth = Variant(Size(*(max(1, side // 8) for side in header.size)))
    sound = True
    with refusing_originals(kind):
        for frame in decode.frames(data, kind, header.frames, layout.plan(header.size, eighth)):
            sound &= frame.sound
    return sound
