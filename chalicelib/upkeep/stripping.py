"""Removes the metadata of whole originals, for mirrors: in the darkroom, as every stranger's file."""

from __future__ import annotations

from typing import TYPE_CHECKING

from chalicelib.address.variant import WHOLE_VARIANT
from chalicelib.codecs.formats import SVG
from chalicelib.darkroom.darkroom import of_this_process

if TYPE_CHECKING:
    from chalicelib.aws.bucket import Original
    from chalicelib.codecs.limits import Limits
    from chalicelib.render.rendered import Rendered


def strip_in_darkroom(original: Original, limits: Limits, accepted: frozenset[str]) -> Rendered:
    """Return the original without its metadata; a refusal, as of any variant, if that is not possible."""
    room = of_this_process(drawings=SVG.name in accepted)
    return room.render(original.data, WHOLE_VARIANT, limits, accepted, name=original.name.quoted)
