"""Removes the metadata of whole originals, for mirrors: in the darkroom, as every stranger's file."""

from __future__ import annotations

import os
from functools import cache
from typing import TYPE_CHECKING

from chalicelib.address.variant import WHOLE_VARIANT
from chalicelib.codecs.formats import SVG
from chalicelib.darkroom.darkroom import Darkroom, share

if TYPE_CHECKING:
    from chalicelib.aws.bucket import Original
    from chalicelib.codecs.limits import Limits
    from chalicelib.render.rendered import Rendered


@cache
def _darkroom(*, drawings: bool) -> Darkroom:
    """Return the one darkroom of this process."""
    return Darkroom(share(os.environ), drawings=drawings)


def strip_in_darkroom(original: Original, limits: Limits, accepted: frozenset[str]) -> Rendered:
    """Return the original without its metadata; a refusal, as of any variant, if that is not possible."""
    # Quoted for the log, which it is for: a key may have line breaks in it.
    name = repr(f"{original.name.bucket}/{original.name.key}")
    room = _darkroom(drawings=SVG.name in accepted)
    return room.render(original.data, WHOLE_VARIANT, limits, accepted, name=name)
