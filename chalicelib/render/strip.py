"""A whole original without its metadata, as it is seen: for mirrors.

Where the type allows it, no pixel is coded anew. Otherwise the original becomes a variant in its own size.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from chalicelib.address.variant import WHOLE_VARIANT
from chalicelib.codecs import decode, formats
from chalicelib.codecs.bare import seen_alike
from chalicelib.errors import NotAdmitted
from chalicelib.geometry.plan import upright
from chalicelib.render.render import refusing_originals, render
from chalicelib.render.rendered import Rendered

if TYPE_CHECKING:
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
    if alike is not None and kind.variant is not None:
        return Rendered(alike, kind.variant, *upright(header.size, header.orientation), header.frames)
    output = formats.output(None, kind, alpha=header.alpha, animated=header.frames > 1)
    if header.frames > 1 and not output.animates:
        raise NotAdmitted(f"An animation of the type {kind.name} cannot be rid of its metadata.")
    return render(data, WHOLE_VARIANT, limits, accepted)
